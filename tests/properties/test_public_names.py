"""A public name means one thing: no two modules define the same one, and somebody else uses it."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import instructir

ROOT = Path(instructir.__file__).parent
REPOSITORY = Path(__file__).parents[2]

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


def words(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text("utf-8")))


def test_functions_and_constants_of_one_module_have_an_underscore() -> None:
    """Classes are let be: they are what public functions take and give."""
    modules = sorted(ROOT.rglob("*.py"))
    others = ("tests", "benchmarks", "examples", "tools", "integrations", "docs")
    readers = [
        path
        for folder in others
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in (".py", ".md")
    ]
    uses = Counter(word for path in [*modules, *readers, *REPOSITORY.glob("*.md")] for word in words(path))
    alone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules
        for name in set(definitions(path)) - ALLOWED
        if uses[name] == 1 and (name.isupper() or name.islower())
    ]
    assert sorted(alone) == []


def test_what_the_package_offers_is_listed() -> None:
    assert set(instructir.__all__) == {"Restoration", "Restorer", "Task", "__version__", "load", "restore"}
