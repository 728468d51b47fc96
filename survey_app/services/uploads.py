"""Files of respondents: received in pieces through any network, looked at, kept, shown to whoever may.

A piece may be repeated any number of times; the phone asks how much has come in and goes on from there. What
has come in whole is looked at by content and only then part of an answer.
"""

from __future__ import annotations

import logging
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import Connection, delete, exists, func, insert, select, update

from question_types.base import N_, Files
from survey_app.engine import strict
from survey_app.engine.plan import Plan
from survey_app.extensions import db
from survey_app.models import Response, Survey, Upload, User
from survey_app.models.base import now, secret_code
from survey_app.services import accounts, images, ledger, plans, sniff, store
from survey_app.services.doors import Door
from survey_app.services.errors import Conflict, Gone, NotFound, Refused, TooLarge
from survey_app.services.posts import CODE_LENGTH, ID
from survey_app.services.sniff import Kind
from survey_app.services.storage import write

Json = Any

log = logging.getLogger(__name__)

HARD = 50 * 1024 * 1024
"""Bytes no file may exceed, whatever a question says."""
TOTAL = 200 * 1024 * 1024
"""Bytes of all files of one response."""
CHUNK = 512 * 1024
"""Bytes of one piece."""
NAME_LENGTH = 120
SPARE = 5
"""Uploads of one question beside those it takes: begun and given up, replaced."""
AGE = timedelta(days=7)
"""How long a file may lie without belonging to an answer."""
THUMB = 480

AGAIN = N_("Please upload this file again.")
NOTHING = N_("There is no such upload.")
TOO_LARGE = N_("This file is too large; at most %(size)s MB are accepted.")
MISSING = N_("A part of this file is missing. Please go on from there.")
TOO_MANY = N_("No more files can be added here.")


@dataclass(frozen=True)
class Start:
    """The beginning of an upload: the response's id, the question, what the phone calls the file, its bytes
    in all. ``version``: as in a post."""

    id: str
    question: str
    name: str
    size: int
    version: int | None = None


def read_start(body: bytes) -> Start:
    """A start from the body of a request. Raises BadJson, and Refused with errors by key."""
    data = strict.loads(body)
    if not isinstance(data, dict):
        raise Refused(N_("Send one JSON object."))
    errors = {key: N_("There is no such key.") for key in data.keys() - _FITS.keys()}
    wrong = [key for key, fits in _FITS.items() if not fits(data.get(key))]
    errors |= dict.fromkeys(wrong, N_("This is missing or of the wrong kind."))
    if errors:
        raise Refused(N_("The request could not be understood."), errors)
    return Start(**data)


_FITS: dict[str, Any] = {
    "id": lambda value: isinstance(value, str) and ID.fullmatch(value) is not None,
    "question": lambda value: isinstance(value, str) and 0 < len(value) <= CODE_LENGTH,
    "name": lambda value: isinstance(value, str) and len(value) <= 1000,
    "size": lambda value: type(value) is int and 0 < value < 2**31,
    "version": lambda value: value is None or (type(value) is int and 0 < value < 2**31),
}


def start(door: Door, given: Start) -> dict[str, Json]:
    """Begins an upload: its id and that nothing has been received.

    Raises Refused where the question takes no such file, TooLarge, Gone, Conflict after the response's end,
    NotFound, StorageFull.
    """
    response, plan = _response(door, given.id, given.version)
    files = taken(plan, given.question)
    if given.size > min(files.size, HARD):
        raise TooLarge(TOO_LARGE, size=min(files.size, HARD) // 2**20)
    store.spare(given.size)
    upload = _begun(door, response, given, files)
    return {"upload": upload, "received": 0}


def taken(plan: Plan, code: str) -> Files:
    """The files a question takes. Raises Refused."""
    question = plan.questions.get(code)
    files = question.type.takes(question.settings) if question else None
    if files is None:
        raise Refused(N_("This question takes no files."), {"question": N_("There is no such question.")})
    return files


def _response(door: Door, id: str, version: int | None) -> tuple[str, Plan]:
    """The public id of the response that ``id`` means here, and the plan it is given under."""
    with db.engine.connect() as source:
        row = ledger.find(source, door, id, str(current_app.config["SECRET_KEY"]))
        if row is not None and not ledger.through(row, door):
            raise Conflict(N_("This id belongs to another response."))
        if row is not None and row.state != "started":
            raise Conflict(N_("This response is finished already."))
        if door.closed:
            raise Gone(door.closed)
        if row is not None:
            return row.public_id, plans.plan_of(row.version_id, source)
    return id, door.plan if version is None else plans.version(door.survey_id, version)[1]


def _begun(door: Door, response: str, given: Start, files: Files) -> str:
    public_id = secret_code()

    def work(connection: Connection) -> None:
        _check_room(connection, response, given, files)
        connection.execute(
            insert(Upload).values(
                public_id=public_id,
                survey_id=door.survey_id,
                response=response,
                question=given.question,
                name=cleaned(given.name),
                size=given.size,
                kinds=" ".join(files.kinds),
                store_key=store.fresh_key(),
            )
        )

    write(work)
    return public_id


def _check_room(connection: Connection, response: str, given: Start, files: Files) -> None:
    mine = (Upload.response == response, Upload.state != "gone")
    total = connection.execute(select(func.coalesce(func.sum(Upload.size), 0)).where(*mine)).scalar_one()
    counted = select(func.count()).select_from(Upload).where(*mine, Upload.question == given.question)
    if connection.execute(counted).scalar_one() >= 2 * files.count + SPARE or total + given.size > TOTAL:
        raise Refused(TOO_MANY, {given.question: TOO_MANY})


def cleaned(name: str) -> str:
    """What a file is called, fit to be shown: no folders, no invisible or turning signs, not too long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode()))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    seen = re.sub(r'[<>:"|?*]', "_", " ".join(seen.split())).strip(". ")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: NAME_LENGTH - 11]}.{ending}"
    return seen[:NAME_LENGTH]


def receive(door: Door, upload: str, offset: int, data: bytes) -> dict[str, Json]:
    """Takes one piece that begins at ``offset``; the last one makes the file whole. Returns ``upload`` and
    ``received``, of a whole file ``id``, ``name``, ``size``, ``kind``.

    Raises NotFound, TooLarge, Conflict with ``received`` where a piece is missing in between, Refused for
    what is not accepted, StorageFull, Busy.
    """
    if len(data) > CHUNK:
        raise TooLarge(N_("That is too large. Send less at once."))
    row = _found(door, upload)
    if row.state == "whole":
        return _told(row)
    with store.receiving(row.store_key) as part:
        _written(part, row.size, offset, data)
        if os.fstat(part).st_size < row.size:
            return {"upload": upload, "received": os.fstat(part).st_size}
        row = _found(door, upload)
        return _told(row if row.state == "whole" else _finished(row))


def _written(part: int, size: int, offset: int, data: bytes) -> None:
    """Adds the bytes that are new."""
    have = os.fstat(part).st_size
    if not 0 <= offset <= have:
        raise Conflict(MISSING, extra={"received": have})
    if offset + len(data) > size:
        raise Refused(N_("There are more bytes than were announced."))
    rest = data[have - offset :]
    while rest:
        done = os.pwrite(part, rest, have)
        rest, have = rest[done:], have + done


def _finished(row: Any) -> Any:
    """Looks at what came in whole and keeps it; what is not accepted leaves nothing behind."""
    try:
        kind, size = _kept(row)
    except Refused:
        _dropped(row)
        raise
    found = Told(row.public_id, "whole", size, kind.mime, renamed(row.name, kind))
    about = {name: getattr(found, name) for name in ("state", "size", "mime", "name")}
    change = update(Upload).where(Upload.id == row.id, Upload.state == "receiving").values(**about)
    if not write(lambda connection: connection.execute(change).rowcount):
        store.remove(row.store_key)
        raise NotFound(NOTHING)
    return found


@dataclass(frozen=True)
class Told:
    """An upload as its owner is told of it."""

    public_id: str
    state: str
    size: int
    mime: str
    name: str


def _kept(row: Any) -> tuple[Kind, int]:
    kinds = row.kinds.split()
    path = store.part(row.store_key)
    kind = sniff.kind_of(path, row.name)
    if kind.group not in kinds and not (kind is sniff.WEBM and "audio" in kinds):
        raise Refused(sniff.UNKNOWN)
    data = None
    if kind.group == "image":
        data, kind = images.remade(path, kind)
    store.settle(row.store_key, data)
    return kind, row.size if data is None else len(data)


SAME = {"jpeg": "jpg", "mpeg": "mp3", "oga": "ogg", "m4v": "mp4", "3gp": "mp4"}
"""Other endings of the same kinds."""


def renamed(name: str, kind: Kind) -> str:
    """The name with the ending of what the file is."""
    stem, dot, ending = name.rpartition(".")
    given = ending.lower() if dot and len(ending) <= 10 else ""
    if stem and SAME.get(given, given) == kind.ending:
        return name
    return f"{(stem if given else name) or 'file'}.{kind.ending}"


def told(door: Door, upload: str) -> dict[str, Json]:
    """How much of an upload has come in, or what it is once it is whole. Raises NotFound."""
    row = _found(door, upload)
    if row.state == "whole":
        return _told(row)
    return {"upload": upload, "received": min(store.received(row.store_key), row.size)}


def _told(row: Any) -> dict[str, Json]:
    return {
        "upload": row.public_id,
        "received": row.size,
        "id": row.public_id,
        "name": row.name,
        "size": row.size,
        "kind": sniff.KINDS[row.mime].group,
    }


def drop(door: Door, upload: str) -> None:
    """The respondent takes a file back before the response has ended. Raises NotFound, Conflict."""
    row = _found(door, upload)
    with db.engine.connect() as source:
        state = source.execute(select(Response.state).where(Response.public_id == row.response)).scalar()
    if state not in (None, "started"):
        raise Conflict(N_("This response is finished already."))
    _dropped(row)


def _dropped(row: Any) -> None:
    write(lambda connection: connection.execute(delete(Upload).where(Upload.id == row.id)))
    store.remove(row.store_key)


def take(door: Door, plan: Plan, response: str, code: str, name: str, file: IO[bytes]) -> str:
    """A file that came with a form, kept at once; its id. Raises like :func:`start` and :func:`receive`."""
    files = taken(plan, code)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    given = Start(response, code, name[:1000], size)
    if size == 0:
        raise Refused(sniff.UNKNOWN)
    if size > min(files.size, HARD):
        raise TooLarge(TOO_LARGE, size=min(files.size, HARD) // 2**20)
    store.spare(size)
    row = _found(door, _begun(door, response, given, files))
    with store.receiving(row.store_key) as part:
        while piece := file.read(CHUNK):
            _written(part, size, os.fstat(part).st_size, piece)
        return str(_finished(row).public_id)


def _found(door: Door, upload: str) -> Any:
    query = select(Upload).where(
        Upload.public_id == upload, Upload.survey_id == door.survey_id, Upload.state != "gone"
    )
    with db.engine.connect() as source:
        row = source.execute(query).first()
    if row is None:
        raise NotFound(NOTHING)
    return row


def ids_in(plan: Plan, answers: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """(question code, upload id) of every file in some answers."""
    for code, value in answers.items():
        question = plan.questions.get(code)
        if question is not None and value is not None:
            yield from ((code, id) for id in question.type.uploads(question.settings, value))


def strange(
    connection: Connection, plan: Plan, answers: Mapping[str, Json], responses: Collection[str]
) -> dict[str, str]:
    """Code → refusal for answers with files that are not whole, or not of these responses and question."""
    named = set(ids_in(plan, answers))
    if not named:
        return {}
    query = select(Upload.question, Upload.public_id).where(
        Upload.public_id.in_([id for _, id in named]), Upload.response.in_(responses), Upload.state == "whole"
    )
    known = {(code, id) for code, id in connection.execute(query)}
    return {code: AGAIN for code, _ in named - known}


def of_response(actor: User, survey: Survey, response: str) -> dict[str, Upload]:
    """The whole files of a response the actor may see, by id."""
    rows = db.session.scalars(_seen(actor).where(Upload.survey_id == survey.id, Upload.response == response))
    return {row.public_id: row for row in rows}


def get(actor: User, upload: str, survey: str = "", response: str = "") -> Upload:
    """One whole file of a response in the actor's units; with ``survey`` and ``response`` only theirs. Raises
    NotFound."""
    query = _seen(actor).where(Upload.public_id == upload)
    if survey:
        query = query.where(Survey.code == survey, Upload.response == response)
    row: Upload | None = db.session.scalar(query)
    if row is None:
        raise NotFound(NOTHING)
    return row


def _seen(actor: User) -> Any:
    return (
        select(Upload)
        .join(Response, Response.public_id == Upload.response)
        .join(Survey, Survey.id == Upload.survey_id)
        .where(Upload.state == "whole", Survey.deleted_at.is_(None), accounts.within(actor, Response))
        .where(Survey.id == Response.survey_id)
    )


def path(row: Upload) -> Path:
    """Where a whole file lies. Raises NotFound where somebody removed it."""
    found = store.place(row.store_key)
    if not found.is_file():
        raise NotFound(NOTHING)
    return found


def thumbnail(row: Upload) -> bytes:
    """A small WebP of a picture. Raises NotFound where it is none."""
    kind = sniff.KINDS[row.mime]
    if kind.group != "image":
        raise NotFound(NOTHING)
    return images.web(path(row), kind, THUMB)


def forget(connection: Connection, response: str) -> None:
    """Marks the files of a response that is being deleted; :func:`clear` removes them after the commit."""
    connection.execute(update(Upload).where(Upload.response == response).values(state="gone"))


def clear() -> int:
    """Removes the files nobody wants any more; how many. What the disk refuses waits for the next time."""
    with db.engine.connect() as source:
        rows = source.execute(select(Upload.id, Upload.store_key).where(Upload.state == "gone")).all()
    ids = [row.id for row in rows if _removed(row.store_key)]
    if ids:
        write(lambda connection: connection.execute(delete(Upload).where(Upload.id.in_(ids))))
    return len(ids)


def _removed(key: str) -> bool:
    try:
        store.remove(key)
    except OSError:
        log.exception("A file could not be removed")
        return False
    return True


def sweep() -> int:
    """Removes files that were never completed or belong to no answer, a week after they came; how many."""
    old = Upload.created_at < now() - AGE
    answered = exists().where(Response.public_id == Upload.response)
    alone = (Upload.state == "receiving") | ((Upload.state == "whole") & ~answered)
    write(lambda connection: connection.execute(update(Upload).where(old, alone).values(state="gone")))
    unused = list(_replaced())
    if unused:
        write(
            lambda connection: connection.execute(
                update(Upload).where(Upload.id.in_(unused)).values(state="gone")
            )
        )
    return clear()


def _replaced() -> Iterator[int]:
    """Row ids of files that became old in the last two days and are not in the answer of their ended
    response."""
    query = (
        select(Upload.id, Upload.public_id, Upload.question, Response.answers, Response.version_id)
        .join(Response, Response.public_id == Upload.response)
        .where(Upload.state == "whole", Response.state != "started")
        .where(Upload.created_at < now() - AGE, Upload.created_at > now() - AGE - timedelta(days=2))
    )
    with db.engine.connect() as source:
        for row in source.execute(query).all():
            plan = plans.plan_of(row.version_id, source)
            if (row.question, row.public_id) not in set(ids_in(plan, row.answers)):
                yield row.id
