"""How much of tone or colour a clause asks for in figures: stops, per cent, the number of a slider."""

import re

from instructir.instructions.tone.degree import percent

MOST_STOPS = 4.0
"""The largest change of exposure that is made."""
_NUMBER = (
    r"(?P<number>\d/\d|\d+(?:[.,]\d+)?|(?:an? |one )?(?:half|quarter|third)|two thirds|three quarters|"
    r"one|two|three|four|five|an?)"
)
_STOPS = re.compile(
    rf"(?P<sign>[-+\u2212\u2013]\s?)?\b{_NUMBER} ?(?:of )?(?:an? )?(?:ev|e\.v\.|f-?stops?|stops?)\b",
    re.IGNORECASE,
)
_BARE_STOPS = re.compile(
    rf"(?:(?:by|exposure|please|just|only) )*{_STOPS.pattern}(?: please)?", re.IGNORECASE
)
"""Stops without a word or sign, which are read as an exposure dial has them: more light."""
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
    "three quarters": 0.75,
    "an": 1.0,
    **{word: float(number) for number, word in enumerate(("a", "two", "three", "four", "five"), 1)},
    "one": 1.0,
}
_SLIDER = re.compile(r"(?<![\w.])[-+\u2212] ?(\d{1,3})\b")
_BY = re.compile(
    r"\b(?:saturation|vibrance|contrast|brightness|exposure|warmth|colou?rs?) (?:down |up )?by (\d{2,3})\b"
    r"(?! ?(?:ev|stops?|f-?stops?|points? of light))",
    re.IGNORECASE,
)
_HALVE = re.compile(
    r"\bby half\b|\bhalf the (?:saturation|contrast|colou?rs?|brightness|light)\b", re.IGNORECASE
)
_EXPOSURE_BY = re.compile(
    r"\b(?P<by>exposure by )(?P<number>[1-4](?:[.,]\d+)?|0?[.,]\d+)\b"
    r"(?! ?(?:ev|f-?stops?|stops?|%|per|\d|/))",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"\b(?P<verb>(?:brighten|lighten|darken|brighter|lighter|darker)(?: it| this)?)"
    r"(?: [-\u2013\u2014] |[:,] )"
    r"(?=[\w/.]+(?: a)?(?: of a)? ?(?:ev|f-?stops?|stops?)\b)",
    re.IGNORECASE,
)
"""A verb that a mark parts from its stops: "brighten - 1 stop"."""
_GLYPHS = {"\u00bd": "1/2", "\u2153": "1/3", "\u2154": "2/3", "\u00bc": "1/4", "\u00be": "3/4"}
_MIXED = re.compile(
    rf"(?<![\d.,/])(?P<whole>\d)? ?(?:(?P<glyph>[{''.join(_GLYPHS)}])|"
    r"(?<= )(?P<above>[1-9])/(?P<below>[1-9]))"
    r"(?= ?(?:ev|e\.v\.|f-?stops?|(?:of )?(?:an? )?stops?)\b)",
    re.IGNORECASE,
)
"""A number of stops with a fraction: "1 1/2 stops", "1\u2153 stops"."""
_AND_A_HALF = re.compile(
    r"\b(?P<number>\d|an?|one|two|three) and a half (?P<unit>ev|f-?stops?|stops?)\b|"
    r"\b(?P<one>an?|one) (?P<stop>ev|f-?stop|stop) and a half\b",
    re.IGNORECASE,
)

_OF_EXPOSURE = re.compile(
    r"\b(?:exposure|EV) (?:of |at |to |by )?(?:(?P<less>minus |[-\u2212\u2013] ?)|plus |\+ ?)"
    r"(?P<number>[1-4](?:[.,]\d+)?|0[.,]\d+|\d/\d|one|two|three|half)\b(?! ?(?:ev|f-?stops?|stops?|%|per))",
    re.IGNORECASE,
)
"""A correction in the camera's figures: "exposure -1"."""
_QUALITIES = {
    "saturated": "saturation",
    "colourful": "saturation",
    "colorful": "saturation",
    "contrasty": "contrast",
}
_TWICE_AS_BRIGHT = re.compile(
    r"\b(?:(?:make|get|have) (?:it|this|that|everything|the \w+) )?(?:about |around |roughly |at least "
    r")?(?:twice as|two times as|"
    r"2x as|two times|twice|double|2x) (?:as )?(?P<how>bright|light)(?:er)?\b|\bdouble the "
    r"(?P<what>brightness|light|exposure)\b",
    re.IGNORECASE,
)
_TWICE = re.compile(
    r"\b(?:(?:make|get|have) (?:it|this|that|everything|the \w+) )?(?:about |around |roughly "
    r")?(?:(?:twice|two times|2x) as "
    r"(?P<how>saturated|colou?rful|contrasty)|double the (?P<what>contrast|saturation))\b",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(?:(?:make|get|have) (?:it|this|that|everything|the \w+) )?(?:about |around |roughly )?half as "
    r"(?P<how>saturated|colou?rful|"
    r"contrasty|bright)\b",
    re.IGNORECASE,
)


def fraction_in(clause: str) -> float | None:
    """A fraction of the whole that is given as a number, in (0, 1]."""
    if _HALVE.search(clause):
        return 0.5
    if (share := percent(clause)) is not None:
        return share
    found = _SLIDER.search(clause) or _BY.search(clause)
    return int(found[1]) / 100 if found and 0 < int(found[1]) <= 100 else None


def stops_in(clause: str) -> float | None:
    """Stops of exposure, less than 0 for darker; None where the clause does not say in which direction."""
    found = _STOPS.search(clause)
    if found is None:
        return None
    sign = found["sign"] or ""
    # "Brighten by -0.5 EV" goes by its figure; a sign that stands apart may be a dash.
    signed = bool(sign.strip()) and sign == sign.strip()
    down = _LOWER.search(clause) is not None or (bool(sign) and sign.strip() != "+")
    up = _RAISE.search(clause) is not None or sign.strip() == "+"
    if not sign and not (up or down):
        up = _BARE_STOPS.fullmatch(clause.strip()) is not None
    if signed and up and down:
        up = False
    if down == up or re.search(
        r"\b(?:pulled|pushed|raised|lifted|shot|was|were|under\w*)\b", clause, re.IGNORECASE
    ):
        return None
    stops = min(_counted(found["number"].lower()), MOST_STOPS)
    return (-stops if down else stops) or None


def without_stops(clause: str) -> str:
    """`clause` less its first number of stops."""
    return " ".join(_STOPS.sub(" ", clause, count=1).split())


def in_figures(text: str) -> str:
    """`text` with factors and halves of stops as figures, so that no clause ends within them.

    "One and a half stops", "twice as bright", "half as saturated".
    """
    text = _OF_EXPOSURE.sub(
        lambda found: f"exposure {'-' if found['less'] else '+'}{found['number']} stops", text
    )
    text = _PARTED.sub(r"\g<verb> by ", _EXPOSURE_BY.sub(r"\g<by>\g<number> stops", text))
    text = _MIXED.sub(_decimal, text)
    text = _TWICE_AS_BRIGHT.sub("brighten it by 1 stop", text)
    text = _HALF.sub(_halved, _TWICE.sub(_doubled, text))
    return _AND_A_HALF.sub(
        lambda found: f"{_counted((found['number'] or found['one']).lower()) + 0.5:g} stops", text
    )


def _decimal(found: re.Match[str]) -> str:
    """A whole number and a fraction as one figure."""
    above, _, below = (_GLYPHS.get(found["glyph"] or "") or f"{found['above']}/{found['below']}").partition(
        "/"
    )
    figure = f"{int(found['whole'] or 0) + int(above) / int(below):.3g}"
    return figure if found["whole"] or not found[0].startswith(" ") else f" {figure}"


def _halved(found: re.Match[str]) -> str:
    if found["how"].lower() == "bright":
        return "1 stop darker"
    return f"lower the {_QUALITIES.get(found['how'].lower(), found['how'])} by 50 %"


def _doubled(found: re.Match[str]) -> str:
    how = found["what"] or _QUALITIES[found["how"].lower()]
    return f"raise the {how} by 100 %"


def _counted(number: str) -> float:
    """A number in digits, as a fraction, or in words."""
    above, slash, below = number.partition("/")
    if slash:
        return int(above) / max(1, int(below))
    word = re.sub(r"^(?:a|one) (?=\w)", "", number)
    return _WORDS[word] if word in _WORDS else float(number.replace(",", "."))
