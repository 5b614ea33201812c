"""The scripts of benchmarks/ and examples/ start, say how they are called, and do nothing before."""

import ast
import importlib
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path for folder in ("benchmarks", "examples") for path in (ROOT / folder).glob("*.py"))
NAMES = [path.relative_to(ROOT).as_posix() for path in SCRIPTS]


def programs(path: Path) -> Iterator[str]:
    """The Python programs that a script holds as text, with nothing in place of what is put into them."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            shown = (part.value if isinstance(part, ast.Constant) else "None" for part in node.values)
            text = "".join(map(str, shown))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = re.sub(r"\{\w+(?:!r)?\}", "None", node.value)
        else:
            continue
        if re.match(r"\s*(?:import \w|from [\w.]+ import )", text):
            yield text


@pytest.mark.parametrize("name", NAMES)
def test_every_script_imports_and_only_tells_how_it_is_called(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str((ROOT / name).parent))
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    try:
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / name), run_name="__main__")
    except ModuleNotFoundError as error:
        if str(error.name).split(".")[0] == "instructir":
            raise
        pytest.skip(f"needs {error.name}")
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_programs_within_scripts_find_what_they_import(name: str) -> None:
    for program in programs(ROOT / name):
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("instructir"):
                module = importlib.import_module(str(node.module))
                assert [one.name for one in node.names if not hasattr(module, one.name)] == []


def test_programs_within_scripts_are_found() -> None:
    assert {path.stem for path in SCRIPTS if list(programs(path))} >= {"file_safety", "folders", "serve_load"}
