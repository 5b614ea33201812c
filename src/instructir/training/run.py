"""Training runs: one, or stages that follow each other, by the loop that the options choose."""

import logging
from contextlib import nullcontext
from pathlib import Path

from instructir.models.checkpoint import Model, save_model
from instructir.training.checkpoints import has_states
from instructir.training.loop import Trainer
from instructir.training.options import TrainOptions
from instructir.training.place import alone_in
from instructir.training.record import write_configuration
from instructir.training.resident.trainer import ResidentTrainer

_log = logging.getLogger(__name__)


def train(options: TrainOptions, *, resume: bool = False) -> Model:
    """Train a model as `options` say.

    Args:
        options: the run.
        resume: go on from the newest checkpoint in ``options.out``.

    Raises:
        ConfigError: if the options contradict each other, or a folder is not the run's alone.
        DataError: if pictures are missing or cannot be read.
        TrainingDivergedError: if the loss is no longer finite.
    """
    runs = options.runs()
    begun = [index for index, run in enumerate(runs) if has_states(Path(run.out))]
    for index, run in enumerate(runs):
        if resume and index < max(begun, default=0):
            continue  # only a finished stage is followed by another
        if options.stages and _log.isEnabledFor(logging.INFO):
            _log.info("stage %d of %d: %s", index + 1, len(runs), run.out)
        trainer = ResidentTrainer(run) if run.resident else Trainer(run)
        with alone_in(Path(run.out)) if trainer.main else nullcontext():
            if resume:
                trainer.resume()
            model = trainer.run()
    if options.stages and trainer.main:
        save_model(model, options.model_file)
        write_configuration(options)
    trainer.close()
    return model
