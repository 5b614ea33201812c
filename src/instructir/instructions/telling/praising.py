"""What is good already, and what is to be made so: "it's sharp, but dark", "make it sharp and bright"."""

import re
from collections.abc import Sequence

from instructir.instructions.clauses import Clause
from instructir.instructions.telling.admiring import admired, is_asked_to_go, loved_apart
from instructir.instructions.telling.stories import STORY

_GOOD = (
    r"(?:sharp|crisp|in focus|tack sharp|well[- ]focus?sed|bright|light|well[- ]lit|well[- ]exposed|large|"
    r"big|"
    r"huge|colou?rful|vivid|clear|clean|smooth|detailed|steady|noise[- ]free|grain[- ]free|"
    r"(?:as )?(?:sharp as (?:a )?\w+|bright as (?:the )?(?:day|daylight|sun)|clear as (?:a )?\w+|"
    r"clean as (?:a )?\w+)|"
    r"(?:razor|pin|crystal|needle)[- ](?:sharp|clear)|spotless|flawless|(?:beautifully|perfectly|"
    r"nicely) (?:lit|exposed)|(?:well|nicely|beautifully|perfectly|superbly)[- ](?:framed|composed|"
    r"timed|posed))"
)
_IT_IS = (
    r"(?:(?:it|this|that|everything|all|(?:the|my|this) \w+)(?:[\u2019']?s| is| was| looks| seems)|"
    r"(?:the|my|these) \w+s are|"
    r"they[\u2019']?re|they "
    r"are)"
)
_ALREADY = re.compile(
    rf"^(?:{_IT_IS} )?(?:(?:already|plenty|quite|perfectly|nicely|very|beautifully) )*{_GOOD}"
    r"(?: (?:and|&) (?P<second>[\w -]+?))?(?P<marked> (?:already|enough|as it is|as is|to me))*$",
    re.IGNORECASE,
)
_LOVELY = re.compile(
    r"(?:such |what )?(?:an? )?(?:lovely|brilliant|gorgeous|beautiful|wonderful|stunning|glorious|"
    r"fantastic|amazing) (?:\w+ )?\w+",
    re.IGNORECASE,
)
"""Praise within a story: "lovely sunshine, brilliant colours"."""
_WELL_DONE = re.compile(
    r"(?:(?:wow|oh|hey|ok|okay|thanks|thank you|well),? )*(?:(?:you|it|that)(?: (?:really|just))? "
    r"(?:did|made|was|were|is|have done)(?: such)? )?(?:an? )?"
    r"(?:really |very |truly )?(?:lovely|brilliant|great|good|nice|beautiful|wonderful|superb|fantastic|"
    r"amazing|"
    r"excellent|awesome|wonders|miracles|magic|well done|nicely done|bravo)(?: (?:job|work|stuff|one))? "
    r"(?:on|with|about|for) (?:the|that|this|those|my|all the) (?:\w+ ){0,2}?\w+",
    re.IGNORECASE,
)
"""Praise of what was done: "lovely job on the fog"."""
_ONLY = re.compile(
    r"^(?:only|just|but|yet|still|however|everything else|all else|the rest|all the rest|the others|"
    r"it[\u2019']?s "
    r"(?:only|just)|merely|simply)\b",
    re.IGNORECASE,
)


_SPOILT = re.compile(
    r"(?:then )?(?:(?:there(?:[\u2019']s| is)|it(?:[\u2019']s| is)|(?:so|too|very|really|quite|rather|"
    r"terribly|"
    r"also|yet|a bit|a little|horribly) )*)(?:noisy|grainy|gritty|speckled|dark|dim|underexposed|blurry|"
    r"blurred|"
    r"fuzzy|shaky|hazy|foggy|misty|rainy|dull|flat|faded|pale|pixelated|colou?rless|washed[- ]out|out "
    r"of focus)|"
    r"(?:then )?(?:there(?:[\u2019']s| is) )?(?:all )?(?:this|that|these|those) (?:\w+ )?(?:nois[ei]\w*|"
    r"grain\w*|speckles?|blur\w*|"
    r"softness|haze|fog|mist|smog|rain|drizzle|streaks|raindrops|darkness|gloom|dullness)",
    re.IGNORECASE,
)
"""A fault that a row of praise ends in: "sharp, bright, and then this grain"."""


def _row(pieces: Sequence[Clause]) -> int:
    """How many clauses at the beginning are a row of two or more praises that ends in a fault; 0 for none."""
    good = next((place for place, piece in enumerate(pieces) if not _ALREADY.match(piece.text)), len(pieces))
    spoilt = 1 < good < len(pieces) and all(_SPOILT.fullmatch(piece.text) for piece in pieces[good:])
    return good if spoilt else 0


def praised(pieces: Sequence[Clause]) -> list[str | None]:
    """Of each clause, what it only says is good already; None where it says no such thing."""
    found: list[str | None] = []
    tells = bool(pieces) and STORY.match(pieces[0].text) is not None
    row = _row(pieces)
    for number, piece in enumerate(pieces):
        if number < row:
            found.append(piece.text)
            continue
        if (look := admired(piece.text)) and not any(is_asked_to_go(other.text) for other in pieces):
            found.append(look)
            continue
        if _WELL_DONE.fullmatch(piece.text) or (tells and number and _LOVELY.fullmatch(piece.text)):
            found.append(piece.text)
            continue
        good = _ALREADY.match(piece.text)
        # "It's sharp, it's clean, and still pale": what a row of praise turns to counts for all of it.
        after = next((n for n in range(number + 1, len(pieces)) if not _ALREADY.match(pieces[n].text)), None)
        following = None if after is None else pieces[after]
        turns = following is not None and (
            following.lead.lstrip(",; ").startswith(("but", "though")) or _ONLY.match(following.text)
        )
        conceded = number > 0 and piece.lead.lstrip(",; ") in ("but", "though")
        stated = good is not None and re.match(_IT_IS, good[0], re.IGNORECASE) is not None
        plain = good is not None and (good["marked"] or turns or (conceded and _is(pieces[number - 1].text)))
        goes_on = number > 0 and found[-1] is not None and turns
        lovely = turns and _LOVELY.fullmatch(piece.text) is not None
        found.append(piece.text if plain or lovely or (good and turns and (stated or goes_on)) else None)
    return found


_MAKE_IT = re.compile(
    r"^(?P<opening>.*\b(?:make|get|want|need|have|like|turn) (?:it|this|that|them|everything|(?:the|my) \w+)"
    r"(?: (?:look|to be|to look|be))? )\w",
    re.IGNORECASE,
)
_LIKEWISE = re.compile(
    r"(?:(?:more|less|a bit|a little|much|also|nice|nicely) )*(?:sharp|crisp|bright|light|clear|clean|"
    r"smooth|bigg?|large?|"
    r"colou?rful|vivid|vibrant|warm|cool|detailed|contrasty|\w{4,}ed)(?:er)?(?: (?:please|pls|too|as well))?",
    re.IGNORECASE,
)


def resumed(pieces: Sequence[Clause]) -> list[str]:
    """The clauses, with what an adjective leans on: "make it sharp and bright" asks to "make it bright"."""
    opening, found = "", []
    for piece in pieces:
        begun = _MAKE_IT.match(piece.text)
        leans = opening and not begun and _LIKEWISE.fullmatch(piece.text)
        found.append(compared(f"{opening}{piece.text}") if leans else piece.text)
        opening = begun["opening"] if begun else opening if leans else ""
    return found


_AS_CAN_BE = re.compile(
    r"^(?:(?:please|just) )?(?:(?:make|get) (?:it|this) )?as (?:bright|light) as "
    r"(?:possible|(?:it|you|this|that) (?:gets|goes|can|could)|can be|ever)\b(?: (?:be|get|make it|go))?",
    re.IGNORECASE,
)
_TO_BE_BRIGHT = re.compile(
    r"\b(?P<make>(?:make|get|want|need|have|like) (?:it|this|that|them|everything|(?:the|my) (?:\w+ )?\w+)"
    r"(?: (?:look|to be|to look|be))? )(?:(?:nice and|nice|nicely|really|very|all) )?"
    r"(?:bright|light)(?:ened)?\b"
    r"(?! (?:enough|spots?|areas?|parts?|side))",
    re.IGNORECASE,
)


_BRIGHTENED = re.compile(
    r"\byou(?:[\u2019']?ve| have)(?: already| first)? (?P<do>brighten|lighten)ed\b", re.IGNORECASE
)


def compared(text: str) -> str:
    """`text` with "make it bright" as "make it brighter", which is read as no matter of taste."""
    text = _BRIGHTENED.sub(r"\g<do>", loved_apart(text))
    return _TO_BE_BRIGHT.sub(r"\g<make>brighter", _AS_CAN_BE.sub("make it bright", text))


def _is(clause: str) -> bool:
    """Whether a clause says how the picture is."""
    return re.match(rf"{_IT_IS} ", clause, re.IGNORECASE) is not None
