"""Routed models, put together from a base and models that were trained on from it, a task each."""

import dataclasses
from collections.abc import Mapping

from torch import nn

from instructir.errors import CheckpointError, ConfigError
from instructir.models.checkpoint import Model
from instructir.models.deltas import BITS, Delta, delta_between, merged, route_to
from instructir.tasks import Task


def route(
    base: Model,
    tuned: Mapping[Task, Model],
    *,
    name: str = "",
    bits: int = BITS,
    windows: Mapping[Task, int] | None = None,
) -> Model:
    """A model that restores each of the tasks with the weights that were tuned for it.

    Args:
        base: the model that all were trained on from. Deltas that it has already stay, but those of the
            tasks named.
        tuned: by task, a model whose image network was trained on and whose text head was not; or a routed
            model of the same base, of which the task's delta is taken.
        name: of the new model; by default the base's.
        bits: of each weight of a delta that is made here.
        windows: by task, the side in pixels of the windows that channel attention averages over with its
            delta, 0 for the whole picture; by default what it was.

    Raises:
        CheckpointError: if one is not of the base's kind, or its text head was trained; or a window is given
            of a task that has no delta.
    """
    if base.text is None:
        raise CheckpointError(
            f"{base.name} is a text-free model, which no sentence routes; give one with text"
        )
    deltas = dict(base.deltas)
    for task, model in tuned.items():
        if task not in base.tasks:
            raise CheckpointError(f"{base.name} is no model of {task.value}; leave its delta out")
        deltas[task] = _delta(base, task, model, bits)
    for task, window in (windows or {}).items():
        if task not in deltas:
            raise CheckpointError(f"{base.name} has no delta of {task.value} whose window could be set")
        deltas[task] = dataclasses.replace(deltas[task], window=window)
    in_order = {task: deltas[task] for task in base.tasks if task in deltas}
    return dataclasses.replace(base, name=name or base.name, deltas=in_order)


def for_task(model: Model, name: str) -> Model:
    """The model without deltas that `model` is for one task, for whatever holds one set of weights.

    Args:
        model: routed or not.
        name: of the task; empty for a model without deltas, which is returned as it is.

    Raises:
        ConfigError: if a routed model's task is not named, or it does not know it; or one is named of
            another model.
    """
    if not model.deltas:
        if name:
            raise ConfigError(f"{model.name} has the same weights for every task; name none")
        return model
    known = ", ".join(task.value for task in model.tasks)
    if not name:
        raise ConfigError(
            f"{model.name} is routed, with weights for each task: give --task and one of {known}"
        )
    task = Task.parse(name)
    if task not in model.tasks:
        raise ConfigError(f"{model.name} is no model of {task.value}; name one of {known}")
    image = merged(model.image, model.deltas, route_to(task, model.deltas))
    return dataclasses.replace(model, name=f"{model.name}-{task.value}", image=image, deltas={})


def _delta(base: Model, task: Task, tuned: Model, bits: int) -> Delta:
    if (
        tuned.image.config.shape != base.image.config.shape
        or tuned.encoder != base.encoder
        or tuned.tasks != base.tasks
    ):
        raise CheckpointError(
            f"{task.value}: {tuned.name} is of another size, encoder or tasks than {base.name}; "
            "give a model that was trained on from it"
        )
    if tuned.text is None or base.text is None or not _same(tuned.text, base.text):
        raise CheckpointError(
            f"{task.value}: the text head of {tuned.name} is not that of {base.name}, and one head has to "
            "speak to all deltas; train with model.freeze_text: true"
        )
    if not tuned.deltas:
        about = {"name": tuned.name, **tuned.provenance}
        made = delta_between(base.image, tuned.image, bits=bits, provenance=about)
        # A crop that is trained on is a window; what is trained does not know of any.
        before = base.deltas.get(task)
        return dataclasses.replace(made, window=before.window if before else made.window)
    if task not in tuned.deltas or not _same(tuned.image, base.image):
        raise CheckpointError(
            f"{task.value}: {tuned.name} is a routed model without a delta of it, or of another base than "
            f"{base.name}; give a model that was trained on from it"
        )
    return tuned.deltas[task]


def _same(one: nn.Module, other: nn.Module) -> bool:
    """Whether weights are equal, as far as a file of 16 bits tells."""
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(
        value.shape == theirs[name].shape and value.half().equal(theirs[name].half())
        for name, value in mine.items()
    )
