"""Hindi and Arabic in Latin letters, as people type them on phones, in the scripts that the reader knows.

``romanised.json`` holds the most common words of each for pictures and requests. Arabic is spelt in many
ways, so that its words are compared by a plain spelling: one letter for two, "o" for "ou" and "u", "i" for
"e".
"""

import re
from functools import lru_cache

from instructir.instructions.tables import table_beside

_MARKS = {
    "hi": frozenset(
        {"karo", "kardo", "karna", "karein", "kijiye", "chahiye", "hatao", "hata", "hatana", "nikalo", "hai"}
        | {"hain", "banao", "rehne", "rahne", "nahi", "nahin", "nikharo", "bahut", "thoda", "theek", "thik"}
        | {
            "thodi",
            "roshni",
            "badha",
            "badhao",
            "kaali",
            "dhundhli",
            "dhundhla",
            "andhera",
            "chamkao",
            "saaf",
        }
    ),
    "ar": frozenset(
        {
            "sora",
            "sorti",
            "sowar",
            "awi",
            "2awi",
            "nawar",
            "nawarha",
            "shil",
            "shilha",
            "tashwish",
            "dabab",
            "fiha",
        }
        | {"alwan", "msh", "dalma", "mdalma", "mozlima", "wadahha", "kabarha", "nadafha", "jidan", "fatahha"}
    ),
}
"""Words that are those of no other language here."""
_MOST = {"hi": 0.6, "ar": 0.75}
"""Fraction of the words that must be known."""
_WORD = re.compile(r"[A-Za-z]+")
_ARABIC_WORD = re.compile(r"[A-Za-z0-9]+")
_ARTICLE = re.compile(
    r"\b(?:(?P<within>f[ie]l|b[ie]l|ma3 ?[ae]l)|(?:[aei]l|"
    r"[aei](?P<same>[a-z])(?=[\s'-]?(?P=same))))[\s'-]+(?=\w)|"
    r"\b[ae]l(?=(?:s[ou]|dab|mat|alw|tash))",
    re.IGNORECASE,
)
"""The article before a noun, or written together with it: "el sora", "as-soura", "fel soura"."""
_OF_TWO = re.compile(r"(.)\1+")
_VOWELS = str.maketrans({"u": "o", "e": "i"})


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = table_beside(__file__)
    return content


def _plainly(word: str) -> str:
    word = word.lower().replace("ee", "i").replace("ou", "o").translate(_VOWELS)
    word = _OF_TWO.sub(r"\1", word)
    return word[:-1] if word.endswith("ah") and word not in _words()["ar"] else word


def in_own_script(text: str) -> str | None:
    """`text` in its own letters where it is Hindi or Arabic in Latin ones; None where it is not."""
    return _in_devanagari(text) or _in_arabic(text)


def _is_of(code: str, words: list[str]) -> bool:
    known = sum(word in _words()[code] for word in words)
    return bool(_MARKS[code].intersection(words)) and known >= _MOST[code] * len(words)


def _in_devanagari(text: str) -> str | None:
    if not _is_of("hi", [word.lower() for word in _WORD.findall(text)]):
        return None
    return _WORD.sub(lambda found: _words()["hi"].get(found[0].lower(), found[0]), text)


def _in_arabic(text: str) -> str | None:
    bare = _ARTICLE.sub(lambda found: "fi \u0627\u0644" if found["within"] else "\u0627\u0644", text)
    words = [_plainly(word) for word in _ARABIC_WORD.findall(bare)]
    if len(words) < 2 or not _is_of("ar", words):
        return None
    said = _ARABIC_WORD.sub(lambda found: _words()["ar"].get(_plainly(found[0]), found[0]), bare)
    return said.replace(",", "\u060c")
