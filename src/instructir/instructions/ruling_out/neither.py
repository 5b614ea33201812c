"""Virtues that are missing: "neither sharp nor bright", "I wouldn't call it bright" tell of dark pictures.

The words for "neither" and "nor" rule out what they name. Where that is good, it is missing, and the fault is
meant. So two or more virtues that are denied together are told as the faults that they lack, in every
language: ``neither.json`` has the words, each virtue with its fault. ``called`` are ways of denying a single
one, ``<virtue>``, that the trained readers take for a wish to leave it alone.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import ENDS, whole
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[re.Pattern[str], re.Pattern[str], list[str], str] | None:
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    ends = "" if code == "zh" else ENDS
    virtue = rf"(?:{'|'.join(good for good, _ in said['virtues'])}){ends}"
    each = "|".join(f"({good})" for good, _ in said["virtues"])
    together = rf"{said['open']}(?P<virtues>{virtue}(?:{said['between']}{virtue})+){said['close']}"
    single = [
        way.replace("<virtue>", rf"(?P<virtue{place}>{virtue}){said['close']}")
        for place, way in enumerate(said.get("called", []))
    ]
    return (
        re.compile("|".join((together, *single)), re.IGNORECASE),
        re.compile(whole(each, spaced=bool(ends)), re.IGNORECASE),
        [bad for _, bad in said["virtues"]],
        said["and"],
    )


def without_virtues(text: str, code: str = "en") -> str:
    """`text` with the faults of the virtues that it denies."""
    words = _words(code)
    if words is None:
        return text
    denied, virtue, faults, joined = words

    def faulty(found: re.Match[str]) -> str:
        said = next(filter(None, found.groups()))
        missing = [faults[(good.lastindex or 1) - 1] for good in virtue.finditer(said)]
        return f" {joined.join(dict.fromkeys(missing))}"

    said = denied.sub(faulty, text)
    return text if said == text else " ".join(said.split())
