"""Negations that forbid nothing: "don't forget to sharpen it", "it's not only dark, it's blurry, too".

The trained readers hear "not" and rule out what follows. Who tells somebody not to forget a thing wants it
done, and who says "not only" wants that and more, so both are read without those words. ``urging.json``
has them in each language, with what is put in their place.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import or_all
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _said_in(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    said = table_beside(__file__).get(code, [])
    return tuple((re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in said)


def without_urging(text: str, code: str) -> str:
    """`text`, in the language `code`, without negations that forbid nothing, unless nothing is left."""
    rest = text
    for pattern, plain in _said_in(code):
        rest = pattern.sub(plain, rest)
    return or_all(rest, text)
