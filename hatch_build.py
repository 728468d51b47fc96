"""Build hook: compiles the message catalogues, so that git carries only their sources."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Writes each ``messages.mo`` beside its ``messages.po``; runs for editable installs too."""

    def initialize(self, version: str, build_data: dict) -> None:
        for source in Path(self.root, "survey_app", "translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
