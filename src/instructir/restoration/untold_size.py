"""Pictures that are to become larger, where nobody says by how much: twice as large, if they are sharp.

The network's step restores what a picture lacks that was enlarged before, at the size that it has (paper,
section 4.1). Of a picture that lacks nothing it would leave all as it was, and so would who asked for a
bigger one get the same.
"""

from instructir.instructions.plan import Plan
from instructir.instructions.planning.enlarging import with_scale
from instructir.instructions.planning.unsized import wants_larger
from instructir.restoration.diagnosis import examine
from instructir.restoration.inputs import ImageLike, to_photo
from instructir.tasks import Task

_FACTOR = "x2"
_MOST_PIXELS = 8_000_000
"""Of pictures that are enlarged so: larger ones are seldom called small, and their results are dear."""
_SHARP = 0.05
"""Probability of lost detail up to which a picture is as sharp as its size allows: far below that of any that
was enlarged, by twice or more."""


def with_untold_size(plan: Plan, instruction: str, image: ImageLike) -> Plan:
    """A plan that enlarges a sharp picture, if its words ask for that and state no size.

    Args:
        plan: itself is returned in all other cases.
        instruction: its words.
        image: the picture.
    """
    asked = any(step.task is Task.SUPER_RESOLUTION for step in plan.steps)
    if not asked or plan.assumed or any(step.scale for step in plan.steps) or not wants_larger(instruction):
        return plan
    photo = to_photo(image)
    if photo.width * photo.height > _MOST_PIXELS:
        return plan
    lacks_detail = examine(photo).probabilities[Task.SUPER_RESOLUTION] > _SHARP
    return plan if lacks_detail else with_scale(plan, _FACTOR)
