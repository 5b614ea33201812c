"""What changes with the step: the learning rate, and the size and number of the crops."""

import math

from instructir.data.mixture import CropPhase
from instructir.errors import ConfigError
from instructir.training.options import TrainOptions


def learning_rate(options: TrainOptions, step: int, elapsed: float = 0.0) -> float:
    """Cosine annealing after a linear warm-up (paper, section 4.1).

    Args:
        options: the run.
        step: how many steps are done.
        elapsed: fraction of the run's time that has passed, in [0, 1]; the schedule is at least so far.
    """
    chosen = options.optimiser
    if step < chosen.warmup:
        return chosen.lr * (step + 1) / chosen.warmup
    progress = max(elapsed, (step - chosen.warmup) / max(1, options.steps - chosen.warmup))
    return chosen.lr_end + (chosen.lr - chosen.lr_end) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def crop_phases(options: TrainOptions, world: int) -> list[CropPhase]:
    """The phases with their first steps, and the batch of each of `world` processes.

    Raises:
        ConfigError: if a batch does not divide among the processes.
    """
    phases, start = [], 0
    for phase in options.phases:
        if phase.batch % world:
            raise ConfigError(f"phases: a batch of {phase.batch} does not divide among {world} processes")
        phases.append(CropPhase(start, phase.size, phase.batch // world))
        start = round(phase.until * options.steps)
    return phases
