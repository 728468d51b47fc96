"""The shape of the code: floors, leaves, small functions, words for readers."""

from __future__ import annotations

import ast
import gc
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("survey_app", "question_types", "channels", "dashboards")
HEAVY = {"snownlp", "plotly"}
"""May be imported inside a function: they take seconds and hundreds of megabytes."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[Path, ast.Module]:
    """All our Python files, parsed."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    gc.disable()  # a finalizer run in the midst of it makes Python 3.11 lose count of the tree's depth
    try:
        return {path: ast.parse(path.read_text("utf-8")) for path in paths}
    finally:
        gc.enable()


def functions() -> Iterator[tuple[Path, Function]]:
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def place(path: Path, node: ast.stmt) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def lines(function: Function) -> int:
    """Lines of a function without its docstring."""
    assert function.end_lineno
    total = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno:
        total -= first.end_lineno - first.lineno + 1
    return total


def test_the_import_contracts_hold() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    left = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    while free := [module for module, imported in left.items() if not imported & left.keys()]:
        for module in free:  # whoever imports nobody that is left cannot be in a circle
            del left[module]
    assert sorted(left) == []


def test_functions_are_small() -> None:
    found = sorted((lines(function), place(path, function)) for path, function in functions())
    sizes = [size for size, _ in found]
    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] <= 35
    assert [where for size, where in found if size > 60] == []


def test_files_are_rooms_not_halls() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: size for name, size in long.items() if size > 500} == {}


def test_only_heavy_libraries_are_imported_inside_functions() -> None:
    hidden = [
        place(path, node)
        for path, function in functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _names(node) <= HEAVY
    ]
    assert hidden == []


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names}


def test_what_others_call_says_what_it_does() -> None:
    """Contracts and services: every public function and class has a docstring."""
    silent = [
        f"{place(path, node)} {node.name}"
        for path, tree in modules().items()
        if path.name == "base.py" or path.parent.name == "services"
        for node in _public(tree)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def _public(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    """Public functions and classes of a module, and public methods of classes others derive from."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path, tree in modules().items() if not ast.get_docstring(tree)] == []


FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.~/:])/(home|root|Users|var/folders)/\w"),
    "a registry's address": re.compile(r"pypi\.\x6frg|pythonhost\x65d|registry\.npmjs|deb\.debia\x6e"),
    "a content delivery network": re.compile(r"cdn\.|cdnjs|unpkg\.com|jsdelivr"),
}
INLINE = re.compile(r"<script>|\s(on[a-z]+|style)=[\"']")
"""What the content security policy would stop anyway."""

TEXTS = {".py", ".html", ".js", ".css", ".md", ".toml", ".txt", ".json", ".ini", ".mako", ""}


def tree() -> list[Path]:
    """Files under version control, or all of them where there is no git."""
    result = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if result.returncode:
        pytest.skip("not a checkout")
    paths = [ROOT / name for name in result.stdout.decode().split("\0") if name]
    return [path for path in paths if path.suffix in TEXTS and path.is_file() and path != Path(__file__)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_is_free_of(what: str) -> None:
    pattern = FORBIDDEN[what]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tree()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_pages_have_no_inline_scripts_handlers_or_styles() -> None:
    pages = [path for path in tree() if path.suffix == ".html"]
    found = [str(path.relative_to(ROOT)) for path in pages if INLINE.search(path.read_text("utf-8"))]
    assert len(pages) > 20
    assert found == []


def test_nothing_minified_or_of_third_parties_is_in_the_tree() -> None:
    found = [path for path in tree() if re.search(r"\.min\.(js|css)$|(^|/)(vendor|node_modules)/", str(path))]
    assert found == []
