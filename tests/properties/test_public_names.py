"""A public name means one thing: no two modules define the same one."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import instructir

ROOT = Path(instructir.__file__).parent

ALLOWED = {"CODEC", "app", "main", "router"}
"""What modules of one kind all have, and offer to the one that gathers them."""


def definitions(path: Path) -> Iterator[str]:
    """Names without an underscore that a module defines, but commands and routes: users call them so."""
    place = path.relative_to(ROOT).parts[0]
    for node in ast.parse(path.read_text("utf-8")).body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            command = place == "cli" or (place == "serving" and node.decorator_list)
            names = [] if command else [node.name]
        elif isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        yield from (name for name in names if not name.startswith("_"))


def test_no_public_name_is_defined_in_two_modules() -> None:
    homes = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for name in set(definitions(path)) - ALLOWED:
            homes[name].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}
    assert len(homes) > 500


def test_what_the_package_offers_is_listed() -> None:
    assert set(instructir.__all__) == {"Restoration", "Restorer", "Task", "__version__", "load", "restore"}
