"""What the common emoji say when nothing else does."""

from __future__ import annotations

GLAD = frozenset("👍👏🌹🎉🙏💪❤♥💕💖💗💓💯😀😁😂😃😄😆😊😋😍😎😇🥰😘🤩🥳☺✌👌🌟⭐✨🌷🌸💐🏆🥇🤝")
SORRY = frozenset("👎😠😡🤬😤😞😟😢😭😩😫😣😖☹🙁😒🙄😑😓😰😱🤮🤢💔💩👿😾🖕🤦😕😔")
FLAT = frozenset("🙂😐😶🤔🤷")


def feeling(text: str) -> tuple[int, int, int]:
    """How many glad, sorry and flat emoji a text holds."""
    return tuple(sum(sign in table for sign in text) for table in (GLAD, SORRY, FLAT))  # type: ignore[return-value]
