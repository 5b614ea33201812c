"""What is only told before the one thing that is minded: "neblig, aber mich stört nur die Unschärfe".

The trained reader takes weather that is told for a fault, and the words for minding hide what is minded.
Where a clause tells, and neither asks for anything nor leaves anything alone, and the next one says after
"but" what bothers or what the problem is, the sentence asks for that alone. ``minding.json`` has the words
of the other languages: ``but``, what joins the two; ``opens`` and ``closes``, what stands before and behind
what is minded; ``also``, what says that the first is minded as well; ``asks``, verbs by which the first
clause asks itself.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import UNSPACED, has_letters
from instructir.instructions.ruling_out.leaving import denies, rules_out
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """A told clause with what is minded, and what says that the first clause counts."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    gap = r"\s*" if code in UNSPACED else r"\s+"
    joint = rf"\s*[,.;:!\u2026\u060c\u3001\u3002\uff0c\u2013-]*\s*(?:(?<=[\s\W]){said['but']}{gap})"
    if code in ("ja", "ko", "zh"):
        joint = rf"(?:{said['but']})[\s,.\u3001\u3002\uff0c]*"
    minded = rf"(?:{said['opens']})(?P<what>[^.!?;]+?)"
    if closes := said.get("closes"):
        minded = rf"(?:{minded}|(?P<fault>[^.!?;]+?)\s*(?:{closes}))"
    return (
        re.compile(rf"(?P<told>[^?]+?){joint}{minded}[\s.!\u3002]*", re.IGNORECASE),
        re.compile(rf"{said['also']}|{said['asks']}", re.IGNORECASE),
    )


def only_minded(text: str, code: str) -> str:
    """What alone is minded in `text`, of the language `code`; all of it where more is."""
    words = _words(code)
    found = words[0].fullmatch(text) if words else None
    if found is None or words is None or words[1].search(text):
        return text
    if rules_out(found["told"], code) or denies(found["told"], code):
        return text
    what = found["what"] or found["fault"]
    return what.strip() if has_letters(what) and has_letters(found["told"]) else text
