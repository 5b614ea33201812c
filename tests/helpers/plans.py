"""Plans as the letters of their tasks."""

from instructir.instructions.planner import plan
from instructir.tasks import Task

TASK = {
    "N": Task.DENOISING,
    "B": Task.DEBLURRING,
    "R": Task.DERAINING,
    "H": Task.DEHAZING,
    "L": Task.LOW_LIGHT,
    "S": Task.SUPER_RESOLUTION,
    "E": Task.ENHANCEMENT,
}


def asked(sentence: str) -> str:
    """Letters of what a sentence asks for, in order: "N L"."""
    letters = {task: letter for letter, task in TASK.items()}
    return " ".join(letters[step.task] for step in plan(sentence).steps)
