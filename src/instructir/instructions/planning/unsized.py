"""What a wish for resolution leaves open: whether it means size, and whether more may be done.

"Make it bigger" and "it's too small" want a larger picture, by however much; that its resolution is low, or
that it is pixelated, says nothing of its size. "Nothing else" and "only enlarge it" want no step beside.
``unsized.json`` has the words of each language. All are looked for at once, in sentences that were understood
to ask for resolution: a short one seldom tells its language.
"""

import re
from functools import cache

from instructir.instructions.tables import table_beside


@cache
def _said(what: str) -> re.Pattern[str]:
    words: dict[str, str] = table_beside(__file__)[what]
    return re.compile("|".join(f"(?:{said})" for said in words.values()), re.IGNORECASE)


def wants_larger(text: str) -> bool:
    """Whether a sentence that asks for resolution asks for size."""
    return _said("larger").search(text) is not None


def asks_alone(text: str) -> bool:
    """Whether a sentence wants nothing done but what it names."""
    return _said("alone").search(text) is not None
