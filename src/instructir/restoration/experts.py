"""Experts: models that compute single tasks, whatever the sentence asks for besides.

The sentence is planned as ever; a step whose task has an expert is computed by it, and judged like any other.
"""

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from instructir.errors import CheckpointError, ConfigError
from instructir.inference.execution import Outcome
from instructir.inference.foreign import OpaqueNetwork, from_onnx, from_spandrel
from instructir.inference.tile_choice import TileChoice
from instructir.models import released
from instructir.models.checkpoint import Model, load_model
from instructir.models.foreign import build, is_ours, nafnet, read_weights
from instructir.models.pretrained import HUB_PREFIX, records, resolve
from instructir.restoration.passes import Execute
from instructir.tasks import Task


@dataclass(frozen=True)
class Expert:
    """A model that computes a task.

    Attributes:
        name: what it is called, for people.
        execute: makes what runs it, averaging so many runs.
    """

    name: str
    execute: Callable[[int], Execute]


class Experts:
    """The experts of a restorer and its replicas, each loaded when it is asked for first."""

    def __init__(
        self,
        models: Mapping[Task, str],
        device: torch.device,
        tile: TileChoice,
        ours: Callable[[Model], Expert],
    ) -> None:
        """Load nothing yet.

        Args:
            models: by task, as :func:`load_expert` takes them.
            device: where networks of other projects compute.
            tile: how they are cut.
            ours: makes an expert of a model that InstructIR runs itself.
        """
        self._models = dict(models)
        self._device, self._tile, self._ours = device, tile, ours
        self._ready: dict[str, Expert] = {}
        self._lock = threading.Lock()

    def of(self, task: Task | None) -> Expert | None:
        """What computes a task instead of the restorer's own model, if anything does.

        Raises:
            CheckpointError: if it is missing, damaged or of a kind that does not restore.
            ConfigError: if it needs a package that is not installed, or does not know the task.
        """
        if task is None or task not in self._models:
            return None
        name = self._models[task]
        with self._lock:
            if name not in self._ready:
                try:
                    self._ready[name] = self._load(name)
                except (CheckpointError, ConfigError) as error:
                    raise type(error)(f"{error} ({_without(task)})") from None
            return self._ready[name]

    def knows(self, task: Task) -> bool:
        """Whether an expert computes a task."""
        return task in self._models

    def choosing(self, models: Mapping[Task, str]) -> "Experts":
        """Other experts, by task, of the same restorer; what one of both has loaded, both have."""
        other = copy.copy(self)
        other._models = dict(models)
        return other

    @property
    def models(self) -> Mapping[Task, str]:
        """What they were asked for as, by task."""
        return self._models

    def beside(self, own: Execute, ensemble: int) -> Execute:
        """What runs each picture with its task's expert, or with `own` where it has none."""

        def run(images: Tensor, words: Sequence[str], tasks: Sequence[Task | None]) -> Outcome:
            experts = [self.of(task) for task in tasks]
            if not any(experts):
                return own(images, words, tasks)
            restored, notes = torch.empty_like(images), list[str]()
            for expert in dict.fromkeys(experts):
                rows = [row for row, found in enumerate(experts) if found is expert]
                compute = own if expert is None else expert.execute(ensemble)
                outcome = compute(images[rows], [words[row] for row in rows], [tasks[row] for row in rows])
                restored[rows] = outcome.restored
                notes += outcome.notes
            return Outcome(restored, tuple(notes))

        return run

    def _load(self, name: str) -> Expert:
        found = load_expert(name, self._device)
        if isinstance(found, Model):
            return self._ours(found)
        network = found

        def execute(ensemble: int) -> Execute:
            return lambda images, *_: network.run(images, self._tile, ensemble)

        return Expert(network.name, execute)


def load_expert(name: str, device: torch.device, task: Task | None = None) -> Model | OpaqueNetwork:
    """Load an expert: a model that InstructIR runs itself, or a network of another project.

    Args:
        name: a model's name; a file or folder of ours or the authors'; an ONNX file; any file of weights of
            which ``spandrel`` knows the network; or ``hub:ORG/REPO`` or ``hub:ORG/REPO/FILE`` with such.
        device: where networks of other projects compute.
        task: that it is to compute.

    Raises:
        CheckpointError: if it is missing, damaged or of a kind that does not restore.
        ConfigError: if it needs a package that is not installed, or does not know the task.
    """
    path = Path(name).expanduser()
    if name.count("/") >= 2 and name.startswith(HUB_PREFIX):
        path = released.download_file(name.removeprefix(HUB_PREFIX))
    elif name.startswith(HUB_PREFIX) or name in records() or path.is_dir():
        return _knowing(resolve(name), task)
    if path.suffix.lower() == ".onnx" and path.is_file():
        return from_onnx(path)
    if is_ours(path):
        return _knowing(load_model(path), task)
    state = read_weights(path)
    model = nafnet(state, path)
    if model is not None:
        return model
    network = build(state, path, device)
    return from_spandrel(network, f"{path.stem} ({network.architecture.name})", device)


def _without(task: Task) -> str:
    """Where an expert is named, and how to do without it."""
    remedy = f"instructir experts remove {task.value}, or --experts off"
    return f"the table of experts, which may be your own experts.json, has it for {task.value}: {remedy}"


def _knowing(model: Model, task: Task | None) -> Model:
    """`model`, which must be able to do `task`.

    Raises:
        ConfigError: if it is not.
    """
    if task is not None and model.text is not None and task not in model.tasks:
        known = ", ".join(one.value for one in model.tasks)
        raise ConfigError(f"{model.name} is no model of {task.value}, but of {known}; give another one")
    return model
