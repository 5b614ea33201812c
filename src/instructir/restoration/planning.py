"""What will be done to a picture: by the words, by the picture, and by what the model can do."""

import dataclasses
from collections.abc import Sequence

from instructir.instructions import planner
from instructir.instructions.plan import Plan
from instructir.restoration.inputs import ImageLike
from instructir.tasks import Task


def plan_for(tasks: Sequence[Task] | None, instruction: str | None, image: ImageLike | None = None) -> Plan:
    """The plan that a model follows; every surface asks here.

    Args:
        tasks: what the model can do; None for a text-free one, which does what it does.
        instruction: what is wrong, or what to do; None lets the picture decide.
        image: the picture, looked at only where the instruction names no fault.

    Raises:
        InstructionError: if the instruction is empty or too long.
        EncoderError: if the sentence encoder is needed and cannot be loaded.
        ImageFileError: if the picture is needed and cannot be read.
    """
    if tasks is None:
        return Plan("clear", (), unguided=True)
    understood = Plan("ambiguous", ()) if instruction is None else planner.plan(instruction)
    return by_picture(tasks, understood, image) if understood.blind and image is not None else understood


def by_picture(tasks: Sequence[Task] | None, blind: Plan, image: ImageLike) -> Plan:
    """A plan that names no fault, decided by the picture; faults that the model cannot undo are named."""
    from instructir.restoration.diagnosis import examine, plan_of

    if tasks is None:
        return Plan("clear", (), unguided=True)
    assumed = plan_of(examine(image), blind.excluded, blind.leanings)
    return dataclasses.replace(
        assumed,
        steps=tuple(step for step in assumed.steps if step.task in tasks),
        beyond=tuple(step.task for step in assumed.steps if step.task not in tasks),
        language=blind.language,
    )
