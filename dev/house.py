"""The house: every file is loaded, lies where its name says, and knows only what is below it.

    python3 -m dev.house

What is checked, of all addons of the repository:

- the manifest names every data file on disk, once, and none that is missing;
- every module with models is imported by the package it lies in, every package by the one above;
- Odoo's loader of tests, which walks no packages, finds every ``test_*.py``: the names are bound in
  ``tests/__init__.py`` and no two are the same;
- a module of a room is called ``<model>.py`` or ``<model>_<noun>.py`` after a model it has;
- imports, ``env["…"]``, ``_inherit``, comodels and tables of SQL point down: ``tools`` ← ``sql`` ← the rooms of
  ``models``, floor by floor as ``models/__init__.py`` lists them ← ``report`` ← ``wizard`` ←
  ``controllers``; and from an addon only to itself and those it depends on;
- ``tools`` does not import Odoo.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dev import addons, say

LAYERS = ("tools", "sql", "models", "report", "wizard", "controllers")
WITH_MODELS = ("models", "report", "wizard", "controllers")
NO_DATA = ("static", "tests", "i18n", "readme", "migrations")
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) (retention_\w+)")
RELATIONS = ("Many2one", "One2many", "Many2many")


@dataclass(frozen=True)
class Place:
    """Where something lies: the higher, the more it may know."""

    addon: str
    layer: str
    room: str = ""
    floor: int = 0

    def knows(self, other: Place, depends: set[str]) -> bool:
        """Tell whether what lies here may name what lies there."""
        if self.addon != other.addon:
            return other.addon in depends
        mine, its = LAYERS.index(self.layer), LAYERS.index(other.layer)
        if mine != its or self.layer != "models":
            return mine >= its
        return self.floor > other.floor or self.room == other.room

    def __str__(self) -> str:
        return "/".join(filter(None, (self.addon, self.layer, self.room)))


@dataclass
class Module:
    """A Python file of an addon, read once."""

    addon: str
    path: Path
    inside: Path
    tree: ast.Module = field(repr=False)

    @cached_property
    def classes(self) -> list[dict[str, object]]:
        """The literal ``_name`` and ``_inherit`` of its classes."""
        return [_assigned(node) for node in self.tree.body if isinstance(node, ast.ClassDef)]

    def models(self) -> set[str]:
        """Return the models it defines or extends."""
        return {
            name for each in self.classes for name in (*_names(each), each.get("_name")) if name
        }

    def defined(self) -> set[str]:
        """Return the models it defines."""
        return {
            str(each["_name"])
            for each in self.classes
            if each.get("_name") and each["_name"] not in _names(each)
        }


def _assigned(node: ast.ClassDef) -> dict[str, object]:
    found: dict[str, object] = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            name = line.targets[0].id
            if name in ("_name", "_inherit", "_inherits"):
                try:
                    found[name] = ast.literal_eval(line.value)
                except ValueError:
                    continue
    return found


def _names(assigned: dict[str, object]) -> list[str]:
    inherit = assigned.get("_inherit") or []
    names = [inherit] if isinstance(inherit, str) else list(inherit)  # type: ignore[call-overload]
    return [*names, *(assigned.get("_inherits") or {})]  # type: ignore[misc]


class House:
    """All addons of the repository."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.addons = {
            path.parent.name: addons.manifest(path)
            for path in sorted(top.glob(f"{addons.PREFIX}*/__manifest__.py"))
        }
        self.floors = {name: self._read_floors(name) for name in self.addons}
        self.modules = [
            Module(name, path, path.relative_to(top / name), ast.parse(path.read_text("utf-8")))
            for name in self.addons
            for path in sorted((top / name).rglob("*.py"))
            if "static" not in path.parts
        ]
        self.owners = {
            model: place
            for module in self.modules
            if (place := self.place(module))
            for model in module.defined()
        }

    def faults(self) -> Iterator[str]:
        """Yield every fault in a line that says where and what."""
        for name in self.addons:
            yield from self._check_manifest(name)
            yield from self._check_packages(name)
            yield from self._check_tests(name)
        for module in self.modules:
            yield from self._check_name(module)
            yield from self._check_direction(module)

    # Where things lie

    def _read_floors(self, name: str) -> dict[str, int]:
        """Return ``{room: floor}`` as the packages of ``models`` are imported, blank lines between floors."""
        path = self.top / name / "models" / "__init__.py"
        floors: dict[str, int] = {}
        floor = 0
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            if found := re.match(r"from \. import (\w+)", line):
                if (path.parent / found[1]).is_dir():
                    floors[found[1]] = floor
            elif not line.strip():
                floor += 1
        return floors

    def place(self, module: Module) -> Place | None:
        """Return where a module lies; None for those that may know everything: tests, hooks."""
        return self._place(module.addon, module.inside.parts)

    def _place(self, addon: str, parts: tuple[str, ...]) -> Place | None:
        if len(parts) < 2 or parts[0] not in LAYERS:
            return None
        room = parts[1] if parts[0] == "models" and parts[1] in self.floors[addon] else ""
        return Place(addon, parts[0], room, self.floors[addon].get(room, -1))

    def depends(self, name: str) -> set[str]:
        """Return those of our addons that ``name`` depends on, directly or not."""
        found: set[str] = set()
        todo = [name]
        while todo:
            for needed in self.addons[todo.pop()].get("depends") or ():  # type: ignore[union-attr]
                if needed in self.addons and needed not in found:
                    found.add(needed)
                    todo.append(needed)
        return found

    # The checks

    def _check_manifest(self, name: str) -> Iterator[str]:
        content = self.addons[name]
        listed = [str(file) for key in ("data", "demo") for file in content.get(key) or ()]  # type: ignore[union-attr]
        top = self.top / name
        found = {
            str(path.relative_to(top))
            for path in top.rglob("*")
            if path.suffix in (".xml", ".csv") and path.relative_to(top).parts[0] not in NO_DATA
        }
        where = f"{name}/__manifest__.py"
        for file in sorted(found - set(listed)):
            yield f"{where}: {file} is on disk, and not listed"
        for file in sorted(set(listed) - found):
            yield f"{where}: {file} is listed, and not on disk"
        for file in sorted({file for file in listed if listed.count(file) > 1}):
            yield f"{where}: {file} is listed twice"

    def _check_packages(self, name: str) -> Iterator[str]:
        for module in self.modules:
            parts = module.inside.parts
            if module.addon != name or len(parts) < 2 or parts[0] not in WITH_MODELS:
                continue
            package = module.path.parent
            if module.path.name == "__init__.py":
                if len(parts) > 2 and package.name not in _imported(package.parent):
                    yield f"{name}/{module.inside}: the package is imported by none above"
            elif not (package / "__init__.py").exists():
                yield f"{name}/{module.inside}: its folder has no __init__.py"
            elif module.models() and module.path.stem not in _imported(package):
                yield f"{name}/{module.inside}: is not imported by its package"

    def _check_tests(self, name: str) -> Iterator[str]:
        top = self.top / name / "tests"
        if not top.is_dir():
            return
        files = sorted(top.rglob("test_*.py"))
        bound = _imported(top)
        seen: dict[str, Path] = {}
        for path in files:
            inside = path.relative_to(self.top)
            if path.stem in seen:
                yield f"{inside}: a test of this name is {seen[path.stem]}: Odoo would run one of them"
            seen[path.stem] = inside
            if path.parent == top:
                if path.stem not in bound:
                    yield f"{inside}: is not imported in tests/__init__.py"
            elif path.stem not in _imported(path.parent):
                yield f"{inside}: is not imported by its package"
            elif f"{path.parent.name}.*" not in bound:
                yield f"{inside}: tests/__init__.py lacks  from .{path.parent.name} import *"

    def _check_name(self, module: Module) -> Iterator[str]:
        place = self.place(module)
        models = {model.replace(".", "_") for model in module.models()}
        if not place or place.layer == "controllers" or not models:
            return
        stem = module.path.stem
        # A wizard of core's lies in a file that leaves out the end of its name.
        extended = {*models} - {model.replace(".", "_") for model in module.defined()}
        if not (
            any(stem == model or stem.startswith(f"{model}_") for model in models)
            or any(model.startswith(f"{stem}_") for model in extended)
        ):
            wanted = ", ".join(sorted(models))
            yield f"{module.addon}/{module.inside}: is named after none of its models ({wanted})"

    def _check_direction(self, module: Module) -> Iterator[str]:
        place = self.place(module)
        if not place or (module.path.name == "__init__.py"):
            return
        depends = self.depends(module.addon)
        for line, what, other in self._references(module):
            if not place.knows(other, depends):
                yield f"{module.addon}/{module.inside}:{line}: {place} names {what} of {other}, above it"
        if place.layer == "tools":
            for node in ast.walk(module.tree):
                if "odoo" in _packages(node):
                    yield f"{module.addon}/{module.inside}:{node.lineno}: tools are free of Odoo"  # type: ignore[attr-defined]

    def _references(self, module: Module) -> Iterator[tuple[int, str, Place]]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom):
                for target in _targets(module, node):
                    addon, *parts = target
                    if addon in self.addons and (place := self._place(addon, tuple(parts))):
                        yield node.lineno, "/".join(parts), place
            elif (model := _model_named(node)) in self.owners:
                yield node.lineno, str(model), self.owners[str(model)]  # type: ignore[attr-defined]
            elif (
                # Builders of SQL name the tables they are about; what is asked of them decides.
                module.inside.parts[0] != "sql"
                and isinstance(node, ast.Constant)
                and isinstance(node.value, str)
            ):
                for table in set(TABLE.findall(node.value)):
                    if owner := self.owners.get(table.replace("_", ".")):
                        yield node.lineno, table, owner
        for each in module.classes:
            for model in _names(each):
                if model in self.owners:
                    yield 1, model, self.owners[model]


def _imported(package: Path) -> set[str]:
    """Return the names a package imports from itself; ``room.*`` for all of a room."""
    path = package / "__init__.py"
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path.exists() else ():
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            prefix = f"{node.module}." if node.module else ""
            found |= {prefix + alias.name for alias in node.names}
    return found


def _targets(module: Module, node: ast.ImportFrom) -> Iterator[tuple[str, ...]]:
    """Yield what an import names, as addon and path inside it; the last part may be a name in a module."""
    named = (node.module or "").split(".") if node.module else []
    if node.level:
        base = (module.addon, *module.inside.parts[:-1])
        start = base[: len(base) - node.level + 1]
    elif named[:2] == ["odoo", "addons"] and len(named) > 2:
        start, named = (), named[2:]
    else:
        return
    for alias in node.names:
        yield (*start, *named, alias.name)


def _model_named(node: ast.AST) -> str | None:
    """Return the model that ``env["…"]`` or a relation names."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        holder = node.value
        named = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
        return str(node.slice.value) if named in ("env", "pool") else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in RELATIONS and node.args and isinstance(node.args[0], ast.Constant):
            return str(node.args[0].value)
    return None


def _packages(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").split(".")[0]}
    return set()


def main() -> int:
    """Print the faults; return 1 where there are any."""
    faults = list(House(addons.folder()).faults())
    print("\n".join(faults), end="\n" * bool(faults))
    return int(bool(faults))


if __name__ == "__main__":
    say.run(main)
