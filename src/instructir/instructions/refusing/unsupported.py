"""Sentences in a language that nobody here reads, which must not be guessed at.

The identifier of :mod:`instructir.instructions.language` knows nine languages in Latin letters and takes
Swedish for one of them, or for English; the readers then answer with confidence. ``unsupported.json`` has
everyday words, and words of pictures, of languages that are often written, and letters that no supported
language has. Two words of one language say so, or a single one among few.
"""

import re
from functools import lru_cache

from instructir.instructions.tables import table_beside

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = re.compile(
    r"\b(?:the|is|it|its|this|that|my|in|at|of|and|to|with|on|from|too|photo|picture|image|shot|make|remove|fix|"
    r"please|but|not|very|was|are|a|an)\b",
    re.IGNORECASE,
)
_FEW = 2
"""Words up to which one that is known is enough."""


@lru_cache(maxsize=1)
def _data() -> tuple[dict[str, frozenset[str]], dict[str, re.Pattern[str]]]:
    said = table_beside(__file__)
    words = {code: frozenset(told.split()) for code, told in said["words"].items()}
    kinds = ("letters", "cyrillic", "arabic", "devanagari")
    return words, {kind: re.compile(said[kind]) for kind in kinds}


def unsupported(text: str) -> bool:
    """Whether `text` is in a language that none of the readers knows."""
    words, letters = _data()
    said = _WORD.findall(text)
    if any(letters[kind].search(text.lower()) for kind in ("cyrillic", "arabic", "devanagari")):
        return True
    small = {word.lower() for word in said}
    known = max(len(small & own) for own in words.values())
    foreign = any(letters["letters"].search(word) for word in said if word[0].islower() or len(said) == 1)
    if len(_ENGLISH.findall(text)) > known:
        return False
    return (
        known >= _FEW
        or (known == 1 and len(small) <= _FEW and foreign)
        or (foreign and known > 0)
        or (foreign and not _ENGLISH.search(text))
    )
