"""Plans of sentences that are English.

The trained reader says what is asked for and ruled out; rules do the rest where language is regular: which
clause asks for what, in which order, how much of it, what is left alone, and what would be the reverse.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import ENGLISH_GRAMMAR, Clause, to_the_request
from instructir.instructions.framing import REMARK, RULING_OUT, request_of
from instructir.instructions.letters import or_all
from instructir.instructions.plan import Plan
from instructir.instructions.planning.assembly import (
    BARRED,
    CLOSE,
    NAMED,
    NONE,
    asked_of,
    assemble,
    left_alone,
    of,
)
from instructir.instructions.planning.leaning import (
    ENOUGH,
    awaited,
    by_words,
    first,
    leans_on_fault,
    meant,
    set_aside,
    tells_of_what_stays,
    without_remarks,
)
from instructir.instructions.planning.toning import with_tone
from instructir.instructions.planning.whose import whosever
from instructir.instructions.reader import Reading, read_sentences
from instructir.instructions.refusing.beyond import beyond
from instructir.instructions.refusing.opposites import (
    WHETHER_GOOD,
    goes_on_reversing,
    lessens,
    nearest,
    question,
    reverse,
)
from instructir.instructions.refusing.other_jobs import is_other_job, takes_somebody_too, turns_left
from instructir.instructions.refusing.vocabulary import names_usual
from instructir.instructions.refusing.worsening import says_why, worsens
from instructir.instructions.ruling_out.denials import FAULT_NOUN, FAULT_WORDS, denied
from instructir.instructions.ruling_out.leaving import WORK, topic
from instructir.instructions.telling.causes import caused
from instructir.instructions.telling.praising import compared, praised, resumed
from instructir.instructions.telling.stories import without_story
from instructir.instructions.telling.vague import names_no_fault
from instructir.instructions.tone.degree import without_degree
from instructir.instructions.tone.wishes import wish
from instructir.instructions.wording.terms import in_plain_words
from instructir.tasks import TASKS, Task

_HINTED = 0.05
"""Probability from which a task is meant by words that say outright that a fault is to become less."""
_PLACED = re.compile(
    r"\b(?:goes|comes|should (?:be|come|go)|must (?:be|come|go)|has to (?:be|come|go)|is) (?:done |to "
    r"be done )?"
    r"(?=(?:very |the )?(?:first|last|second|third|final(?:ly)?|next|after|before)\b)",
    re.IGNORECASE,
)
"""Verbs that give their clause its place in an order."""
_COMPLAINS = re.compile(r"\b(?:too (?:sharp|crisp|detailed)|over-?sharp\w+)\b", re.IGNORECASE)
"""What a picture has too much of: a fault after it is another complaint, and no more of the same wish."""
_MENDS = re.compile(
    rf"\b(?:{WORK}|{FAULT_WORDS}|{FAULT_NOUN}|de-?(?:nois|blur|haz|rain)\w*|sharp\w*|bright\w*|soft|"
    r"up-?(?:scal|siz|sampl)\w*|bigger|larger|size|resolution|fix|clean|"
    r"improve|restore|overexposed|too \w+)\b",
    re.IGNORECASE,
)
"""Words of what a restoration does, of which one is in whatever is asked for beside another job."""
_FACE = re.compile(
    r"(?:she|he|they|i|we|my \w+|the \w+) (?:had |has |have |was |were |is |are )?(?:just )?"
    r"(?:blink|clos|smil|frown|sneez|yawn|squint|grin|laugh|look(?:ing|ed)? (?:away|down|aside|"
    r"sideways|elsewhere))\w*",
    re.IGNORECASE,
)
"""What tells why a face is to be changed."""


def in_english(text: str, cached: bool) -> Plan:
    """A plan of a sentence that is English."""
    if question(text):
        return Plan("ambiguous", (), asked=_asked_of(text, cached))
    asked = request_of(text)
    if asked is not None:
        found = in_english(asked, cached)
        if found.kind != "out_of_scope":
            return found
    text, pieces = to_the_request(text, lambda one: names_usual(one) or topic(one) is not None)
    wishes = [None if worsens(piece.text) else wish(piece.text) for piece in pieces]
    if any(wishes):
        return with_tone(text, pieces, wishes, ENGLISH_GRAMMAR, lambda rest: in_english(rest, cached))
    return _learnt(text, pieces, cached)


def _asked_of(text: str, cached: bool) -> Task | None:
    """The fault that a question is about; None where it asks for a good quality, or for whatever is wrong."""
    if WHETHER_GOOD.search(text):
        return None
    return asked_of(read_sentences([in_plain_words(without_degree(text))], cached=cached)[0])


def _learnt(text: str, pieces: Sequence[Clause], cached: bool) -> Plan:
    """A plan of what the network learnt."""
    if undoing := _undoing(pieces):
        return _beside(undoing, pieces, text, cached)
    good = [None if first(piece) else said for piece, said in zip(pieces, praised(pieces), strict=True)]
    left = _left_by(pieces, good)
    single = len(pieces) < 2 and not any(left)
    texts = [caused(without_degree(text))] if single else [text, *_bare(pieces, left)]
    texts = [in_plain_words(one) for one in texts]
    whole, *parts = whosever(texts, read_sentences(texts, cached=cached), "en", cached=cached)
    if not (any(good) or RULING_OUT.search(text)):
        whole, *parts = (replace(reading, excluded=NONE) for reading in (whole, *parts))
    if not any(left) and names_no_fault(text):
        return Plan("ambiguous", (), leanings=whole.requested)
    if not single:
        return _of_clauses(text, whole, pieces, parts, left, good)
    if lessens(text) and max(whole.requested) >= _HINTED:
        # A verb of adding, or somebody's hair, must not be taken for a wish that nobody can fulfil.
        whole = whole.within_reach()
    return assemble(text, whole, [], [])


def _undoing(pieces: Sequence[Clause]) -> list[Clause]:
    """The clauses that ask for the reverse of a restoration, and those that go on with it."""
    found: list[Clause] = []
    for before, piece in zip((None, *pieces), pieces, strict=False):
        further = before is not None and (
            (
                before in found
                and not _COMPLAINS.search(before.text)
                and goes_on_reversing(piece.text, piece.lead)
            )
            or takes_somebody_too(before.text, piece.text)
        )
        refused = further or reverse(piece.text) or beyond(piece.text) or is_other_job(piece.text)
        if refused and (topic(piece.text) is None or turns_left(piece.text)):
            found.append(piece)
    return found


def _left_by(pieces: Sequence[Clause], good: Sequence[str | None]) -> list[str | None]:
    """What each clause wants left alone; `good` is what each of them praises."""
    left = [topic(piece.text) or (denied(piece.text) if not awaited(piece) else None) for piece in pieces]
    left = meant([words or said for words, said in zip(left, good, strict=True)], pieces)
    return set_aside(left, pieces)


def _bare(pieces: Sequence[Clause], left: Sequence[str | None]) -> list[str]:
    """What is read of each clause: what it wants left alone, or what it says without how much and when."""
    full = [
        compared(ENOUGH.sub(r"make it \g<so>\g<how>", said)) if first(piece) else said
        for piece, said in zip(pieces, resumed(pieces), strict=True)
    ]
    return [words or caused(_plain(said)) for words, said in zip(left, full, strict=True)]


def _of_clauses(
    text: str,
    whole: Reading,
    pieces: Sequence[Clause],
    parts: Sequence[Reading],
    left: Sequence[str | None],
    good: Sequence[str | None],
) -> Plan:
    """The plan of a sentence of several clauses, or of one that leaves something alone.

    Args:
        text: the sentence.
        whole: the reading of all of it.
        pieces: its clauses.
        parts: the readings of the clauses.
        left: what each wants left alone.
        good: what each of them praises.
    """
    parts = [
        replace(part, requested=NONE) if leans_on_fault(place, pieces) else part
        for place, part in enumerate(parts)
    ]
    whole, parts = without_story(whole, pieces, parts, NAMED, left)
    said = [
        left_alone(part, best=said is not None or denied(piece.text) is not None) if words else part
        for words, said, piece, part in zip(left, good, pieces, parts, strict=True)
    ]
    said = without_remarks(said, left, pieces, parts)
    if any(words and max(part.excluded) >= BARRED for words, part in zip(left, said, strict=True)):
        # What the words say is surer than what the trained heads make of the rest.
        whole, said = replace(whole, excluded=NONE), by_words(left, pieces, said)
        asking = [
            part
            for words, piece, part in zip(left, pieces, said, strict=True)
            if not (words or names_no_fault(piece.text) or tells_of_what_stays(piece, part, said))
        ]
        if not any(map(_asks, asking)):
            return _only_ruled_out(said)
    return assemble(text, whole, pieces, said)


def _asks(part: Reading) -> bool:
    """Whether a clause may ask for a restoration, not only for a better picture."""
    return max(part.requested) >= CLOSE and part.kinds["blind"] < 0.5


def _plain(clause: str) -> str:
    """`clause` less the words that say how much, and when."""
    text = _PLACED.sub(" ", without_degree(clause))
    rest = " ".join(ENGLISH_GRAMMAR.stated.sub(" ", text).split())
    return or_all(rest, text)


def _beside(undoing: Sequence[Clause], pieces: Sequence[Clause], text: str, cached: bool) -> Plan:
    """The plan of what else is asked for beside the reverse of a restoration, which is refused."""
    others = [
        f"{piece.lead} {piece.text}".strip()
        for piece in pieces
        if piece not in undoing
        and not (REMARK.match(piece.text) or _FACE.match(piece.text) or says_why(piece.text))
    ]
    if all(is_other_job(piece.text) for piece in undoing) and not any(map(_MENDS.search, others)):
        # What is left of "colorize this black and white photo" is no wish of its own.
        others = []
    rest = in_english(", ".join(others), cached) if others else None
    if rest is None or not (rest.steps or rest.excluded):
        return Plan("out_of_scope", (), reason="impossible", refused=text, nearest=nearest(text))
    words = ", ".join(piece.text for piece in undoing)
    return replace(rest, refused=words, nearest=nearest(words))


def _only_ruled_out(said: Sequence[Reading]) -> Plan:
    """The picture decides, less what is ruled out."""
    return Plan(
        "ambiguous",
        (),
        tuple(task for task in TASKS if any(of(task, part.excluded) >= BARRED for part in said)),
    )
