"""Keeps the Chinese catalogue in step with the code: ``make messages``.

Extracts every message id, keeps the translations there are, writes ``messages.po`` and compiles it. Prints
what is still to be translated and ends with 1 if there is any.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("survey_app", "question_types", "channels", "dashboards")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "Invalid": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PO = ROOT / "survey_app" / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
DATES = re.compile(rb'"(POT-Creation|PO-Revision)-Date:.*\n')
"""Would change with every run."""


def extracted() -> Catalog:
    """All messages of the code, untranslated."""
    catalog = Catalog(locale="zh_CN", project="survey-app", fuzzy=False)
    for package in PACKAGES:
        for name, _, message, _, context in extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS):
            catalog.add(message, None, [(f"{package}/{name}", 0)], context=context)
    return catalog


def known() -> Catalog:
    """The catalogue as it is stored."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def merged() -> Catalog:
    """The messages of the code with the translations we have."""
    catalog, translations = extracted(), known()
    for message in catalog:
        found = translations.get(message.id, message.context) if message.id else None
        if found is not None:
            message.string = found.string
        message.locations = sorted(set(message.locations))
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Ids without a translation."""
    return [str(message.id) for message in catalog if message.id and not _told(message)]


def _told(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


def written(catalog: Catalog) -> bytes:
    """The text of the catalogue's file: sorted, without dates and line numbers."""
    text = io.BytesIO()
    write_po(text, catalog, width=100, sort_output=True, include_lineno=False)
    return DATES.sub(b"", text.getvalue())


def main() -> int:
    catalog = merged()
    PO.write_bytes(written(catalog))
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, known())
    untold = missing(catalog)
    print(f"{len(catalog)} messages, {len(untold)} to translate", *untold, sep="\n  ")
    return int(bool(untold))


if __name__ == "__main__":
    sys.exit(main())
