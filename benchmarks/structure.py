"""The structure of the package: ``python -m benchmarks.structure``.

Prints the rooms with their modules, lines and classes, the longest module, the longest folder, the import circles, and
the protocols of ``qa/protocols.py`` with the implementations that their contract tests run over. A contract test is a
module of ``tests/contracts`` that lists them by protocol as ``IMPLEMENTATIONS``. The limits stand in
``tests/test_architecture.py``.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qa"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a file's dotted name below the package: ``web.views.render``, empty for the package itself."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


MODULES = {name_of(path): path for path in FILES}


def room_of(name: str) -> str:
    """Return the room of a module: the first part of its name."""
    return name.split(".")[0]


def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def lines_of(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text("utf-8").splitlines())


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, at any depth; ours by the longest name that is a module.

    Raises ``ValueError`` for a relative import.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path}: relative import")
            module = node.module or ""
            for alias in node.names:
                longer = f"{module}.{alias.name}"
                yield longer if longer.startswith("qa.") and longer.removeprefix("qa.") in MODULES else module


def own_imports(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a file imports, by their names below the package."""
    for name in imports(path):
        if name == "qa" or name.startswith("qa."):
            yield name.removeprefix("qa").lstrip(".")


def graph_of(room: str | None = None) -> dict[str, set[str]]:
    """Return the imports among the modules of a room, or of the whole package, by module."""
    chosen = {name: path for name, path in MODULES.items() if room in (None, room_of(name))}
    return {name: {other for other in own_imports(path) if other in chosen} for name, path in chosen.items()}


def circles(graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield the circles of a graph of imports, each as a path from a module back to itself."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterator[list[str]]:
        if name in path:
            yield [*path[path.index(name) :], name]
        elif name not in done:
            for other in sorted(graph.get(name, ())):
                yield from visit(other, [*path, name])
            done.add(name)

    for name in sorted(graph):
        yield from visit(name, [])


def classes() -> Counter[str]:
    """Return the number of classes of each name in the package."""
    return Counter(node.name for path in FILES for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef))


def modules_by_folder() -> Counter[Path]:
    """Return the number of modules in each folder, ``__init__.py`` left out."""
    return Counter(path.parent for path in FILES if path.name != "__init__.py")


def protocols() -> list[str]:
    """Return the names of the protocols."""
    return [
        node.name
        for node in tree_of(PACKAGE / "protocols.py").body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases)
    ]


def implementations() -> dict[str, list[str]]:
    """Return the implementations of each protocol that a contract test runs over."""
    tests = ROOT / "tests"
    sys.path[:0] = [str(tests), str(tests / "support")]
    found: dict[str, list[str]] = {name: [] for name in protocols()}
    for path in sorted((tests / "contracts").glob("test_*.py")):
        module = importlib.import_module(f"contracts.{path.stem}")
        for protocol, names in module.IMPLEMENTATIONS.items():
            found[protocol] += names
    return found


def main() -> None:
    """Print the structure."""
    lines = {name: lines_of(path) for name, path in MODULES.items()}
    print(f"{len(FILES)} modules, {sum(lines.values()):,} lines, {classes().total()} classes\n")
    print("room                modules    lines")
    for room in sorted({room_of(name) for name in MODULES}):
        counts = [count for name, count in lines.items() if room_of(name) == room]
        print(f"{room or 'qa':<18} {len(counts):8} {sum(counts):8,}")
    longest = max(lines, key=lambda name: lines[name])
    folder, size = modules_by_folder().most_common(1)[0]
    print(f"\nlongest module: {longest} ({lines[longest]} lines)")
    print(f"longest folder: {folder.relative_to(ROOT)} ({size} modules)")
    twice = sorted(name for name, count in classes().items() if count > 1)
    print(f"classes of one name: {', '.join(twice) or 'none'}")
    found = list(circles(graph_of()))
    print(f"import circles: {len(found)}")
    for circle in found:
        print(f"  {' → '.join(circle)}")
    print("\nprotocol            implementations under a contract test")
    for protocol, names in implementations().items():
        print(f"{protocol:<19} {', '.join(names) or '(none)'}")


if __name__ == "__main__":
    main()
