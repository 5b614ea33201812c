"""What a picture is wanted for: "es para mi currículum", "for the front page of our newsletter".

A use is no fault. Told alone it leaves everything to the picture, and beside a wish it is left out: the
trained readers take it for a wish of its own, for a larger picture mostly. Uses that do ask for size, such
as a billboard, are none of these. ``purposes.json`` has, for each language, how such a clause ``opens`` and
``closes``, the ``uses``, the words for "``of``" behind one, and before one either the only ``words`` that
may stand there or the ``verbs`` that may not.
"""

import re
from functools import lru_cache

from instructir.instructions.language import likely
from instructir.instructions.letters import DASHES, MARKS, UNSPACED, has_letters
from instructir.instructions.naming import nouns
from instructir.instructions.plan import Plan
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside
from instructir.instructions.telling.vague import BY_SIZE
from instructir.instructions.wording.politeness import without_courtesies

_MARK = rf"\s*(?:[{MARKS}?]+(?=\s|$|[^\x00-\x7f])|\s[{DASHES}]\s)\s*"
_NEVER = "(?!)"
_SAYS_MORE = re.compile(
    rf"\d|{BY_SIZE.pattern}|\b(?:{FAULT_WORDS}|{WORK}|contrast|resol\w*|quality|pixel\w*|soft|focus\w*)\b",
    re.IGNORECASE,
)
"""What tells of a fault, of size or of work to be done, in English."""


@lru_cache(maxsize=16)
def _purpose(code: str) -> re.Pattern[str]:
    told: dict[str, dict[str, str]] = table_beside(__file__)
    said = told[code]
    uses = f"(?:{said['uses']})"
    gap = r"\s*" if code in UNSPACED else r"\s+"
    if "words" in said:
        # What the use stands before closes the clause, so that what stands before the use may be a wish.
        return re.compile(
            rf"{said['opens']}(?:(?:{said['words']}|{uses}){gap})*{uses}{said['closes']}", re.IGNORECASE
        )
    opens = said["opens"] + ("" if code == "ar" else gap)
    word = rf"(?!(?:{said.get('verbs', _NEVER)})(?!\S))[^\W\d_][^\s,.;:!?]*"
    words = rf"(?:{word}\s+){{0,4}}?(?:[dl]['\u2019])?"
    behind = rf"(?:\s+(?:{said['of'] or _NEVER})\s+(?:{word}\s+){{0,{3 if code == 'en' else 1}}}?{word})?"
    return re.compile(rf"{opens}{words}{uses}(?:\s+{uses})*{behind}{said['closes']}", re.IGNORECASE)


def is_purpose(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` says what the picture is for, and nothing else."""
    faulty = _SAYS_MORE if code == "en" else _faults(code)
    return _purpose(code).fullmatch(clause) is not None and faulty.search(clause) is None


@lru_cache(maxsize=16)
def _faults(code: str) -> re.Pattern[str]:
    return re.compile(nouns(code), re.IGNORECASE)


def only_purpose(text: str) -> Plan | None:
    """The plan of a sentence, in any language, that only says what the picture is for; else None."""
    for code in likely(text):
        if is_purpose(without_courtesies(text, code).strip(" .!"), code):
            return Plan("ambiguous", (), language=code)
    return None


def without_purpose(text: str, code: str) -> str:
    """`text` in the language `code` without a clause at its beginning or end that says what it is for."""
    marks = list(re.finditer(_MARK, text.rstrip(" .!")))
    for mark in (marks[:1], marks[-1:]):
        if not mark:
            continue
        first, rest = text[: mark[0].start()], text[mark[0].end() :]
        if is_purpose(first.strip(), code) and has_letters(rest):
            return rest
        if is_purpose(rest.strip(" .!"), code) and has_letters(first):
            return first
    return text
