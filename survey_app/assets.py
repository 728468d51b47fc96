"""Static files under one address that changes with their content, so that browsers may keep them for ever.

Files come from our ``static`` folder, from those of the question types' packages (``types/<package>/…``) and
from wheels (plotly); nothing is fetched from anywhere else.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from whitenoise import WhiteNoise

from survey_app import __version__
from survey_app.config import Config

STATIC = Path(__file__).parent / "static"
FOREVER = 365 * 24 * 3600
PACKED = {".js", ".css", ".svg", ".json"}


def _wheel(package: str, path: str) -> Path:
    """A file inside an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package} is not installed completely.")
    return Path(spec.origin).parent / path


@cache
def borrowed() -> dict[str, Path]:
    """Browser files that come inside wheels: our name → the wheel's file."""
    swagger = "templates/swagger"
    return {
        "plotly/plotly.min.js": _wheel("plotly", "package_data/plotly.min.js"),
        "swagger/swagger-ui-bundle.js": _wheel("flask_openapi_swagger", f"{swagger}/js/swagger-ui-bundle.js"),
        "swagger/swagger-ui.css": _wheel("flask_openapi_swagger", f"{swagger}/css/swagger-ui.css"),
    }


def type_file(package: str, name: str) -> str:
    """The name, below :func:`url_path`, of a file that a question type of ``package`` brings."""
    return f"types/{package}/{name}"


@cache
def _brought() -> dict[str, Path]:
    """Files of the question types' packages, ours first: our name → the package's file."""
    points = entry_points(group="survey_app.question_types")
    packages = [
        "question_types",
        *sorted({point.module.rpartition(".")[0] or point.module for point in points}),
    ]
    return {
        type_file(package, path.relative_to(folder).as_posix()): path
        for package in packages
        for folder in _static_folders(package)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _static_folders(package: str) -> list[Path]:
    """A package's ``static`` folders; none where it is a module or broken."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return []
    return [Path(place, "static") for place in (spec and spec.submodule_search_locations) or ()]


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            yield path.relative_to(STATIC).as_posix(), path
    yield from _brought().items()
    yield from borrowed().items()


@cache
def digest() -> str:
    """Twelve hex characters over all our static files and the versions of the libraries."""
    versions = [__version__, *map(version, ("plotly", "flask-openapi-swagger", "rjsmin", "rcssmin"))]
    total = hashlib.sha256(" ".join(versions).encode())
    for name, path in _sources():
        if name not in borrowed():
            total.update(name.encode() + path.read_bytes())
    return total.hexdigest()[:12]


def url_path() -> str:
    """The address of the folder, without a slash at its end."""
    return f"/static/{digest()}"


def _folder(config: Config) -> Path:
    return config.data / "assets" / digest()


def build(config: Config) -> Path:
    """Copies and compresses all files once per content; later starts find them ready."""
    target = _folder(config)
    if target.is_dir():
        return target
    shutil.rmtree(target.parent, ignore_errors=True)
    scratch = target.with_suffix(".part")
    for name, source in _sources():
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(lean(name, source.read_bytes()))
        if copy.suffix in PACKED:
            _pack(copy)
    scratch.rename(target)
    return target


LEAN: dict[str, Callable[[str], str]] = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}


def lean(name: str, data: bytes) -> bytes:
    """A file as it is sent: our scripts and style sheets without comments and indents, which are a fifth of
    what a phone would download; everything else as it is."""
    squeeze = LEAN.get(Path(name).suffix)
    if squeeze is None or name in borrowed():
        return data
    return squeeze(data.decode()).encode()


def _pack(path: Path) -> None:
    data = path.read_bytes()
    path.with_name(path.name + ".br").write_bytes(brotli.compress(data, quality=9))
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))


def serve(wsgi: object, config: Config) -> WhiteNoise:
    """Wraps the application: compressed files where :func:`build` has run, the sources otherwise."""
    prefix, folder = url_path().strip("/") + "/", _folder(config)
    if folder.is_dir():
        return WhiteNoise(wsgi, root=str(folder), prefix=prefix, max_age=FOREVER)
    white = WhiteNoise(wsgi, root=str(STATIC), prefix=prefix, max_age=FOREVER)
    for name, path in {**_brought(), **borrowed()}.items():
        white.add_file_to_dictionary(f"/{prefix}{name}", str(path))
    return white
