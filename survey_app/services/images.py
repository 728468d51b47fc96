"""Pictures made anew: only what is seen remains; where it was taken, hidden parts and foreign code do not."""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from question_types.base import N_
from survey_app.services.errors import Refused
from survey_app.services.sniff import GIF, JPEG, PNG, WEBP, Kind
from survey_app.services.storage import BUSY, Busy

BROKEN = N_("This picture cannot be read. Please choose another one.")
LARGE = N_("This picture has too many pixels. Please send a smaller one.")

MOST_PIXELS = 40_000_000
LONGEST = 2560
"""Pixels of the longer side that are kept."""

MOST_SCANNED = 800_000_000
"""Pixels times scans of a JPEG: each scan costs a look at every pixel."""

PATIENCE = 20
"""Seconds to wait for a turn."""

_TURNS = threading.BoundedSemaphore(2)
"""Large pictures take 200 MB while they are read: two at a time."""

_FORMATS = {JPEG: "JPEG", PNG: "PNG", GIF: "GIF", WEBP: "WEBP"}
_FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def remade(path: Path, kind: Kind, longest: int = LONGEST) -> tuple[bytes, Kind]:
    """The picture at ``path`` as a new JPEG (photos) or PNG (all else), upright, no side longer than
    ``longest``. Of a moving picture the first frame. Raises Refused, Busy."""
    _check_scans(path, kind)
    with _opened(path, kind, longest) as image:
        small = _shrunk(image, longest)
        target = PNG if kind in (PNG, GIF) or _clear(small) else JPEG
        return _written(small, target), target


def web(data: bytes | Path, kind: Kind, longest: int) -> bytes:
    """A picture as WebP, no side longer than ``longest``. Raises Refused, Busy."""
    if isinstance(data, Path):
        _check_scans(data, kind)
    with _opened(data if isinstance(data, Path) else BytesIO(data), kind, longest) as image:
        file = BytesIO()
        _shrunk(image, longest).save(file, "WEBP", quality=82, method=3)
        return file.getvalue()


def _check_scans(path: Path, kind: Kind) -> None:
    """Refuses JPEGs that say little in ever so many scans."""
    if kind is not JPEG:
        return
    scans = path.read_bytes().count(b"\xff\xda")
    try:
        with Image.open(path, formats=("JPEG",)) as image:
            pixels = image.width * image.height
    except _FAULTS as error:
        raise Refused(BROKEN) from error
    if pixels * scans > MOST_SCANNED:
        raise Refused(LARGE)


@contextmanager
def _opened(file: Path | BytesIO, kind: Kind, longest: int) -> Iterator[Image.Image]:
    """The decoded first frame, in a turn of its own."""
    if not _TURNS.acquire(timeout=PATIENCE):
        raise Busy(BUSY)
    try:
        with Image.open(file, formats=(_FORMATS[kind],)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused(LARGE)
            image.draft("RGB", (longest, longest))
            image.load()
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(LARGE) from error
    except _FAULTS as error:
        raise Refused(BROKEN) from error
    finally:
        _TURNS.release()


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    """Upright, in plain colours, no side longer than ``longest``."""
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = _upright(image)
    mode = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
    plain = upright.convert(mode)
    plain.info = {}
    return plain


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held, where that can be read."""
    try:
        return ImageOps.exif_transpose(image)
    except _FAULTS:
        return image


def _clear(image: Image.Image) -> bool:
    """Whether something shows through."""
    if image.mode != "RGBA":
        return False
    return image.getchannel("A").histogram()[255] < image.width * image.height


def _written(image: Image.Image, kind: Kind) -> bytes:
    file = BytesIO()
    if kind is PNG:
        image.save(file, "PNG", compress_level=4)
    else:
        image.convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()
