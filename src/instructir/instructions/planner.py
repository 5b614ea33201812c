"""From an instruction's class probabilities to a plan."""

from collections.abc import Sequence

from instructir.errors import InstructionError
from instructir.instructions.plan import Plan, Step
from instructir.tasks import Task

CLEAR = 0.6
"""Probability from which the best reading counts as clear."""
MAX_LENGTH = 2000
"""Longest instruction in characters; encoders read far less."""


def checked(instruction: str) -> str:
    """Return the instruction with its white space folded.

    Raises:
        InstructionError: if it is empty or far too long.
    """
    text = " ".join(instruction.split())
    if not any(character.isalnum() for character in text):
        raise InstructionError('the instruction is empty: say what is wrong, such as "it is too dark"')
    if len(text) > MAX_LENGTH:
        raise InstructionError(
            f"the instruction has {len(text)} characters: say what is wrong in at most {MAX_LENGTH}"
        )
    return text


def plan_from_probabilities(text: str, probabilities: Sequence[float], tasks: Sequence[Task]) -> Plan:
    """The most probable task as a one-step plan.

    Args:
        text: a checked instruction.
        probabilities: of each of `tasks`, summing to 1.
        tasks: the model's classes, in order.
    """
    ranked = sorted(zip(probabilities, tasks, strict=True), key=lambda pair: -pair[0])
    (confidence, task), *others = ranked
    clear = confidence >= CLEAR
    return Plan(
        kind="clear" if clear else "ambiguous",
        steps=(Step(task, confidence, 1.0, text),),
        runner_up=None if clear or not others else others[0][1],
    )
