"""From a sentence to a plan.

Greetings, the language, sizes and parts of the picture are seen to here, and roundabout words put plainly;
the rest is read by ``english.py`` or ``other_languages.py``.
"""

import re
from dataclasses import replace
from functools import lru_cache

from instructir.errors import ConfigError, InstructionError
from instructir.instructions.english import in_english
from instructir.instructions.framing import corrected, uncleft
from instructir.instructions.language import language_of, unmarked
from instructir.instructions.other_languages import in_language
from instructir.instructions.plan import Plan
from instructir.instructions.planning.as_it_is import nothing_asked
from instructir.instructions.planning.bare_sizes import with_sizes_said
from instructir.instructions.planning.compression import (
    artefacts_in,
    as_noise,
    language_of_artefacts,
    with_artefacts,
)
from instructir.instructions.planning.dark_parts import of_dark_parts
from instructir.instructions.planning.enlarging import scale_in, with_scale, without_formats
from instructir.instructions.planning.lighting import of_untold_light
from instructir.instructions.planning.noughts import nought, without_noughts
from instructir.instructions.planning.regions import names_region_only, region
from instructir.instructions.refusing.acceptable import checked
from instructir.instructions.refusing.senseless import senseless
from instructir.instructions.refusing.small_talk import (
    asks_about_the_world,
    greets_in,
    small_talk,
    wants_something_else,
)
from instructir.instructions.refusing.unsupported import unsupported
from instructir.instructions.refusing.vocabulary import understood
from instructir.instructions.refusing.worsening import worsens
from instructir.instructions.ruling_out.denials import in_full
from instructir.instructions.ruling_out.intending import in_the_end
from instructir.instructions.ruling_out.weighing import weighed
from instructir.instructions.telling.circumstances import marked, without_circumstances
from instructir.instructions.telling.elsewhere import only_here
from instructir.instructions.telling.likening import without_likeness
from instructir.instructions.telling.mattering import to_the_point
from instructir.instructions.telling.praising import compared
from instructir.instructions.telling.purposes import only_purpose, without_purpose
from instructir.instructions.telling.scenes import without_scenes
from instructir.instructions.telling.things import without_scenery
from instructir.instructions.tone.amounts import in_figures
from instructir.instructions.tone.stops_abroad import in_whole_figures
from instructir.instructions.tone.words import language_by_words
from instructir.instructions.wording.borrowed import in_one_script
from instructir.instructions.wording.emoji import with_words
from instructir.instructions.wording.joining import joined
from instructir.instructions.wording.moderating import moderated
from instructir.instructions.wording.paraphrases import paraphrased
from instructir.instructions.wording.politeness import outright
from instructir.instructions.wording.terms import in_plain_words, respelt, without_slang, without_stutter
from instructir.instructions.wording.unpunctuated import with_commas
from instructir.instructions.wording.urging import without_urging
from instructir.sizes import Size

_LONG = {"NR": "noise reduction", "WB": "white balance", "SR": "super-resolution", "EV": "exposure"}
_SHORT = re.compile(
    rf"(?<!\d)(?<!\d )\b(?:{'|'.join(_LONG)})\b|"
    r"(?:^|\b(?:do|needs?|want|some|just|bit of|heavy|light|strong) )nr(?= (?:pls|please|plz|"
    r"thx|on|for|needed|only)\b|\W*$)"
)
"""What photographers shorten, and the one that is "number" as well in the small letters of haste."""


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
    if (nothing := nothing_asked(text) or only_purpose(text) or nought(text)) is not None:
        return nothing
    text = without_slang(in_one_script(text))
    language, words = _language(text)
    if language is None:
        return unknown
    text, words = with_sizes_said(text, language), with_sizes_said(words, language)
    if not (words := without_noughts(words, language)):
        return Plan("clear", (), reason="kept", language=language)
    scale = scale_in(text) or scale_in(respelt(text))
    if scale:
        _possible(scale)
    text = without_formats(unmarked(words))
    # What a wish for a fault says of its purpose is how it is known: "darken it so that it looks like night".
    text = text if worsens(text, language) else without_purpose(text, language)
    text = with_commas(without_urging(without_scenes(text, language), language), language)
    if language != "en":
        text = in_whole_figures(text, language)
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
    found = Plan("ambiguous", ()) if names_region_only(text) else in_english(text, cached)
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
