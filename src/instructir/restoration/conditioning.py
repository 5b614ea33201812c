"""What conditions each run of a network: the words of a plan's steps, and the weights that they choose."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from instructir.errors import ConfigError
from instructir.instructions.plan import Plan, Step
from instructir.instructions.refusing.acceptable import checked
from instructir.models.checkpoint import Model
from instructir.models.deltas import Route, clear_task, route_to
from instructir.models.embedding_cache import embed
from instructir.restoration.passes import ArtefactHandling, Pass
from instructir.restoration.planning import planner_at_hand, single_task
from instructir.tasks import PLAIN_INSTRUCTIONS, Task

_MISREAD = 0.5
"""Probability from which the text head is taken to read another task into a step's words."""
_PALE = re.compile(
    r"\b(?:wash\w*|pale\w*|bleach\w*|milky|whit\w*|bright\w*|light\w*|dark\w*|expos\w*|glar\w*|"
    r"highlights?|shadows?)\b",
    re.IGNORECASE,
)
"""Words for light, beside those for colours."""


class Conditioning:
    """Turns plans into passes, and words into what a model's network is given with a picture."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.understand: Callable[[str], tuple[Tensor, list[float]]] = lru_cache(256)(self._understand)
        """Text embedding (1, text_dim) and class probabilities of an instruction; the last ones are kept."""

    def passes(
        self, plan: Plan, instruction: str | None, scale: str | None, has_expert: Callable[[Task], bool]
    ) -> list[Pass]:
        """For each run of the network, the words that condition it and the fraction of it that is applied.

        Args:
            plan: what is done.
            instruction: for a model that plans nothing.
            scale: how far such a model enlarges.
            has_expert: whether an expert computes a task; it gets the picture as it is.
        """
        if self._model.text is None:
            return [Pass(instruction or "", scale=scale or "")]
        texts = [step.text for step in plan.steps]
        known = (*plan.excluded, *(step.task for step in plan.steps))
        # Where the picture decided, it also does of what the light shows; and rain is seen through haze.
        weather = plan.assumed or Task.DERAINING in known[len(plan.excluded) :]
        shown = (Task.DENOISING, Task.DERAINING, Task.DEHAZING) if weather else (Task.DENOISING,)
        clears = tuple(task for task in shown if task in self._model.tasks and task not in known)
        # The model's own encoder knows English alone.
        english = plan.language == "en"
        return [
            Pass(
                ""
                if step.adjustment
                else self.instruction(step, own=english and texts.count(step.text) == 1),
                fraction=step.strength,
                task=step.task,
                clears=clears,
                asked=not plan.assumed,
                adjustment=step.adjustment,
                scale=step.scale,
                artefacts=_artefacts(step, has_expert),
                darkens=step.light == "less",
                keeps_light=not plan.assumed and _keeps_light(step),
                fits=not has_expert(step.task),
                fills=step.light == "parts" and not has_expert(step.task),
            )
            for step in plan.steps
        ]

    def instruction(self, step: Step, *, own: bool) -> str:
        """The step's own words, unless other steps share them or the text head reads another task."""
        return self.fitting(step.text, step.task) if own and step.text else PLAIN_INSTRUCTIONS[step.task]

    def fitting(self, words: str, task: Task | None) -> str:
        """The words, or the task's plain ones where the text head reads another task."""
        if task is None:
            return words
        probabilities = self.understand(checked(words))[1]
        probability, read = max(zip(probabilities, self._model.tasks, strict=True), key=lambda pair: pair[0])
        return words if read is task or probability <= _MISREAD else PLAIN_INSTRUCTIONS[task]

    def embeddings(self, words: Sequence[str]) -> Tensor:
        """Text embeddings (N, text_dim) of N instructions.

        Raises:
            ConfigError: if the model understands none.
            EncoderError: if the sentence encoder is needed and cannot be loaded.
        """
        return torch.cat([self.understand(checked(text))[0] for text in words])

    def routes(self, words: Sequence[str], tasks: Sequence[Task | None]) -> list[Route]:
        """Which weights compute each of the runs: those of its step's task.

        Without a plan, those of the task that the words are about.
        """
        return [self._route(text, task) for text, task in zip(words, tasks, strict=True)]

    def _route(self, words: str, task: Task | None) -> Route:
        deltas = self._model.deltas
        if task is None and deltas:
            if planner_at_hand():
                task = single_task(words)
            else:
                task = clear_task(self.understand(checked(words))[1], self._model.tasks)
        return route_to(task, deltas)

    @torch.inference_mode()
    def _understand(self, text: str) -> tuple[Tensor, list[float]]:
        if self._model.text is None:
            raise ConfigError(f"{self._model.name} is a text-free model and understands no instruction")
        output = self._model.text(embed([text], self._model.encoder))
        return output.embedding, output.logits.softmax(-1)[0].tolist()


def _keeps_light(step: Step) -> bool:
    """Whether a step is retouching of which the words say nothing of the light.

    "Washed out" is said of too much of it as well, what has no words is left to the picture, and the plain
    sentence of retouching stands for all that the network learnt of it.
    """
    return (
        step.task is Task.ENHANCEMENT
        and step.light != "less"
        and step.text not in ("", PLAIN_INSTRUCTIONS[Task.ENHANCEMENT])
        and not _PALE.search(step.text)
    )


def _artefacts(step: Step, has_expert: Callable[[Task], bool]) -> ArtefactHandling:
    """What a step does to those of a JPEG file."""
    if has_expert(step.task):
        return "leave"
    if step.task is Task.DENOISING:
        return step.artefacts or "coarse"
    # Light shows them, detail and more pixels make them larger: they go first.
    return "lit" if step.task in (Task.LOW_LIGHT, Task.SUPER_RESOLUTION) else "leave"
