"""How numbers of things are said, and what a library finds wrong with a value, in words for everybody."""

import re
from collections import Counter
from collections.abc import Iterable


def counted(number: int, things: str) -> str:
    """`number` with the word for it: "1 picture", "2 pictures".

    Args:
        number: of them.
        things: what they are called, the first word in the plural that ends with s.
    """
    word, space, rest = things.partition(" ")
    return f"{number} {word.removesuffix('s') if number == 1 else word}{space}{rest}"


def together(notes: Iterable[str]) -> dict[str, int]:
    """How often each note was made; those that differ in numbers only are one, with the range of each."""
    counts = Counter[str]()
    ranges: dict[str, list[tuple[str, str]]] = {}
    for note in notes:
        kind = _NUMBER.sub("\0", note)
        counts[kind] += 1
        numbers = [(each, each) for each in _NUMBER.findall(note)]
        known = ranges.setdefault(kind, numbers)
        ranges[kind] = [
            (min(low, new, key=float), max(high, new, key=float))
            for (low, high), (new, _) in zip(known, numbers, strict=True)
        ]

    def told(kind: str) -> str:
        said = iter(low if low == high else f"{low}\u2013{high}" for low, high in ranges[kind])
        return re.sub("\0", lambda _: next(said), kind)

    return {told(kind): count for kind, count in counts.items()}


_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-]*\w)")
"""A number that is no part of a name."""


def reworded(sentence: str) -> str:
    """What Pydantic says of a value, which the command line and the server check by it, in other words."""
    for pattern, words in _PLAIN:
        sentence = pattern.sub(words, sentence)
    return sentence


_PLAIN = [
    (re.compile(found), words)
    for found, words in (
        (r"Value error, ", ""),
        (r"Field required", "is missing; give it"),
        (r"Extra inputs are not permitted", "is not known here; check its name, or leave it out"),
        (r"Unable to parse input string as an integer, exceeded maximum size", "give a smaller number"),
        (
            r"Input should be a (?:valid|finite) number(?:, unable to parse string as a number)?",
            "give a number",
        ),
        (r"Input should be a valid integer(?:, [^(]*\w)?", "give a whole number"),
        (r"Input should be a valid boolean(?:, [^(]*\w)?", "give true or false"),
        (r"Input should be a valid string", "give text"),
        (r"Input should be less than or equal to ([-+.\w]+)", r"give \1 or less"),
        (r"Input should be greater than or equal to ([-+.\w]+)", r"give \1 or more"),
        (r"Input should be ", "give "),
    )
]
