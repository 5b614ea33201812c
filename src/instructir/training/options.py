"""Training options: dataclasses, read from YAML, overridden by ``key=value`` on the command line.

Defaults are the paper's (section 4.1) unless the attribute says otherwise.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from instructir.data.mixture import DataOptions
from instructir.errors import ConfigError
from instructir.extras import require


@dataclass
class ModelOptions:
    """The networks.

    Attributes:
        width: channels of the first stage.
        encoder_blocks: NAFBlocks of each encoder stage.
        middle_blocks: NAFBlocks of the bottleneck.
        decoder_blocks: NAFBlocks of each decoder stage, deepest first.
        text_dim: size of the text embedding; 0 trains the text-free network.
        initial: model file or name to start from, empty for random weights.
        freeze_text: train the image network alone and leave the text head as `initial` has it (not in the
            paper).
        delta: task whose delta to `initial` is trained (not in the paper): the image network begins as
            `initial` is for that task, the text head is frozen, and `initial` is saved with the new delta.
    """

    width: int = 32
    encoder_blocks: list[int] = field(default_factory=lambda: [2, 2, 4, 8])
    middle_blocks: int = 4
    decoder_blocks: list[int] = field(default_factory=lambda: [2, 2, 2, 2])
    text_dim: int = 256
    initial: str = ""
    freeze_text: bool = False
    delta: str = ""


@dataclass
class TextOptions:
    """Instructions.

    Attributes:
        encoder: frozen sentence encoder.
        levels: language levels of the corpus to train on.
        limit: sentences of the corpus a task, 0 for all of them.
        noise: standard deviation of the noise on sentence vectors' coordinates (not in the paper), which
            keeps the head from learning a small corpus by heart.
    """

    encoder: str = "all-MiniLM-L6-v2"
    levels: list[str] = field(default_factory=lambda: ["precise"])
    limit: int = 0
    noise: float = 0.0


@dataclass
class Phase:
    """A stretch of training with one crop size.

    Attributes:
        until: share of all steps at which it ends, in (0, 1].
        size: crop size in pixels.
        batch: crops a step, over all processes.
    """

    until: float = 1.0
    size: int = 256
    batch: int = 32


@dataclass
class OptimiserOptions:
    """The optimiser, with cosine annealing.

    Attributes:
        kind: ``adamw`` (the paper's), or ``muon`` for the matrices among the weights and AdamW for the rest.
        lr: highest learning rate.
        lr_end: learning rate at the last step.
        betas: AdamW's.
        weight_decay: AdamW's.
        warmup: steps of linear warm-up (not in the paper).
        clip: largest norm of the gradient (not in the paper); 0 for no clipping.
        ema: decay of the averaged weights that are saved (not in the paper); 0 for none.
        loss: ``l1`` (the paper's), or ``psnr``, which weighs tasks by decibels.
        task_weights: weights of tasks in the loss, by name, one where not named (not in the paper). The
            gradients of faults that shift a whole picture (darkness, haze, colour) add up over its pixels
            and drown those of faults of detail, unless they weigh less.
        grid_weight: weight of the part of the error that repeats every 16 pixels (not in the paper): what the
            strided stages weave into flat areas, see :func:`instructir.training.network.woven`.
        intent_weight: weight of the intent's cross-entropy beside it.
    """

    kind: Literal["adamw", "muon"] = "adamw"
    lr: float = 5e-4
    lr_end: float = 1e-6
    betas: list[float] = field(default_factory=lambda: [0.9, 0.9])
    weight_decay: float = 1e-4
    warmup: int = 0
    clip: float = 1.0
    ema: float = 0.999
    loss: Literal["l1", "psnr"] = "l1"
    task_weights: dict[str, float] = field(default_factory=dict)
    grid_weight: float = 0.0
    intent_weight: float = 1.0


@dataclass
class ValidationOptions:
    """Crops that are restored by the averaged model now and then, of pictures kept from training.

    Attributes:
        every: steps between validations; 0 for none.
        size: of the crops, in pixels.
        crops: for each share of the mixture.
    """

    every: int = 1000
    size: int = 128
    crops: int = 4


@dataclass
class TrainOptions:
    """One training run.

    Attributes:
        name: of the model.
        out: folder of the run; checkpoints, log and final model go there.
        steps: optimiser steps.
        minutes: of training after which the run ends, its schedules drawn together accordingly; 0 for all
            steps, however long they take. What such a run learns depends on how fast the machine is.
        seed: of weights, data and degradations.
        precision: of the forward and backward pass.
        compile: use ``torch.compile``.
        channels_last: memory layout of the image network.
        log_every: steps between lines of the log.
        save_every: steps between checkpoints.
        threads: CPU threads, 0 for PyTorch's choice.
        tensorboard: write losses and pictures for TensorBoard too.
    """

    name: str = "instructir"
    out: str = "runs/instructir"
    steps: int = 100_000
    minutes: float = 0.0
    seed: int = 0
    precision: Literal["fp32", "bf16", "fp16"] = "bf16"
    compile: bool = True
    channels_last: bool = True
    log_every: int = 100
    save_every: int = 1000
    threads: int = 0
    tensorboard: bool = True
    model: ModelOptions = field(default_factory=ModelOptions)
    text: TextOptions = field(default_factory=TextOptions)
    data: DataOptions = field(default_factory=DataOptions)
    phases: list[Phase] = field(default_factory=lambda: [Phase()])
    optimiser: OptimiserOptions = field(default_factory=OptimiserOptions)
    validation: ValidationOptions = field(default_factory=ValidationOptions)


BASE = "base"
"""Key of a configuration that names another one, beside it, whose options it changes."""


def load_options(path: Path, overrides: Sequence[str] = ()) -> TrainOptions:
    """Read a YAML configuration and apply ``key.sub=value`` overrides, their values read as YAML.

    ``base: other.yaml`` starts from another configuration: mappings are merged, anything else is replaced.

    Raises:
        ConfigError: naming the file or override, for unknown keys and values of the wrong type.
    """
    yaml = require("yaml", "instructir[train]", "training")
    tree = _read(path)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals:
            raise ConfigError(f"{override!r}: write an override as key=value")
        *parents, last = key.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        try:
            node[last] = yaml.safe_load(text)
        except yaml.YAMLError:
            raise ConfigError(f"{override!r}: the value is not readable as YAML") from None
    return _build(TrainOptions, tree, str(path))


def _read(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    yaml = require("yaml", "instructir[train]", "training")
    try:
        loaded = yaml.safe_load(path.read_text("utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such configuration") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: not readable as YAML ({str(error).splitlines()[0]})") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path}: expected a mapping of options")
    tree: dict[str, Any] = loaded
    base = tree.pop(BASE, None)
    if base is None:
        return tree
    if path in above:
        raise ConfigError(f"{path}: is its own base")
    merged: dict[str, Any] = _merged(_read(path.with_name(str(base)), (*above, path)), tree)
    return merged


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: _merged(below.get(key), value) for key, value in above.items()}}


Options = TypeVar("Options")


def _build(kind: type[Options], tree: Any, where: str) -> Options:
    """Turn plain YAML data into the dataclass `kind`."""
    if not isinstance(tree, Mapping):
        raise ConfigError(f"{where}: expected a mapping of options")
    hints = get_type_hints(kind)
    unknown = sorted(set(tree) - set(hints))
    if unknown:
        raise ConfigError(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(hints)}")
    return kind(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in tree.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, where)
    if origin is list and isinstance(value, list):
        return [_value(arguments[0], item, where) for item in value]
    if origin is dict and isinstance(value, dict):
        return {key: _value(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if origin is Literal:
        if value in arguments:
            return value
        raise ConfigError(f"{where} is {value!r}; use one of {', '.join(map(str, arguments))}")
    if hint is float and isinstance(value, int | str) and not isinstance(value, bool):
        # YAML reads 5e-4 as text.
        try:
            return float(value)
        except ValueError:
            pass
    if origin is None and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise ConfigError(f"{where} is {value!r}, which is not a {getattr(hint, '__name__', hint)}")
