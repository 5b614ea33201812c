"""Stops of exposure in the languages other than English: "um 1 EV aufhellen", "assombris d'un demi-stop".

``stops_abroad.json`` has, for each language: the ``unit``, the words for a ``third``, a ``half``, ``one`` and
``two`` of them, and those that say whether the picture is to get more light (``up``) or less (``down``).
"""

import re
from functools import lru_cache

from instructir.instructions.letters import UNSPACED
from instructir.instructions.tables import table_beside
from instructir.instructions.tone.amounts import MOST_STOPS

_SIGN = r"(?P<sign>[-+\u2212\u2013])?"
_FIGURE = r"(?P<above>\d+)/(?P<below>[1-9]\d*)|(?P<figure>\d+)"
_DECIMAL = r"(?<![\d.,])(?P<whole>\d+)[.,](?P<rest>\d{1,2})(?=\s*(?:"
_PARTS = {"third": 1 / 3, "half": 0.5, "two": 2.0, "one": 1.0}


@lru_cache(maxsize=16)
def _said(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """Numbers of stops in a language, and words for more light and for less."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    # Words run on in these, and "ev" itself may stand against a script of another kind.
    edges = ("", "") if code in UNSPACED else (r"(?<![^\W\d_])", r"(?![^\W\d_])")
    words = "|".join(f"(?P<{part}>{said[part]})" for part in _PARTS)
    # "Eine halbe Blende" and "un demi-stop" have an article before the half.
    number = rf"(?:(?:{said['one']})\s*(?=(?:{said['half']})))?(?:{_FIGURE}|{words})"
    stops = rf"{edges[0]}{_SIGN}(?<![\d.,]){number}\s*(?:{said['unit']}){edges[1]}"
    return (
        re.compile(stops, re.IGNORECASE),
        re.compile(f"{edges[0]}(?:{said['up']})", re.IGNORECASE),
        re.compile(f"{edges[0]}(?:{said['down']})", re.IGNORECASE),
    )


def unit_of_stops(code: str) -> str:
    """Regular expression of what stops are called in the language `code`; matches nothing without words."""
    said = table_beside(__file__).get(code)
    return said["unit"] if said else "(?!)"


def in_whole_figures(text: str, code: str) -> str:
    """`text`, in the language `code`, with decimal stops as fractions, in which no clause ends: "5/10 EV"."""
    decimal = re.compile(f"{_DECIMAL}{unit_of_stops(code)}))", re.IGNORECASE)
    return decimal.sub(lambda found: f"{found['whole'] + found['rest']}/{10 ** len(found['rest'])}", text)


def stops_abroad(clause: str, code: str) -> float | None:
    """Stops of exposure that a clause in the language `code` asks for, within :data:`MOST_STOPS`.

    Less than 0 is darker; None where no number of stops, or no direction, is said. A sign counts most.
    """
    said = _said(code)
    found = said[0].search(clause) if said else None
    if said is None or found is None:
        return None
    up, down = (bool(words.search(clause)) for words in said[1:])
    if found["sign"]:
        # "Abdunkeln um -1 EV" means less light, as either of the two does.
        down = down or found["sign"] != "+"
    elif up == down:
        return None
    stops = min(_number(found), MOST_STOPS)
    return (-stops if down else stops) or None


def _number(found: re.Match[str]) -> float:
    if found["above"]:
        return int(found["above"]) / int(found["below"])
    if found["figure"]:
        return float(found["figure"])
    return next(value for part, value in _PARTS.items() if found[part])
