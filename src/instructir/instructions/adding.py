"""Faults that somebody wants added, in the languages that ``adding.json`` holds the words of.

The trained reader knows topics better than directions, and a request to add noise must not remove it. Each
language has verbs of adding that stand before the fault ("ajoute du bruit"), after it, or that are written
together with it.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_FEW = r"(?:\s+[^\s,.;:!?\u060c\u061b\u0964]{1,6}){0,3}?\s+"
"""Articles and words for how much between a verb and its fault, and no noun that turns it round."""


@lru_cache(maxsize=16)
def _adding(code: str) -> re.Pattern[str]:
    places: dict[str, dict[str, list[str]]] = json.loads(
        (Path(__file__).parent / "adding.json").read_text("utf-8")
    )
    found = []
    for place, (verbs, faults) in places[code].items():
        if place == "before":
            found.append(rf"(?<!\w)(?:{verbs}){_FEW}(?:\w['\u2019])?(?:{faults})(?!\w)")
        elif place == "after":
            found.append(rf"(?<!\w)(?:{faults})[^\s,.;:!?]{{0,3}}\s*(?:{verbs})")
        else:
            found.append(rf"(?:{verbs})(?:\u4e00?[\u70b9\u4e9b]|\u66f4\u591a)?(?:{faults})")
    return re.compile("|".join(found), re.IGNORECASE)


def adds_a_fault(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` asks for a fault to be added."""
    return _adding(code).search(clause) is not None
