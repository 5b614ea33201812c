"""Which values options may have, of all trainers: an option of one name means the same everywhere."""

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from instructir.data.mixture import DataOptions
from instructir.data.sources import SourceOptions
from instructir.errors import ConfigError
from instructir.training.options import ModelOptions, TrainOptions


@dataclass(frozen=True)
class _Range:
    """Numbers from `least` to `most`; of a list or a mapping, every one of them.

    Attributes:
        least: of them.
        most: of them.
        above: without `least` itself.
        below: without `most` itself.
    """

    least: float
    most: float = math.inf
    above: bool = False
    below: bool = False

    def holds(self, value: Any) -> bool:
        """Whether `value` lies within; what is not a number, or infinite, never does."""
        if isinstance(value, dict):
            return all(map(self.holds, value.values()))
        if isinstance(value, list):
            return bool(value) and all(map(self.holds, value))
        low = value > self.least if self.above else value >= self.least
        return low and (value < self.most if self.below else value <= self.most) and math.isfinite(value)

    def __str__(self) -> str:
        least = f"more than {self.least:g}" if self.above else f"{self.least:g} or more"
        if self.most == math.inf:
            return least
        return f"{least}, {'less than' if self.below else 'at most'} {self.most:.16g}"


_COUNT, _SOME = _Range(0), _Range(1)
_FRACTION, _DECAY = _Range(0, 1), _Range(0, 1, below=True)

_RANGES = {
    **dict.fromkeys(("steps", "batch", "size", "crops", "kept", "log_every", "save_every"), _SOME),
    **dict.fromkeys(("width", "epochs", "identifier_epochs"), _SOME),
    **dict.fromkeys(("minutes", "threads", "workers", "cache_mb", "held_out", "every", "limit"), _COUNT),
    **dict.fromkeys(("encoder_blocks", "middle_blocks", "decoder_blocks", "text_dim", "margin"), _COUNT),
    **dict.fromkeys(("lr", "lr_end", "weight_decay", "warmup", "clip", "noise"), _COUNT),
    **dict.fromkeys(("task_weights", "grid_weight", "intent_weight", "weight"), _COUNT),
    **dict.fromkeys(("compound", "identity", "shrink", "enlarge", "strength"), _FRACTION),
    **dict.fromkeys(("halved", "twice", "grey", "keep"), _FRACTION),
    **dict.fromkeys(("ema", "betas"), _DECAY),
    "seed": _Range(0, 2**32 - 1),
    "until": _Range(0, 1, above=True),
    "least_scale": _Range(0, 1, above=True),
}

_NOT_EMPTY = ("phases", "parts", "levels")
"""Lists that something has to be in."""


def check_ranges(options: Any, where: str) -> None:
    """Refuse impossible values of a dataclass of options.

    Args:
        options: of any trainer, or a part of them.
        where: what the message begins with.

    Raises:
        ConfigError: naming the first option whose value cannot be.
    """
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        allowed = _RANGES.get(field.name)
        if allowed is not None and not allowed.holds(value):
            raise ConfigError(f"{where}: {field.name} is {value}; give {allowed}")
        if field.name in _NOT_EMPTY and not value:
            raise ConfigError(f"{where}: {field.name} is empty; give one at least, or leave the option out")
    for complain in _TOGETHER.get(type(options).__name__, ()):
        if complaint := complain(options):
            raise ConfigError(f"{where}: {complaint}")


def is_folder_name(name: str) -> bool:
    """Whether a file or a folder of this name lies in the folder that it is put into."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\0")


def _name(options: TrainOptions) -> str:
    named = is_folder_name(options.name)
    return "" if named else f"name is {options.name!r}; give one without / and a leading dot"


def _phases(options: TrainOptions) -> str:
    ends = [phase.until for phase in options.phases]
    if ends == sorted(set(ends)) and ends[-1] == 1:
        return ""
    return f"phases end at {ends}; let each end (until) after the one before, and the last at 1"


def _stages_of_network(options: ModelOptions) -> str:
    down, up = len(options.encoder_blocks), len(options.decoder_blocks)
    return "" if down == up else f"encoder_blocks are {down}, decoder_blocks {up}; give as many of both"


def _held_out(options: DataOptions) -> str:
    mend = "give 2 or more, or 0 to keep none"
    return f"held_out is 1, which keeps every picture from training; {mend}" if options.held_out == 1 else ""


def _weights(options: DataOptions) -> str:
    weighs = not options.mixture or any(entry.weight for entry in options.mixture)
    return "" if weighs else "mixture: every weight is 0; give an entry more"


def _scaled(options: SourceOptions) -> str:
    both = options.shrink + options.enlarge
    return f"shrink and enlarge are {both:g} together; give at most 1" if both > 1 else ""


def _betas(options: Any) -> str:
    return "" if len(options.betas) == 2 else f"betas is {options.betas}; give two, such as [0.9, 0.99]"


def _squares(options: Any) -> str:
    return f"size is {options.size}; give a multiple of 16" if options.size % 16 else ""


# By name, for the options of a trainer lie in its module, which this one would otherwise load for any other.
_TOGETHER: dict[str, Sequence[Callable[[Any], str]]] = {
    "TrainOptions": (_name, _phases),
    "ModelOptions": (_stages_of_network,),
    "DataOptions": (_held_out, _weights),
    "SourceOptions": (_scaled,),
    "OptimiserOptions": (_betas,),
    "DeblockingOptions": (_squares,),
}
"""What has to hold of several options of a kind together: an empty text, or the complaint."""
