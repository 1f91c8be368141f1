"""One unpacked MLflow release: its modules, and where each name in them really comes from."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemod.mlflow_api.generate.declarations import Class, DeclaredValue, Function, Imported, Module
from codemod.mlflow_api.generate.reading import read_module

#: Known to exist, but not read: generated or vendored code, migration scripts and files that ship as data.
UNREAD = re.compile(
    r"mlflow\.(protos|vendor|store\.db_migrations|temporary_db_migrations_for_pre_1_users|assistant\.skills)\b"
)
#: MLflow sets these attributes in a loop at import time: the module that registers, and the one that gets them.
REGISTRIES = {
    "mlflow.data.dataset_registry": "mlflow.data",
    "mlflow.data.dataset_source_registry": "mlflow.data.sources",
}


@dataclass(slots=True)
class Release:
    """Modules of one release by dotted name; the other attributes only remember answers."""

    modules: dict[str, Module]
    located: dict[tuple[str, str], str | None] = field(default_factory=dict)
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_release(files: Mapping[str, bytes]) -> Release:
    """Read a release.

    Args:
        files: Contents by path inside the wheel, such as `mlflow/sklearn/__init__.py`; others than `.py` are ignored.
    """
    modules: dict[str, Module] = {}
    for path in sorted(files):
        name = module_name(path)
        if name is None:
            continue
        is_package = path.endswith("/__init__.py")
        if UNREAD.match(name):
            modules[name] = Module(name, is_package)
        elif name not in modules or is_package:  # a package wins over a module of the same name, as it does on import
            modules[name] = read_module(files[path], name, is_package=is_package)
    for source, target in REGISTRIES.items():
        if source in modules and target in modules:
            for registered in modules[source].registered:
                modules[target].bindings.setdefault(registered, Imported(source, registered))
                modules[target].exports.add(registered)
    return Release(modules)


def module_name(path: str) -> str | None:
    """Return the dotted name of a file in a wheel; None when it is not an importable module of MLflow."""
    if not path.startswith("mlflow/") or not path.endswith(".py"):
        return None
    parts = path[: -len(".py")].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if all(part.isidentifier() for part in parts) else None


def names_in(release: Release, module: Module) -> Iterator[str]:
    """Return the names that a module binds, those of star imports included."""
    yield from module.bindings
    for star in module.stars:
        if star in release.modules and star != module.name:
            source = release.modules[star]
            for name in source.exports if source.declares_exports else list(names_in(release, source)):
                if name not in module.bindings and (source.declares_exports or not name.startswith("_")):
                    yield name


def locate(release: Release, module: str, name: str) -> str | None:
    """Follow imports to where a name is defined.

    Returns:
        The dotted name of the definition or of a module, or of something outside MLflow as it is imported; None when
        the name leads nowhere, as a `LazyLoader` of a module that was removed does.
    """
    key = (module, name)
    if key not in release.located:
        release.located[key] = None  # a cycle of imports ends here
        release.located[key] = _locate(release, module, name)
    return release.located[key]


def _locate(release: Release, module: str, name: str) -> str | None:
    if module not in release.modules:
        return None if module.partition(".")[0] == "mlflow" else f"{module}.{name}"
    submodule = f"{module}.{name}" if f"{module}.{name}" in release.modules else None
    binding = release.modules[module].bindings.get(name)
    if binding is None:
        for star in release.modules[module].stars:
            if star in release.modules and (found := locate(release, star, name)):
                return found
        return submodule
    if isinstance(binding, Imported):
        if binding.name is not None:
            return locate(release, binding.module, binding.name) or submodule
        return binding.module if binding.module in release.modules or not binding.module.startswith("mlflow.") else None
    if isinstance(binding, DeclaredValue) and binding.refers:
        target = locate_expression(release, module, binding.refers)
        if target and (target in release.modules or isinstance(definition(release, target), Function | Class)):
            return target
    return f"{module}.{name}"


def locate_expression(release: Release, module: str, expression: str) -> str | None:
    """Return where a dotted expression in a module's scope comes from, such as `mlflow.entities.Run` or `dataclass`."""
    first, *rest = expression.split(".")
    place = locate(release, module, first)
    if place is None and hasattr(builtins, first):
        place = f"builtins.{first}"
    for part in rest:
        if place is None:
            return None
        place = locate(release, place, part) if place in release.modules else f"{place}.{part}"
    return place


def definition(release: Release, place: str) -> Function | Class | DeclaredValue | None:
    """Return what stands at a place that `locate` returned; None for modules and for what is not MLflow's."""
    module, _, name = place.rpartition(".")
    names = [name]
    while module and module not in release.modules:
        module, _, name = module.rpartition(".")
        names.insert(0, name)
    if not module:
        return None
    found = release.modules[module].bindings.get(names[0])
    for name in names[1:]:
        found = found.members.get(name) if isinstance(found, Class) else None
    return None if isinstance(found, Imported) else found


def home(release: Release, place: str) -> str:
    """Return the module in which a definition stands."""
    module = place.rpartition(".")[0]
    while module not in release.modules:
        module = module.rpartition(".")[0]
    return module


def resolution_order(release: Release, place: str) -> tuple[str, ...]:
    """Return the places of a class and its bases in the order in which attributes are looked up; foreign bases as imported.

    Depth first, a base that several classes share after all of them: Python's order wherever MLflow uses it.
    """
    if place not in release.orders:
        release.orders[place] = (place,)
        found = definition(release, place)
        order = [place]
        if isinstance(found, Class):
            module = home(release, place)
            for base in found.bases:
                located = (locate_expression(release, module, base) if base != "?" else None) or "?"
                order += resolution_order(release, located)
        release.orders[place] = tuple(one for index, one in enumerate(order) if one not in order[index + 1 :])
    return release.orders[place]
