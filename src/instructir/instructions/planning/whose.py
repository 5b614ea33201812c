"""Which picture a fault is to be taken out of, and whose it is: "remove the noise from my mum's portrait".

A restoration changes the picture that is given, so these words ask for nothing. The trained readers know
wishes to take somebody out of a picture, which begin alike and cannot be fulfilled, and take a fault for such
a somebody; and captions, which name no fault. What seems vague or out of reach is therefore read once more
without the picture: where it is surely a restoration then, the picture was all that stood in the way; "remove
my ex" stays out of reach.

``whose.json`` has, for each language, the words ``whose`` picture it is, or ``who`` is in it, the words for a
``photo``, how a clause says that something is to go ``from`` it, or has it as its ``object``, and the word
for ``it`` that says no more than that.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from instructir.instructions.letters import ENDS, STARTS, UNSPACED, or_all
from instructir.instructions.planning.assembly import FOREIGN, VAGUE
from instructir.instructions.reader import ENGLISH, MULTILINGUAL, Reading, read_sentences
from instructir.instructions.tables import table_beside

_SURELY = 0.75
"""Probability from which what is left is believed to ask for a restoration."""


@lru_cache(maxsize=16)
def _pictures(code: str) -> tuple[re.Pattern[str], str]:
    """A picture in the language `code`, with a group ``object`` where nothing goes from it, and its word."""
    said: dict[str, str] = table_beside(__file__)[code]
    starts, ends = ("", "") if code in UNSPACED else (STARTS, ENDS)

    def words(place: str) -> str:
        full = said[place].replace("WHOSE", said["whose"]).replace("PHOTO", said["photo"])
        return f"{starts}(?:{full.replace('WHO', said.get('who', ''))}){ends}"

    return re.compile(rf"{words('from')}|(?P<object>{words('object')})", re.IGNORECASE), said["it"]


def of_any_picture(text: str, code: str) -> str:
    """`text` in the language `code` without saying of which picture, or whose, it speaks."""
    pictures, plain = _pictures(code)
    rest = pictures.sub(lambda found: plain if found["object"] else " ", text)
    return or_all(" ".join(rest.split()), text)


def _surely_in_reach(reading: Reading) -> bool:
    return reading.kinds["out_of_scope"] < FOREIGN and reading.kinds["blind"] < VAGUE


def whosever(
    texts: Sequence[str], readings: Sequence[Reading], code: str, *, cached: bool = True
) -> list[Reading]:
    """The `readings` of `texts`; of what only its picture made vague or out of reach, the one without it."""
    found = list(readings)
    source = ENGLISH if code == "en" else MULTILINGUAL
    for place, (text, reading) in enumerate(zip(texts, readings, strict=True)):
        if _surely_in_reach(reading) or (plain := of_any_picture(text, code)) == text:
            continue
        again = read_sentences([plain], source, cached=cached)[0]
        if max(again.requested) >= _SURELY and _surely_in_reach(again):
            found[place] = again.within_reach()
    return found
