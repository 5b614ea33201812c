"""A plan: what an instruction was understood to ask for."""

from dataclasses import dataclass, field
from typing import Any, Literal

from instructir.instructions.locales import Locale, locale, quoted
from instructir.instructions.tone.adjustment import Adjustment, Light
from instructir.instructions.tone.words import named
from instructir.tasks import TASKS, Task

Kind = Literal["clear", "ambiguous", "out_of_scope"]
Artefacts = Literal["", "only", "also"]
"""Whether denoising is to remove what JPEG left: alone, or noise as well; empty where nothing is said."""
Reason = Literal["", "impossible", "unknown", "unread", "model", "kept", "undo"]
Nearest = Task | Literal["grain"]


@dataclass(frozen=True)
class Step:
    """One restoration.

    Attributes:
        task: what is restored.
        confidence: probability in [0, 1] that this is what was meant.
        strength: fraction in [0, 1] of the restoration that is applied.
        text: words that asked for it.
        adjustment: the exact operation of tone or colour that does it, instead of the network.
        scale: how far the picture is enlarged before it (see :mod:`instructir.sizes`); empty for not at all.
        artefacts: of denoising, whether it is asked for because of JPEG.
        light: of enhancement, that it must come out darker, or that colours are wrong, of which the picture
            tells whether they have a cast; of low light, that the words leave open whether
            there is too little light or too much, which the picture tells, or that its dark parts alone get
            more.
    """

    task: Task
    confidence: float
    strength: float
    text: str
    adjustment: Adjustment | None = None
    scale: str = ""
    artefacts: Artefacts = ""
    light: Light = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; what was asked for in numbers only where something was."""
        found: dict[str, Any] = {
            "task": self.task.value,
            "confidence": round(self.confidence, 4),
            "strength": round(self.strength, 4),
            "text": self.text,
        }
        if self.adjustment is not None:
            found["operation"] = self.adjustment.operation.value
            found["amount"] = round(self.adjustment.scaled(self.strength).amount, 4)
        if self.scale:
            found["scale"] = self.scale
        if self.artefacts:
            found["artefacts"] = self.artefacts
        if self.light:
            found["light"] = self.light
        return found


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they run.

    Attributes:
        kind: whether the instruction is clear, ambiguous, or asks for what no model here can do.
        steps: what will be done.
        excluded: tasks that the instruction rules out.
        runner_up: the next best reading, where it is close.
        assumed: whether the steps come from the picture, since the instruction names no fault.
        asked: the fault that a question is about ("is this blurry?"), which the picture answers.
        leanings: where no fault is named, how probable the words make each task, in class order; the picture
            has the last word.
        language: code of the language that the instruction is written in, which it is answered in.
        reason: why nothing is done: it is impossible, not understood, in a language that cannot be read, or
            beyond the model; nothing is asked for ("leave it as it is"), or a result is to be taken back.
        refused: the words that ask for what cannot be done.
        nearest: what comes closest to that: a task, or some of the photo's own grain left in.
        region: the part of the picture that alone was to be changed, in its own words.
        beyond: tasks that the picture seems to need, or that are asked for, and the model cannot do.
        possible: tasks that can be asked for instead.
        unguided: whether the model takes no instruction and restores whatever it finds.
        unordered: whether the steps are in their usual order because nobody states one, so that the picture
            may have a better one.
    """

    kind: Kind
    steps: tuple[Step, ...]
    excluded: tuple[Task, ...] = ()
    runner_up: Task | None = None
    assumed: bool = False
    asked: Task | None = None
    leanings: tuple[float, ...] = field(default=(), compare=False)
    language: str = "en"
    reason: Reason = ""
    refused: str = ""
    nearest: Nearest | None = None
    region: str = ""
    beyond: tuple[Task, ...] = ()
    possible: tuple[Task, ...] = TASKS
    unguided: bool = False
    unordered: bool = field(default=False, compare=False)

    @property
    def blind(self) -> bool:
        """Whether the instruction names no fault, so that only the picture can tell what to do."""
        return self.kind == "ambiguous" and not self.steps and not self.assumed

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, as every surface shows them."""
        return {
            "kind": self.kind,
            "steps": [step.to_dict() for step in self.steps],
            "excluded": [task.value for task in self.excluded],
            "runner_up": self.runner_up.value if self.runner_up else None,
            "language": self.language,
            "summary": self.summary(),
        }

    def summary(self) -> str:
        """One readable line: what will be done and left, how sure that is, and the runner-up where close."""
        words = locale(self.language)
        say = words.say
        if self.unguided:
            return "this model takes no instruction: it restores whatever it finds"
        if self.kind == "out_of_scope":
            return self.refusal()
        parts: list[str] = []
        if self.blind:
            parts.append(say["blind"])
        elif self.steps:
            steps = say["then"].join(_told(step, words, self.language) for step in self.steps)
            sure = say[_certainty(min(step.confidence for step in self.steps))]
            done = say["will"].format(steps=steps, sure=sure)
            parts.append(self._looked(say["look"], say).format(plan=done) if self.assumed else done)
        elif not self.beyond:
            none = say["kept" if self.reason == "kept" else "nothing"]
            parts.append(self._looked(say["clean"], say) if self.assumed else none)
        parts += [say["left"].format(what=words.left[task]) for task in self.excluded]
        if self.runner_up:
            parts.append(say["also"].format(task=words.task[self.runner_up]))
        if self.beyond:
            parts.append(say["beyond"].format(tasks=words.list_tasks(self.beyond)))
        if self.region:
            parts.append(say["region"].format(part=self.region))
        if self.refused:
            hint = self._near(words) or ""
            parts.append(say["no"].format(text=quoted(self.refused), hint=hint).rstrip(" ;\uff1b\u061b"))
        return "; ".join(parts)

    def _looked(self, found: str, say: dict[str, str]) -> str:
        """What a look at the picture found, as the answer to a question where there was one."""
        if self.asked is None:
            return found
        there = self.asked in [step.task for step in self.steps]
        return say["yes" if there else "no_but" if self.steps else "no_clean"]

    def _near(self, words: Locale) -> str | None:
        """What comes closest to what is refused, in words."""
        if self.nearest is None:
            return None
        task = words.say["grain"] if self.nearest == "grain" else words.task[self.nearest]
        return words.say["near"].format(task=task)

    def refusal(self) -> str:
        """One true line on why nothing is done, with what can be asked for instead."""
        words = locale(self.language)
        can = words.say["can"].format(tasks=words.list_tasks(self.possible))
        if self.reason == "model":
            return words.say["no"].format(text=words.list_tasks(self.beyond), hint=can)
        if self.reason == "undo":
            return words.say["undo"]
        if self.reason == "unread":
            return words.say["unread"].format(hint=words.say["install"])
        hint = self._near(words) or can
        reason = "unknown" if self.reason == "unknown" else "no"
        return words.say[reason].format(text=quoted(self.refused), hint=hint)


def _certainty(confidence: float) -> str:
    """How sure a confidence is, in words: ``sure``, ``think`` or ``guess``."""
    return "sure" if confidence >= 0.9 else "think" if confidence >= 0.6 else "guess"


def _told(step: Step, words: Locale, language: str) -> str:
    """A step as people read it, with its numbers."""
    if step.adjustment is not None:
        return named(step.adjustment.scaled(step.strength), language)
    done = words.say["light"] if step.light == "untold" else words.task[step.task]
    if step.scale:
        done = f"{done} ({step.scale})"
    return _at_strength(done, step.strength, words.say)


def _at_strength(step: str, strength: float, say: dict[str, str]) -> str:
    """A step with how much of it is done; nothing is said where that is all."""
    if strength >= 0.95:
        return step
    return say["little" if strength <= 0.5 else "partly"].format(step=step)


READ_BACK: dict[Task, str] = {
    Task.DENOISING: "remove the noise",
    Task.DEBLURRING: "remove the blur",
    Task.DERAINING: "remove the rain",
    Task.DEHAZING: "clear the haze",
    Task.LOW_LIGHT: "brighten it",
    Task.SUPER_RESOLUTION: "bring out detail lost to low resolution",
    Task.ENHANCEMENT: "improve tone and colour",
}
"""How each task is named to people, in English."""
