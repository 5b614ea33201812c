"""A plan: what an instruction was understood to ask for."""

from dataclasses import dataclass
from typing import Any, Literal

from instructir.tasks import Task

Kind = Literal["clear", "ambiguous", "out_of_scope"]


@dataclass(frozen=True)
class Step:
    """One restoration.

    Attributes:
        task: what is restored.
        confidence: probability in [0, 1] that this is what was meant.
        strength: share in [0, 1] of the restoration that is applied.
        text: words that asked for it.
    """

    task: Task
    confidence: float
    strength: float
    text: str


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they run.

    Attributes:
        kind: whether the instruction is clear, ambiguous, or asks for what no model here can do.
        steps: what will be done.
        excluded: tasks that the instruction rules out.
        runner_up: the next best reading of an ambiguous instruction.
    """

    kind: Kind
    steps: tuple[Step, ...]
    excluded: tuple[Task, ...] = ()
    runner_up: Task | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, as every surface shows them."""
        return {
            "kind": self.kind,
            "steps": [
                {
                    "task": step.task.value,
                    "confidence": round(step.confidence, 4),
                    "strength": round(step.strength, 4),
                    "text": step.text,
                }
                for step in self.steps
            ],
            "excluded": [task.value for task in self.excluded],
        }

    def summary(self) -> str:
        """One readable line: what was understood, and the runner-up where it is close."""
        done = ", then ".join(f"{READ_BACK[step.task]} ({step.confidence:.0%} sure)" for step in self.steps)
        doubt = f"; it could also mean: {READ_BACK[self.runner_up]}" if self.runner_up else ""
        return f"{done or 'nothing to do'}{doubt}"


READ_BACK: dict[Task, str] = {
    Task.DENOISING: "remove the noise",
    Task.DEBLURRING: "remove the blur",
    Task.DERAINING: "remove the rain",
    Task.DEHAZING: "clear the haze",
    Task.LOW_LIGHT: "brighten it",
    Task.SUPER_RESOLUTION: "bring out detail lost to low resolution",
    Task.ENHANCEMENT: "improve tone and colour",
}
"""How each task is named to people."""
