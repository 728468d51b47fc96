"""Finds question types, channels and widgets: ours by folder scan, third parties' by entry point."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

import channels.base
import dashboards.base
import question_types.base

T = TypeVar("T")
log = logging.getLogger(__name__)


class PluginError(RuntimeError):
    """The installation cannot start; the message names the plug-ins and the way out."""


@dataclass(frozen=True)
class Broken:
    """A third party's plug-in that could not be loaded: where it came from and why."""

    name: str
    reason: str


@dataclass
class Registry(Mapping[str, T], Generic[T]):
    """Key → plug-in instance, in the order of the toolbox."""

    items_: dict[str, T] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    def __getitem__(self, key: str) -> T:
        return self.items_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def add(self, plugin: Any, origin: str, package: str) -> None:
        """Registers one plug-in; two with one key stop the start, both named."""
        if plugin.key in self.items_:
            raise PluginError(
                f"Two plug-ins use the key {plugin.key!r}: {self.origins[plugin.key]} and {origin}. "
                "Uninstall one of them or rename its key."
            )
        self.items_[plugin.key] = plugin
        self.origins[plugin.key] = origin
        self.packages[plugin.key] = package


def _classes(module: ModuleType, base: type) -> Iterator[type]:
    for found in list(vars(module).values()):
        if not (inspect.isclass(found) and found.__module__ == module.__name__):
            continue
        if issubclass(found, base) and "key" in vars(found):
            yield found


def _scan(package: ModuleType, base: type, registry: Registry[Any]) -> None:
    """Our own folder. A failure here is ours: it is raised, not tolerated."""
    _guard(package)
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_") or info.name == "base" or info.ispkg:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for found in _classes(module, base):
            registry.add(found(), module.__name__, package.__name__)


def _guard(package: ModuleType) -> None:
    """Another distribution may own a top-level package of the same name (Django Channels does)."""
    if not hasattr(package, "base"):
        raise PluginError(
            f"The package {package.__name__!r} found at {list(package.__path__)} is not ours. "
            "Install survey-app in a virtual environment of its own."
        )


def _installed(group: str, base: type, registry: Registry[Any]) -> None:
    """Third parties'. A broken one is logged, listed and left out."""
    for point in entry_points(group=group):
        origin = f"{point.value} ({point.dist.name if point.dist else 'unknown'})"
        try:
            found = point.load()
            if not (inspect.isclass(found) and issubclass(found, base)):
                raise TypeError(f"{point.value} is not a {base.__name__}")
            plugin = found()
        except Exception as error:
            log.exception("Plug-in %s could not be loaded", origin)
            registry.broken.append(Broken(origin, f"{type(error).__name__}: {error}"))
            continue
        registry.add(plugin, origin, found.__module__.rpartition(".")[0] or found.__module__)


def _load(package: ModuleType, base: type) -> Registry[Any]:
    registry: Registry[Any] = Registry()
    _scan(package, base, registry)
    _installed(f"survey_app.{package.__name__}", base, registry)
    return registry


@cache
def types() -> Registry[question_types.base.QuestionType]:
    """All question types."""
    return _load(question_types, question_types.base.QuestionType)


@cache
def adapters() -> Registry[channels.base.Channel]:
    """All channels."""
    return _load(channels, channels.base.Channel)


@cache
def widgets() -> Registry[dashboards.base.Widget]:
    """All dashboard widgets."""
    return _load(dashboards, dashboards.base.Widget)


def template_packages() -> list[str]:
    """Packages whose ``templates`` folders hold plug-ins' own templates."""
    registries = (types(), adapters(), widgets())
    return sorted({name for registry in registries for name in registry.packages.values()})
