"""Plans of sentences that are not English.

The multilingual reader says what is asked for; words of each language say what is left alone, in which order,
how much of it, and what would be added.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import Clause, clauses, foremost, sharing
from instructir.instructions.letters import has_letters, or_all
from instructir.instructions.locales import Locale, locale
from instructir.instructions.naming import tasks_named
from instructir.instructions.plan import Nearest, Plan
from instructir.instructions.planning.assembly import (
    ASKED,
    BARRED,
    BELIEVED,
    NONE,
    asked_of,
    assemble,
    left_alone,
    of,
)
from instructir.instructions.planning.regions import without_only, without_region
from instructir.instructions.planning.toning import with_tone
from instructir.instructions.planning.whose import whosever
from instructir.instructions.reader import MULTILINGUAL, Reading, available, read_sentences
from instructir.instructions.refusing.adding import (
    adds_a_fault,
    adds_a_quality,
    adds_grain,
    exchanges,
    undoes,
    wants_beyond,
    without_things,
)
from instructir.instructions.refusing.other_jobs import is_other_job, takes_somebody_too
from instructir.instructions.refusing.somebody import without_somebody
from instructir.instructions.refusing.taking_out import fault_taken_out, takes_out
from instructir.instructions.refusing.worsening import worsens
from instructir.instructions.ruling_out.absent import absent_in
from instructir.instructions.ruling_out.excepting import exception_in
from instructir.instructions.ruling_out.intending import in_the_end_in
from instructir.instructions.ruling_out.leaving import leaves, rules_out, topic, without_leaving
from instructir.instructions.ruling_out.neither import without_virtues
from instructir.instructions.ruling_out.settled import settled
from instructir.instructions.telling.animals import without_animals
from instructir.instructions.telling.faces import of_the_photo
from instructir.instructions.telling.minding import only_minded
from instructir.instructions.telling.sounds import unheard
from instructir.instructions.telling.things import without_lamps
from instructir.instructions.telling.unseen import without_unseen
from instructir.instructions.tone.degree import LACK, without_number
from instructir.instructions.tone.denied_tone import denies_tone, without_denied_tone
from instructir.instructions.tone.wishes import wish
from instructir.instructions.wording.abilities import without_ability
from instructir.instructions.wording.emoji import without_pictures
from instructir.instructions.wording.exclaiming import exclaimed
from instructir.instructions.wording.politeness import without_courtesies
from instructir.instructions.wording.questions import asked_about, plainly
from instructir.tasks import TASKS

_SPELT = 0.6
"""Probability from which a sentence is believed that is read by its spelling alone."""
_SPELLINGS = ("es", "fr", "de", "it", "pt", "zh", "ja", "ru")
"""Languages that the English reader knows by their spelling, for want of the multilingual one."""

_A_FACE = 0.75
"""Probability from which a wish for a face is believed to be one for the photo, and not for retouching."""
_BUT = re.compile(r"\b(?:ama|fakat|ancak|lakin)\b")
"""Turkish words for "but"."""


def in_language(text: str, code: str, cached: bool) -> Plan:
    """A plan of a sentence that is not English."""
    text, somebody = without_somebody(text, code)
    if somebody:
        rest = in_language(text, code, cached)
        return replace(rest, refused=somebody) if rest.steps and not rest.refused else rest
    text = without_animals(without_pictures(text, code), code)
    text = exclaimed(without_courtesies(text, code), code)
    text = exception_in(in_the_end_in(without_ability(text, code), code), code)
    text = without_virtues(unheard(text, code), code)
    if (found := _beside_absent(text, code, cached)) is not None:
        return found
    if (found := _beside_settled(text, code, cached)) is not None:
        return found
    text = only_minded(text, code)
    if (question := _answered_by_the_picture(text, code, cached)) is not None:
        return question
    # A courtesy at the beginning may be the verb of such a wish.
    words, worse = locale(code), worsens(text, code)
    text = without_unseen(words.plain(plainly(text, code)), code)
    if words.vague and words.vague.fullmatch(text.strip(" .!?")):
        return Plan("ambiguous", ())
    text = without_lamps(text, code)
    pieces = _clauses_of(text, code, words)
    if len(asking := without_denied_tone(pieces, code)) < len(pieces):
        return in_language(", ".join(f"{piece.lead} {piece.text}".strip() for piece in asking), code, cached)
    if impossible := _impossible(text, pieces, code) or (pieces if worse else []):
        return _beside(impossible, pieces, text, code, cached)
    wishes = [
        None if denies_tone(piece.text, code) else wish(piece.text, code, words.a_little) for piece in pieces
    ]
    if any(wishes):
        return with_tone(text, pieces, wishes, words.grammar, lambda rest: in_language(rest, code, cached))
    if not available(MULTILINGUAL):
        return _by_spelling(text, code, words, cached)
    found = _learnt(text, pieces, code, words, cached)
    return (None if found.steps or found.excluded else _of_a_face(text, code, cached)) or found


def _clauses_of(text: str, code: str, words: Locale) -> list[Clause]:
    """The clauses of `text` that are looked at."""
    pieces = sharing(
        clauses(text, words.grammar), code, lambda one: bool(leaves(one, code) or without_leaving(one, code))
    )
    return foremost(pieces, lambda one: bool(tasks_named(one, code)) or leaves(one, code))


def _beside_absent(text: str, code: str, cached: bool) -> Plan | None:
    """The plan of what is wrong instead of the faults that a list denies; None where none does."""
    rest, faults = absent_in(text, code)
    if not faults or not available(MULTILINGUAL):
        return None
    found = in_language(rest, code, cached)
    denied = {asked_of(reading) for reading in read_sentences(faults, MULTILINGUAL, cached=cached)}
    asked = {step.task for step in found.steps}
    left = tuple(task for task in TASKS if task in {*found.excluded, *denied} - asked)
    return replace(found, excluded=left) if asked else None


def _beside_settled(text: str, code: str, cached: bool) -> Plan | None:
    """The plan of what is asked for beside faults that need nothing done; None where nothing else is."""
    said = settled(text, code)
    if said is None:
        return None
    if not has_letters(said.rest):
        return Plan("ambiguous", (), said.tasks)
    found = in_language(said.rest, code, cached)
    asked = {step.task for step in found.steps}
    left = tuple(task for task in TASKS if task in {*found.excluded, *said.tasks} - asked)
    return replace(found, excluded=left) if asked else None


def _of_a_face(text: str, code: str, cached: bool) -> Plan | None:
    """The plan of a wish for somebody's face, which is one for the photo; None where that is not sure."""
    said = of_the_photo(text, code)
    if not said or not available(MULTILINGUAL):
        return None
    plain = _bare(locale(code).plain(said).strip(" .!?"), code, locale(code))
    reading = read_sentences([plain], MULTILINGUAL, cached=cached)[0]
    sure = max(reading.requested) >= _A_FACE and reading.kinds["out_of_scope"] < 0.5
    return in_language(plain, code, cached) if sure else None


def _impossible(text: str, pieces: Sequence[Clause], code: str) -> Sequence[Clause]:
    """The clauses that ask for what no restoration does: faults, other things, what was done to be undone."""
    found = [
        piece
        for before, piece in zip((None, *pieces), pieces, strict=False)
        if exchanges(piece.text, code)
        or is_other_job(piece.text, code)
        or (before is not None and takes_somebody_too(before.text, piece.text, code))
        or undoes(piece.text, code)
        or wants_beyond(piece.text, code)
        or (takes_out(piece.text, code) and not rules_out(piece.text, code))
        or (adds_a_fault(piece.text, code) and not rules_out(piece.text, code))
        or worsens(piece.text, code)
    ]
    # "Black and white" is no single clause.
    return found or (pieces if wants_beyond(text, code) else [])


def _learnt(text: str, pieces: Sequence[Clause], code: str, words: Locale, cached: bool) -> Plan:
    """A plan of what the multilingual reader learnt."""
    # "I want it less noisy" asks for what "noisy" alone does, and leaves nothing alone.
    plain = [words.lessened(piece.text) for piece in pieces]
    lessens = plain != [piece.text for piece in pieces]
    bare = [_bare(one, code, words) for one in plain]
    several = len(pieces) > 1
    said = [without_things(text, code), *bare] if several else [_bare(words.lessened(text), code, words)]
    said = [_begun_small(one, code) for one in said]
    only = several and without_only(text, code) != text
    subjects = [
        without_leaving(
            one, code, beside_only=only or not several or bool(_BUT.search(piece.lead)), denying=True
        )
        for one, piece in zip(said[1:] or said, pieces, strict=True)
    ]
    texts = [*said, *filter(None, subjects)]
    read = whosever(texts, read_sentences(texts, MULTILINGUAL, cached=cached), code, cached=cached)
    whole, *parts = read[: len(said)]
    if not several and said[0] != text and max(whole.requested) > whole.kinds["out_of_scope"]:
        # Without the part of the picture few words are left, which must not be taken for another wish.
        whole = whole.within_reach()
    # A verb of adding, or of removing, alone must not be taken for a wish that nobody can fulfil.
    whole, *parts = (
        reading.within_reach()
        if lessens or adds_a_quality(one, code) or fault_taken_out(one, code)
        else reading
        for one, reading in zip(said, (whole, *parts), strict=True)
    )
    further = iter(read[len(said) :])
    named = [next(further) if subject else None for subject in subjects]
    if not several and named[0] is not None and max(named[0].requested) >= BARRED:
        whole = left_alone(named[0], best=True)
    # Who wants only one thing done asks for it; "only" itself leaves nothing alone.
    if any(subjects) or rules_out(without_only(text, code), code):
        whole, parts = _told_apart(whole, parts, plain, named, code)
    else:
        whole, *parts = (replace(reading, excluded=NONE) for reading in (whole, *parts))
    barred = tuple(task for task in TASKS if of(task, whole.excluded) >= BARRED)
    wanted = [
        max(of(task, part.requested) for part in (whole, *parts)) for task in TASKS if task not in barred
    ]
    if barred and max(wanted) < ASKED:
        return Plan("ambiguous", (), barred)
    return assemble(text, whole, pieces if parts else [], parts, words)


def _told_apart(
    whole: Reading, parts: list[Reading], plain: Sequence[str], named: Sequence[Reading | None], code: str
) -> tuple[Reading, list[Reading]]:
    """The readings of a sentence, with what its clauses ask for and what they leave alone told apart.

    Args:
        whole: of all of it.
        parts: of its clauses; none where it is a single one.
        plain: the clauses.
        named: the readings of what they surely leave alone.
        code: the language.
    """
    leaving = [
        subject is not None or rules_out(without_only(one, code), code)
        for one, subject in zip(plain, named, strict=True)
    ]
    if not (parts and any(leaving)):
        return whole, parts
    asking = [part for part, left in zip(parts, leaving, strict=True) if not left]
    wanted = [max((of(task, part.requested) for part in asking), default=0.0) for task in TASKS]
    parts = [
        _kept(part, subject, leaves(one, code)) if left else replace(part, excluded=NONE)
        for one, subject, part, left in zip(plain, named, parts, leaving, strict=True)
    ]
    ruled_out = [max(of(task, part.excluded) for part in parts) for task in TASKS]
    excluded = tuple(
        0.0 if want >= BELIEVED and barred < BARRED else probability
        for probability, want, barred in zip(whole.excluded, wanted, ruled_out, strict=True)
    )
    return replace(whole, excluded=excluded), parts


def _answered_by_the_picture(text: str, code: str, cached: bool) -> Plan | None:
    """The plan of a question about the picture, if `text` is one."""
    said = asked_about(text, code)
    if said is None or not available(MULTILINGUAL):
        return None
    if not said:
        return Plan("ambiguous", ())
    fault = asked_of(read_sentences([said], MULTILINGUAL, cached=cached)[0])
    return None if fault is None else Plan("ambiguous", (), asked=fault)


def _beside(adding: Sequence[Clause], pieces: Sequence[Clause], text: str, code: str, cached: bool) -> Plan:
    """The plan of what else is asked for beside faults to be added, which is refused."""
    others = [f"{piece.lead} {piece.text}".strip() for piece in pieces if piece not in adding]
    rest = in_language(", ".join(others), code, cached) if others else None
    close: Nearest | None = "grain" if any(adds_grain(piece.text) for piece in adding) else None
    if rest is None or not (rest.steps or rest.excluded):
        return Plan("out_of_scope", (), reason="impossible", refused=text, nearest=close)
    return replace(rest, refused=", ".join(piece.text for piece in adding), nearest=close)


def _bare(text: str, code: str, words: Locale) -> str:
    """`text` without the part of the picture that it names, and without the words for a part of the work.

    Some of these are words for light: "licht", or the first half of "\u70b9\u5149".
    """
    rest = without_region(without_things(text, code), code)
    rest = fault_taken_out(rest, code) or rest
    return rest if adds_a_quality(rest, code) else _less(rest, words.a_little)


_SHORT = 4
"""Words that a bare request has at most; what is longer may be told, and begin with a name."""
_TURKISH_I = {"I": "\u0131", "\u0130": "i"}


def _begun_small(text: str, code: str) -> str:
    """A short `text` without the capital of its beginning: the trained reader knows requests without it."""
    first = text[:1]
    if not (first.isupper() and text[1:2].islower() and len(text.split()) <= _SHORT):
        return text
    return (_TURKISH_I.get(first, first.lower()) if code == "tr" else first.lower()) + text[1:]


def _less(text: str, words: re.Pattern[str] | None) -> str:
    """`text` without the words and numbers for a part of the work, unless nothing else is left."""
    rest = without_number(" ".join(words.sub(" ", text).split()) if words and not LACK.search(text) else text)
    return or_all(rest, text)


def _kept(part: Reading, subject: Reading | None, surely: bool) -> Reading:
    """The reading of a clause that may rule something out; `subject` is what it surely leaves alone."""
    if subject is not None and max(subject.requested) >= BARRED:
        return left_alone(subject, best=True)
    return left_alone(part) if surely and max(part.excluded) < BARRED else part


def _by_spelling(text: str, code: str, words: Locale, cached: bool) -> Plan:
    """The same without the multilingual reader: the English one knows some spellings."""
    if code in _SPELLINGS:
        pieces = _clauses_of(text, code, words)
        left = [without_leaving(piece.text, code) or topic(piece.text) for piece in pieces]
        if len(pieces) == 1 and left[0]:
            return _left_alone(text, left_alone(read_sentences([left[0]], cached=cached)[0], best=True))
        bare = [said or piece.text for said, piece in zip(left, pieces, strict=True)]
        whole, *parts = read_sentences([text, *bare] if len(pieces) > 1 else [text], cached=cached)
        if parts:
            parts = [left_alone(part) if said else part for said, part in zip(left, parts, strict=True)]
        if parts and any(left):
            # What is left alone must not come back by the sentence as a whole.
            asked = [max(of(task, part.requested) for part in parts) for task in TASKS]
            whole = replace(whole, requested=tuple(map(min, whole.requested, asked)))
        found = assemble(text, whole, pieces if parts else [], parts, words)
        if found.steps and min(step.confidence for step in found.steps) >= _SPELT:
            return found
    return Plan("out_of_scope", (), reason="unread", refused=text)


def _left_alone(text: str, reading: Reading) -> Plan:
    """The plan of a sentence that only forbids, where its spelling tells what."""
    barred = tuple(task for task in TASKS if of(task, reading.excluded) >= _SPELT)
    if not barred:
        return Plan("out_of_scope", (), reason="unread", refused=text)
    return Plan("ambiguous", (), barred)
