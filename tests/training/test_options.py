"""Configurations: what is read, and how mistakes are named."""

from pathlib import Path

import pytest

from instructir.errors import ConfigError
from instructir.training.configuration import load_options, shipped
from instructir.training.options import TrainOptions

CONFIGS = [path for path in shipped().values() if path.stem not in ("planner", "faults", "deblocking")]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configurations_are_valid(path: Path) -> None:
    for options in load_options(path).runs():
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
        ("steps: many", "steps is 'many', which is not a whole number"),
        ("compile: 1", "compile is 1, which is not true or false"),
        ("steps: true", "steps is True"),
        ("precision: fp8", "use one of fp32, bf16, fp16"),
        ("optimiser: {lr: fast}", "lr is 'fast'"),
        ("data: {mixture: [{task: x, weight: [1]}]}", "weight"),
        ("model: 5", "expected a mapping"),
        ("a: [", "not readable as YAML (line 1: "),
        ("steps: 5\na: {\n  b: [1\n  c: 2\n", "not readable as YAML (line 4: "),
        ("a: 2024-99-99", "not readable as YAML (month"),
        ("data: {held_out: 1}", "held_out is 1, which keeps every picture from training; give 2 or more"),
        (
            "data: {sources: {clean: {}}, mixture: {noise: {task: denoising, source: cleen}}}",
            "mixture.noise: source is 'cleen'; use one of clean",
        ),
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


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("steps=abc", "'steps=abc': steps is 'abc', which is not a whole number"),
        ("data.held_out=1", "'data.held_out=1': data: held_out is 1"),
        ("data.mixture.noise.source=cleen", "noise.source=cleen': data: mixture.noise: source is 'cleen'"),
    ],
)
def test_the_override_is_blamed_for_what_it_sets(tmp_path: Path, override: str, message: str) -> None:
    path = write(tmp_path, "data: {sources: {clean: {}}, mixture: {noise: {task: denoising, source: clean}}}")
    with pytest.raises(ConfigError) as caught:
        load_options(path, ["steps=7", override])
    assert message in str(caught.value)
    assert str(path) not in str(caught.value)


def test_a_missing_base_is_told_with_who_names_it_and_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path, "base: nope.yaml")
    (tmp_path / "good.yaml").touch()
    with pytest.raises(ConfigError, match=r"c\.yaml: base: nope\.yaml is not beside it; .*: good\.yaml$"):
        load_options(path)


def test_a_configuration_changes_its_base(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text(
        "steps: 5\nmodel: {width: 8, middle_blocks: 3}\nphases: [{size: 9}]\n"
    )
    options = load_options(write(tmp_path, "base: below.yaml\nmodel: {width: 4}\nphases: [{batch: 2}]\n"))
    assert (options.steps, options.model.width, options.model.middle_blocks) == (5, 4, 3)
    assert [(phase.size, phase.batch) for phase in options.phases] == [(256, 2)]
    with pytest.raises(ConfigError, match="is its own base"):
        load_options(write(tmp_path, "base: c.yaml"))


MIXTURE = """
steps: 5
data:
  mixture:
    noise: {task: denoising, source: a, weight: 2}
    rain: {task: deraining, source: a}
"""


def entries(options: TrainOptions) -> list[tuple[str, str, float]]:
    return [(entry.name, entry.task, entry.weight) for entry in options.data.mixture]


def test_named_entries_of_the_mixture_are_merged(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text(MIXTURE)
    above = "base: below.yaml\ndata: {mixture: {rain: {weight: 3}, haze: {task: dehazing, source: a}}}\n"
    path = write(tmp_path, above)
    expected = [("noise", "denoising", 2), ("rain", "deraining", 3), ("haze", "dehazing", 1)]
    assert entries(load_options(path)) == expected
    changed = load_options(path, ["data.mixture.noise.weight=9", "data.mixture.rain=null"])
    assert entries(changed) == [("noise", "denoising", 9), ("haze", "dehazing", 1)]


def test_a_list_replaces_the_mixture_that_it_is_put_over(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text(MIXTURE)
    path = write(tmp_path, "base: below.yaml\ndata: {mixture: [{task: dehazing, source: a}]}\n")
    assert entries(load_options(path)) == [("", "dehazing", 1)]


STAGES = (
    MIXTURE
    + """
out: runs/x
name: x
model: {initial: start}
optimiser: {lr: 1e-3}
stages:
  small: {phases: [{size: 32}]}
  large: {steps: 7, data: {mixture: {rain: {weight: 4}}}}
"""
)


def test_a_stage_changes_the_options_above_and_goes_on_from_the_one_before(tmp_path: Path) -> None:
    small, large = load_options(write(tmp_path, STAGES)).runs()
    assert (small.out, small.model.initial) == ("runs/x/small", "start")
    assert (large.out, large.model.initial) == ("runs/x/large", "runs/x/small/x.safetensors")
    assert [(run.steps, run.phases[0].size, run.optimiser.lr) for run in (small, large)] == [
        (5, 32, 1e-3),
        (7, 256, 1e-3),
    ]
    assert entries(small) == [("noise", "denoising", 2), ("rain", "deraining", 1)]
    assert entries(large) == [("noise", "denoising", 2), ("rain", "deraining", 4)]


def test_overrides_hold_for_every_stage_but_for_where_the_run_begins_and_lies(tmp_path: Path) -> None:
    overrides = ["steps=3", "out=o", "model.initial=b", "stages.small.optimiser.lr=1", "stages.large.seed=4"]
    small, large = load_options(write(tmp_path, STAGES), overrides).runs()
    assert [(run.steps, run.out, run.optimiser.lr, run.seed) for run in (small, large)] == [
        (3, str(Path("o/small")), 1.0, 0),
        (3, str(Path("o/large")), 1e-3, 4),
    ]
    assert [run.model.initial for run in (small, large)] == ["b", str(Path("o/small/x.safetensors"))]


def test_one_stage_alone_begins_where_the_run_does(tmp_path: Path) -> None:
    path = write(tmp_path, STAGES)
    large = load_options(path, stage="large")
    assert (large.out, large.model.initial, large.steps, large.stages) == ("runs/x/large", "start", 7, {})
    with pytest.raises(ConfigError, match="has no stage 'huge'; it has small, large"):
        load_options(path, stage="huge")


@pytest.mark.parametrize(
    ("text", "override", "message"),
    [
        ("stages: [1]", "steps=1", "stages: expected a mapping of names"),
        ("stages: {a: 5}", "steps=1", "stages.a: expected a mapping of options"),
        ("stages: {a: {stages: {b: {}}}}", "steps=1", "stages.a: has stages of its own"),
        ("stages: {a: {stepz: 5}}", "steps=1", "stages.a: unknown option 'stepz'"),
        ("data: {mixture: {a: 5}}", "steps=1", "mixture.a: expected a mapping of options"),
        ("data: {mixture: [{task: x}]}", "data.mixture.a.weight=1", "data.mixture.a is no mapping"),
        ("steps: 5", "steps.more=1", "steps is no mapping of options"),
    ],
)
def test_mistakes_in_stages_and_names_are_named(
    tmp_path: Path, text: str, override: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load_options(write(tmp_path, text), [override])
