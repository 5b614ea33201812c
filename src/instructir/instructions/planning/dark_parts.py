"""Light that a part of a picture lacks, and the rest has: "the foreground is too dark", "it is backlit".

The trained reader knows that such words ask for light, not that they ask for it in one place. Which words
do is in ``dark_parts.json``: ``against``, that the light comes from behind; ``part``, what is then dark;
``dark``, what is said of it or done for it. Whether the rest of the picture is bright, only the picture can
tell (:mod:`instructir.restoration.retouching`).
"""

import re
from dataclasses import replace
from functools import lru_cache

from instructir.instructions.letters import UNSPACED
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

_SURE = 0.95
"""Confidence of a step that plain words ask for, which the trained reader took for another."""


def of_dark_parts(plan: Plan, text: str, code: str = "en") -> Plan:
    """`plan` of `text` with its steps against darkness marked that are said to be for a part of the picture.

    Where the reader took the words for a wish to retouch it, or for nothing certain, they are taken at
    their word.
    """
    if plan.kind == "out_of_scope" or Task.LOW_LIGHT in plan.excluded:
        return plan
    if not any(step.task is Task.LOW_LIGHT for step in plan.steps):
        return _at_its_word(plan, text, code)
    return replace(plan, steps=tuple(_marked(step, code) for step in plan.steps))


def _names_dark_part(words: str, code: str = "en") -> bool:
    """Whether words of a language that ask for light name a part of a picture that lacks it."""
    found = _patterns(code)
    return found is not None and any(pattern.search(words) for pattern in found[:2])


def _marked(step: Step, code: str) -> Step:
    open_ = step.task is Task.LOW_LIGHT and step.adjustment is None and not step.light
    return replace(step, light="parts") if open_ and _names_dark_part(step.text, code) else step


def _at_its_word(plan: Plan, text: str, code: str) -> Plan:
    """`plan` with light for a dark part instead of the one thing that the reader guessed `text` to ask."""
    found = _patterns(code)
    if found is None or len(plan.steps) != 1 or plan.excluded:
        return plan
    (step,), (against, part, dark) = plan.steps, found
    if step.adjustment or step.scale or step.light:
        return plan
    retouching = step.task is Task.ENHANCEMENT
    said = against.fullmatch(text.strip(" .!\u3002")) is not None  # and nothing else
    if plan.kind != "clear" or retouching:
        in_part = part.search(text) and dark.search(text)
        said = said or bool(against.search(text) or (retouching and in_part))
    if not said:
        return plan
    step = Step(Task.LOW_LIGHT, _SURE, step.strength, text, light="parts")
    return replace(plan, kind="clear", steps=(step,), runner_up=None)


@lru_cache(maxsize=16)
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """What says that the light comes from behind, names a part, and says that it is dark, in a language."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    start = "" if code in UNSPACED else r"(?<!\w)"
    against, part, dark = (
        re.compile(f"{start}(?:{said[kind]})", re.IGNORECASE) for kind in ("against", "part", "dark")
    )
    return against, part, dark
