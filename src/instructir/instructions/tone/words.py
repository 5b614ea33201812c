"""The words for tone and colour: what asks for each operation, in each language, and what it is called there.

English has its patterns here; ``words.json`` holds the words of the other languages.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from instructir.instructions.letters import UNSPACED, whole
from instructir.instructions.tables import table_beside
from instructir.instructions.tone.adjustment import Adjustment, Operation

_IT = (
    r"(?:it|this|that|them|everything|all|(?:the|my|this|that|our|your) (?:\w+ )?(?:photos?|pictures?|"
    r"pics?|images?|shots?|"
    r"scan|scene|whole thing|lot))"
)
_FADES = (
    r"(?:jeans|denim|(?:t-)?shirts?|dress(?:es)?|coats?|jackets?|caps?|hats?|uniforms?|costumes?|overalls|"
    r"beetle|cars?|trucks?|vans?|buses|tractors?|boats?|signs?|paint|barns?|doors?|shutters|walls?|wallpaper|"
    r"murals?|curtains?|flags?|carpets?|rugs?|quilts?|sofas?|tattoos?|letters|lettering|flowers?|roses?)"
)
"""What has lost its colours itself, not its picture."""
_RATHER = (
    r"(?:(?:a|an|the|bit|little|lil|tiny|wee|teeny|tad|touch|smidgen|smidge|hair|notch|shade|pinch|lot|"
    r"much|far|way|very|so|too|slightly|somewhat|rather|really|"
    r"quite|all|kind|"
    r"sort|of|weirdly|even|more|\d+ ?%|percent) )*"
)
_DOWN = (
    r"(?:reduce|reducing|lower|lowering|decrease|(?<!\ba )drop|(?<!\ba )cut|diminish|lessen|turn down|"
    r"bring down|tone "
    r"down|"
    r"dial down|"
    r"take down|pull down|pull back|knock down|less)"
)
_UP = (
    r"(?:increase|increasing|raise|boost|up|add|enhance|bump up|turn up|crank up|dial up|push|punch up|"
    r"more|higher|stronger)"
)
_THE = r"(?:the |its |some |more |a (?:bit|little|touch) (?:more |of )?|overall |global |colou?r )*"
_MAKE = (
    rf"(?:make|turn|get|want|need|like|have|render|can|could)(?: {_IT})? "
    rf"(?:look |appear |to be |be )?{_RATHER}"
)
_JUST = rf"^(?:(?:please|pls|plz|just|go|and) )*{_RATHER}"
_PLEASE = r"(?:please|pls|plz|thx|thanks|overall|now)"
_LITTLE_UP = r"(?:(?:way|right|all the way|a (?:bit|little|touch|tad|notch|lot)|slightly) )?"
_LIGHT = r"(?:brightness|exposure|luminosity|luminance|light|lightness)(?! (?:noise|grain|NR)\b)"
_COLOURS = r"(?:saturation|vibrance|vibrancy|colou?rfulness)"
_HUES = r"(?:colou?rs?|reds|greens|blues|yellows|oranges|purples|pinks|hues)"
_HUED = r"(?:colou?rs?(?! (?:noise|cast|tint|fringing|balance|temperature|space|profile))|skin tones?|hues)"
_LOUD = (
    r"(?:loud|garish|gaudy|lurid|shrill|flashy|screaming|shouting|blinding|glaring|overpowering|overwhelming|"
    r"over-?(?:done|cooked)|excessive|exaggerated|over[- ]the[- ]top|radioactive|psychedelic|fluorescent|"
    r"cartoonish|clownish|kitschy|eye-watering|neon)"
)
"""What nobody calls colours that are as they should be."""
_CALMER = (
    r"(?:calmer|quieter|gentler|tamer|milder|mellower|softer|more (?:muted|subdued|restrained|subtle|"
    r"discreet)|"
    r"less (?:intense|strong|bold|punchy|loud|neon))"
)
_COLOUR = (
    r"(?:yellow|orange|amber|reddish|red|pink|magenta|purplish|purple|violet|bluish|blue|cyan|teal|turquoise|"
    r"green)(?:ish|y|ness)?"
)
_CAST = re.compile(rf"\b{_COLOUR.replace('(?:', '(', 1)}", re.IGNORECASE)
_SAME = {
    "amber": "orange",
    "bluish": "blue",
    "purplish": "purple",
    "reddish": "red",
    "teal": "cyan",
    "turquoise": "cyan",
    "violet": "purple",
}
_SEEN = (
    r"(?:it|this|that|everything|all|whites?|snow|skin(?: tones?)?|faces?|(?:the |my |all )?colou?rs?|"
    r"photos?|pictures?|"
    r"pics?|images?|shots?|scan|one|walls?|teeth|clouds)"
)
_PAPER = r"(?:paper|pages?|sheets?|documents?|receipts?|scans?)"
"""What is to be white."""
_NOT_DOTS = (
    r"(?! (?:dots?|specks?|speckles?|noise|grain|fringing|blotches|channel|eyes?|sky|dress|shirt|car|one))"
)

_ENGLISH: dict[str, tuple[str, ...]] = {
    "exposure_less": (
        r"\bdarken(?:ed|ing)?\b(?! (?:corners?|edges?))",
        rf"\b{_MAKE}(?:darker|dimmer)\b",
        rf"{_JUST}(?:darker|dimmer)(?: {_PLEASE})*$",
        rf"^(?:the )?{_LIGHT} {_LITTLE_UP}down\b",
        r"\b(?:too|overly|excessively) (?:bright|light|much light|much exposure|exposed|washed in "
        r"light)\b(?! (?:spots?|colou?rs?))",
        r"\b(?:over[- ]?exposed|overexposure|blown(?:[- ]out| highlights?))\b",
        r"\bhighlights (?:(?:are|look|were|got|have|been|all|is|completely) )*"
        r"(?:burn(?:t|ed)|blown|clipped)\b|"
        r"\b(?:burn(?:t|ed)(?:[- ]out)?|clipped) (?:highlights?|whites)\b",
        rf"\b{_DOWN} {_THE}{_LIGHT}\b",
        rf"\b(?:turn|tone|dial|take|pull|knock) {_THE}{_LIGHT} (?:\w+ )*?(?:down(?:wards?)?|back)\b",
        rf"\b(?:bring|correct|adjust|set|fix|move|shift|slide|drag|push) {_THE}{_LIGHT} (?:\w+ )*?"
        r"down(?:wards?)?\b",
        r"\b(?:less|not so|not as) (?:bright|exposed)\b",
        rf"\bdim {_IT}\b",
    ),
    "saturation_less": (
        r"\bdesaturat(?:e|ed|ing)\b|\bsaturation [-\u2212] ?\d",
        rf"^(?:the )?(?:{_COLOURS}|colou?rs?) {_LITTLE_UP}down\b",
        r"\bless (?:saturated|colou?rful|vivid|vibrant|garish|colou?r)\b(?! (?:noise|cast|tint|fringing))",
        rf"\b{_DOWN} {_THE}(?:(?:these|those|all|{_LOUD}) )*(?:{_COLOURS}|colou?rs?)\b"
        r"(?! (?:cast|noise|tint|fringing|blotches|speckles?|dots|specks|grain))",
        rf"\b(?:turn|tone|dial|take|pull|knock) {_THE}(?:{_LOUD} )?(?:{_COLOURS}|"
        rf"colou?rs?) (?:\w+ )*?(?:down|"
        rf"back(?! (?:to|into)))\b|\bbring {_THE}(?:{_COLOURS}|colou?rs?) (?:\w+ )*?down\b",
        r"\b(?:too|overly|way) (?:saturated|colou?rful|vivid|garish|gaudy)\b|\bover[- ]?saturated\b",
        r"\b(?:take|pull|suck|drain|bleed) (?:some|a (?:bit|little)|most)(?: of)?(?: the| its)? "
        r"colou?rs? (?:out|away|off|"
        r"down)\b",
        r"\b(?:they|it|colou?rs?)(?:[\u2019']re|[\u2019']s| are| is| looks?) (?:\w+ )?"
        r"(?:garish|gaudy|lurid)\b|\bthey(?:[\u2019']re| are) (?:far |way |much )?too (?:intense|loud|"
        r"vibrant)\b",
        rf"\b(?:mute|calm|tame|subdue|soften|quieten) {_THE}(?:colou?rs?|saturation)\b|"
        r"\btoo much (?:colou?r|saturation)\b",
        rf"\b{_HUES} (?:(?:is|are|was|were|looks?|seems?|feels?|appears?|came out) )?{_RATHER}(?:{_LOUD}|"
        r"like neon|turned up too \w+|(?:(?<=too )|(?<=overly ))(?:intense|strong|bold|powerful|heavy|punchy|"
        r"vibrant|aggressive|extreme|much))\b|"
        rf"\b{_HUES} (?:scream|shout|hurt|sting|blind)\b",
        rf"(?:^|\b(?:has|have|with) )(?:(?:the|these|those|such|what|very|really|so|too|"
        rf"all) )*{_LOUD} colou?rs?"
        r"(?: (?:everywhere|all over))?$",
        rf"\b{_CALMER} (?:colou?rs|hues|palette)\b|"
        rf"\b{_HUES} (?:(?:should|could|must|to) )?(?:(?:be|look) )?{_RATHER}{_CALMER}\b",
    ),
    "saturation_more": (
        r"\bmore (?:saturated|saturation|vibrance)\b",
        rf"\b{_UP} {_THE}{_COLOURS}\b",
        rf"\b{_COLOURS} (?:{_LITTLE_UP}up\b|\+)",
        rf"\b(?:turn|crank|dial|bump|push) {_THE}{_COLOURS} up\b",
        rf"\bbring {_THE}{_COLOURS} (?:back|up)\b(?! down)|\b(?:bring|get) back {_THE}{_COLOURS}\b",
    ),
    "warmth_less": (
        rf"\b{_MAKE}(?:cooler|colder)\b",
        rf"{_JUST}(?:cooler|colder)(?: (?:{_PLEASE}|tones?|colou?rs?|look))*$",
        rf"^(?:the )?(?:warmth|colou?r temperature|temperature) {_LITTLE_UP}down\b",
        rf"\bcool (?:{_IT}|the (?:tones?|colou?rs?|temperature))\b|\bcooler (?:tones?|colou?rs?|"
        rf"temperature|look)\b",
        r"\btoo (?:warm|hot)\b(?! up)|\bless warm(?:th)?\b",
        rf"\b{_DOWN} {_THE}warmth\b",
    ),
    "warmth_more": (
        rf"\b{_MAKE}warmer\b",
        rf"{_JUST}warmer(?: (?:{_PLEASE}|tones?|colou?rs?|look))*$",
        rf"^(?:the )?(?:warmth|colou?r temperature|temperature) {_LITTLE_UP}up\b",
        rf"\bwarm (?:{_IT}|the (?:tones?|colou?rs?|temperature))\b|\bwarmer (?:tones?|colou?rs?|"
        rf"temperature|look)\b",
        r"\btoo (?:cold|cool)\b|\bless (?:cold|cool)\b|\bmore warmth\b",
        rf"\b{_UP} {_THE}warmth\b",
    ),
    "contrast_less": (
        r"\bcontrast [-\u2212] ?\d|\bless (?:contrasty?|harsh)\b|\btoo (?:contrasty|harsh|much "
        r"contrast)\b|\b(?:lower|softer) contrast\b",
        rf"\b{_DOWN} {_THE}contrast\b",
        r"\b(?:turn|tone|dial|take|pull) (?:the )?contrast (?:\w+ )*?(?:down|back)\b|"
        r"\bbring (?:the )?contrast "
        r"(?:\w+ )*?down\b",
        r"\bflatten (?:the )?contrast\b",
        rf"^(?:the )?contrast {_LITTLE_UP}down\b",
    ),
    "contrast_more": (
        r"\bmore contrasty?\b",
        rf"\b{_UP} {_THE}contrast\b",
        rf"\bcontrast {_LITTLE_UP}up\b",
        r"\bcontrast \+|\b(?:turn|crank|dial|bump|push) (?:the )?contrast up\b|\bcontrastier\b",
        r"\bbring (?:the |its |some )?contrast (?:back|up)\b(?! down)|\b(?:bring|get) back (?:the |its |"
        r"some )?contrast\b",
    ),
    "white_balance": (
        r"\bwhite[- ]?balanc(?:e|ed|ing)\b|\bawb\b|\bcolou?r (?:cast|temperature)\b|\bneutrali[sz]e\b",
        rf"\b(?:{_COLOUR} |tungsten |fluorescent |sodium |colou?r |ugly |nasty |strange |weird )(?:colou?r )?"
        r"(?:cast|tint|tinge|hue|shade)s?\b(?! of)",
        r"\b(?:remove|fix|correct|kill|lose|get rid of|take out|neutrali[sz]e) (?:the |that |this |its |"
        r"any )*(?:cast|tint)\b",
        rf"\b(?:too|less|overly|way) {_COLOUR}\b{_NOT_DOTS}",
        rf"\b{_SEEN} (?:is|are|was|were|looks?|came out|comes? out|turned(?: out)?|went|gone|seems?|"
        rf"appears?) "
        rf"(?:\w+ly )?{_RATHER}{_COLOUR}$",
        rf"^(?:and |but |looks? |came out |turned )?(?:{_RATHER})(?:weirdly |oddly |strangely |horribly |"
        rf"all |way too )"
        rf"{_COLOUR}$",
        rf"\b(?:remove|reduce|get rid of|take out|fix|kill) (?:the |that |this |all )+{_COLOUR}$",
        rf"\b(?:made|makes|turned|turns|tinted|painted|coloured|colored|left) (?:{_SEEN}|(?:the |my )\w+|"
        rf"(?:the |my )whole \w+) (?:\w+ly )?(?:look )?{_RATHER}{_COLOUR}$",
        r"\b(?:tungsten|incandescent|fluorescent|sodium|neon) (?:light(?:s|ing)?|lamps?|bulbs?)$",
        rf"\b(?:make|turn|get|want|render) (?:the |my |this |that )?{_PAPER} (?:look )?"
        rf"(?:\w+ly |all |pure |more )?whiter?\b|\bwhiten(?:ing)? (?:the |my |this |that )?{_PAPER}\b",
        r"\bneutral (?:whites?|gr[ae]ys?|colou?rs?|tones?|hues?|balance)\b|"
        r"\b(?:whites?|gr[ae]ys?|colou?rs?|tones) (?:(?:should|must|to) )?(?:(?:be|look|become) )?"
        r"(?:more )?neutral\b",
        r"\b(?:whites?|gr[ae]ys?) (?:(?:should|must) be|(?:is|are) not|isn[\u2019']?t|aren[\u2019']?t) "
        r"(?:really |truly |pure )?(?:white|gr[ae]y)\b",
    ),
    "colours_off": (
        rf"\b{_HUED} (?:(?:is|are|was|were|looks?|seems?|feels?|appears?|came out|come out) )"
        rf"{_RATHER}(?:\w+ly )?(?:off|wrong|false|weird|strange|odd|unnatural|not right|incorrect|"
        r"messed up)\b",
        rf"\b(?:wrong|false|weird|strange|odd|unnatural|incorrect) {_HUED}\b",
    ),
    "fade_less": (
        rf"(?<!jeans )(?<!denim )(?<!shirt )(?<!dress )(?<!paint )\bfaded\b(?! (?:\w+ ){{0,2}}?{_FADES}\b)|"
        r"\bfading\b|\bunfade\b|\byellowed\b",
    ),
    "fade_more": (
        rf"\bfade {_IT}\b|\b(?!have faded\b){_MAKE}faded\b|\bmatte (?:look|finish)\b",
        rf"\b(?:give|giving|lend) {_IT} (?:an? |that |some |this )(?:[\w-]+,? )*?faded\b",
        r"\b(?:add|adding|apply|want|need|like|love) (?:an? |that |some |"
        r"this )(?:[\w-]+,? )*?faded (?:\w+ )?(?:look|"
        r"feel|effect|style|vibe|finish)\b(?! (?:gone|removed|out|off|away|fixed|undone))",
    ),
}
_ORDER = (
    "fade_more",
    "fade_less",
    "white_balance",
    "colours_off",
    "saturation_less",
    "saturation_more",
    "contrast_less",
    "contrast_more",
    "warmth_less",
    "warmth_more",
    "exposure_less",
)
"""In which order the words are tried: "tone the colours down" before "too light"."""

_MUCH = re.compile(r"\b(?:much|far|way|a lot|lots|really|very|heavily|strongly|drastically)\b", re.IGNORECASE)
_LATIN = ("es", "fr", "de", "it", "pt", "nl", "pl", "tr")
"""Languages in the letters of English."""


@dataclass(frozen=True)
class Tones:
    """What a language says of tone.

    Attributes:
        say: names of the operations by ``OPERATION_DIRECTION``, with a slot for the amount.
        words: what asks for each of them, and the words for colours that are too strong; tried in this order.
        negated: words by which a clause leaves something alone.
        much: words that ask for more than usual.
    """

    say: dict[str, str]
    words: dict[str, re.Pattern[str]]
    negated: re.Pattern[str] | None
    much: re.Pattern[str] | None


@lru_cache(maxsize=16)
def tones(code: str) -> Tones:
    """What a language says of tone; English for one that is not known."""
    content: dict[str, Any] = table_beside(__file__)
    found = content.get(code, content["en"])
    say = found["say"]
    if code == "en" or code not in content:
        return Tones(
            say, {name: re.compile("|".join(_ENGLISH[name]), re.IGNORECASE) for name in _ORDER}, None, _MUCH
        )
    spaced = code not in ("zh", "ja", "ko", "ar", "hi")
    words = {name: _any(patterns, spaced=spaced) for name, patterns in found["words"].items()}
    # Other scripts write together what these words stand in; "not" is a word of its own in all but three.
    negated = _any(found["not"], spaced=code not in UNSPACED)
    return Tones(say, words, negated, _any(found["much"], spaced=spaced))


def _any(patterns: list[str], *, spaced: bool) -> re.Pattern[str]:
    """Any of `patterns`; whole words where the script has spaces."""
    return re.compile(whole("|".join(patterns) or "(?!)", spaced=spaced), re.IGNORECASE)


def cast_in(words: str) -> str:
    """The colour of a cast that `words` name; empty where they name none."""
    found = _CAST.search(words)
    colour = found[1].lower() if found else ""
    return _SAME.get(colour, colour)


def language_by_words(text: str) -> str | None:
    """The language in which all of `text` is one wish; two words are too few to be known by their letters."""
    words = text.strip(" .!?").lower()
    return next(
        (code for code in _LATIN if any(pattern.fullmatch(words) for pattern in tones(code).words.values())),
        None,
    )


def named(adjustment: Adjustment, code: str) -> str:
    """An operation with its amount as people read it."""
    name = adjustment.operation.value
    if adjustment.operation is not Operation.WHITE_BALANCE:
        name += f"_{adjustment.direction}"
    # Japanese and Chinese put the amount where they like, so what is left of an empty one is trimmed.
    return " ".join(tones(code).say[name].format(amount=adjustment.figure).split())
