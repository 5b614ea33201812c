"""Letters, marks and spaces of all scripts, as the patterns of rules need them."""

UNSPACED = ("zh", "ja", "ko")
"""Languages whose nouns end without a space."""
STARTS, ENDS = r"(?<![^\W_])", r"(?![^\W_]|[\u0900-\u0903\u093a-\u094f])"
"""Ends of a word; not \\b: to it, the vowel signs of Devanagari end one."""
MARKS = r",.;:!\u2026\u060c\u061b\u0964\u3001\u3002\uff0c\uff1b\uff01"
"""Marks that end a clause that asks nothing, for a class of characters."""
DASHES = r"\u2013\u2014-"
"""Dashes for the end of such a class."""

PERCENT = r"[%\uff05\u066a]"
"""The sign of a percentage, in all scripts."""


def whole(words: str, *, spaced: bool) -> str:
    """A regular expression of `words`: of whole ones where the script has spaces."""
    return f"{STARTS}(?:{words}){ENDS}" if spaced else f"(?:{words})"


def has_letters(text: str) -> bool:
    """Whether `text` says anything at all."""
    return any(map(str.isalpha, text))


def or_all(rest: str, text: str) -> str:
    """The `rest` of `text`, or all of it where nothing that says anything is left."""
    return rest if has_letters(rest) else text
