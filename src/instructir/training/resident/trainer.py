"""The training loop on one GPU that holds the pictures, makes the batches and runs each step as a graph.

A run of ``resident: true`` learns what any other learns, from the same options, and writes the same files.
What differs is in the details of chance: crops are scaled in quarters of an octave, and are drawn in groups
of steps, each by a generator that the seed and the group's number make. A run that is resumed in the middle
of a group skips what it has seen of it.
"""

import operator
import queue
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from itertools import repeat
from pathlib import Path
from typing import Any

import torch

from instructir.data.mixture import MixtureEntry
from instructir.data.sources import (
    SourceOptions,
    companion_of,
    none_usable,
    pictures_of,
    split_items,
    usable,
)
from instructir.errors import ConfigError
from instructir.models.channels_last.network import ChannelsLast
from instructir.tasks import Task
from instructir.training.batches import synthesise
from instructir.training.initial import can_compile
from instructir.training.loop import Trainer
from instructir.training.options import Phase, TrainOptions
from instructir.training.resident.mixture import ResidentMixture
from instructir.training.resident.pictures import ResidentEntry, ResidentPictures
from instructir.training.resident.step import Learner, ResidentBatch, Slot
from instructir.training.schedule import learning_rate

GROUP = 40
"""Steps whose batches are made at once: the faults of a few crops cost as many launches as those of many."""
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "auto": torch.bfloat16}


class ResidentTrainer(Trainer):
    """One run on one device."""

    def __init__(self, options: TrainOptions) -> None:
        """Move networks and pictures to the device.

        Raises:
            ConfigError: if the options ask for what such a run cannot do.
            DataError: if pictures are missing.
        """
        _check(options)
        super().__init__(options)
        if self.accelerator.num_processes > 1:
            raise ConfigError("resident: uses one device; start one process, or write resident: false")
        cuda = self.device.type == "cuda"
        dtype = _DTYPES[options.precision] if cuda else torch.float32
        compiled = options.compile and cuda and can_compile(self.device)
        self._learner = Learner(
            self.trainee,
            ChannelsLast(self.trainee.image, dtype, compiled=compiled),
            list(self.average.parameters),
            options.optimiser,
            self.task_weights,
        )
        self.optimizer = self._learner.optimizer
        self._entries = _entries(options, self.device)
        self._slots: dict[tuple[int, int], Slot] = {}

    def resume(self) -> None:
        """Go on from the newest checkpoint of the run, if there is one.

        Raises:
            CheckpointError: if it is damaged, or of another configuration.
        """
        super().resume()
        for group in self.optimizer.param_groups:
            group["lr"] = self._learner.rate  # what was loaded is a number that no graph reads

    def _batches(self) -> Iterator[ResidentBatch]:
        begun = 0
        for phase in self.options.phases:
            until = round(phase.until * self.options.steps)
            if self.options.minutes:
                until = self.options.steps
            if self.step >= until:
                begun = until
                continue
            done = self.step - begun
            with closing(self._of_phase(phase, done // GROUP, done % GROUP)) as batches:
                for batch in batches:
                    passed = self.options.minutes and self._elapsed >= phase.until
                    if self.step >= until or passed:
                        break
                    yield batch
            begun = self.step

    def _of_phase(self, phase: Phase, group: int, skipped: int) -> Generator[ResidentBatch, None, None]:
        """Batches without end, made by a thread that is a group ahead."""
        made: queue.Queue[ResidentBatch | Exception] = queue.Queue(1)
        ended = threading.Event()

        def work() -> None:
            number = group
            try:
                while not ended.is_set():
                    _put(made, self._group(phase, number), ended)
                    number += 1
            except Exception as error:  # noqa: BLE001 - raised again by whoever waits for the batch
                _put(made, error, ended)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            while True:
                found = made.get()
                if isinstance(found, Exception):
                    raise found
                for step in range(skipped, GROUP):
                    rows = slice(step * phase.batch, (step + 1) * phase.batch)
                    yield found.each(operator.itemgetter(rows))
                skipped = 0
                if self.device.type == "cuda":
                    torch.cuda.synchronize()  # before the group's memory goes to another stream
        finally:
            ended.set()
            thread.join()

    def _group(self, phase: Phase, number: int) -> ResidentBatch:
        options, device = self.options, self.device
        seed = ((options.seed * 1_000_003 + phase.size) * 1_000_003 + number) % 2**63
        stream: Any = torch.cuda.Stream() if device.type == "cuda" else None  # type: ignore[no-untyped-call]
        mixture = ResidentMixture(
            self._entries, device, seed, compound=options.data.compound, identity=options.data.identity
        )
        generator = torch.Generator(device).manual_seed(seed)
        with torch.no_grad(), torch.cuda.stream(stream) if stream is not None else nullcontext():
            batch = synthesise(mixture.group(phase.size, phase.batch, GROUP), generator, device)
            sentences = self.bank.draw(batch.task, generator) if self.bank else None
            if stream is not None:
                stream.synchronize()
        return ResidentBatch(batch.degraded, batch.target, batch.task, sentences)

    def _train_step(self, batch: Any) -> tuple[float, float]:
        shape = self._shape(batch)
        if shape not in self._slots:
            self._slots[shape] = Slot(self._learner, batch)
        self._slots[shape](batch, learning_rate(self.options, self.step, self._elapsed))
        pixels, intent = self._learner.losses.tolist()
        if pixels != pixels:
            raise self._diverged("the loss is not a number")
        return pixels, intent

    def _shape(self, batch: Any) -> tuple[int, int]:
        return len(batch.task), int(batch.degraded.shape[-1])


def _put(made: "queue.Queue[Any]", item: Any, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            made.put(item, timeout=0.2)
        except queue.Full:
            continue
        return


def _check(options: TrainOptions) -> None:
    multiple = 2 ** len(options.model.encoder_blocks)
    if options.optimiser.kind != "adamw":
        raise ConfigError("resident: steps are AdamW's; write optimiser.kind: adamw, or resident: false")
    if options.precision == "fp16":
        raise ConfigError("resident: computes in bf16 or fp32; write precision: bf16")
    for phase in options.phases:
        if phase.size % multiple:
            raise ConfigError(f"phases: size {phase.size}; a resident run needs multiples of {multiple}")
    for entry in options.data.mixture:
        source = options.data.sources.get(entry.source)
        if source is not None and source.instructions:
            raise ConfigError(
                f"data.sources.{entry.source}: instructions of its own; a resident run reads the corpus, "
                "write resident: false"
            )


def _entries(options: TrainOptions, device: torch.device) -> list[ResidentEntry]:
    """The mixture with its pictures on the device, each set of them once."""
    if any(entry.after for entry in options.data.mixture):
        raise ConfigError("resident: knows no data.mixture: after; leave it out, or write resident: false")
    least = min((phase.size for phase in options.phases), default=128)
    held: dict[str, ResidentPictures] = {}
    for name in dict.fromkeys(entry.source for entry in options.data.mixture):
        held[name] = _pictures(options, options.data.sources[name], device, least)
    return [
        _entry(entry, options.data.sources[entry.source], held[entry.source])
        for entry in options.data.mixture
    ]


def _entry(entry: MixtureEntry, source: SourceOptions, pictures: ResidentPictures) -> ResidentEntry:
    least, greatest = entry.strength
    return ResidentEntry(
        Task.parse(entry.task).class_index,
        pictures,
        entry.weight,
        (least, greatest),
        entry.margin,
        source.shrink,
        source.enlarge,
    )


def _pictures(
    options: TrainOptions, source: SourceOptions, device: torch.device, least: int
) -> ResidentPictures:
    items = split_items(pictures_of(source, Path(options.data.root).expanduser()), options.data.held_out)
    companion = companion_of(source)

    with ThreadPoolExecutor() as threads:
        found = [pictures for pictures in threads.map(usable, items, repeat(companion)) if pictures]
    if not found:
        raise none_usable(items[0])
    pairs = [(clean, others[0] if others else None) for clean, *others in found]
    return ResidentPictures(pairs, companion, device, enlarged=source.enlarge > 0, least=least)
