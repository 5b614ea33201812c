"""The training loop, on Hugging Face Accelerate (paper, section 4.1)."""

import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from instructir.data.mixture import CropBatch, CropMixture, CropPhase
from instructir.errors import ConfigError, InstructIRError
from instructir.instructions.corpus import LEVELS, corpus
from instructir.models.checkpoint import Model, save_model
from instructir.models.embedding_cache import embed
from instructir.models.pretrained import resolve
from instructir.tasks import TASKS, Task
from instructir.training.batches import synthesise
from instructir.training.checkpoints import load_latest, save_state
from instructir.training.network import MovingAverage, Trainee, losses
from instructir.training.options import TrainOptions

log = logging.getLogger(__name__)


class TrainingDivergedError(InstructIRError):
    """The loss is no longer finite."""


class InstructionBank:
    """Sentence vectors of the corpus by task, from which every crop's instruction is drawn."""

    def __init__(self, options: TrainOptions, device: torch.device) -> None:
        levels = tuple(level for level in LEVELS if level in options.text.levels)
        lines = corpus(levels)
        vectors = embed([line for task in TASKS for line in lines[task]], options.text.encoder)
        counts = [len(lines[task]) for task in TASKS]
        self.counts = torch.tensor(counts, device=device)
        self.starts = self.counts.cumsum(0) - self.counts
        self.vectors = vectors.to(device)
        self.noise = options.text.noise

    def draw(self, tasks: Tensor, generator: torch.Generator) -> Tensor:
        """One sentence vector for each class index in `tasks` (B,)."""
        share = torch.rand(len(tasks), generator=generator, device=tasks.device)
        vectors: Tensor = self.vectors[self.starts[tasks] + (share * self.counts[tasks]).long()]
        if not self.noise:
            return vectors
        shaken = vectors + self.noise * torch.randn(vectors.shape, generator=generator, device=vectors.device)
        scale: Tensor = vectors.norm(dim=-1, keepdim=True) / shaken.norm(dim=-1, keepdim=True)
        return shaken * scale


def learning_rate(options: TrainOptions, step: int) -> float:
    """Cosine annealing after a linear warm-up."""
    chosen = options.optimiser
    if step < chosen.warmup:
        return chosen.lr * (step + 1) / chosen.warmup
    progress = (step - chosen.warmup) / max(1, options.steps - chosen.warmup)
    return chosen.lr_end + (chosen.lr - chosen.lr_end) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def crop_phases(options: TrainOptions, world: int) -> list[CropPhase]:
    """The phases with their first steps, and the batch of each of `world` processes."""
    phases, start = [], 0
    for phase in options.phases:
        if phase.batch % world:
            raise ConfigError(f"phases: a batch of {phase.batch} does not divide among {world} processes")
        phases.append(CropPhase(start, phase.size, phase.batch // world))
        start = round(phase.until * options.steps)
    return phases


class Trainer:
    """One run: everything that a step needs, and the state that a checkpoint holds."""

    def __init__(self, options: TrainOptions) -> None:
        from accelerate import Accelerator

        if options.threads:
            torch.set_num_threads(options.threads)
        precision = {"fp32": "no", "bf16": "bf16", "fp16": "fp16"}[options.precision]
        self.accelerator = Accelerator(mixed_precision=precision)
        self.options, self.device = options, self.accelerator.device
        self.folder = Path(options.out)
        self.bank = InstructionBank(options, self.device)
        torch.manual_seed(options.seed)
        self.trainee = Trainee(options.model, self.bank.vectors.shape[1], len(TASKS))
        if options.model.initial:
            self._start_from(options.model.initial)
        if options.channels_last:
            self.trainee.image = self.trainee.image.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.AdamW(
            self.trainee.parameters(),
            lr=options.optimiser.lr,
            betas=(options.optimiser.betas[0], options.optimiser.betas[1]),
            weight_decay=options.optimiser.weight_decay,
            fused=True,
        )
        if options.compile:
            self.trainee.image.compile(dynamic=False)
        self.step, self.crops, self.hours = 0, 0, 0.0
        self.module, self.optimizer = self.accelerator.prepare(self.trainee, self.optimizer)
        self.average = MovingAverage(self.trainee, options.optimiser.ema)

    def _start_from(self, name: str) -> None:
        """Begin with another model's weights, as the paper's 6D and 7D begin with 5D."""
        model = resolve(name)
        try:
            self.trainee.image.load_state_dict(model.image.state_dict())
            if self.trainee.text is not None and model.text is not None:
                self.trainee.text.load_state_dict(model.text.state_dict())
        except RuntimeError:
            raise ConfigError(
                f"model.initial: {name} is not of the size that the configuration states"
            ) from None

    def resume(self) -> None:
        """Go on from the newest checkpoint of the run, if there is one."""
        state = load_latest(self.folder)
        if state is None:
            return
        self.trainee.load_state_dict(state["trainee"])
        self.average.load(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.crops, self.hours = state["step"], state["crops"], state["hours"]
        log.info("resumed at step %d", self.step)

    def run(self) -> Model:
        """Train to the end and return the averaged model."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "options.json").write_text(json.dumps(asdict(self.options), indent=2))
        clock, sums = time.perf_counter(), torch.zeros(3)
        for crops in self._batches():
            count = len(crops["task"])
            sums += torch.tensor([*self._train_step(crops), 1.0])
            self.step += 1
            self.crops += count * self.accelerator.num_processes
            if self.step % self.options.log_every == 0:
                elapsed = time.perf_counter() - clock
                self._report(sums, count, elapsed)
                self.hours += elapsed / 3600
                clock, sums = time.perf_counter(), torch.zeros(3)
            if self.step % self.options.save_every == 0:
                self.save()
        self.save()
        return self.model()

    def _batches(self) -> Iterator[CropBatch]:
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        data = CropMixture(
            self.options.data, crop_phases(self.options, world), self.options.seed, rank, world
        )
        workers = self.options.data.workers
        loader: DataLoader[Any] = DataLoader(
            data,
            batch_size=None,
            sampler=range(self.step, self.options.steps),
            num_workers=workers,
            prefetch_factor=8 if workers else None,
            pin_memory=self.device.type == "cuda",
        )
        return iter(loader)

    def _train_step(self, crops: CropBatch) -> tuple[float, float]:
        rank = self.accelerator.process_index
        seed = (self.options.seed * 1_000_003 + self.step) * 4096 + rank
        generator = torch.Generator(self.device).manual_seed(seed)
        batch = synthesise(crops, generator, self.device)
        sentences = self.bank.draw(batch.task, generator)
        degraded = batch.degraded
        if self.options.channels_last:
            degraded = degraded.contiguous(memory_format=torch.channels_last)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.options, self.step)
        with self.accelerator.autocast():
            restored, logits = self.module(degraded, sentences)
        pixels, intent = losses(
            restored, logits, batch.target, batch.task, self.options.optimiser.loss
        )
        loss = pixels + self.options.optimiser.intent_weight * intent
        if not loss.isfinite():
            raise TrainingDivergedError(
                f"step {self.step}: the loss is {loss.item()}; the last good state is in {self.folder}, "
                "lower optimiser.lr and start again with --resume auto"
            )
        self.accelerator.backward(loss)
        if self.options.optimiser.clip:
            self.accelerator.clip_grad_norm_(self.trainee.parameters(), self.options.optimiser.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.average.update(self.trainee, self.step)
        return pixels.item(), intent.item()

    def _report(self, sums: Tensor, batch: int, elapsed: float) -> None:
        if not self.accelerator.is_main_process:
            return
        pixels, intent = (sums[:2] / sums[2]).tolist()
        rate = sums[2].item() * batch * self.accelerator.num_processes / elapsed
        line = {
            "step": self.step,
            "loss": round(pixels, 5),
            "intent": round(intent, 4),
            "lr": learning_rate(self.options, self.step),
            "crops_per_second": round(rate, 1),
        }
        with (self.folder / "log.jsonl").open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        log.info("step %(step)d  loss %(loss).4f  intent %(intent).3f  %(crops_per_second).0f crops/s", line)

    def save(self) -> None:
        """Write a checkpoint, and the averaged model beside it."""
        if not self.accelerator.is_main_process:
            return
        state = {
            "trainee": self.trainee.state_dict(),
            "average": self.average.weights,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "crops": self.crops,
            "hours": self.hours,
        }
        save_state(state, self.folder, self.step)
        save_model(self.model(), self.folder / f"{self.options.name}.safetensors")

    def model(self) -> Model:
        """The averaged weights as a model."""
        trained = Trainee(self.options.model, self.bank.vectors.shape[1], len(TASKS))
        trained.load_state_dict(self.average.weights)
        provenance = {"steps": self.step, "crops": self.crops, "hours": round(self.hours, 2)}
        return Model(
            self.options.name, trained.image, trained.text, self.options.text.encoder, tuple(Task), provenance
        )


def train(options: TrainOptions, *, resume: bool = False) -> Model:
    """Train a model as `options` say.

    Args:
        options: the run.
        resume: go on from the newest checkpoint in ``options.out``.

    Raises:
        ConfigError: if the options contradict each other.
        TrainingDivergedError: if the loss is no longer finite.
    """
    trainer = Trainer(options)
    if resume:
        trainer.resume()
    return trainer.run()
