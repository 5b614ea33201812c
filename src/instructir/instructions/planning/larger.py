"""That a picture is to become larger, by however much: "make it bigger", "it's too small".

``larger.json`` has the words of each language; all are looked for at once, in sentences that were understood
to ask for more resolution. That it is low, or that a picture is pixelated, says nothing of its size.
"""

import re
from functools import cache

from instructir.instructions.tables import table_beside


@cache
def _said() -> re.Pattern[str]:
    words: dict[str, str] = table_beside(__file__)
    return re.compile("|".join(f"(?:{said})" for said in words.values()), re.IGNORECASE)


def wants_larger(text: str) -> bool:
    """Whether a sentence that asks for resolution, in any of the languages, asks for size."""
    return _said().search(text) is not None
