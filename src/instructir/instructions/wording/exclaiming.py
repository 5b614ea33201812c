"""Exclamations over a fault: "what a grain!", "wat een korrel zeg", "¡qué oscura!", "quel bruit !".

The trained readers take the words of exclaiming for praise, or for a question that no restoration answers. An
exclamation over a fault and nothing else says that there is too much of it. ``exclaiming.json`` has the
words: ``lead`` may stand before (whom or what one calls upon), ``open`` begins and ``tail`` ends one, ``bad``
are the adjectives, and ``much`` and ``very`` say the same plainly.
"""

import re
from functools import lru_cache

from instructir.instructions.naming import nouns
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[re.Pattern[str], str, str] | None:
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    noun = said.get("noun") or nouns(code, qualities=False)
    return (
        re.compile(
            rf"[\u00a1\s]*(?:(?:{said['lead']})[\s,!.]+)*\u00a1?(?:{said['open']})\s+"
            rf"(?:(?P<noun>{noun})|"
            rf"(?P<bad>{said.get('bad', '(?!)')}))(?:\s+(?:{said['tail']}))?[\s!.,\u0964]*",
            re.IGNORECASE,
        ),
        said["much"],
        said.get("very", ""),
    )


def exclaimed(text: str, code: str = "en") -> str:
    """`text` with an exclamation over a fault, in the language `code`, as a plain complaint."""
    words = _words(code)
    found = words and words[0].fullmatch(text)
    if not found or words is None:
        return text
    return f"{words[1]} {found['noun']}" if found["noun"] else f"{words[2]} {found['bad']}".strip()
