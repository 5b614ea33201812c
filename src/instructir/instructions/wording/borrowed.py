"""English words within a Chinese, Japanese, Korean or Hindi sentence: "这张photo有很多noise 去掉".

Such a sentence is read in the script that it is made in, where half of it would be missing. ``borrowed.json``
has what these languages call the same.
"""

import re
from functools import lru_cache

from instructir.instructions.tables import table_beside
from instructir.instructions.wording.romanised import in_own_script

_SCRIPTS = {
    "ja": r"[\u3040-\u30ff]",
    "ko": r"[\uac00-\ud7af]",
    "zh": r"[\u3400-\u9fff]",
    "hi": r"[\u0900-\u097f]",
}
"""Kana before Chinese characters, since Japanese uses both."""
_ENGLISH = re.compile(r"\b(?:the|is|it|this|my|in|of|and|with|to|a|on)\b", re.IGNORECASE | re.ASCII)
"""Words of an English sentence that only holds something in another script."""


@lru_cache(maxsize=4)
def _words(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    told: dict[str, dict[str, str]] = table_beside(__file__)
    return tuple(
        (re.compile(rf"(?<![A-Za-z])(?:{english})(?![A-Za-z])", re.IGNORECASE), own)
        for english, own in told[code].items()
    )


def in_one_script(text: str) -> str:
    """`text` in the script of its language, with English words for pictures in that language."""
    text = in_own_script(text) or text
    if text.isascii() or _ENGLISH.search(text):
        return text
    code = next((code for code, letters in _SCRIPTS.items() if re.search(letters, text)), None)
    for english, own in _words(code) if code else ():
        text = english.sub(own, text)
    return text
