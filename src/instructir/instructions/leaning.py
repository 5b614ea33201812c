"""What a clause says only together with the one beside it."""

import re
from collections.abc import Sequence

from instructir.instructions.assembly import NAMED
from instructir.instructions.clauses import Clause
from instructir.instructions.framing import REMARK
from instructir.instructions.leaving import ENJOYED, WORK
from instructir.instructions.reader import Reading

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


def remark(place: int, left: Sequence[str | None], pieces: Sequence[Clause], part: Reading) -> bool:
    """Whether a clause only tells why what stands before it is to be left: "they're the whole point"."""
    text = pieces[place].text
    follows = place > 0 and bool(left[place - 1])
    tells = ENJOYED.match(text) if left[place] else REMARK.match(text)
    return follows and tells is not None and max(part.requested) < NAMED
