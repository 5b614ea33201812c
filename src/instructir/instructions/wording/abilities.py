"""A closing question whether something can be done: "ist total verrauscht, kriegst du das hin?".

Who names what is wrong and then asks whether that can be mended wants it mended. In the other languages the
trained readers take such a question for a wish of its own, or for one that nobody can fulfil. It is left out
where something is said before it. ``abilities.json`` has the words of each language.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import DASHES, MARKS, or_all
from instructir.instructions.tables import table_beside

_MARK = rf"[\s{MARKS}{DASHES}]"
_QUESTION = r"[?\uff1f\u061f]"


@lru_cache(maxsize=16)
def _closing(code: str) -> re.Pattern[str]:
    told = table_beside(__file__)
    words, joins = told.get(code, "(?!)"), rf"(?:(?:{told['joins']})\s*)?"
    return re.compile(
        rf"(?:\s*[{MARKS}{DASHES}])+\s*{joins}(?:{words}){_MARK}*{_QUESTION}*{_MARK}*$", re.IGNORECASE
    )


def without_ability(text: str, code: str) -> str:
    """`text` without the question at its end whether something can be done, unless nothing else is left."""
    rest = _closing(code).sub("", text)
    return or_all(rest, text)
