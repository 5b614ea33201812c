"""A closing question whether something can be done: "ist total verrauscht, kriegst du das hin?".

Who names what is wrong and then asks whether that can be mended wants it mended. In the other languages the
trained readers take such a question for a wish of its own, or for one that nobody can fulfil. It is left out
where something is said before it. ``abilities.json`` has the words of each language.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

_MARK = r"[\s,.;:!\u2026\u060c\u0964\u3001\u3002\uff0c\uff01\u2013\u2014-]"
_QUESTION = r"[?\uff1f\u061f]"


@lru_cache(maxsize=16)
def _closing(code: str) -> re.Pattern[str]:
    told = json.loads((Path(__file__).parent / "abilities.json").read_text("utf-8"))
    words, joins = told.get(code, "(?!)"), rf"(?:(?:{told['joins']})\s*)?"
    apart = r"[,.;:!\u2026\u060c\u0964\u3001\u3002\uff0c\uff01\u2013\u2014-]"
    return re.compile(rf"(?:\s*{apart})+\s*{joins}(?:{words}){_MARK}*{_QUESTION}*{_MARK}*$", re.IGNORECASE)


def without_ability(text: str, code: str) -> str:
    """`text` without the question at its end whether something can be done, unless nothing else is left."""
    rest = _closing(code).sub("", text)
    return rest if any(map(str.isalpha, rest)) else text
