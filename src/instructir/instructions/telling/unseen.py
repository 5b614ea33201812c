"""What cannot be seen because of a fault that is named beside it: "thick smog, the towers can't be seen".

Such a clause says how bad the fault is. The trained reader takes it for darkness, which is then brightened.
It is left out where another clause names what is in the way. ``unseen.json`` has the words of the languages
other than English, which :mod:`instructir.instructions.telling.stories` looks after.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import UNSPACED
from instructir.instructions.tables import table_beside

_CUT = r"[,;.!\u2026\u060c\u061b\u0964\u3001\u3002\uff0c\uff1b\uff01\u2013\u2014]+"


@lru_cache(maxsize=16)
def _of(code: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    told = table_beside(__file__)
    words = told.get(code)
    if words is None:
        return None
    return (
        re.compile(
            words["causes"] if code in UNSPACED else rf"(?<!\w)\w*(?:{words['causes']})",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:(?:{told['joins']})\s+)?(?:{words['unseen']})[^,;.!\u060c\u3001\u3002\uff0c]*",
            re.IGNORECASE,
        ),
    )


def without_unseen(text: str, code: str) -> str:
    """`text` without the clauses of what cannot be seen, where another names the cause."""
    said = _of(code)
    if said is None:
        return text
    causes, unseen = said
    pieces = [piece.strip() for piece in re.split(_CUT, text)]
    # A clause that names a fault itself says more than how bad another is.
    kept = [piece for piece in pieces if piece and (causes.search(piece) or not unseen.fullmatch(piece))]
    if len(kept) == len(list(filter(None, pieces))) or not any(map(causes.search, kept)):
        return text
    return ", ".join(kept)
