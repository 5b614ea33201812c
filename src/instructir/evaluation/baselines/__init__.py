"""What a model is compared with in the same run: classical methods, other networks, any program.

"Do nothing", and "bicubic" for super-resolution, need no entry here: every result carries the scores of its
input, and those are these two rows.
"""

from pathlib import Path

from instructir.errors import CheckpointError, ConfigError
from instructir.evaluation.baselines.classical import CLASSICAL, classical_method
from instructir.evaluation.baselines.networks import load_foreign
from instructir.evaluation.methods import Method, load_method

ALL_CLASSICAL = "classical"


def load_baseline(name: str, device: str = "auto") -> list[Method]:
    """Load what ``--baseline`` names.

    Args:
        name: a classical method; ``classical`` for all of them; a model of ours, by file, folder or name,
            with or without text; or a file that ``spandrel`` can load.
        device: where networks run.

    Raises:
        ConfigError: if there is nothing of that name, or its package is not installed.
        CheckpointError: if the file is of no known kind.
    """
    if name == ALL_CLASSICAL:
        return [classical_method(known) for known in CLASSICAL]
    if name in CLASSICAL:
        return [classical_method(name)]
    try:
        return [load_method(name, device, kind="baseline")]
    except CheckpointError as ours:
        if not Path(name).expanduser().is_file():
            known = ", ".join([*CLASSICAL, ALL_CLASSICAL])
            raise ConfigError(f"unknown baseline {name!r}: use {known}, or a model file ({ours})") from None
    return [load_foreign(Path(name).expanduser(), device)]
