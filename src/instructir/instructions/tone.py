"""What asks for tone or colour in numbers: darker, less saturated, cooler, more contrast, a white balance.

The words for a direction are few and regular, so rules know them; ``tone.json`` holds those of the other
languages. What nobody can put into numbers ("nicer colours") stays with the learnt enhancement.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from instructir.instructions.adjustment import CASTS, Adjustment, Operation
from instructir.instructions.degree import degree
from instructir.instructions.leaving import topic

_IT = (
    r"(?:it|this|that|them|everything|all|(?:the|my|this|that|our|your) (?:\w+ )?(?:photos?|pictures?|"
    r"pics?|images?|shots?|"
    r"scan|scene|whole thing|lot))"
)
_RATHER = (
    r"(?:(?:a|an|the|bit|little|tad|touch|lot|much|far|way|very|so|too|slightly|somewhat|rather|really|"
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
_MAKE = rf"(?:make|turn|get|want|need|like|have|render)(?: {_IT})? (?:look |appear |to be |be )?{_RATHER}"
_LIGHT = r"(?:brightness|exposure|luminosity|luminance|light|lightness)(?! (?:noise|grain|NR)\b)"
_COLOURS = r"(?:saturation|vibrance|vibrancy|colou?rfulness)"
_COLOUR = (
    r"(?:yellow|orange|amber|red|pink|magenta|purple|violet|blue|cyan|teal|turquoise|green)(?:ish|y|ness)?"
)
_CAST = re.compile(rf"\b{_COLOUR.replace('(?:', '(', 1)}", re.IGNORECASE)
_SAME = {"amber": "orange", "violet": "purple", "teal": "cyan", "turquoise": "cyan"}
_SEEN = (
    r"(?:it|this|that|everything|all|whites?|snow|skin(?: tones?)?|faces?|(?:the |my |all )?colou?rs?|"
    r"photos?|pictures?|"
    r"pics?|images?|shots?|scan|one|walls?|teeth|clouds)"
)
_NOT_DOTS = (
    r"(?! (?:dots?|specks?|speckles?|noise|grain|fringing|blotches|channel|eyes?|sky|dress|shirt|car|one))"
)

_ENGLISH: dict[str, tuple[str, ...]] = {
    "exposure_less": (
        r"\bdarken(?:ed|ing)?\b(?! (?:corners?|edges?))",
        rf"\b{_MAKE}(?:darker|dimmer)\b",
        rf"^(?:please |pls |just )?{_RATHER}(?:darker|dimmer)(?: (?:please|pls|overall))?$",
        r"\b(?:too|overly|excessively) (?:bright|light|much light|much exposure|exposed|washed in "
        r"light)\b(?! (?:spots?|colou?rs?))",
        r"\b(?:over[- ]?exposed|overexposure|blown[- ]out)\b",
        rf"\b{_DOWN} {_THE}{_LIGHT}\b",
        rf"\b(?:turn|tone|dial|take|pull|knock) {_THE}{_LIGHT} (?:\w+ )*?(?:down|back)\b",
        rf"\bbring {_THE}{_LIGHT} (?:\w+ )*?down\b",
        r"\b(?:less|not so|not as) (?:bright|exposed)\b",
        rf"\bdim {_IT}\b",
    ),
    "saturation_less": (
        r"\bdesaturat(?:e|ed|ing)\b|\bsaturation [-\u2212] ?\d",
        r"\bless (?:saturated|colou?rful|vivid|vibrant|garish|colou?r)\b(?! (?:noise|cast|tint|fringing))",
        rf"\b{_DOWN} {_THE}(?:{_COLOURS}|colou?rs?)\b(?! (?:cast|noise|tint|fringing|blotches|speckles?|"
        rf"dots|specks|grain))",
        rf"\b(?:turn|tone|dial|take|pull|knock) {_THE}(?:{_COLOURS}|colou?rs?) (?:\w+ )*?(?:down|"
        rf"back(?! (?:to|into)))\b|\bbring {_THE}(?:{_COLOURS}|colou?rs?) (?:\w+ )*?down\b",
        r"\b(?:too|overly|way) (?:saturated|colou?rful|vivid|garish|gaudy)\b|\bover[- ]?saturated\b",
        r"\b(?:take|pull|suck|drain|bleed) (?:some|a (?:bit|little)|most)(?: of)?(?: the| its)? "
        r"colou?rs? (?:out|away|off|"
        r"down)\b",
        r"\b(?:they|it|colou?rs?)(?:[\u2019']re|[\u2019']s| are| is| looks?) (?:\w+ )?"
        r"(?:garish|gaudy|lurid)\b",
        rf"\bmute {_THE}(?:colou?rs?|saturation)\b|\btoo much (?:colou?r|saturation)\b",
    ),
    "saturation_more": (
        r"\bmore (?:saturated|saturation|vibrance)\b",
        rf"\b{_UP} {_THE}{_COLOURS}\b",
        rf"\b{_COLOURS} (?:up\b|\+)",
        rf"\b(?:turn|crank|dial|bump|push) {_THE}{_COLOURS} up\b",
        rf"\bbring {_THE}{_COLOURS} (?:back|up)\b(?! down)|\b(?:bring|get) back {_THE}{_COLOURS}\b",
    ),
    "warmth_less": (
        rf"\b{_MAKE}(?:cooler|colder)\b",
        rf"^(?:please |pls |just )?{_RATHER}(?:cooler|colder)(?: (?:please|pls|tones?|colou?rs?|look|"
        rf"overall))*$",
        rf"\bcool (?:{_IT}|the (?:tones?|colou?rs?|temperature))\b|\bcooler (?:tones?|colou?rs?|"
        rf"temperature|look)\b",
        r"\btoo (?:warm|hot)\b(?! up)|\bless warm(?:th)?\b",
        rf"\b{_DOWN} {_THE}warmth\b",
    ),
    "warmth_more": (
        rf"\b{_MAKE}warmer\b",
        rf"^(?:please |pls |just )?{_RATHER}warmer(?: (?:please|pls|tones?|colou?rs?|look|overall))*$",
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
    ),
    "contrast_more": (
        r"\bmore contrasty?\b",
        rf"\b{_UP} {_THE}contrast\b",
        r"\bcontrast (?:up\b|\+)|\b(?:turn|crank|dial|bump|push) (?:the )?contrast up\b|\bcontrastier\b",
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
    ),
    "fade_less": (r"\bfaded\b|\bfading\b|\bunfade\b|\byellowed\b",),
    "fade_more": (rf"\bfade {_IT}\b|\b{_MAKE}faded\b|\bmatte (?:look|finish)\b",),
}
_ORDER = (
    "fade_more",
    "fade_less",
    "white_balance",
    "saturation_less",
    "saturation_more",
    "contrast_less",
    "contrast_more",
    "warmth_less",
    "warmth_more",
    "exposure_less",
)
"""In which order the words are tried: "tone the colours down" before "too light"."""

_NUMBER = (
    r"(?P<number>\d/\d|\d+(?:[.,]\d+)?|(?:a )?(?:half|quarter)|one|two|three|four|five|an?|(?:a|one) third|"
    r"two thirds)"
)
_STOPS = re.compile(
    rf"(?P<sign>[-+\u2212\u2013]\s?)?\b{_NUMBER} ?(?:of )?(?:an? )?(?:ev|e\.v\.|f-?stops?|stops?)\b",
    re.IGNORECASE,
)
_RAISE = re.compile(
    r"\b(?:brighter|lighter|brighten\w*|lighten\w*|up|raise|lift|push|increase|boost|more (?:exposure|light)|"
    r"add|gain)\b",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"\b(?:darker|darken\w*|dim|dimmer|down|reduce|lower|decrease|(?<!\ba )drop|cut|pull back|"
    r"less (?:exposure|light)|"
    r"over|over[- ]?exposed|too (?:bright|light))\b",
    re.IGNORECASE,
)
"""What asks for less light, or complains of too much."""
_WORDS = {
    "half": 0.5,
    "quarter": 0.25,
    "third": 1 / 3,
    "two thirds": 2 / 3,
    "an": 1.0,
    **{word: float(number) for number, word in enumerate(("a", "two", "three", "four", "five"), 1)},
    "one": 1.0,
}
_PERCENT = re.compile(
    r"(?<![\w.,])\+?(\d{1,3}) ?(?:[%\uff05\u066a]|percent\b|per cent\b|procent\w*|prozent\b)", re.IGNORECASE
)
_SLIDER = re.compile(r"(?<![\w.])[-+\u2212] ?(\d{1,3})\b")
_HALVE = re.compile(
    r"\bby half\b|\bhalf the (?:saturation|contrast|colou?rs?|brightness|light)\b", re.IGNORECASE
)
_MUCH = re.compile(r"\b(?:much|far|way|a lot|lots|really|very|heavily|strongly|drastically)\b", re.IGNORECASE)
_TOO_BRIGHT = re.compile(
    r"\b(?:too|overly|excessively)\b|over[- ]?expos|blown|expuest|espost|expost|surexpos|überbelicht|"
    r"overbelicht|prześwietl|"
    r"pozlan|пересве|переэкс|过|太|オーバー|すぎ|飛び|과다|오버|너무|지나치|زائد|جدا|أكثر|للغاية|बहुत|ज़्यादा|"
    r"demasiad|demais|\b(?:muy|muito|trop|zu|troppo|te|za|zbyt|çok|fazla|a\u015f\u0131r\u0131|слишком)\b",
    re.IGNORECASE,
)
"""What says that there is too much light: a fault, which the learnt enhancement mends better than numbers."""
_DENIED = re.compile(
    r"\b(?:not|isn[\u2019']?t|aren[\u2019']?t|wasn[\u2019']?t|never|don[\u2019']?t|without|no)\b(?: "
    r"\w+){0,2}$",
    re.IGNORECASE,
)

_LATIN = ("es", "fr", "de", "it", "pt", "nl", "pl", "tr")
"""Languages in the letters of English."""
FULL = {
    "exposure_less": -2 / 3,
    "saturation_less": 0.6,
    "saturation_more": 1.4,
    "warmth_less": -0.5,
    "warmth_more": 0.5,
    "contrast_less": 0.75,
    "contrast_more": 1.35,
    "white_balance": 1.0,
    "fade_less": -1.0,
    "fade_more": 0.6,
}
"""How much is done where nobody says how much."""
HUNDRED = {
    "saturation_less": 0.0,
    "saturation_more": 2.0,
    "warmth_less": -1.0,
    "warmth_more": 1.0,
    "contrast_less": 0.0,
    "contrast_more": 2.0,
}
"""What 100 % stands for where a share is given as a number."""
EMPHASIS = 1.5
MOST_STOPS = 4.0


@dataclass(frozen=True)
class Wish:
    """A clause that asks for an operation.

    Attributes:
        adjustment: what is asked for at full strength; None for too much light, which is left to the learnt
            enhancement.
        strength: share in (0, 1] of it.
        rest: the clause without the words that asked for it.
    """

    adjustment: Adjustment | None
    strength: float
    rest: str


@dataclass(frozen=True)
class Tones:
    """What a language says of tone.

    Attributes:
        say: names of the operations by ``OPERATION_DIRECTION``, with a slot for the amount.
        words: what asks for each of them, and the words for colours that are too strong.
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
    content: dict[str, Any] = json.loads((Path(__file__).parent / "tone.json").read_text("utf-8"))
    found = content.get(code, content["en"])
    say = found["say"]
    if code == "en" or code not in content:
        return Tones(
            say, {name: re.compile("|".join(_ENGLISH[name]), re.IGNORECASE) for name in _ORDER}, None, _MUCH
        )
    spaced = code not in ("zh", "ja", "ko", "ar", "hi")
    words = {name: _any(patterns, spaced=spaced) for name, patterns in found["words"].items()}
    # Other scripts write together what these words stand in; "not" is a word of its own in all but three.
    negated = _any(found["not"], spaced=code not in ("zh", "ja", "ko"))
    return Tones(say, words, negated, _any(found["much"], spaced=spaced))


def _any(patterns: list[str], *, spaced: bool) -> re.Pattern[str]:
    """Any of `patterns`; whole words where the script has spaces. Vowel signs of Devanagari end no word."""
    ends = (r"(?<![^\W_])(?:", r")(?![^\W_]|[\u0900-\u0903\u093a-\u094f])") if spaced else ("(?:", ")")
    return re.compile(f"{ends[0]}{'|'.join(patterns) or '(?!)'}{ends[1]}", re.IGNORECASE)


def wish(clause: str, code: str = "en", a_little: re.Pattern[str] | None = None) -> Wish | None:
    """What `clause` asks of tone, or None.

    Args:
        clause: a piece of a sentence, or all of it.
        code: its language.
        a_little: that language's words for a part of the work.
    """
    said = tones(code)
    # What leaves something alone in one language ("deixa") makes it so in another.
    left = topic(clause) is not None if said.negated is None else said.negated.search(clause) is not None
    if left:
        return None
    if code == "en":
        stops = _by_stops(clause)
        if stops is not None:
            return stops
    for name, pattern in _tried(said, code):
        found = pattern.search(clause)
        if found is None or (code == "en" and _DENIED.search(clause[: found.start()].rstrip())):
            continue
        cast = ""
        if name in CASTS:
            name, cast = "white_balance", name
        elif name == "white_balance" and (colour := _CAST.search(found[0])):
            cast = colour[1].lower()
        rest = " ".join(f"{clause[: found.start()]} {clause[found.end() :]}".split())
        if name == "exposure_less" and _share(clause) is None and _TOO_BRIGHT.search(found[0]):
            return Wish(None, degree(clause, a_little), rest)
        return _measured(name, _SAME.get(cast, cast), clause, rest, a_little, said)
    return None


def _tried(said: Tones, code: str) -> list[tuple[str, re.Pattern[str]]]:
    names = _ORDER if code == "en" else tuple(said.words)
    return [(name, said.words[name]) for name in names]


def _measured(
    name: str, cast: str, clause: str, rest: str, a_little: re.Pattern[str] | None, said: Tones
) -> Wish:
    """The wish that a clause is, with how much of it."""
    operation = Operation(name.rpartition("_")[0] if name != "white_balance" else name)
    share = _share(clause)
    if share is not None:
        if operation is Operation.EXPOSURE:
            # A share of the light, exactly.
            amount = math.log2(1 - min(share, 0.95)) / share
        else:
            amount = HUNDRED.get(name, FULL[name])
        return Wish(Adjustment(operation, amount, cast), share, rest)
    amount = FULL[name]
    strength = degree(clause, a_little)
    if (
        strength == 1
        and said.much is not None
        and said.much.search(clause)
        and name in (*HUNDRED, "exposure_less")
    ):
        amount = Adjustment(operation, amount).scaled(EMPHASIS).amount
    return Wish(Adjustment(operation, amount, cast), strength, rest)


def _share(clause: str) -> float | None:
    """A share of the whole that is given as a number."""
    if _HALVE.search(clause):
        return 0.5
    found = _PERCENT.search(clause) or _SLIDER.search(clause)
    return int(found[1]) / 100 if found and 0 < int(found[1]) <= 100 else None


def _by_stops(clause: str) -> Wish | None:
    """Exposure that is given in stops, where the clause says in which direction."""
    found = _STOPS.search(clause)
    if found is None:
        return None
    sign = (found["sign"] or "").strip()
    down = _LOWER.search(clause) is not None or (sign and sign != "+")
    up = _RAISE.search(clause) is not None or sign == "+"
    if bool(down) == bool(up) or re.search(
        r"\b(?:pulled|pushed|raised|lifted|shot|was|were|under\w*)\b", clause, re.IGNORECASE
    ):
        return None
    stops = min(_counted(found["number"].lower()), MOST_STOPS)
    rest = " ".join(f"{clause[: found.start()]} {clause[found.end() :]}".split())
    return Wish(Adjustment(Operation.EXPOSURE, -stops if down else stops), 1.0, rest) if stops else None


_AND_A_HALF = re.compile(
    r"\b(?P<number>\d|an?|one|two|three) and a half (?P<unit>ev|f-?stops?|stops?)\b|"
    r"\b(?P<one>an?|one) (?P<stop>ev|f-?stop|stop) and a half\b",
    re.IGNORECASE,
)


def in_figures(text: str) -> str:
    """`text` with halves of stops as a figure, so that no clause ends within: "one and a half stops"."""
    return _AND_A_HALF.sub(
        lambda found: f"{_counted((found['number'] or found['one']).lower()) + 0.5:g} stops", text
    )


def _counted(number: str) -> float:
    """A number in digits, as a fraction, or in words."""
    above, slash, below = number.partition("/")
    if slash:
        return int(above) / max(1, int(below))
    word = re.sub(r"^(?:a|one) (?=\w)", "", number)
    return _WORDS[word] if word in _WORDS else float(number.replace(",", "."))


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
