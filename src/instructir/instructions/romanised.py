"""Hindi in Latin letters, as people type it on phones, in its own script, which the reader knows.

``romanised.json`` holds its most common words for pictures and requests.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_MARKS = frozenset(
    {"karo", "kardo", "karna", "karein", "kijiye", "chahiye", "hatao", "hata", "hatana", "nikalo", "hai"}
    | {"hain", "banao", "rehne", "rahne", "nahi", "nahin", "nikharo", "bahut", "thoda", "theek", "thik"}
)
"""Words that are those of no other language here."""
_MOST = 0.6
"""Fraction of the words that must be known."""


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    content: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return content


def in_devanagari(text: str) -> str | None:
    """`text` in Devanagari where it is Hindi in Latin letters; None where it is not."""
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", text)]
    known = sum(word in _words() for word in words)
    if not _MARKS.intersection(words) or known < _MOST * len(words):
        return None
    return re.sub(r"[A-Za-z]+", lambda found: _words().get(found[0].lower(), found[0]), text)
