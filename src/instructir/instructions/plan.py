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
        runner_up: the next best reading, where it is close.
        assumed: whether the steps come from the picture, since the instruction names no fault.
    """

    kind: Kind
    steps: tuple[Step, ...]
    excluded: tuple[Task, ...] = ()
    runner_up: Task | None = None
    assumed: bool = False

    @property
    def blind(self) -> bool:
        """Whether the instruction names no fault, so that only the picture can tell what to do."""
        return self.kind == "ambiguous" and not self.steps and not self.assumed

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
            "runner_up": self.runner_up.value if self.runner_up else None,
            "summary": self.summary(),
        }

    def summary(self) -> str:
        """One readable line: what will be done and left, how sure that is, and the runner-up where close."""
        if self.kind == "out_of_scope":
            return "that is nothing a restoration can do"
        if self.blind:
            return "no fault is named, so the picture decides"
        left = "; ".join(f"{LEFT[task]} left alone" for task in self.excluded)
        if not self.steps:
            done = "the picture looks clean, I'll leave it as it is" if self.assumed else "nothing to do"
        else:
            parts = [f"{READ_BACK[step.task]}{_degree(step.strength)}" for step in self.steps]
            lead = "no fault is named, but by the look of the picture " if self.assumed else ""
            sure = min(step.confidence for step in self.steps)
            done = f"{lead}I'll {', then '.join(parts)} ({sure:.0%} sure)"
        doubt = f"it could also mean: {READ_BACK[self.runner_up]}" if self.runner_up else ""
        return "; ".join(part for part in (done, left, doubt) if part)


def _degree(strength: float) -> str:
    """How a strength is said: nothing where it is full."""
    if strength >= 0.95:
        return ""
    return " a little" if strength <= 0.5 else " partly"


ORDER: tuple[Task, ...] = (
    Task.DENOISING,
    Task.LOW_LIGHT,
    Task.DERAINING,
    Task.DEHAZING,
    Task.DEBLURRING,
    Task.SUPER_RESOLUTION,
    Task.ENHANCEMENT,
)
"""In which order steps run unless the user states one: noise before what would amplify it."""

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

LEFT: dict[Task, str] = {
    Task.DENOISING: "grain",
    Task.DEBLURRING: "softness",
    Task.DERAINING: "rain",
    Task.DEHAZING: "haze",
    Task.LOW_LIGHT: "brightness",
    Task.SUPER_RESOLUTION: "resolution",
    Task.ENHANCEMENT: "colours",
}
"""How what a task would change is named where it is left alone."""
