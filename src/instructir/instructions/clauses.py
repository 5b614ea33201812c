"""Where language is regular: clauses, the order that somebody states, and degrees."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instructir.instructions.leaving import OPENS, topic
from instructir.instructions.plan import ORDER
from instructir.tasks import Task

LIGHT = 0.5
"""Share of a restoration that "a touch" asks for."""

_CUT = re.compile(
    r"\s*[.;:!?,+&\u3002\u3001\uff0c\uff1b]+(?=\s|$|[^\x00-\x7f])\s*|\s+-+\s+|\s*[()]+\s*"
    r"|\s*\b(?:and|(?<!everything )(?<!anything )(?<!all )but|then|plus|also|n|while|besides|"
    r"before|after|once|as well as|pero|mais|aber|sondern|ma|mas|\u043d\u043e|y|et|und|\u0438)\b\s*"
    rf"|\s+(?=(?:please |pls |just )?(?:{OPENS}|no\b))",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\b(?:first|firstly|second|secondly|then|next|afterwards?|after|before|finally|lastly|last|once|start "
    r"(?:with|by)|begin (?:with|by))\b",
    re.IGNORECASE,
)
_LATE = re.compile(r"\b(?:last|lastly|finally|second|secondly|afterwards?|at the end)\b", re.IGNORECASE)
_EARLY = re.compile(r"\b(?:first|firstly|start (?:with|by)|begin (?:with|by))\b", re.IGNORECASE)
_THEN = re.compile(r"\bafter (?:that|this|which)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence and the words or marks that introduce it."""

    text: str
    lead: str = ""


def clauses(text: str) -> list[Clause]:
    """Cut `text` at punctuation and conjunctions; pieces without a letter are dropped."""
    text = _THEN.sub("then", text)
    found: list[Clause] = []
    lead, start = "", 0
    for cut in [*_CUT.finditer(text), None]:
        piece = text[start : cut.start() if cut else len(text)].strip()
        if found and lead.strip().lower() in ("and", "or") and _goes_on(found[-1].text, piece):
            found[-1] = Clause(f"{found[-1].text}{lead}{piece}", found[-1].lead)
            lead = ""
        elif any(character.isalpha() for character in piece):
            found.append(Clause(piece, lead.strip().lower()))
            lead = ""
        if cut:
            lead += cut.group()
            start = cut.end()
    return found


def _goes_on(text: str, piece: str) -> bool:
    """Whether "and the grain" only goes on with what "leave the darkness" began."""
    words = (topic(piece) or piece).lower().split()
    noun = len(words) == 1 or (
        1 < len(words) <= 4 and words[0] in ("the", "my", "that", "its", "this", "any")
    )
    return noun and topic(text) is not None


def in_order(text: str, places: Mapping[Task, int], pieces: Sequence[Clause]) -> list[Task]:
    """The tasks in the order that the sentence states, else in the physical one.

    Args:
        text: the whole sentence.
        places: for each task the number of the clause that asks for it.
        pieces: the clauses.
    """
    if len(set(places.values())) < 2 or not _STATED.search(text):
        return sorted(places, key=ORDER.index)
    keys = {number: float(number) for number in places.values()}
    used = sorted(keys)
    for number, following in zip(used, [*used[1:], None], strict=True):
        clause = pieces[number]
        opening = " ".join(piece.lead for piece in pieces[: number + 1]).split()
        if _LATE.search(clause.text):
            keys[number] += 100
        elif _EARLY.search(clause.text):
            keys[number] -= 100
        if number == used[0]:
            if "before" in opening and following is not None:
                keys[number] = following + 0.5
        elif {"after", "once"} & set(clause.lead.split()):
            keys[number] = min(keys.values()) - 0.5
    return sorted(places, key=lambda task: (keys[places[task]], ORDER.index(task)))


_SPECK = (
    r"bit|touch|tad|little|hint|smidgen?|smidge|notch|shade|dash|pinch|whisker|fraction|trifle|hair|nudge|"
    r"sprinkle|splash|wee"
)
_A_LITTLE = "|".join(
    (
        rf"(?:just )?(?:an?|some) (?:wee |tiny |little |small )*(?:{_SPECK})",
        r"slight(?:ly)?|somewhat|gent(?:ly|le)|subt(?:ly|le)|softly|mild(?:ly)?|light(?:ly| touch)|barely",
        r"minimal(?:ly)?|modest(?:ly)?|part(?:ial)?ly|moderately|delicate(?:ly)?|restrained|ever so",
        r"less aggressive(?:ly)?|low(?:er)? strength|some of|by half|half[- ]?(?:way)?(?: (?:a|of a) stop)?",
        r"not too (?:much|strong|far|hard)|not (?:fully|completely|entirely|all)|without overdoing",
        r"don'?t overdo|don'?t go too far|go easy|easy on|take it easy",
    )
)
_FAULTY = (
    r"dark|grainy|noisy|blurr?y|blurred|soft|fuzzy|hazy|foggy|misty|dull|flat|pale|faded|washed|underexposed|dim|"
    r"yellow|blue|green|red|orange|pixelated|small|rainy|wet|shaky|off|low|out|unsharp|smeared|drab|cold|bland"
)
_DEGREE = re.compile(rf"\b(?:{_A_LITTLE})\b", re.IGNORECASE)
_SYMPTOM = re.compile(rf"\b(?:{_A_LITTLE})(?: (?:on the|bit))? (?:too\b|(?:{_FAULTY})\b)", re.IGNORECASE)
_SHARE = re.compile(r"\b(\d{1,3}) ?(?:%|percent|per cent)", re.IGNORECASE)
_PARTS = {"a third": 1 / 3, "two thirds": 2 / 3, "a quarter": 0.25, "three quarters": 0.75}


def degree(text: str) -> float:
    """Share of the restoration, in (0, 1], that `text` asks for: less than all only where it says so.

    "Slightly sharpen it" asks for a part; "it is slightly dark" describes the fault and asks for all.
    """
    share = _SHARE.search(text)
    if share and 0 < int(share[1]) <= 100 and not re.search(r"\b(?:iso|crop|zoom)\b", text, re.IGNORECASE):
        return int(share[1]) / 100
    for words, part in _PARTS.items():
        if re.search(rf"\b{words}\b", text, re.IGNORECASE):
            return part
    return LIGHT if _DEGREE.search(_SYMPTOM.sub(" ", text)) else 1.0


def without_degree(text: str) -> str:
    """`text` less the words that say how much, so that what it asks for is read alike at any degree."""
    bare = " ".join(_DEGREE.sub(" ", text).split())
    return bare if any(character.isalpha() for character in bare) else text
