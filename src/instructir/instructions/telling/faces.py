"""Faces, and whose they are: "rends le visage de mon mari plus net", "我老伴的脸".

A restoration changes the whole picture, so a wish for a face is one for the photograph. In the other
languages the trained reader thinks of retouching where a face is named, and of someone to be taken out where
a relative is. ``faces.json`` has, for each language, the words for a face, the ``photo`` that stands for one,
``who`` may follow behind "``of``", or stand ``before`` it, and the words for "in front of" (``at``).
"""

import re
from functools import lru_cache
from typing import Any

from instructir.instructions.letters import ENDS, STARTS, UNSPACED
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _faces(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is said of a face or of somebody, and what stands for it, in the language `code`."""
    told: dict[str, dict[str, Any]] = table_beside(__file__)
    said = told.get(code, {"photo": []})
    starts, ends = ("", "") if code in UNSPACED else (STARTS, ENDS)
    before = f"(?:{said['before']})?" if "before" in said else ""
    behind = rf"(?:\s+(?:{said['of']})(?:{said['who']}))?" if "who" in said else ""
    found = [(f"{before}(?:{face}){behind}", photo) for face, photo in said["photo"]]
    if "at" in said:
        found.append((f"(?:{said['at']})(?:{said['who']})", ""))
    return tuple((re.compile(f"{starts}{words}{ends}", re.IGNORECASE), photo) for words, photo in found)


def of_the_photo(text: str, code: str) -> str:
    """`text` in the language `code` as a wish for the photo, where it is one for somebody's face; or ""."""
    said = text
    for words, photo in _faces(code):
        said = words.sub(photo, said)
    said = " ".join(said.split())
    return said if said != text else ""
