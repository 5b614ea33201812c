"""The training loop, on Hugging Face Accelerate (paper, section 4.1).

What a step does depends on nothing but the options, the step's number and the weights: crops, faults and
sentences are drawn by generators that the step seeds. So a checkpoint needs no random state, and training
that is resumed is the training that was not interrupted.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from instructir.data.mixture import CropBatch, CropPhase, check_mixture
from instructir.data.survey import survey
from instructir.errors import CheckpointError, ConfigError, InstructIRError
from instructir.models.checkpoint import Model, save_model
from instructir.models.routing import route
from instructir.tasks import TASKS, Task
from instructir.training.bank import InstructionBank
from instructir.training.batches import EarlierStep, crop_batches, synthesise
from instructir.training.checkpoints import has_states, load_latest, save_state
from instructir.training.initial import (
    accelerator,
    begin_with,
    can_compile,
    earlier_step,
    native_precision,
    of_deltas,
    starting_model,
    task_weights,
)
from instructir.training.native.block import compute_natively, keep_freed_memory, release_step_memory
from instructir.training.network import MovingAverage, Trainee, training_losses
from instructir.training.optimisers import optimiser
from instructir.training.options import TrainOptions
from instructir.training.progress import StepBar
from instructir.training.record import Meter, RunRecord, means
from instructir.training.schedule import crop_phases, learning_rate
from instructir.training.validation import Validation

_log = logging.getLogger(__name__)


class TrainingDivergedError(InstructIRError):
    """The loss is no longer finite."""


class Trainer:
    """One run: everything that a step needs, and the state that a checkpoint holds."""

    def __init__(self, options: TrainOptions) -> None:
        """Build the networks and the optimiser, on every process that takes part.

        Raises:
            ConfigError: if the options contradict each other, or the device cannot do what they say.
        """
        check_mixture(options.data)
        if options.threads:
            torch.set_num_threads(options.threads)
        self.options, self.folder = options, Path(options.out)
        self._native = native_precision(options)
        precision = options.precision if self._native is None else "fp32"  # the kernel rounds what is to be
        self.accelerator = accelerator(precision, brief=options.brief)
        self.device: torch.device = self.accelerator.device
        self.main: bool = self.accelerator.is_main_process
        self._phases = crop_phases(options, self.accelerator.num_processes)
        # The text-free network reads no sentences, and needs no encoder.
        self.bank = (
            InstructionBank(options.text, options.data, self.device) if options.model.text_dim else None
        )
        self.task_weights = task_weights(options, self.device)
        self.base, self.route = starting_model(options)
        torch.manual_seed(options.seed)
        self.trainee = self._fresh()
        if self.base is not None:
            begin_with(self.trainee, self.base, options, self.route)
            if self.main and self.base.deltas and not self.route:
                _log.warning(of_deltas(self.options, self.base))
        if self._native is not None:
            compute_natively(self.trainee.image, self._native)
            keep_freed_memory()
        self._channels_last = options.channels_last and self._native is None
        if self._channels_last:
            self.trainee.image = self.trainee.image.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.trainee.to(self.device)  # before the optimiser, which holds on to the weights' memory
        if (options.model.freeze_text or self.route) and self.trainee.text is not None:
            self.trainee.text.requires_grad_(False)
        trained = [weight for weight in self.trainee.parameters() if weight.requires_grad]
        self.optimizer = optimiser(trained, options.optimiser)
        if options.compile and self._native is None and (self.device.type != "cpu" or not options.brief):
            self._compile()
        self.step, self.crops, self.hours = 0, 0, 0.0
        self._shapes: set[tuple[int, int]] = set()
        self.meter = Meter()
        self.earlier = self._earlier_step()
        self.module, self.optimizer = self.accelerator.prepare(self.trainee, self.optimizer)
        self.average = MovingAverage(self.trainee, options.optimiser.ema)

    def _earlier_step(self) -> EarlierStep | None:
        """What removes faults beforehand, if an entry of the mixture wants it."""
        if not any(entry.after for entry in self.options.data.mixture):
            return None
        if self.base is None or self.base.text is None:
            raise ConfigError("data.mixture: after: needs a model that reads text; name it in model.initial")
        return earlier_step(self.base, self.device, self._native)

    def _compile(self) -> None:
        if can_compile(self.device):
            self.trainee.image.compile(dynamic=False)
            if self.main:
                _log.info("the first step of each crop size compiles the network: minutes, or compile=false")
        elif self.main:
            _log.warning("there is no C++ compiler here: training goes on without torch.compile, slower")

    def _fresh(self) -> Trainee:
        return Trainee(self.options.model, self.bank.dim if self.bank else 0, len(TASKS))

    def resume(self) -> None:
        """Go on from the newest checkpoint of the run, if there is one.

        Raises:
            CheckpointError: if it is damaged, or of another configuration.
        """
        state = load_latest(self.folder)
        if state is None:
            return
        try:
            self.trainee.load_state_dict(state["trainee"])
        except RuntimeError:
            raise CheckpointError(
                f"{self.folder}: its checkpoint is of a network of another size; give another out=FOLDER"
            ) from None
        self.average.load(state["average"])
        try:
            self.optimizer.load_state_dict(state["optimizer"])
        except (KeyError, ValueError):
            raise CheckpointError(
                f"{self.folder}: its checkpoint is of another optimiser; give another out=FOLDER"
            ) from None
        if self.accelerator.scaler is not None and state["scaler"]:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        self.step, self.crops, self.hours = state["step"], state["crops"], state["hours"]
        self.meter.sums = state["sums"]
        if self.main:
            _log.info("resumed at step %d", self.step)

    def run(self) -> Model:
        """Train to the end and return the averaged model."""
        options = self.options
        if self.main:
            self._tell_of_data()
        if self.bank:
            with self.accelerator.local_main_process_first():  # the others find what it keeps
                self.bank.vectors  # noqa: B018 - read now, when all that could be refused was looked at
        record = RunRecord(options, self.step, self.accelerator.num_processes) if self.main else None
        check = (
            Validation(options.validation, options.data, self.bank, self.device, self.earlier)
            if self._validates
            else None
        )
        with StepBar(options.steps, self.step, self.main) as bar:
            clock = time.perf_counter()
            for crops in self._batches():
                waited = time.perf_counter() - clock
                pixels, intent = self._train_step(crops)
                self.step += 1
                # The first step of a size compiles, which is no part of the time that a run has.
                count, size = self._shape(crops)
                counts = self._met(count, size)
                elapsed = self._agreed(time.perf_counter() - clock) if counts else 0.0
                count *= self.accelerator.num_processes
                self.crops, self.hours = self.crops + count, self.hours + elapsed / 3600
                timed, waited = (count, waited) if counts else (0, 0.0)
                self.meter.add(pixels, intent, crops=timed, seconds=elapsed, waited=waited)
                bar.advance()
                if self.step % options.log_every == 0:
                    self._report(record, bar)
                if check is not None and record is not None and self.step % options.validation.every == 0:
                    record.validation(self.step, *check(self._averaged()))
                if self.step % options.save_every == 0:
                    self._save(record)
                clock = time.perf_counter()  # saving and validating are no part of the throughput
        if self.step % options.save_every:
            self._save(record)
        if record is not None:
            record.close()
            _log.info("trained for %d steps, %.1f minutes", self.step, 60 * self.hours)
        self.accelerator.wait_for_everyone()
        return self.model()

    def close(self) -> None:
        """Leave the processes that trained together."""
        self.accelerator.end_training()

    def _tell_of_data(self) -> None:
        largest = max((phase.size for phase in self.options.phases), default=0)
        for found in survey(self.options.data):
            for line in found.lines(largest):
                _log.info(line)

    def _shape(self, crops: Any) -> tuple[int, int]:
        """Number and size of the crops of one step."""
        return len(crops["task"]), crops["clean"].shape[-1] - 2 * int(crops["margin"].max())

    def _met(self, count: int, size: int) -> bool:
        """Whether crops of this number and size were trained on before in this process."""
        known = (count, size) in self._shapes
        if not known:
            release_step_memory()
        self._shapes.add((count, size))
        return known

    def _agreed(self, seconds: float) -> float:
        """`seconds` as the first process has them: a run of minutes ends at one step for all processes."""
        if self.accelerator.num_processes == 1:
            return seconds
        told = torch.tensor(seconds, dtype=torch.float32, device=self.device)
        torch.distributed.broadcast(told, src=0)
        return float(told)

    @property
    def _validates(self) -> bool:
        return self.main and self.options.validation.every > 0

    @property
    def _elapsed(self) -> float:
        """Fraction of the run's time that has passed, 0 where it goes by steps alone."""
        return 60 * self.hours / self.options.minutes if self.options.minutes else 0.0

    def _batches(self) -> Iterator[Any]:
        if not self.options.minutes:
            yield from self._load(self._phases)
            return
        # Nobody knows which step a phase will end at, so each one has a loader of its own.
        for phase, declared in zip(self._phases, self.options.phases, strict=True):
            crops = self._load([replace(phase, start=0)])
            while max(self._elapsed, self.step / self.options.steps) < declared.until:
                yield next(crops)

    def _load(self, phases: Sequence[CropPhase]) -> Iterator[CropBatch]:
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        pinned = self.device.type == "cuda"
        return crop_batches(self.options, phases, self.step, rank=rank, world=world, pinned=pinned)

    def _train_step(self, crops: Any) -> tuple[float, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.options, self.step, self._elapsed)
        pixels, intent = self.backward(crops)
        if self.options.optimiser.clip:
            self.accelerator.clip_grad_norm_(self.trainee.parameters(), self.options.optimiser.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update(self.trainee, self.step)
        return pixels, intent

    def backward(self, crops: CropBatch) -> tuple[float, float]:
        """Degrade the crops of this step, restore them, and leave the gradients of the loss in the weights.

        Returns:
            The loss of the pictures and of the intent.

        Raises:
            TrainingDivergedError: if the loss is not finite.
        """
        rank = self.accelerator.process_index
        seed = (self.options.seed * 1_000_003 + self.step) * 4096 + rank
        generator = torch.Generator(self.device).manual_seed(seed)
        batch = synthesise(crops, generator, self.device, self.earlier)
        sentences = self.bank.draw(crops["words"].to(self.device), generator) if self.bank else None
        degraded = batch.degraded
        if self._channels_last:
            degraded = degraded.contiguous(memory_format=torch.channels_last)
        with self.accelerator.autocast():
            restored, logits = self.module(degraded, sentences)
        chosen = self.options.optimiser
        pixels, intent = training_losses(
            restored,
            logits,
            batch.target,
            batch.task,
            chosen.loss,
            self.task_weights,
            grid_weight=chosen.grid_weight,
        )
        loss = pixels + chosen.intent_weight * intent
        if not loss.isfinite():
            raise self._diverged(f"the loss is {loss.item()}")
        self.accelerator.backward(loss)
        return pixels.item(), intent.item()

    def _diverged(self, what: str) -> TrainingDivergedError:
        saved = has_states(self.folder)
        kept = f"the last good state is in {self.folder}" if saved else "nothing was saved yet"
        again = "start again with --resume auto" if saved else "start again"
        return TrainingDivergedError(f"step {self.step}: {what}; {kept}, lower optimiser.lr and {again}")

    def _report(self, record: RunRecord | None, bar: StepBar) -> None:
        """Log the means since the last line, over all processes."""
        sums: Tensor = self.accelerator.reduce(self.meter.sums.float().to(self.device), reduction="mean")
        self.meter.reset()
        found = means(sums.cpu())
        rate = learning_rate(self.options, self.step, self._elapsed)
        line = {"step": self.step, "loss": found["loss"], "intent": found["intent"], "lr": rate, **found}
        if record is None:
            return
        record.log(line)
        bar.report(line)

    def _save(self, record: RunRecord | None) -> None:
        """Write a checkpoint, the averaged model beside it, and the curves so far."""
        if record is None:
            return
        trainee, scaler = self.trainee.state_dict(), self.accelerator.scaler
        if not all(weights.isfinite().all() for weights in trainee.values()):
            raise self._diverged("a weight is not finite")
        state = {
            "trainee": trainee,
            "average": self.average.weights,
            "optimizer": self.optimizer.state_dict(),
            "scaler": scaler.state_dict() if scaler is not None else {},
            "step": self.step,
            "crops": self.crops,
            "hours": self.hours,
            "sums": self.meter.sums,
        }
        save_state(state, self.folder, self.step)
        save_model(self.model(), self.options.model_file)
        record.draw()

    def _averaged(self) -> Trainee:
        trained = self._fresh().to(self.device).eval()
        trained.load_state_dict(self.average.weights)
        return trained

    def model(self) -> Model:
        """The averaged weights as a model, or the initial model with what they add to it for a task."""
        trained = self._averaged().cpu()
        provenance = {"steps": self.step, "crops": self.crops, "hours": round(self.hours, 2)}
        name, encoder = self.options.name, self.options.text.encoder
        model = Model(name, trained.image, trained.text, encoder, tuple(Task), provenance)
        if self.base is None or not self.route:
            return model
        return route(self.base, {task: model for task, _ in self.route}, name=name)
