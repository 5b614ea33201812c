"""Noise that was heard, and is not in the picture: "the band made an awful noise, and the singer is blurred".

Many languages have one word for both. Where somebody or something that is loud makes it, it asks for nothing
beside a clause that says what is wrong with the picture. ``sounds.json`` has for each language who is loud,
``who``, and the whole of such a clause, in which ``<who>`` stands for it.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import DASHES, MARKS, has_letters
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.tables import table_beside

_WRONG = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft|sharp\w*|focus|bright\w*|denois\w*|deblur\w*|dehaz\w*|colou?rs?|too \w+|"
    rf"over-?exposed|enlarge|"
    r"upscale)\b",
    re.IGNORECASE,
)
_MARKS = rf"[\s{MARKS}{DASHES}]"


@lru_cache(maxsize=16)
def _heard(code: str) -> re.Pattern[str] | None:
    told = table_beside(__file__)
    said = told.get(code)
    if said is None:
        return None
    clause = "|".join(said["clause"]).replace("<who>", f"(?:{said['who']})")
    edge = "" if code == "zh" else r"(?<![^\W_])"
    return re.compile(
        rf"{edge}(?:{clause})(?:{_MARKS}*$|"
        rf"{_MARKS}*[,.;:!\u060c\u0964\u3002\uff0c]{_MARKS}*(?:(?:{said['and']})\s+)?|"
        rf"\s+(?:{said['and']})\s+)",
        re.IGNORECASE,
    )


def unheard(text: str, code: str = "en") -> str:
    """`text`, in the language `code`, without the noise that was heard, where it says what is wrong."""
    heard = _heard(code)
    if heard is None:
        return text
    rest = heard.sub("", text).strip(" ,;:\u060c\uff0c")
    if rest == text or not has_letters(rest):
        return text
    return rest if code != "en" or _WRONG.search(rest) else text
