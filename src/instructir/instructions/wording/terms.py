"""Terms of photographers and engineers in everyday words, which the trained reader knows better.

And words of which two letters changed places, or one came once too often or too seldom.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from instructir.instructions.tables import table_beside


@lru_cache(maxsize=1)
def _terms() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One pattern with a group for each plain word, and those words."""
    content: dict[str, list[str]] = table_beside(__file__)
    groups = (f"({'|'.join(terms)})" for terms in content.values())
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups)})(?![\w-])", re.IGNORECASE), tuple(content)


def in_plain_words(text: str) -> str:
    """`text` with terms of the trade replaced by what they are about: "needs USM" by "needs sharpening"."""
    pattern, words = _terms()
    return pattern.sub(lambda found: words[(found.lastindex or 1) - 1], text)


_OFTEN = (
    "dark darker darkness noise noisy grain grainy blur blurry blurred haze hazy foggy mist misty rain "
    "rainy bright brighten "
    "brighter warmer cooler sharp sharpen sharper colour colours color colors dull faded contrast exposure "
    "resolution "
    "pixelated enlarge "
    "bigger upscale denoise deblur dehaze underexposed saturation vivid shaky focus remove light "
    "shadows quality better "
    "clean picture photo image please skin yellow orange green purple washed improve enhance fuzzy raindrops "
    "streaks speckles saturated overexposed tint brightness sharpness"
)
"""Words of requests that no other word becomes when two neighbouring letters change places."""
_ROWS = "qwertyuiop", "asdfghjkl", "zxcvbnm"


def _beside() -> dict[str, str]:
    """The keys beside each key: in its row, and half a key away in those above and below."""
    at = {key: (row, place + row / 2) for row, keys in enumerate(_ROWS) for place, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (above, across) in at.items()
            if abs(above - row) + abs(across - place) <= 1.5 and other != key and abs(above - row) <= 1
        )
        for key, (row, place) in at.items()
    }


_BESIDE = _beside()
"""The keys beside each key."""
_SLIPPED = 5
"""Letters from which a word is long enough to be known with a neighbouring key in one place."""
_OWN = (
    "shadow",
    "underexpose",
    "pixelate",
    "shaper",
    "sharer",
    "shapen",
    "sharpe",
    "burred",
    "burry",
    "denise",
    "darer",
    "debur",
    "warner",
    "cooper",
    "cooker",
    "faced",
    "fades",
    "bugger",
    "fizzy",
    "speckled",
    "streak",
    "steaks",
    "speckle",
    "raindrop",
    "saturate",
    "overexpose",
    "blurted",
    "musty",
    "warmed",
    "cooled",
    "qualify",
    "streams",
)
"""Words, and names, that one of those becomes when it loses a letter, or has another in its place."""


def _runs(word: str) -> Iterator[tuple[int, str, int]]:
    """Where each run of a letter begins, the run, and how long it is when one is missing or too many."""
    for found in re.finditer(r"(.)\1*", word):
        run = found[0]
        yield found.start(), run, 3 - len(run) if len(run) < 3 else 1


_MENDED = (
    {
        slip: word
        for word in _OFTEN.split()
        if len(word) >= _SLIPPED
        for place in range(1, len(word))
        for key in _BESIDE[word[place]]
        if (slip := word[:place] + key + word[place + 1 :]) not in (*_OWN, *_OFTEN.split())
    }
    | {
        word[:place] + word[place + 1 :]: word
        for word in _OFTEN.split()
        if len(word) > 5
        for place in range(1, len(word))
        if word[:place] + word[place + 1 :] not in (*_OWN, *_OFTEN.split())
    }
    | {
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]: word
        for word in _OFTEN.split()
        for place in range(len(word) - 1)
        if word[place] != word[place + 1]
    }
    | {
        word[:place] + word[place] * times + word[place + len(run) :]: word
        for word in _OFTEN.split()
        for place, run, times in _runs(word)
    }
)


_LONG = re.compile(r"\b(?=\w*(\w)\1\1)[A-Za-z]{4,}\b")
_KNOWN = frozenset((*_OFTEN.split(), "fog", "foggy", "blurs", "dim", "grey", "too", "so", "very"))


def _said_long(found: re.Match[str]) -> str:
    """A word of which somebody draws out a letter, as it is spelt: "foggggy", "sooo"."""
    for kept in (r"\1", r"\1\1"):
        word = re.sub(r"(\w)\1{2,}", kept, found[0])
        if word.lower() in _KNOWN:
            return word
    return found[0]


_SLANG = {
    "smol": "small",
    "smoll": "small",
    "smoler": "smaller",
    "smolest": "smallest",
    "smoller": "smaller",
    "teensy": "tiny",
    "biggify": "enlarge",
    "embiggen": "enlarge",
    "beeg": "big",
    "noize": "noise",
    "noizy": "noisy",
    "blurreh": "blurry",
    "darc": "dark",
    "fuzzeh": "fuzzy",
}
_SLANG_WORDS = re.compile(rf"\b(?:{'|'.join(_SLANG)})\b", re.IGNORECASE)
_SLANG_PRAISE = re.compile(
    r"\b(?P<make>make (?:it|this|that|them|my \w+)(?: look)?) (?:fire|slap|bussin|lit|dope|slay)"
    r"(?=\W*$| (?:pls|please|fr|ngl|bro|tho)\b)",
    re.IGNORECASE,
)
"""What is to become of a picture, in words of praise that are none in a dictionary: "make this fire"."""


def without_slang(text: str) -> str:
    """`text` with playful spellings as they are in a dictionary: "too smol"."""
    text = _SLANG_PRAISE.sub(r"\g<make> amazing", text)
    return _SLANG_WORDS.sub(lambda found: _SLANG[found[0].lower()], text)


_STUTTER = re.compile(r"\b(\w+)(?:[^\w.;!?]+\1\b){3,}", re.IGNORECASE)


def without_stutter(text: str) -> str:
    """`text` in which no word is said more than three times running: "very very very very dark".

    Hundreds of them mean no more, and patterns that look for what may follow a word would try each.
    """
    return _STUTTER.sub(r"\1 \1 \1", text)


def respelt(text: str) -> str:
    """`text` with letters back in place, and a lost one of a long word: "too drak" is "too dark"."""
    text = _LONG.sub(_said_long, text)
    return re.sub(r"[A-Za-z]{4,}", lambda found: _MENDED.get(found[0].lower(), found[0]), text)
