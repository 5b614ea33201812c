"""What a run begins with: the device, the weights, what they remove beforehand, and the weights of tasks."""

import copy
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from instructir.errors import ConfigError
from instructir.extras import require
from instructir.inference.runtimes.precision import has_fast_bf16
from instructir.models.checkpoint import Model
from instructir.models.deltas import BASE, Route, merged, route_to
from instructir.models.image_network import ImageNetwork
from instructir.models.pretrained import resolve
from instructir.restoration.conditioning import Conditioning
from instructir.tasks import PLAIN_INSTRUCTIONS, TASKS, Task
from instructir.training.batches import EarlierStep
from instructir.training.configuration import shipped
from instructir.training.native.block import compute_natively, usable_training_kernel
from instructir.training.network import Trainee
from instructir.training.options import TrainOptions


def starting_model(options: TrainOptions) -> tuple[Model | None, Route]:
    """The model that training begins with, and the route to the delta that is trained, if one is.

    Raises:
        ConfigError: if a delta is to be trained that nothing can be given.
    """
    chosen = options.model
    base = _initial(chosen.initial) if chosen.initial else None
    if not chosen.delta:
        return base, BASE
    task = Task.parse(chosen.delta)
    if base is None or base.text is None or not chosen.text_dim or base.tasks != TASKS:
        raise ConfigError(
            f"model.delta: {task.value} needs a model of the seven tasks to add to; name it in model.initial"
        )
    if base.encoder != options.text.encoder:
        raise ConfigError(
            f"text.encoder: {options.text.encoder} is not what {chosen.initial} reads; write {base.encoder}"
        )
    others = {Task.parse(entry.task) for entry in options.data.mixture} - {task}
    if others:
        raise ConfigError(
            f"data.mixture: {min(others).value} would train the delta of {task.value}; leave it out"
        )
    return base, ((task, 1.0),)


def _initial(name: str) -> Model:
    """The model of a name or file.

    Raises:
        ConfigError: if it is the file of a run that has not been.
    """
    path = Path(name).expanduser()
    if path.suffix == ".safetensors" and not path.is_file():
        first = path.parent.name
        known = f"instructir train {first}" if first in shipped() else "what writes it"
        raise ConfigError(f"model.initial: {name} is not there; run {known} first, or name another model")
    return resolve(name)


def _only_task(options: TrainOptions) -> Task | None:
    """The task of a mixture that knows but one."""
    tasks = {Task.parse(entry.task) for entry in options.data.mixture}
    return tasks.pop() if len(tasks) == 1 else None


def task_weights(options: TrainOptions, device: torch.device) -> Tensor:
    """Weight (classes,) of each task's pictures in the loss."""
    named = {Task.parse(name): weight for name, weight in options.optimiser.task_weights.items()}
    return torch.tensor([named.get(Task(task), 1.0) for task in TASKS], device=device)


def begin_with(trainee: Trainee, model: Model, options: TrainOptions, route: Route) -> None:
    """Give `trainee` the weights of another model, as the paper's 6D and 7D begin with 5D.

    Args:
        trainee: what is trained.
        model: whose weights it gets.
        options: the run.
        route: to the delta that is trained, if one is. Of a mixture with one task it is that task's.

    Raises:
        ConfigError: if the two are not of one size.
    """
    known = tuple(step for step in route if step[0] in model.deltas)
    known = known or route_to(_only_task(options), model.deltas)
    try:
        trainee.image.load_state_dict(merged(model.image, model.deltas, known).state_dict())
        if trainee.text is not None and model.text is not None:
            trainee.text.load_state_dict(model.text.state_dict())
    except RuntimeError:
        raise ConfigError(
            f"model.initial: {options.model.initial} is not of the size that the configuration states"
        ) from None


def of_deltas(options: TrainOptions, model: Model) -> str:
    """What to say before a routed model is trained as a whole, which no delta survives."""
    task, name = _only_task(options), options.model.initial
    lossless = "to gain on a task and lose on no other: instructir train delta (docs/training.md)"
    if task in model.deltas:
        return f"{name}: its delta for {task} is merged, and the new model is for that alone; {lossless}"
    return (
        f"{name}: its deltas are left out; training begins with the base, behind what the model does now; "
        f"{lossless}"
    )


def earlier_step(model: Model, device: torch.device, native: torch.dtype | None) -> EarlierStep:
    """Removes faults as `model` does, told by the plain instruction of each.

    A crop is computed as in training, at once with the others of its batch and without windows, which it is
    smaller than.

    Args:
        model: as it is when training begins; later changes to it have no effect.
        device: where to compute.
        native: in which precision the kernel computes, if it does.
    """
    conditioning = Conditioning(model)
    networks: dict[Task, ImageNetwork] = {}

    def network(task: Task) -> ImageNetwork:
        # A copy: without a delta for the task it is the model's own network, which stays as it is.
        made = copy.deepcopy(merged(model.image, model.deltas, route_to(task, model.deltas))).to(device)
        made.requires_grad_(False).attend_within(0)
        if native is not None:
            compute_natively(made, native)
        return made

    def remove(task: Task, images: Tensor) -> Tensor:
        if task not in networks:
            networks[task] = network(task)
        text = conditioning.understand(PLAIN_INSTRUCTIONS[task])[0].to(device)
        with torch.no_grad():
            restored: Tensor = networks[task](images, text.expand(len(images), -1))
        return restored.clamp(0, 1)

    return remove


def native_precision(options: TrainOptions) -> torch.dtype | None:
    """In which precision the kernel computes the blocks of the network: None where it does not."""
    if not options.native or torch.accelerator.is_available():
        return None
    wanted = {
        "auto": (torch.bfloat16, torch.float32),
        "bf16": (torch.bfloat16,),
        "fp32": (torch.float32,),
        "fp16": (),
    }
    return next((dtype for dtype in wanted[options.precision] if usable_training_kernel(dtype)), None)


def accelerator(precision: str, *, brief: bool = False) -> Any:
    """Hugging Face Accelerate on the device there is, in `precision`.

    Args:
        precision: as :class:`~instructir.training.options.TrainOptions` has it.
        brief: the run is over before ``torch.compile`` on a CPU is; there ``auto`` is then float32.

    Raises:
        ConfigError: if the device cannot compute in it.
    """
    accelerate = require("accelerate", "instructir[train]", "training")
    alone = not torch.accelerator.is_available()
    if precision == "fp16" and alone:
        raise ConfigError("precision: fp16 needs a GPU; write bf16 or fp32")
    if precision == "auto":
        device = torch.accelerator.current_accelerator() or torch.device("cpu")
        at_once = brief and device.type == "cpu"
        precision = "bf16" if has_fast_bf16(device) and not at_once else "fp32"
    # A second run in this process may want another precision.
    accelerate.state.AcceleratorState._reset_state()
    # Unless told of the CPU, Accelerate takes several processes on it for as many runs.
    return accelerate.Accelerator(mixed_precision="no" if precision == "fp32" else precision, cpu=alone)


def can_compile(device: torch.device) -> bool:
    """Whether ``torch.compile`` has what it needs; on a CPU that is a C++ compiler."""
    named = os.environ.get("CXX", "")
    return device.type != "cpu" or any(map(shutil.which, filter(None, (named, "g++", "clang++", "cl"))))
