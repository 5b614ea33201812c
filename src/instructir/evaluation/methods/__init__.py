"""What is measured, by name: models of ours, classical methods, other people's networks, any program.

"Do nothing", and "bicubic" for super-resolution, need no entry here: every result carries the scores of its
input, and those are these two rows.
"""

from pathlib import Path

from instructir.errors import CheckpointError, ConfigError
from instructir.evaluation.methods.classical import CLASSICAL, classical_method
from instructir.evaluation.methods.method import Method, load_method
from instructir.evaluation.methods.networks import load_foreign
from instructir.evaluation.methods.program import program_method
from instructir.settings import DEFAULT_MODEL

_ALL_CLASSICAL = "classical"
_NO_MODEL = "none"


def load_methods(
    models: tuple[str, ...],
    baselines: tuple[str, ...] = (),
    programs: tuple[str, ...] = (),
    device: str = "auto",
    *,
    ensemble: int = 0,
    guard: bool = False,
) -> list[Method]:
    """Load everything that is to be measured, models first; no model named means the default one.

    Models are measured with `ensemble` runs, 0 for as many as a restoration takes, and with `guard` as a user
    gets their results.

    Raises:
        InstructIRError: if anything cannot be loaded.
    """
    methods = [
        load_method(name, device, ensemble=ensemble, guard=guard)
        for name in models or (DEFAULT_MODEL,)
        if name != _NO_MODEL
    ]
    for name in baselines:
        methods += load_baseline(name, device, ensemble)
    return methods + [program_method(command) for command in programs]


def load_baseline(name: str, device: str = "auto", ensemble: int = 0) -> list[Method]:
    """Load what ``--baseline`` names.

    Args:
        name: a classical method; ``classical`` for all of them; a model of ours, by file, folder or name,
            with or without text; or a file that ``spandrel`` can load.
        device: where networks run.
        ensemble: runs of a model of ours that are averaged, 0 for as many as a restoration takes.

    Raises:
        ConfigError: if there is nothing of that name, or its package is not installed.
        CheckpointError: if the file is of no known kind.
    """
    if name == _ALL_CLASSICAL:
        return [classical_method(known) for known in CLASSICAL]
    if name in CLASSICAL:
        return [classical_method(name)]
    try:
        return [load_method(name, device, kind="baseline", ensemble=ensemble)]
    except CheckpointError as ours:
        if not Path(name).expanduser().is_file():
            known = ", ".join([*CLASSICAL, _ALL_CLASSICAL])
            raise ConfigError(f"unknown baseline {name!r}: use {known}, or a model file ({ours})") from None
    return [load_foreign(Path(name).expanduser(), device)]
