"""Questions about a picture, and polite requests, in languages that ``questions.json`` has the words of.

Each language has words that ask ("is it", "hay"), words that make a request of a question ("can you", "how"),
and words of a good picture, which a fault that is there does not answer with yes. English has its own in
:mod:`instructir.instructions.refusing.opposites` and :mod:`instructir.instructions.framing`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from instructir.instructions.tables import table_beside

_ENDS = re.compile(r"\s*[?\uff1f\u061f\u0964]+\s*$")
_PARTICLES = ("zh", "ja", "ko", "tr")
"""Languages that ask with a particle, and may leave the question mark out."""


class _Words(NamedTuple):
    """Of one language: what asks what is wrong, about a picture, for something, how, and what praises."""

    wrong: re.Pattern[str]
    asks: re.Pattern[str]
    requests: re.Pattern[str]
    how: re.Pattern[str]
    asking: re.Pattern[str]
    good: re.Pattern[str]


@lru_cache(maxsize=16)
def _words(code: str) -> _Words | None:
    stored = table_beside(__file__).get(code)
    return stored and _Words(*(re.compile(stored[part], re.IGNORECASE) for part in _Words._fields))


def asked_about(text: str, code: str) -> str | None:
    """What a question in the language `code` says of the picture, without the words of asking.

    Empty if it asks what is wrong with the picture, or whether it is good; None if `text` is none of these.
    """
    words = _words(code)
    if words is not None and words.wrong.search(text) and not words.requests.search(text):
        return ""
    if words is None or not (code in _PARTICLES or _ENDS.search(text)):
        return None
    if words.asks.search(text) is None or _asks_for(text, words):
        return None
    rest = " ".join(_ENDS.sub("", words.asks.sub(" ", text)).split())
    return "" if words.good.search(rest) else rest or None


def plainly(text: str, code: str) -> str:
    """A polite question in the language `code` as the request that it is; anything else as it stands."""
    words = _words(code)
    if words is None or not _asks_for(text, words):
        return text
    rest = words.how.sub(" ", words.asking.sub(" ", _ENDS.sub("", text)))
    return " ".join(rest.split()) or text


def _asks_for(text: str, words: _Words) -> bool:
    return (words.requests.search(text) or words.how.search(text)) is not None
