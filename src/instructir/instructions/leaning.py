"""What a clause says only together with the one beside it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.assembly import BARRED, NAMED, NONE, of
from instructir.instructions.clauses import Clause
from instructir.instructions.framing import REMARK
from instructir.instructions.leaving import ENJOYED, WORK
from instructir.instructions.reader import Reading
from instructir.tasks import TASKS

ENOUGH = re.compile(
    r"^(?:it|this|that|the \w+)(?:[\u2019']?s| is)(?: all| nice and| nicely)? "
    r"(?:(?P<so>\w+) enough|(?P<how>bright(?:er)?|light(?:er)?|sharp(?:er)?|crisp|clear(?:er)?|clean(?:er)?|"
    r"large(?:r)?|big(?:ger)?|smooth|colou?rful|visible))$",
    re.IGNORECASE,
)
"""What is so before something else is done, and hence is to be made so."""


_TELLING = re.compile(r"(?:the|my|its|our|this|that|there|it|i (?:like|love|enjoy))\b", re.IGNORECASE)
"""How a clause begins that tells something and asks for nothing."""
_SUBJECT = re.compile(
    r"(?:the|my|its|our|this|that) \w+(?= (?:is|are|was|adds?|gives?|makes?|looks?|suits?|fits?)\b)",
    re.IGNORECASE,
)
"""What such a clause tells something of."""


_NOUN = re.compile(rf"(?:(?:the|its|my|our) )?(?!(?:{WORK})\b)\w+", re.IGNORECASE)
"""A word that can be a thing, and is no verb for work on a picture."""


def first(piece: Clause) -> bool:
    """Whether a clause says what is to be so before all else: "once it's bright enough"."""
    return piece.lead.endswith(("once", "after", "until", "when")) and ENOUGH.match(piece.text) is not None


def meant(left: Sequence[str | None], pieces: Sequence[Clause]) -> list[str | None]:
    """What is left alone, where a clause shares it with the one before it.

    "Don't clear it" speaks of what that names, and "colours and brightness came out well" of both.
    """
    found = list(left)
    for place in range(1, len(left)):
        before = pieces[place - 1].text
        if (
            left[place] in ("it", "that", "them", "this")
            and left[place - 1] is None
            and _TELLING.match(before)
        ):
            found[place - 1] = subject[0] if (subject := _SUBJECT.match(before)) else before
        elif (
            (words := left[place])
            and left[place - 1] is None
            and pieces[place].lead == "and"
            and pieces[place].text.startswith(words)
            and _NOUN.fullmatch(before)
        ):
            found[place - 1] = before
    return found


def without_remarks(
    said: Sequence[Reading], left: Sequence[str | None], pieces: Sequence[Clause], parts: Sequence[Reading]
) -> list[Reading]:
    """The readings of clauses, less those that only tell why what stands before them is to be left.

    Args:
        said: of each clause, with what it leaves alone.
        left: what each wants left alone.
        pieces: the clauses.
        parts: their readings as they are.
    """
    found = list(said)
    for place in range(1, len(found)):
        if left[place - 1] and _is_remark(left[place], pieces[place].text, parts[place], found[place - 1]):
            found[place] = replace(found[place], requested=NONE, excluded=NONE)
    return found


def _is_remark(left: str | None, text: str, part: Reading, before: Reading) -> bool:
    """Whether a clause only tells why: "they're the whole point"."""
    if (ENJOYED if left else REMARK).match(text) is None:
        return False
    # "It's meant to be dark, it's a night scene": what it names is what is to be left.
    surest = max(TASKS, key=lambda task: of(task, part.requested))
    return of(surest, before.excluded) >= BARRED or max(part.requested) < NAMED
