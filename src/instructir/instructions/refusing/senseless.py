"""What can be no request in any language."""

import re

from instructir.instructions.letters import has_letters

_ADDRESS = re.compile(
    r"^\s*(?:https?://|www\.|file:|[A-Za-z]:\\|/\w+/)\S*\s*$|^\S+\.(?:com|org|net|html?|[a-z]{3,4}|"
    r"CR[23]|JPE?G|NEF|ARW|[A-Z]{3})$|"
    r"^(?:[fF]/?\d+(?:[.,]\d+)?|1/\d+ ?s?(?:ec)?|\d+ ?(?:mm|px|[KM]B)|\d+ ?x ?\d+|"
    r"\W+)(?:[\s,;]+(?:[fF]/?\d+(?:[.,]\d+)?|1/\d+ ?s?(?:ec)?|"
    r"\d+ ?(?:mm|px|[KM]B)|ISO ?\d+|\d+ ?x ?\d+))*$"
)
"""An address, a file's name, or a camera's settings, and nothing else."""
_PLACEHOLDERS = re.compile(
    r"(?:(?:foo|bar|baz|qux|quux|fizz|buzz|fizzbuzz|foobar|spam|eggs|lorem|ipsum|dolor|sit|amet|bla+h?|"
    r"blub+|yada|"
    r"test(?:ing|s)?|sample|placeholder|dummy|example|hello world|la|na|da|do re mi|abc|xyz|xxx+|"
    r"(?:ha){2,}h?|lo+l|hm{3,}|uh+|um+|er+m*)\W*)+",
    re.IGNORECASE,
)
"""Words that stand for no word, and nothing beside them."""
_CODE = re.compile(
    r"^(?:SELECT|INSERT|UPDATE|DELETE|DROP|CREATE|ALTER)\b.*(?:\b(?:FROM|INTO|TABLE|SET|WHERE)\b|;$)|"
    r"[{};]\s*$|"
    r"^\w+(?:\.\w+)*\([^ ]*\)$|^(?:import \w+$|from \w+ import|def \w+\(|class [A-Z]\w+:$|sudo |git \w+ |npm "
    r"|pip install)|"
    r"</?\w+>"
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def senseless(text: str) -> bool:
    """Whether `text` can be no request in any language: an address, code, "foo bar", "asdf", "3.14"."""
    return (
        _ADDRESS.match(text) is not None
        or _PLACEHOLDERS.fullmatch(text) is not None
        or code(text)
        or gibberish(text)
        or not has_letters(text)
    )


def code(text: str) -> bool:
    """Whether `text` looks like a program's source instead of a sentence."""
    return _CODE.search(text) is not None


def gibberish(text: str) -> bool:
    """Whether no word of `text` can be one: keyboard runs, no vowel, the same letters again and again."""
    words = re.findall(r"[a-z]+", text.lower())
    return bool(words) and text.isascii() and all(_senseless(word) for word in words)


def _senseless(word: str) -> bool:
    if len(word) < 4:
        return False
    runs = (word[i : i + 4] for i in range(len(word) - 3))
    typed = any(run in row or run[::-1] in row for run in runs for row in _ROWS)
    repeated = re.fullmatch(r"(.{1,4}?)\1{2,}.{0,3}", word) is not None
    return typed or repeated or not re.search(r"[aeiouy]", word) or bool(re.search(r"[^aeiouy]{6}", word))
