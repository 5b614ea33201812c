"""From a sentence to a plan.

The trained reader says what is asked for and ruled out; rules do the rest where language is regular: which
clause asks for what, in which order, how much of it, what is left alone, and what would be the reverse.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from instructir.errors import ConfigError, InstructionError
from instructir.instructions.clauses import ENGLISH_GRAMMAR, Clause, to_the_request
from instructir.instructions.framing import (
    REMARK,
    RULING_OUT,
    corrected,
    moderated,
    request_of,
    uncleft,
)
from instructir.instructions.language import language_of, unmarked
from instructir.instructions.letters import or_all
from instructir.instructions.other_languages import in_language
from instructir.instructions.plan import Plan
from instructir.instructions.planning.as_it_is import nothing_asked
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
from instructir.instructions.planning.compression import (
    artefacts_in,
    as_noise,
    language_of_artefacts,
    with_artefacts,
)
from instructir.instructions.planning.dark_parts import of_dark_parts
from instructir.instructions.planning.enlarging import scale_in, with_scale, without_formats
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
from instructir.instructions.planning.lighting import of_untold_light
from instructir.instructions.planning.regions import names_region_only, region
from instructir.instructions.planning.toning import with_tone
from instructir.instructions.planning.whose import whosever
from instructir.instructions.reader import Reading, read_sentences
from instructir.instructions.refusing.acceptable import checked
from instructir.instructions.refusing.beyond import beyond
from instructir.instructions.refusing.opposites import (
    WHETHER_GOOD,
    goes_on_reversing,
    lessens,
    nearest,
    question,
    reverse,
)
from instructir.instructions.refusing.small_talk import (
    asks_about_the_world,
    greets_in,
    senseless,
    small_talk,
    wants_something_else,
)
from instructir.instructions.refusing.unsupported import unsupported
from instructir.instructions.refusing.vocabulary import names_usual, understood
from instructir.instructions.refusing.worsening import says_why, worsens
from instructir.instructions.ruling_out.denials import denied, in_full
from instructir.instructions.ruling_out.intending import in_the_end
from instructir.instructions.ruling_out.leaving import topic
from instructir.instructions.ruling_out.weighing import weighed
from instructir.instructions.telling.causes import caused
from instructir.instructions.telling.circumstances import marked, without_circumstances
from instructir.instructions.telling.elsewhere import only_here
from instructir.instructions.telling.likening import without_likeness
from instructir.instructions.telling.praising import compared, praised, resumed
from instructir.instructions.telling.purposes import only_purpose, without_purpose
from instructir.instructions.telling.scenes import without_scenes
from instructir.instructions.telling.stories import to_the_point, without_story
from instructir.instructions.telling.things import without_scenery
from instructir.instructions.telling.vague import names_no_fault
from instructir.instructions.tone.amounts import in_figures
from instructir.instructions.tone.degree import without_degree
from instructir.instructions.tone.wishes import wish
from instructir.instructions.tone.words import language_by_words
from instructir.instructions.wording.borrowed import in_one_script
from instructir.instructions.wording.emoji import with_words
from instructir.instructions.wording.joining import joined
from instructir.instructions.wording.paraphrases import paraphrased
from instructir.instructions.wording.politeness import outright
from instructir.instructions.wording.terms import in_plain_words, respelt, without_slang, without_stutter
from instructir.instructions.wording.unpunctuated import with_commas
from instructir.instructions.wording.urging import without_urging
from instructir.sizes import Size
from instructir.tasks import TASKS, Task

_HINTED = 0.05
"""Probability from which a task is meant by words that say outright that a fault is to become less."""
_LONG = {"NR": "noise reduction", "WB": "white balance", "SR": "super-resolution", "EV": "exposure"}
_SHORT = re.compile(
    rf"(?<!\d)(?<!\d )\b(?:{'|'.join(_LONG)})\b|"
    r"(?:^|\b(?:do|needs?|want|some|just|bit of|heavy|light|strong) )nr(?= (?:pls|please|plz|"
    r"thx|on|for|needed|only)\b|\W*$)"
)
"""What photographers shorten, and the one that is "number" as well in the small letters of haste."""
_PLACED = re.compile(
    r"\b(?:goes|comes|should (?:be|come|go)|must (?:be|come|go)|has to (?:be|come|go)|is) (?:done |to "
    r"be done )?"
    r"(?=(?:very |the )?(?:first|last|second|third|final(?:ly)?|next|after|before)\b)",
    re.IGNORECASE,
)
"""Verbs that give their clause its place in an order."""
_FACE = re.compile(
    r"(?:she|he|they|i|we|my \w+|the \w+) (?:had |has |have |was |were |is |are )?(?:just )?"
    r"(?:blink|clos|smil|frown|sneez|yawn|squint|grin|laugh|look(?:ing|ed)? (?:away|down|aside|"
    r"sideways|elsewhere))\w*",
    re.IGNORECASE,
)
"""What tells why a face is to be changed."""


@lru_cache(maxsize=256)
def plan(instruction: str) -> Plan:
    """What `instruction` asks for; ``plan.blind`` where it names no fault.

    Raises:
        InstructionError: if it is empty, too long, or asks for an impossible size.
        EncoderError: if the sentence encoder is needed and cannot be loaded.
    """
    return understand(instruction)


def understand(instruction: str, *, cached: bool = True) -> Plan:
    """:func:`plan` without its memory; ``cached=False`` reads anew what a cache on disk holds, too."""
    text = with_words(without_stutter(checked(instruction)))
    unknown = Plan("out_of_scope", (), reason="unknown", refused=text)
    if (greeted := greets_in(text)) is not None:
        return Plan("out_of_scope", (), reason="impossible", refused=text, language=greeted)
    if (nothing := nothing_asked(text) or only_purpose(text)) is not None:
        return nothing
    text = without_slang(in_one_script(text))
    language, words = _language(text)
    if language is None:
        return unknown
    scale = scale_in(text) or scale_in(respelt(text))
    if scale:
        _possible(scale)
    text = without_formats(unmarked(words))
    # What a wish for a fault says of its purpose is how it is known: "darken it so that it looks like night".
    text = text if worsens(text, language) else without_purpose(text, language)
    text = with_commas(without_urging(without_scenes(text, language), language), language)
    if language != "en":
        artefacts, text = artefacts_in(text, language), as_noise(text, language)
        found = replace(in_language(text, language, cached), language=language)
        found = of_untold_light(with_artefacts(found, artefacts), text, language)
        found = of_dark_parts(found, text, language)
        return _of_region(with_scale(found, scale, text) if scale else found, text)
    if small_talk(text) or asks_about_the_world(text) or wants_something_else(text):
        return Plan("out_of_scope", (), reason="impossible", refused=text)
    text = without_circumstances(without_scenery(weighed(in_the_end(marked(only_here(text))))))
    text = outright(_SHORT.sub(_in_full_words, text))
    text = in_figures(paraphrased(joined(respelt(moderated(text)))))
    text = compared(to_the_point(uncleft(in_full(corrected(text)))))
    artefacts, text = artefacts_in(text), as_noise(without_likeness(text))
    found = Plan("ambiguous", ()) if names_region_only(text) else _in_english(text, cached)
    found = of_dark_parts(of_untold_light(with_artefacts(found, artefacts), text), text)
    found = with_scale(found, scale, text) if scale else found
    if not scale and _guessed(found) and not understood(in_plain_words(text)):
        return unknown
    return _of_region(found, text)


def _in_full_words(found: re.Match[str]) -> str:
    """What stands for a short form, and what comes before it."""
    before, _, short = found[0].rpartition(" ")
    return f"{before} {_LONG[short.upper()]}".strip()


_OTHER_LETTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
"""Words in Chinese or Japanese script."""


def _language(text: str) -> tuple[str | None, str]:
    """The language of `text`, if it has one, and what of it is to be read in that language."""
    code = None if senseless(text) or unsupported(text) else language_of(text)
    if code != "en":
        return code, text
    words = " ".join(_OTHER_LETTERS.findall(text))
    if words and (other := language_of(words)):
        return other, words  # the part of an English sentence that says what is to be done
    code = language_by_words(text) or code
    if code == "en" and not artefacts_in(text):
        code = language_of_artefacts(text) or code
    return code, text


def _guessed(found: Plan) -> bool:
    """Whether a plan has steps, all of which the network made of the words."""
    return bool(found.steps) and all(step.adjustment is None for step in found.steps)


def _of_region(found: Plan, text: str) -> Plan:
    """A plan with the part of the picture that alone was to be changed."""
    if not (found.steps or found.blind):
        return found
    return replace(found, region=region(text, found.language) or "")


def _possible(scale: str) -> None:
    """Refuse a size that is out of range.

    Raises:
        InstructionError: if it is.
    """
    try:
        Size.parse(scale)
    except ConfigError as error:
        raise InstructionError(str(error)) from None


def _in_english(text: str, cached: bool) -> Plan:
    if question(text):
        return Plan("ambiguous", (), asked=_asked_of(text, cached))
    asked = request_of(text)
    if asked is not None:
        found = _in_english(asked, cached)
        if found.kind != "out_of_scope":
            return found
    text, pieces = to_the_request(text, lambda one: names_usual(one) or topic(one) is not None)
    wishes = [None if worsens(piece.text) else wish(piece.text) for piece in pieces]
    if any(wishes):
        return with_tone(text, pieces, wishes, ENGLISH_GRAMMAR, lambda rest: _in_english(rest, cached))
    return _learnt(text, pieces, cached)


def _asked_of(text: str, cached: bool) -> Task | None:
    """The fault that a question is about; None where it asks for a good quality, or for whatever is wrong."""
    if WHETHER_GOOD.search(text):
        return None
    return asked_of(read_sentences([in_plain_words(without_degree(text))], cached=cached)[0])


def _learnt(text: str, pieces: Sequence[Clause], cached: bool) -> Plan:
    """A plan of what the network learnt."""
    undoing: list[Clause] = []
    for before, piece in zip((None, *pieces), pieces, strict=False):
        further = before in undoing and goes_on_reversing(piece.text, piece.lead)
        if topic(piece.text) is None and (further or reverse(piece.text) or beyond(piece.text)):
            undoing.append(piece)
    if undoing:
        return _beside(undoing, pieces, text, cached)
    good = [None if first(piece) else said for piece, said in zip(pieces, praised(pieces), strict=True)]
    left = [topic(piece.text) or (denied(piece.text) if not awaited(piece) else None) for piece in pieces]
    left = meant([words or said for words, said in zip(left, good, strict=True)], pieces)
    left = set_aside(left, pieces)
    single = len(pieces) < 2 and not any(left)
    full = [
        compared(ENOUGH.sub(r"make it \g<so>\g<how>", said)) if first(piece) else said
        for piece, said in zip(pieces, resumed(pieces), strict=True)
    ]
    bare = [in_plain_words(words or caused(_plain(said))) for words, said in zip(left, full, strict=True)]
    plain = in_plain_words(text)
    texts = [in_plain_words(caused(without_degree(text)))] if single else [plain, *bare]
    whole, *parts = whosever(texts, read_sentences(texts, cached=cached), "en", cached=cached)
    if not (any(good) or RULING_OUT.search(text)):
        whole, *parts = (replace(reading, excluded=NONE) for reading in (whole, *parts))
    if not any(left) and names_no_fault(text):
        return Plan("ambiguous", (), leanings=whole.requested)
    if single:
        if lessens(text) and max(whole.requested) >= _HINTED:
            # A verb of adding, or somebody's hair, must not be taken for a wish that nobody can fulfil.
            whole = whole.within_reach()
        return assemble(text, whole, [], [])
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
    rest = _in_english(", ".join(others), cached) if others else None
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
