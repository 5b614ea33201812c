"""Faults of tone or colour that clauses of other languages only deny: "暗くないけど", "no está amarilla".

The words for a tone stand in such a clause as they do in a wish, so a denial has to be known first: whoever
says that a picture is not too bright asks for no less light. Denials say nothing of what else is wrong, so
they are taken out beside another clause; alone they are no wish. What is missing when it is denied ("no es
clara") is no such fault, and counts only with a word for too much of it. The words are in
``denied_tone.json``.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from instructir.instructions.clauses import Clause
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=16)
def _denying(code: str) -> re.Pattern[str]:
    """Denials of a language: not before, or behind, too much of a quality, or a fault."""
    content: dict[str, dict[str, str]] = table_beside(__file__)
    said = content.get(code)
    if said is None:
        return re.compile("(?!)")
    fault = rf"(?:(?:{said['too']})(?:{said['quality']})|(?:{said['too']})?(?:{said['fault']}))"
    return re.compile(rf"(?:{said['before']}){fault}(?:{said['behind']})", re.IGNORECASE)


def denies_tone(clause: str, code: str) -> bool:
    """Whether `clause`, in the language `code`, does nothing but deny a fault of tone or colour."""
    return _denying(code).fullmatch(clause.strip(" .!?")) is not None


def without_denied_tone(pieces: Sequence[Clause], code: str) -> Sequence[Clause]:
    """`pieces` less those that only deny a fault of tone, unless none would be left."""
    return [piece for piece in pieces if not denies_tone(piece.text, code)] or pieces
