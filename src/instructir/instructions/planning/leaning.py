"""What a clause says only together with the one beside it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import Clause
from instructir.instructions.framing import REMARK
from instructir.instructions.planning.assembly import BARRED, NAMED, NONE, of
from instructir.instructions.reader import Reading
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import ENJOYED, WORK
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


_LIGHTEN = r"(?:make|get) (?:it|this|the \\w+) (?:\\w+ )?(?:light|bright|sharp|clear|clean)er"
_REQUEST = re.compile(
    rf"\b(?:{WORK}|remov\w*|get(?:ting)?|rid|fix\w*|clear (?!sky)|clean\w*|reduc\w*|lift|take|lose|kill|"
    rf"help|repair|mend|"
    r"make|want|need\w*|please|pls|can you|could you|lighter|brighter|sharper|clearer|cleaner|gone|less|"
    r"more|still|"
    r"again|(?:has|have) to|must|should)\b",
    re.IGNORECASE,
)
"""Words without one of which a clause only tells how the picture is; "still" tells that it bothers."""
_FAULT = re.compile(rf"\b(?:{FAULT_WORDS})\b", re.IGNORECASE)
_INTENDED = re.compile(
    r"(?:(?:but|and|yes|just|exactly|precisely) )*(?:(?:that|it|this)(?:[\u2019']?s| is| was)|which is|it)? ?"
    r"(?:just |exactly |precisely )*(?:how|the way|what|(?:the|a) (?:mood|look|effect|feel|feeling|"
    r"atmosphere)|as) "
    r"(?:that )?(?:i|we) (?:want|like|love|need|meant|plan|intend|imagin|was going for|were going for|"
    r"was after|were after|"
    r"prefer)\w*(?: it)?(?: to be)?"
    r"|(?:i|we) (?:want|wanted|like|liked|prefer|love) it (?:that way|like that|so|this way)"
    r"|it (?:should|is supposed to|is meant to) be(?: so| like that| that way)?"
    r"|(?:that[\u2019']?s|that is|which is) (?:fine|ok|okay|alright|intended|intentional|on purpose)(?: "
    r"(?:by|with) me)?",
    re.IGNORECASE,
)
"""A clause that says of what was told before it that it is to be so."""
_ALONE = re.compile(
    rf"(?:(?:but|so|and|please|pls|you can|i want you to) )*(?:only|just|simply|merely) (?:please )?"
    rf"(?:(?:{WORK}|remove|reduce|get rid|(?:take|clear|clean|lift|fix)(?! (?:it|this|that)$))\b|"
    rf"(?:{_LIGHTEN}))"
    rf"|(?:but )?only (?:the |its )?(?:\w+ )?\w+ (?:has to|have to|must|should|needs? to|is to|ought to|"
    rf"bothers?|annoys?|"
    rf"disturbs?|worries|needs fixing)\b"
    rf"|(?:please )?(?:(?:{WORK}|remove|reduce|clear|fix)\b.* |{_LIGHTEN} )(?:only|alone)$",
    re.IGNORECASE,
)
"""How a clause asks for one thing of all that was told: "only brighten it"."""
_OF_THEM = re.compile(
    r"(?:(?:please|pls|so|and) )*(?:clean|clear|fix|wash|wipe|take|sort|get|rub)(?: up)? (?:them|those|these)"
    r"(?: (?:up|off|out|away|all|please))*",
    re.IGNORECASE,
)
"""A request that leans on the fault that was told before it: "rain streaks hide the house, clean them"."""


def describes(clause: str) -> bool:
    """Whether a clause tells of a fault and asks for nothing."""
    return _FAULT.search(clause) is not None and _REQUEST.search(clause) is None


def _names_a_fault(words: str) -> bool:
    """Whether what is left alone is a fault by its name."""
    return _FAULT.search(words) is not None


def set_aside(left: Sequence[str | None], pieces: Sequence[Clause]) -> list[str | None]:
    """What is left alone, with faults told of that are meant, or before one thing alone is asked for."""
    found = list(left)
    for place, piece in enumerate(pieces):
        if _INTENDED.fullmatch(piece.text):
            told = (earlier for earlier in range(place - 1, -1, -1) if describes(pieces[earlier].text))
            if (earlier := next(told, None)) is not None:
                found[earlier], found[place] = pieces[earlier].text, None
        elif left[place] is None and _ALONE.match(piece.text):
            for earlier in range(place):
                if found[earlier] is None and describes(pieces[earlier].text):
                    found[earlier] = pieces[earlier].text
    return found


def tells_of_what_stays(piece: Clause, part: Reading, said: Sequence[Reading]) -> bool:
    """Whether a clause only tells of a fault that another one rules out: "it's foggy, but keep the fog".

    Args:
        piece: the clause.
        part: its reading.
        said: of each clause, with what it leaves alone.
    """
    told = [task for task in TASKS if of(task, part.requested) >= BARRED]
    ruled_out = [task for task in TASKS if any(of(task, other.excluded) >= BARRED for other in said)]
    return bool(told) and set(told) <= set(ruled_out) and describes(piece.text)


def leans_on_fault(place: int, pieces: Sequence[Clause]) -> bool:
    """Whether the clause at `place` only speaks of what the one before it has told of."""
    text = pieces[place].text
    if place == 0 or not (_OF_THEM.fullmatch(text) or _INTENDED.fullmatch(text)):
        return False
    return any(describes(piece.text) for piece in pieces[:place])


def awaited(piece: Clause) -> bool:
    """Whether a clause says when something else is to be done: "once the noise is gone"."""
    return piece.lead.endswith(("once", "after", "until", "when"))


def first(piece: Clause) -> bool:
    """Whether a clause says what is to be so before all else: "once it's bright enough"."""
    return awaited(piece) and ENOUGH.match(piece.text) is not None


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


_COMPLAINT = re.compile(
    rf"\b(?:still|again|anyway|nevertheless)\b|^it(?:[\u2019']?s| is) (?:just|only|"
    rf"merely|simply|really) (?:(?:a bit|rather|too|very|quite) )?(?:(?:{FAULT_WORDS})\b|soft\W*$)",
    re.IGNORECASE,
)


def _is_remark(left: str | None, text: str, part: Reading, before: Reading) -> bool:
    """Whether a clause only tells why: "they're the whole point"."""
    if (ENJOYED if left else REMARK).match(text) is None or _COMPLAINT.search(text):
        return False
    # "It's meant to be dark, it's a night scene": what it names is what is to be left.
    surest = max(TASKS, key=lambda task: of(task, part.requested))
    return of(surest, before.excluded) >= BARRED or max(part.requested) < NAMED


def by_words(left: Sequence[str | None], pieces: Sequence[Clause], said: Sequence[Reading]) -> list[Reading]:
    """Clauses of which those alone rule out whose words do, and nothing that another one surely asks for.

    Who tells of a fault does not ask for its removal yet: "it's foggy and dark, keep the fog".
    """
    asking = [(part, piece) for words, piece, part in zip(left, pieces, said, strict=True) if not words]
    wanted = [max((of(task, part.requested) for part, _ in asking), default=0.0) for task in TASKS]
    requests = [part for part, piece in asking if not describes(piece.text)]
    demanded = [max((of(task, part.requested) for part in requests), default=0.0) for task in TASKS]
    return [
        replace(
            part,
            excluded=tuple(
                probability if words and want < NAMED else 0.0
                for probability, want in zip(
                    part.excluded, demanded if words and _names_a_fault(words) else wanted, strict=True
                )
            ),
        )
        for words, part in zip(left, said, strict=True)
    ]
