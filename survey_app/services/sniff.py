"""What a file is, by its content. The name it came with decides nothing but the ending of plain texts."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from question_types.base import N_
from survey_app.services.errors import Refused

UNKNOWN = N_("This kind of file is not accepted here.")
HEIC = N_("This photo format cannot be read here. Please send it as JPEG or PNG.")
UNSAFE = N_("This archive is not accepted: what is in it could be dangerous or is too much.")

HEAD = 4096
"""Bytes looked at to tell what a file is."""

MOST_ENTRIES = 2000
MOST_DIRECTORY = 512 * 1024
"""Bytes of an archive's directory that are read."""
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
"""How many times its size an archive may unpack to."""


@dataclass(frozen=True)
class Kind:
    """What a file is: ``group`` as question types name it (see ``question_types.base.Files``), its media type
    and the ending of its name."""

    group: str
    mime: str
    ending: str


JPEG = Kind("image", "image/jpeg", "jpg")
PNG = Kind("image", "image/png", "png")
GIF = Kind("image", "image/gif", "gif")
WEBP = Kind("image", "image/webp", "webp")
PDF = Kind("pdf", "application/pdf", "pdf")
MP3 = Kind("audio", "audio/mpeg", "mp3")
AAC = Kind("audio", "audio/aac", "aac")
OGG = Kind("audio", "audio/ogg", "ogg")
WAV = Kind("audio", "audio/wav", "wav")
M4A = Kind("audio", "audio/mp4", "m4a")
SOUND = Kind("audio", "audio/webm", "weba")
WEBM = Kind("video", "video/webm", "webm")
MP4 = Kind("video", "video/mp4", "mp4")
MOV = Kind("video", "video/quicktime", "mov")
TXT = Kind("text", "text/plain", "txt")
CSV = Kind("text", "text/csv", "csv")
ZIP = Kind("archive", "application/zip", "zip")

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = Kind("office", f"{_OFFICE}.wordprocessingml.document", "docx")
XLSX = Kind("office", f"{_OFFICE}.spreadsheetml.sheet", "xlsx")
PPTX = Kind("office", f"{_OFFICE}.presentationml.presentation", "pptx")

_PICTURES = (JPEG, PNG, GIF, WEBP)
_MEDIA = (MP3, AAC, OGG, WAV, M4A, SOUND, WEBM, MP4, MOV)
_DOCUMENTS = (PDF, TXT, CSV, DOCX, XLSX, PPTX, ZIP)

KINDS = {kind.mime: kind for kind in (*_PICTURES, *_MEDIA, *_DOCUMENTS)}
"""Media type → kind of everything we store."""

_MAGIC = (
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"GIF8[79]a"), GIF),
    (re.compile(rb"RIFF.{4}WEBP", re.S), WEBP),
    (re.compile(rb"RIFF.{4}WAVE", re.S), WAV),
    (re.compile(rb"%PDF-\d"), PDF),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2\xfa][\x10-\xef]"), MP3),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\xdf]"), AAC),
    (re.compile(rb"OggS\x00[\x02\x06]"), OGG),
)
_BRANDS = {b"M4A ": M4A, b"M4B ": M4A, b"qt  ": MOV}
_FILM = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|mmp4|3g[p2][\w]|dash|hvc1", re.S)
_STILL = re.compile(rb"heic|heix|hevc|heim|heis|mif1|msf1|avif|avis|MiHE|mif2")
_MARKUP = re.compile(r"<\s*(?:[!?]|/?\s*[a-z][a-z0-9:-]*[\s/>])|^\s*#!|javascript:", re.I)
_ACTIVE = re.compile(
    r"\.(?:exe|dll|com|scr|msi|bat|cmd|ps1|vbs?|vbe|js|jse|mjs|wsf|hta|lnk|jar|apk|app|sh|py|pl|php|jsp|aspx?"
    r"|html?|xhtml|svgz?|swf|reg|chm|class|dex|so|dylib)\Z|(?:^|/)META-INF/MANIFEST\.MF\Z|vbaProject\.bin\Z",
    re.I,
)
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))


def kind_of(path: Path, name: str) -> Kind:
    """What the file at ``path`` is. ``name``: what its owner calls it. Raises Refused."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head[4:8] == b"ftyp":
        return _filmed(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _matroska(head)
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    found = next((kind for magic, kind in _MAGIC if magic.match(head)), None)
    return found or _text(path, name)


def _filmed(head: bytes) -> Kind:
    """MP4 and its relatives, by the brand they begin with."""
    brand = head[8:12]
    if _STILL.fullmatch(brand):
        raise Refused(HEIC)
    if brand in _BRANDS:
        return _BRANDS[brand]
    if _FILM.fullmatch(brand):
        return MP4
    raise Refused(UNKNOWN)


def _matroska(head: bytes) -> Kind:
    if b"webm" not in head[:64]:
        raise Refused(UNKNOWN)
    return WEBM if b"V_" in head else SOUND


def _text(path: Path, name: str) -> Kind:
    """A plain text that is called one and in which no browser sees a page."""
    ending = PurePosixPath(name).suffix.lower()
    kind = {".txt": TXT, ".csv": CSV}.get(ending)
    data = path.read_bytes() if kind else b""
    if kind is None or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", data):
        raise Refused(UNKNOWN)
    if _MARKUP.search(_decoded(data)):
        raise Refused(UNKNOWN)
    return kind


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(UNKNOWN)


def _packed(path: Path) -> Kind:
    """A ZIP archive or an office document: only its directory is read, nothing is unpacked."""
    if not _readable(path):
        raise Refused(UNSAFE)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise Refused(UNSAFE) from error
    _check_entries(entries, path.stat().st_size)
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _PARTS if part in names), ZIP)
    return ZIP


_END = struct.Struct("<4s4H2LH")


def _readable(path: Path) -> bool:
    """Whether the archive ends with a directory small enough to read. Those of ZIP64 are not."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size or b"PK\x06\x07" in tail:
        return False
    _, disk, _, _, count, directory, _, _ = _END.unpack_from(tail, at)
    return bool(disk == 0 and 0 < count <= MOST_ENTRIES and directory <= MOST_DIRECTORY)


def _check_entries(entries: Iterable[zipfile.ZipInfo], size: int) -> None:
    """Raises Refused where an entry could do harm or all of them are too much."""
    entries = list(entries)
    packed, unpacked = (
        sum(getattr(each, name) for each in entries) for name in ("compress_size", "file_size")
    )
    harmful = any(map(_harmful, entries))
    if harmful or not entries or len(entries) > MOST_ENTRIES or packed > size:
        raise Refused(UNSAFE)
    if unpacked > MOST_UNPACKED or (unpacked > 2**20 and unpacked > MOST_RATIO * size):
        raise Refused(UNSAFE)


def _harmful(entry: zipfile.ZipInfo) -> bool:
    """A link, a secret, a way out of the folder, or something that runs."""
    name = entry.orig_filename.replace("\\", "/")
    link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    outside = name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name
    return link or outside or bool(entry.flag_bits & 1) or bool(_ACTIVE.search(name))
