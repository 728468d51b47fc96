"""Files between the doors and the disk: names, rooms, what is swept and what stays."""

from __future__ import annotations

import io
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from question_types.base import Files
from survey_app.models import Response, Survey, Upload
from survey_app.models.base import now
from survey_app.services import doors, images, pictures, responses, sniff, store, uploads
from survey_app.services.errors import NotFound, Refused, StorageFull
from survey_app.services.intake import submit
from survey_app.services.posts import Post
from survey_app.services.uploads import Start
from tests import factories, files

QUESTION = {"code": "F1", "type": "file", "title": "请拍照", "settings": {"kind": "any", "max": 3}}


@pytest.fixture
def survey(cast: SimpleNamespace, db: Any) -> Survey:
    document = deepcopy(factories.NPS_DOCUMENT)
    document["pages"][0]["questions"].append(deepcopy(QUESTION))
    row = factories.published(cast.east, document)
    db.session.commit()
    return row


@pytest.fixture
def door(survey: Survey, db: Any) -> doors.Door:
    code = factories.distribution(survey).code
    db.session.commit()
    return doors.door(code)


def kept(app: Any) -> list[Path]:
    return [path for path in Path(app.extensions["config"].data, "uploads").rglob("*") if path.is_file()]


def given(door: doors.Door, response: str, data: bytes = files.PDF, name: str = "a.pdf") -> str:
    """A whole file of a response."""
    return uploads.take(door, door.plan, response, "F1", name, io.BytesIO(data))


def completed(door: doors.Door, response: str, *ids: str) -> None:
    submit(door, Post(response, 1, answers={"Q1": 9, "Q3": "open", "F1": list(ids)}, complete=True))


def aged(db: Any, days: float = 8) -> None:
    """Makes all files older."""
    db.session.rollback()
    for row in db.session.query(Upload):
        row.created_at = now() - timedelta(days=days)
    db.session.commit()


# Sweeping


def test_what_belongs_to_no_answer_is_swept_after_a_week(door: doors.Door, app: Any, db: Any) -> None:
    used, lonely = factories.public_id(), factories.public_id()
    answer, replaced = given(door, used), given(door, used)
    given(door, lonely)
    begun = uploads.start(door, Start(lonely, "F1", "a.pdf", 100))["upload"]
    uploads.receive(door, begun, 0, b"%PDF-1.7")
    completed(door, used, answer)
    assert len(kept(app)) == 4
    assert uploads.sweep() == 0
    aged(db)
    assert uploads.sweep() == 3
    assert len(kept(app)) == 1
    assert [row.public_id for row in db.session.query(Upload)] == [answer]
    assert uploads.sweep() == 0
    with pytest.raises(NotFound):
        uploads.told(door, replaced)


def test_files_of_a_response_still_under_way_are_left_alone(door: doors.Door, app: Any, db: Any) -> None:
    response = factories.public_id()
    id = given(door, response)
    submit(door, Post(response, 1, page="p1", answers={"F1": [id]}))
    aged(db, 30)
    assert uploads.sweep() == 0
    assert len(kept(app)) == 1


def test_a_deleted_response_is_erased_with_its_files_even_if_the_disk_was_slow(
    door: doors.Door,
    app: Any,
    db: Any,
    cast: SimpleNamespace,
    survey: Survey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    response = factories.public_id()
    id = given(door, response)
    completed(door, response, id)
    with monkeypatch.context() as patch:
        patch.setattr(store, "remove", lambda key: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        responses.remove(cast.manager, survey.code, response)
    assert db.session.query(Response).count() == 0
    assert len(kept(app)) == 1
    with pytest.raises(NotFound):
        uploads.get(cast.manager, id)
    assert uploads.sweep() == 1
    assert kept(app) == []


# Rooms


def test_a_file_is_whole_in_its_place_or_not_there_at_all(
    door: doors.Door, app: Any, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Any, target: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StorageFull):
            given(door, factories.public_id())
    assert not [path for path in kept(app) if not path.suffix]
    db.session.rollback()
    assert [row.state for row in db.session.query(Upload)] == ["receiving"]


def test_files_lie_apart_from_what_is_served_readable_by_the_service_alone(
    door: doors.Door, app: Any
) -> None:
    given(door, factories.public_id())
    path = kept(app)[0]
    assert path.parent.parent == Path(app.extensions["config"].data, "uploads")
    assert path.parent.name == path.name[:2]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_link_planted_in_the_store_is_not_followed(door: doors.Door, db: Any, tmp_path: Path) -> None:
    target = tmp_path / "victim"
    target.write_bytes(b"old")
    upload = uploads.start(door, Start(factories.public_id(), "F1", "a.pdf", len(files.PDF)))["upload"]
    part = store.part(db.session.query(Upload).filter_by(public_id=upload).one().store_key)
    part.parent.mkdir(parents=True)
    part.symlink_to(target)
    with pytest.raises(OSError, match="symbolic"):
        uploads.receive(door, upload, 0, files.PDF)
    assert target.read_bytes() == b"old"


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("发票 2025.pdf", "发票 2025.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.JPG", "photo.JPG"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\u2028b\u00a0c.txt", "abc.txt"),
        ('<b>"|?*.pdf', "_b_____.pdf"),
        ("...", ""),
        ("x" * 300 + ".pdf", "x" * 109 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_cleaned(name: str, shown: str) -> None:
    assert uploads.cleaned(name) == shown


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("a.jpeg", sniff.JPEG, "a.jpeg"),
        ("IMG.JPG", sniff.JPEG, "IMG.JPG"),
        ("a.png", sniff.JPEG, "a.jpg"),
        ("a.gif", sniff.PNG, "a.png"),
        ("a", sniff.PDF, "a.pdf"),
        ("", sniff.PDF, "file.pdf"),
        (".pdf", sniff.PDF, "file.pdf"),
        ("v1.final version", sniff.PDF, "v1.final version.pdf"),
        ("page.html", sniff.TXT, "page.txt"),
    ],
)
def test_a_name_ends_as_its_content_is(name: str, kind: sniff.Kind, shown: str) -> None:
    assert uploads.renamed(name, kind) == shown


# Pictures


def test_a_picture_with_something_to_see_through_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(files.picture("PNG", (50, 40), "RGBA"))
    data, kind = images.remade(path, sniff.PNG)
    assert kind is sniff.PNG
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((49, 39)) == (0, 0, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_pictures_of_every_kind_of_colour_are_read(tmp_path: Path, mode: str) -> None:
    format, kind = ("JPEG", sniff.JPEG) if mode == "CMYK" else ("PNG", sniff.PNG)
    file = io.BytesIO()
    Image.new(mode, (30, 20)).save(file, format)
    path = tmp_path / "a"
    path.write_bytes(file.getvalue())
    data, _ = images.remade(path, kind)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (30, 20)


def test_a_picture_of_another_kind_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(files.picture("GIF"))
    with pytest.raises(Refused):
        images.remade(path, sniff.PNG)


def test_an_author_adds_pictures_only_to_surveys_that_may_be_changed(
    survey: Survey, cast: SimpleNamespace
) -> None:
    picture = pictures.add(cast.manager, survey.code, files.picture())
    assert pictures.find(picture.name).is_file()
    assert picture.address == f"/media/{picture.name}"
    for other in (cast.agent, cast.stranger):
        with pytest.raises(NotFound):
            pictures.add(other, survey.code, files.picture())


def test_a_question_says_which_files_it_takes(door: doors.Door) -> None:
    assert uploads.taken(door.plan, "F1") == Files(
        ("image", "audio", "video", "pdf", "office", "text", "archive"), 10 * 2**20, 3
    )
    for code in ("Q1", "nope"):
        with pytest.raises(Refused):
            uploads.taken(door.plan, code)
