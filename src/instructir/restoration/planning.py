"""What will be done to a picture: by the words, by the picture, and by what the model can do."""

import dataclasses
from collections.abc import Sequence

from instructir.errors import ConfigError, InstructionError, OutOfScopeError
from instructir.instructions import planner
from instructir.instructions.plan import READ_BACK, Plan
from instructir.instructions.planning.enlarging import with_scale
from instructir.instructions.planning.unsized import asks_alone
from instructir.instructions.reader import ENGLISH, available
from instructir.instructions.refusing.acceptable import checked
from instructir.models.checkpoint import Model
from instructir.restoration.inputs import ImageLike
from instructir.restoration.magnified_noise import with_noise_first
from instructir.restoration.ordering import in_best_order
from instructir.restoration.retouching import retouched
from instructir.restoration.untold_size import with_untold_size
from instructir.settings import Settings
from instructir.tasks import Task


def tasks_of(model: Model) -> tuple[Task, ...] | None:
    """What a model can be asked for; None where it takes no instruction."""
    return None if model.text is None else tuple(model.tasks)


def plan_for(tasks: Sequence[Task] | None, instruction: str | None, image: ImageLike | None = None) -> Plan:
    """The plan that a model follows; every surface asks here.

    Args:
        tasks: what the model can do; None for a text-free one, which does what it does.
        instruction: what is wrong, or what to do; None lets the picture decide.
        image: the picture, looked at only where the words leave something to it: the instruction names no
            fault, says that the light or the colours are wrong and not in which way, asks for retouching,
            for detail, which would magnify noise, or for a larger picture and not how large.

    Raises:
        InstructionError: if the instruction is empty or too long.
        EncoderError: if the sentence encoder is needed and cannot be loaded.
        ImageFileError: if the picture is needed and cannot be read.
    """
    if tasks is None or instruction is None:
        return fit_plan(tasks, Plan("ambiguous", ()), image)
    checked(instruction)  # before it is looked for among those that were read already
    plan = fit_plan(tasks, planner.plan(instruction), image)
    if image is None:
        return plan
    plan = with_untold_size(plan, instruction, image)
    return plan if asks_alone(instruction) else with_noise_first(plan, image, tasks)


def planner_at_hand() -> bool:
    """Whether sentences can be planned without fetching the planner's encoder."""
    return available(ENGLISH)


def single_task(instruction: str) -> Task | None:
    """The one task that an instruction asks the network for; None where it is none, or several.

    Raises:
        EncoderError: if the sentence encoder is needed and cannot be loaded.
    """
    try:
        steps = planner.plan(instruction).steps
    except InstructionError:  # of an impossible size, which is of no concern to the network
        return None
    tasks = {step.task for step in steps if step.adjustment is None}
    return tasks.pop() if len(tasks) == 1 else None


def fit_plan(tasks: Sequence[Task] | None, plan: Plan, image: ImageLike | None = None) -> Plan:
    """A plan as a model with those tasks can follow it, decided by the picture where it names no fault.

    A request for what the model cannot do is refused as a whole. Of what the picture needs, what the model
    can do is done, and the rest is named.

    Args:
        tasks: see :func:`plan_for`.
        plan: what was understood; one that is fitted already stays the same.
        image: see :func:`plan_for`.

    Raises:
        ConfigError: if the plan is of another type.
    """
    if not isinstance(plan, Plan):
        raise ConfigError(f"plan is a {type(plan).__name__}: give what Restorer.plan makes of an instruction")
    if tasks is None:
        return Plan("clear", (), unguided=True)
    if image is not None:
        plan = retouched(plan, image)
    if plan.blind and image is not None:
        from instructir.restoration.diagnosis import examine_file, plan_of

        assumed = plan_of(examine_file(image), plan.excluded, plan.leanings)
        plan = dataclasses.replace(assumed, language=plan.language, asked=plan.asked)
    elif image is not None and any(step.light == "untold" for step in plan.steps):
        plan = _lit(plan, image)
    missing = tuple(step.task for step in plan.steps if not step.adjustment and step.task not in tasks)
    if not missing or plan.assumed:
        steps = tuple(step for step in plan.steps if step.adjustment or step.task in tasks)
        plan = dataclasses.replace(plan, steps=steps, beyond=missing or plan.beyond)
        return plan if image is None else in_best_order(plan, image)
    return dataclasses.replace(
        plan, kind="out_of_scope", steps=(), reason="model", beyond=missing, possible=tuple(tasks)
    )


def _lit(plan: Plan, image: ImageLike) -> Plan:
    """A plan of which the picture says whether there is too little light or too much."""
    from instructir.restoration.diagnosis import lacks_light

    dark = lacks_light(image)
    if plan.excluded:
        dark = (dark or Task.ENHANCEMENT in plan.excluded) and Task.LOW_LIGHT not in plan.excluded
    retouched = any(step.task is Task.ENHANCEMENT and step.adjustment is None for step in plan.steps)
    steps = []
    for step in plan.steps:
        if step.light != "untold":
            steps.append(step)
        elif dark or not retouched:  # what tames too much light is retouching, which is done once
            task = Task.LOW_LIGHT if dark else Task.ENHANCEMENT
            steps.append(dataclasses.replace(step, task=task, light=""))
    return dataclasses.replace(plan, steps=tuple(steps))


def refuse_impossible(plan: Plan, instruction: str | None, model: Model) -> None:
    """Raise OutOfScopeError where `model` cannot do what is planned, with what to write instead."""
    plan = fit_plan(tasks_of(model), plan)
    if plan.kind != "out_of_scope":
        return
    if plan.reason == "model":
        raise OutOfScopeError(
            f"{model.name} cannot {READ_BACK[plan.beyond[0]]}: choose another model, or ask it to "
            f"{', '.join(READ_BACK[task] for task in plan.possible)}"
        )
    raise OutOfScopeError(dataclasses.replace(plan, refused=plan.refused or instruction or "this").refusal())


def with_settings(
    plan: Plan, settings: Settings, tasks: Sequence[Task] | None = None, image: ImageLike | None = None
) -> Plan:
    """A plan with what the settings ask for beside the sentence: the size, which counts for more than its.

    Args:
        plan: what was understood.
        settings: of the picture.
        tasks: what the model can do, where the picture is given.
        image: the picture, of which noise may have to go before it is enlarged.
    """
    if settings.scale is None or plan.unguided:
        return plan
    plan = with_scale(plan, settings.scale)
    return plan if image is None or tasks is None else with_noise_first(plan, image, tasks)
