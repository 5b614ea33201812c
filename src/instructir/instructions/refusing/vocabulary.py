"""Whether a sentence has a word that requests are made of: what has none is not guessed at."""

import re
import string
from collections import Counter
from functools import lru_cache

from instructir.instructions.corpus import CORPUS_LEVELS, FOLDER
from instructir.instructions.corpus.checking import SMALL_WORDS
from instructir.tasks import TASKS

_WORD = re.compile(r"[a-z]+")
_ENDING = re.compile(r"(?:s|e?d|ing|y|ish)$")
_USUAL = re.compile(
    r"nois|grain|blur|sharp|focus|rain|haz[ey]|fog|mist|dark|bright|light|exposure|expos|shadow|colou?r|"
    r"contrast|satura|resol|pixel|enlarg|bigger|upscal|small|fix|improv|enhanc|better|restor|quality",
)
"""Pieces of words that most requests have one of, so that the corpus need not be looked into."""
_KNOWN, _OFTEN = 3, 8
"""How often the corpus must have a word for it to count, and for a misspelling to be taken for it."""


def names_usual(text: str) -> bool:
    """Whether `text` has a word that most requests are made of."""
    return _USUAL.search(text.lower()) is not None


def understood(text: str) -> bool:
    """Whether `text` has a word of the corpus, or one that is a letter away from a usual one."""
    if names_usual(text):
        return True
    words = set(_words(text)) - SMALL_WORDS
    counts = _counts()
    return any(
        max(counts[word], counts[_ENDING.sub("", word)]) >= _KNOWN or _misspelt(word) for word in words
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("'", "").replace("\u2019", ""))


@lru_cache(maxsize=1)
def _counts() -> Counter[str]:
    """How often the hand-written lines have each word; those that nothing can be done about do not count."""
    files = [FOLDER / level / f"{task.value}.txt" for level in CORPUS_LEVELS for task in TASKS]
    files += [FOLDER / "blind.txt", FOLDER / "exclusions.csv"]
    return Counter(word for file in files for word in _words(file.read_text("utf-8")))


def _misspelt(word: str) -> bool:
    counts = _counts()
    return len(word) > 3 and any(counts[other] >= _OFTEN for other in _one_letter_away(word))


def _one_letter_away(word: str) -> set[str]:
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(head + tail[1:] for head, tail in cuts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1),
        *(head + letter + tail[1:] for head, tail in cuts if tail for letter in string.ascii_lowercase),
        *(head + letter + tail for head, tail in cuts for letter in string.ascii_lowercase),
    }
