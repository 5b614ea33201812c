"""Faults that somebody wants added, and restorations to be undone, by the words of ``adding.json``.

The trained reader knows topics better than directions, and a request to add noise must not remove it. Each
language has verbs of adding that stand before the fault ("ajoute du bruit"), after it, or that are written
together with it.
"""

import re
from functools import lru_cache
from typing import Any

from instructir.instructions.letters import or_all
from instructir.instructions.tables import table_beside

_TURNING = (
    r"sin|menos|fuera|sans|moins|ohne|weniger|weg|raus|senza|meno|via|fuori|sem|fora|zonder|minder|bez|mniej|"
    r"\u0431\u0435\u0437|\u043c\u0435\u043d\u044c\u0448\u0435|\u0628\u062f\u0648\u0646|\u062f\u0648\u0646|\u0623\u0642\u0644"
)
"""Short words that make the contrary of it: without, less, out."""
_FEW = rf"(?:\s+(?!(?:{_TURNING})\s)[^\s,.;:!?\u060c\u061b\u0964]{{1,6}}){{0,3}}?\s+"
"""Articles and words for how much between a verb and its fault, and nothing that turns it round."""
_HOW_MUCH = (
    r"(?:\s*(?:etwas|mehr|ein (?:bisschen|wenig)|een beetje|wat|meer|biraz|daha|az|"
    r"\uc880|\ub354|\uc870\uae08|\uc57d\uac04|\uc0b4\uc9dd|\u0925\u094b\u0921\u093c\u093e|\u0914\u0930|"
    r"\u3082\u3063\u3068|\u5c11\u3057|\u3061\u3087\u3063\u3068)){0,3}"
)
"""Words for how much between a fault and the verb behind it."""


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    words: dict[str, Any] = table_beside(__file__)
    return words


@lru_cache(maxsize=32)
def _adding(code: str, things: str = "") -> re.Pattern[str]:
    """Requests to add `things`, or faults if there are none; those for a fault in words of their own, too."""
    found = []
    for place, words in _words()[code].items():
        if place == "whole":
            found.extend([words] if not things else [])
            continue
        verbs, faults = words[0], things or words[1]
        if not things and code in _words()["more"] and place != "joined":
            found.append(_words()["more"][code].replace("FAULTS", faults))
        if place == "before":
            found.append(rf"(?<!\w)(?:{verbs}){_FEW}(?:\w['\u2019])?(?:{faults})(?!\w)")
        elif place == "after":
            # Japanese writes what stands before it together with it.
            begins = "" if code == "ja" else r"(?<!\w)"
            found.append(rf"{begins}(?:{faults})[^\s,.;:!?]{{0,3}}{_HOW_MUCH}\s*(?:{verbs})")
        else:
            found.append(rf"(?:{verbs})(?:\u4e00?[\u70b9\u4e9b]|\u66f4\u591a)?(?:{faults})")
    return re.compile("|".join(found), re.IGNORECASE)


def adds_a_fault(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` asks for a fault to be added."""
    return _adding(code).search(clause) is not None


def adds_a_quality(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` asks for light, contrast, colour or sharpness to be added."""
    return _adding(code, _words()["qualities"][code]).search(clause) is not None


@lru_cache(maxsize=16)
def _beyond(code: str) -> re.Pattern[str]:
    return re.compile(_words()["beyond"][code], re.IGNORECASE)


def wants_beyond(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` wants colours in a grey picture, or other weather in it."""
    return _beyond(code).search(clause) is not None


@lru_cache(maxsize=16)
def _undoing(code: str) -> re.Pattern[str]:
    return re.compile(_words()["undoing"][code], re.IGNORECASE)


def undoes(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` takes back what was done before."""
    return _undoing(code).search(clause) is not None


@lru_cache(maxsize=16)
def _things(code: str) -> re.Pattern[str]:
    return re.compile(_words()["things"][code], re.IGNORECASE)


def without_things(text: str, code: str) -> str:
    """`text` without things whose names sound like faults: umbrellas, rainbows, dark hair."""
    rest = " ".join(_things(code).sub(" ", text).split())
    return or_all(rest, text)


@lru_cache(maxsize=16)
def _exchanging(code: str) -> re.Pattern[str]:
    return re.compile(_words()["exchanging"][code], re.IGNORECASE)


def exchanges(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` wants one thing in the picture replaced by another."""
    return _exchanging(code).search(clause) is not None


def adds_grain(clause: str) -> bool:
    """Whether the fault that `clause` wants added is noise, of which some can be left in."""
    return re.search(_words()["grain"], clause, re.IGNORECASE) is not None
