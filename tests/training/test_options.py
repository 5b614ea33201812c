"""Configurations: what is read, and how mistakes are named."""

from pathlib import Path

import pytest

from instructir.errors import ConfigError
from instructir.training.options import load_options

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configurations_are_valid(path: Path) -> None:
    options = load_options(path)
    assert options.steps > 0
    assert options.data.mixture


def write(folder: Path, text: str) -> Path:
    path = folder / "c.yaml"
    path.write_text(text)
    return path


def test_overrides_reach_nested_options(tmp_path: Path) -> None:
    path = write(tmp_path, "steps: 5\nmodel: {width: 8}\n")
    options = load_options(path, ["steps=7", "optimiser.lr=3e-4", "data.root=/a b", "phases=[{size: 32}]"])
    assert (options.steps, options.model.width, options.optimiser.lr) == (7, 8, 3e-4)
    assert (options.data.root, options.phases[0].size, options.phases[0].batch) == ("/a b", 32, 32)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stepz: 5", "unknown option 'stepz'"),
        ("model: {widht: 5}", "unknown option 'widht'"),
        ("steps: many", "steps is 'many', which is not a int"),
        ("compile: 1", "compile is 1, which is not a bool"),
        ("steps: true", "steps is True"),
        ("precision: fp8", "use one of fp32, bf16, fp16"),
        ("optimiser: {lr: fast}", "lr is 'fast'"),
        ("data: {mixture: [{task: x, weight: [1]}]}", "weight"),
        ("model: 5", "expected a mapping"),
        ("a: [", "not readable as YAML"),
    ],
)
def test_mistakes_are_named_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_options(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_and_malformed_override(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration"):
        load_options(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match="key=value"):
        load_options(write(tmp_path, "steps: 5"), ["steps"])
    with pytest.raises(ConfigError, match="not readable as YAML"):
        load_options(write(tmp_path, "steps: 5"), ["phases=[{size: 5"])


def test_a_configuration_changes_its_base(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text(
        "steps: 5\nmodel: {width: 8, middle_blocks: 3}\nphases: [{size: 9}]\n"
    )
    options = load_options(write(tmp_path, "base: below.yaml\nmodel: {width: 4}\nphases: [{batch: 2}]\n"))
    assert (options.steps, options.model.width, options.model.middle_blocks) == (5, 4, 3)
    assert [(phase.size, phase.batch) for phase in options.phases] == [(256, 2)]
    with pytest.raises(ConfigError, match="is its own base"):
        load_options(write(tmp_path, "base: c.yaml"))
