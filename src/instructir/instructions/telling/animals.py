"""Animals, and boats, whose name is a word for a fault: "la Nebbia, il mio cavallo, qui sembra giallo".

English names are those of :mod:`instructir.instructions.telling.elsewhere`. ``animals.json`` has, for the
languages in which capitals tell a name, the words for "``the``" and "``my``", and the ``animals``.
"""

import re
from functools import lru_cache

from instructir.instructions.naming import nouns
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=8)
def _named(code: str) -> re.Pattern[str]:
    """Such a name at the beginning, and who it is."""
    told: dict[str, dict[str, str]] = table_beside(__file__)
    if code not in told:
        return re.compile("(?!)")
    said = told[code]
    name = rf"(?i:(?:{said['the']})\s+)?(?=[^\W\d_a-z])(?i:{nouns(code, qualities=False)})"
    who = rf"(?i:{said['my']})\s+(?:\w+\s+){{0,2}}?(?i:{said['animals']})(?:\s+\w+)?"
    return re.compile(rf"^{name}\s*,\s*{who}\s*,\s*(?=\w)")


def without_animals(text: str, code: str) -> str:
    """`text` in the language `code` without an animal that is named before what is said of the picture."""
    return _named(code).sub("", text)
