"""Plans of sentences of which clauses ask for tone in numbers, alone or beside restorations."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from instructir.instructions.clauses import ENGLISH_GRAMMAR, Clause, Grammar, in_order
from instructir.instructions.plan import Plan, Step
from instructir.instructions.planning.lighting import is_untold
from instructir.instructions.tone.adjustment import Light, Operation
from instructir.instructions.tone.degree import degree
from instructir.instructions.tone.wishes import Wish
from instructir.tasks import Task

_SURE = 0.95
"""Confidence in what the words say outright."""
_OTHER = re.compile(
    r"\b(?:nois\w+|grain\w*|speckl\w*|blurr?\w*|fuzz\w*|shak\w*|out of focus|unsharp|sharp\w*|haz\w*|"
    r"fogg?\w*|mist\w*|"
    r"rain\w*|tiny|pixel\w*|low[- ]res\w*|dark|underexposed|denoise|deblur|dehaze|derain|upscale|enlarge)\b",
    re.IGNORECASE,
)
"""What a clause may ask for beside tone."""


_SAME_AGAIN = re.compile(
    r"(?:please |just |so )*(?:tone|dial|turn|bring|calm|pull|take) (?:it|them|things|everything|that|"
    r"this) (?:down|back)"
    r"(?: (?:please|pls|slightly|somewhat|a (?:bit|little|touch|notch|tad)))*",
    re.IGNORECASE,
)
"""Clauses that only say once more what a wish says: "too bright, bring it down"."""


_RECOLOURED = re.compile(
    r"(?:please |just |so |and |can you |could you )*(?:(?:fix|correct|repair|restore|revive|refresh|bring) "
    r"(?:it|them|that|this|(?:the |its |my |all )*(?:original |true |natural )?colou?rs?)(?: back)?|"
    r"bring back (?:the |its |my |all )*(?:original |true |natural )?colou?rs?)(?: please)?",
    re.IGNORECASE,
)
"""The same beside a cast or fading: "faded, bring the colours back"."""


_UNDER_WATER = re.compile(
    r"(?:(?:it|this|that|they|i)(?: (?:was|is|were|am)|[\u2019']?s)? )?(?:(?:taken|took|shot|made|"
    r"photographed|filmed|snapped)(?: (?:it|this))? )?(?:under ?water|"
    r"(?:while|when) (?:scuba )?(?:diving|snorkell?ing))",
    re.IGNORECASE,
)
"""What only says why colours are off; water is no rain."""


_NIGHT = re.compile(
    r"\b(?:night\w*|midnight|dusk|twilight|evening|nacht\w*|abends?|nuit|soir|noche|anochecer|notte|sera|"
    r"noite|gece|noc\w?|nocą|avond)\b|"
    r"\u043d\u043e\u0447|\u591c|\u665a\u4e0a",
    re.IGNORECASE,
)
"""What a picture that is to be darker is to be like, and no complaint that it is dark."""


def with_tone(
    text: str,
    pieces: Sequence[Clause],
    wishes: Sequence[Wish | None],
    grammar: Grammar,
    others: Callable[[str], Plan],
) -> Plan:
    """The plan of a sentence of which at least one clause is a wish.

    Args:
        text: the sentence.
        pieces: its clauses.
        wishes: what each of them asks of tone.
        grammar: of the sentence's language.
        others: plans what the other clauses say.
    """
    left = _left_over(pieces, wishes, grammar)
    rest = others(", ".join(left)) if left else Plan("clear", ())
    if _stops(wishes) > 0:  # "too dark, one stop brighter" says why and how much, not two things
        steps_left = (step for step in rest.steps if step.task is not Task.LOW_LIGHT or step.light)
        rest = replace(rest, steps=tuple(steps_left))
    parts = [degree(piece.text) for piece in pieces if _SAME_AGAIN.fullmatch(piece.text)]
    steps = _merged(pieces, wishes, min(parts, default=1.0))
    refused = rest.refused if rest.reason == "impossible" or rest.steps else ""
    placed: dict[Hashable, tuple[int, Step]] = {
        step.adjustment.operation if step.adjustment else step.task: (number, step) for number, step in steps
    }
    learnt: dict[Hashable, tuple[int, Step]] = {
        step.task: (_place(step, pieces, wishes), step) for step in rest.steps
    }
    # An exact step and a learnt one of the same task are told apart by the operation.
    both = {**learnt, **placed}
    order = in_order(text, {key: number for key, (number, _) in both.items()}, pieces, grammar)
    again = tuple(step for step in rest.steps if step is not learnt[step.task][1])
    return Plan(
        rest.kind if rest.steps else "clear",
        (*(both[key][1] for key in order), *again),
        rest.excluded,
        rest.runner_up if rest.steps else None,
        refused=refused,
        nearest=rest.nearest if refused else None,
    )


def _left_over(pieces: Sequence[Clause], wishes: Sequence[Wish | None], grammar: Grammar) -> list[str]:
    """What the clauses say that no wish does."""
    found = []
    for piece, one in zip(pieces, wishes, strict=True):
        if one is None and not _echoes(piece.text, wishes):
            found.append(f"{piece.lead} {piece.text}".strip())
        elif one and grammar is ENGLISH_GRAMMAR and _OTHER.search(one.rest):
            found.append(one.rest)
    return found


def _echoes(said: str, wishes: Sequence[Wish | None]) -> bool:
    """Whether a clause only says once more what one of the wishes beside it does, or why."""
    made = [one for one in wishes if one]
    asked = {one.adjustment.operation if one.adjustment else one.light for one in made}
    exposed = [
        one.adjustment.amount
        for one in made
        if one.adjustment and one.adjustment.operation is Operation.EXPOSURE
    ]
    lit = exposed or "less" in asked
    darkened = min(exposed, default=0.0) < 0
    recoloured = not asked.isdisjoint({Operation.WHITE_BALANCE, Operation.FADE, "colours"})
    return bool(
        _SAME_AGAIN.fullmatch(said)
        or (recoloured and (_RECOLOURED.fullmatch(said) or _UNDER_WATER.fullmatch(said)))
        or (lit and is_untold(said))
        or (darkened and _NIGHT.search(said) and not _OTHER.search(said))
    )


def _merged(pieces: Sequence[Clause], wishes: Sequence[Wish | None], part: float) -> list[tuple[int, Step]]:
    """A step for each operation: "too yellow, fix the white balance" asks once, and names a cast.

    Args:
        pieces: the clauses.
        wishes: what each of them asks of tone.
        part: of the work that is asked for elsewhere: "too bright, tone it down a little".
    """
    found: dict[Operation | Light, tuple[int, Step]] = {}
    for number, (piece, one) in enumerate(zip(pieces, wishes, strict=True)):
        if one is None:
            continue
        wanted = one.adjustment
        operation = wanted.operation if wanted else one.light
        # More light is what brightening is; all else is retouching.
        brightens = wanted is not None and operation is Operation.EXPOSURE and wanted.amount > 0
        task = Task.LOW_LIGHT if brightens else Task.ENHANCEMENT
        # The network knows the plain sentence better than the many ways to say that there is too much light.
        said = "" if one.light == "less" else piece.text
        step = Step(task, _SURE, min(one.strength, part), said, wanted, light=one.light)
        known = found.get(operation)
        if known is None or (wanted and wanted.cast and known[1].adjustment and not known[1].adjustment.cast):
            found[operation] = (known[0] if known else number, step)
    if Operation.EXPOSURE in found and "less" in found:
        # Who says by how much has said all of it ("too bright, one stop darker"); who does not wants the
        # fault undone, which the network does better than any figure ("too bright, make it a bit darker").
        if _stops(wishes):
            del found["less"]
        else:
            (first, step), (number, darker) = found["less"], found.pop(Operation.EXPOSURE)
            found["less"] = min(first, number), replace(step, strength=min(step.strength, darker.strength))
    if not {Operation.WHITE_BALANCE, Operation.FADE, "less"}.isdisjoint(found):
        found.pop("colours", None)
    return list(found.values())


def _stops(wishes: Sequence[Wish | None]) -> float:
    """Exposure that is stated in figures, at full strength, below 0 for darker; 0 where there is none."""
    stated = (one.adjustment for one in wishes if one and one.measured)
    return next((one.amount for one in stated if one and one.operation is Operation.EXPOSURE), 0.0)


def _place(step: Step, pieces: Sequence[Clause], wishes: Sequence[Wish | None]) -> int:
    """Number of the clause whose words asked for a step."""
    others = [number for number, one in enumerate(wishes) if one is None]
    for number in others:
        said = pieces[number].text
        if step.text and (step.text in said or said in step.text):
            return number
    return others[0] if others else 0
