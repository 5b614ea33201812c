"""That what a sentence asks for is all that may be done: "twice as big, nothing else".

``alone.json`` has, for each language, how that is said, and how enlarging alone is asked for. All are
looked for at once: a short sentence seldom tells its language, and who is taken at his word too often only
has a step less.
"""

import re
from functools import cache

from instructir.instructions.tables import table_beside


@cache
def _said() -> re.Pattern[str]:
    words: dict[str, str] = table_beside(__file__)
    return re.compile("|".join(f"(?:{said})" for said in words.values()), re.IGNORECASE)


def asks_alone(text: str) -> bool:
    """Whether a sentence, in any of the languages, wants nothing done but what it names."""
    return _said().search(text) is not None
