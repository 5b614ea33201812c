"""Noise that detail or more pixels would magnify: removed before, where it is plainly seen.

Who asks for a larger picture seldom says that it is noisy. But the step that brings out detail takes noise
for detail, and whatever enlarges makes it coarser, so that nothing removes it afterwards. So a plan whose
words ask for that alone gets a step against noise at its beginning, unless they rule it out.
"""

from collections.abc import Collection
from dataclasses import replace

from instructir.images import Photo
from instructir.instructions.plan import Plan, Step
from instructir.restoration.diagnosis import examine
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.restoration.margins import inner
from instructir.restoration.speckles import speckles
from instructir.tasks import Task

_LIKELY = 0.6
"""Probability of noise from which it is plainly seen. Pictures as sharp as a reduction leaves them are
given up to a half, and lose the finest of their texture where that counts."""
_SPECKLED = 5.0
"""How strong speckles of colour are from which it is as well, in levels of 255: white noise of a standard
deviation of 6. Colourful details of very small pictures come near it."""


def with_noise_first(plan: Plan, image: ImageLike, tasks: Collection[Task]) -> Plan:
    """A plan that removes noise before it brings out detail, if the picture has plain noise.

    Args:
        plan: itself is returned where the network is asked for more than detail, denoising is ruled out, or
            the picture was asked already.
        image: the picture.
        tasks: what the model can do.
    """
    asked = [step for step in plan.steps if step.adjustment is None]
    ruled_out = plan.assumed or Task.DENOISING in plan.excluded or Task.DENOISING not in tasks
    if not asked or ruled_out or any(step.task is not Task.SUPER_RESOLUTION for step in asked):
        return plan
    if not is_plainly_noisy(to_photo(image)):
        return plan
    # What is sure is what the words ask for; this step follows from it.
    added = Step(Task.DENOISING, min(step.confidence for step in asked), 1.0, "")
    return replace(plan, steps=(added, *plan.steps))


def is_plainly_noisy(photo: Photo) -> bool:
    """Whether noise is seen in a picture, by the fault network or by speckles of colour.

    What is left of JPEG does not count: that is removed before detail is brought out in any case.
    """
    if examine(photo).probabilities[Task.DENOISING] >= _LIKELY:
        return True
    return speckles(inner(photo).of(photo.visible)) >= _SPECKLED


def said_of_noise(plan: Plan) -> list[str]:
    """What is to be said of a plan: that noise is removed of which nobody spoke, and how it can stay."""
    tasks = [step.task for step in plan.steps if step.adjustment is None]
    if plan.assumed or tasks[:1] != [Task.DENOISING] or set(tasks[1:]) != {Task.SUPER_RESOLUTION}:
        return []
    if plan.steps[0].text:
        return []
    return ['denoising: detail and size would magnify the noise; "keep the noise" in the sentence leaves it']
