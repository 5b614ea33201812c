"""Impossible values of options are refused when a configuration is read, in a line that says what to give."""

from pathlib import Path

import pytest

from instructir.errors import ConfigError
from instructir.training.configuration import load_configuration, load_options
from instructir.training.deblocking import DeblockingOptions
from instructir.training.faults import FaultOptions
from instructir.training.planner import PlannerOptions

MIXTURE = "data: {mixture: {a: {task: noise, source: x}, b: {task: rain, source: x}}, sources: {x: {}}}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(MIXTURE)
    return path


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("steps=0", "steps is 0; give 1 or more"),
        ("steps=-3", "steps is -3; give 1 or more"),
        ("minutes=-1", "minutes is -1.0; give 0 or more"),
        ("minutes=.nan", "minutes is nan; give 0 or more"),
        ("minutes=.inf", "minutes is inf; give 0 or more"),
        ("log_every=0", "log_every is 0; give 1 or more"),
        ("save_every=0", "save_every is 0; give 1 or more"),
        ("seed=-1", "seed is -1; give 0 or more, at most 4294967295"),
        ("threads=-1", "threads is -1; give 0 or more"),
        ("data.workers=-1", "data: workers is -1; give 0 or more"),
        ("data.held_out=-2", "data: held_out is -2; give 0 or more"),
        ("data.compound=7", "data: compound is 7.0; give 0 or more, at most 1"),
        ("data.sources.x.shrink=3", "shrink is 3.0; give 0 or more, at most 1"),
        ("data.sources.x={shrink: 0.7, enlarge: 0.6}", "shrink and enlarge are 1.3 together; give at most 1"),
        ("data.mixture.a.weight=-1", "weight is -1.0; give 0 or more"),
        ("data.mixture.a.weight=.nan", "weight is nan; give 0 or more"),
        ("data.mixture={a: {weight: 0}}", "mixture: every weight is 0; give an entry more"),
        ("phases=[]", "phases is empty; give one at least"),
        ("phases=[{size: 0}]", "phases: size is 0; give 1 or more"),
        ("phases=[{batch: 0}]", "phases: batch is 0; give 1 or more"),
        ("phases=[{until: 1.5}]", "until is 1.5; give more than 0, at most 1"),
        ("phases=[{until: 0.5}]", r"phases end at \[0.5\]; let each end \(until\) after the one before"),
        ("phases=[{until: 0.7}, {until: 0.3}, {until: 1}]", r"phases end at \[0.7, 0.3, 1.0\]"),
        ("validation.size=0", "validation: size is 0; give 1 or more"),
        ("validation.crops=0", "validation: crops is 0; give 1 or more"),
        ("optimiser.betas=[0.9]", r"betas is \[0.9\]; give two, such as \[0.9, 0.99\]"),
        ("optimiser.betas=[0.9, 1]", r"betas is \[0.9, 1.0\]; give 0 or more, less than 1"),
        ("optimiser.ema=2", "ema is 2.0; give 0 or more, less than 1"),
        ("optimiser.lr=-1", "lr is -1.0; give 0 or more"),
        ("optimiser.lr=.nan", "lr is nan; give 0 or more"),
        ("optimiser.task_weights={noise: -1}", "task_weights is .*; give 0 or more"),
        ("model.width=0", "model: width is 0; give 1 or more"),
        ("model.encoder_blocks=[1, 1]", "encoder_blocks are 2, decoder_blocks 4; give as many of both"),
        ("model.text_dim=-1", "text_dim is -1; give 0 or more"),
        ("name=../../evil", "name is '../../evil'; give one without / and a leading dot"),
        ("name=a/b", "name is 'a/b'; give one without /"),
        ("name=''", "name is ''; give one"),
        ("stages={../up: {steps: 2}}", "stages.../up: give it a name without /"),
        ("stages={a: {steps: 0}}", "stages.a: steps is 0; give 1 or more"),
    ],
)
def test_values_that_cannot_be_are_refused(config: Path, override: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        load_options(config, [override])
    assert str(caught.value).startswith((str(config), repr(override)))


def test_the_ends_of_the_ranges_are_allowed(config: Path) -> None:
    given = [
        "minutes=0",
        "seed=0",
        "data.workers=0",
        "optimiser.ema=0",
        "data.compound=1",
        "optimiser.clip=0",
    ]
    assert load_options(config, given).optimiser.ema == 0


@pytest.mark.parametrize(
    ("kind", "override", "says"),
    [
        (FaultOptions, "batch=0", "batch is 0; give 1 or more"),
        (FaultOptions, "minutes=.nan", "minutes is nan"),
        (DeblockingOptions, "batch=0", "batch is 0"),
        (DeblockingOptions, "size=5", "size is 5; give a multiple of 16"),
        (DeblockingOptions, "least_scale=0", "least_scale is 0.0; give more than 0, at most 1"),
        (PlannerOptions, "parts=[]", "parts is empty; give one at least"),
        (PlannerOptions, "epochs=0", "epochs is 0; give 1 or more"),
        (PlannerOptions, "keep=2", "keep is 2.0; give 0 or more, at most 1"),
    ],
)
def test_the_other_trainers_refuse_them_too(tmp_path: Path, kind: type, override: str, says: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("{}")
    with pytest.raises(ConfigError, match=says):
        load_configuration(kind, path, [override])
