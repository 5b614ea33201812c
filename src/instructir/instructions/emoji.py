"""Little pictures that stand for a fault: "remove 🌫", "no more 🌧", "🌧 weg".

Most such pictures only go with the words, and a sentence is read without them. Where a verb of removing has
nothing else as its object they are the word for it, in the language of the verb. ``emoji.json`` holds what
they stand for; the verbs are those of ``taking_out.json``.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

from instructir.instructions.taking_out import removals

_ENGLISH = (
    r"(?:remove|delete|erase|clear|clean|lose|kill|less|without|no(?: more)?|too much|so much|(?:get|"
    r"be) rid of|"
    r"take (?:out|away)|do something about|fix)(?: (?:the|this|that|all|any|up|of))*",
    r"(?:remov(?:e|al)|away|gone|out|off|be ?gone|(?:has|have|needs?) to go|(?:must|should) go|"
    r"ruined (?:it|this|my "
    r"\w+)|everywhere|delete|erase)",
)
_ATTACHED = r"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
"""What says how the one before is to be shown."""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "emoji.json").read_text("utf-8"))
    return words


@lru_cache(maxsize=1)
def _asking() -> tuple[tuple[re.Pattern[str], str], ...]:
    """For each fault and language: the little picture with its verb before or behind it, and the word."""
    found = []
    for fault, marks in _words()["marks"].items():
        for code, word in _words()[fault].items():
            before, behind = _ENGLISH if code == "en" else removals()[code]
            mark = rf"(?:[{marks}]{_ATTACHED}\s*)+"
            begins = rf"(?P<verb>(?<!\w)(?:{before})\s*){mark}(?=$|[\s,.;:!?])"
            polite = r"(?: ?(?:please|bitte|por favor|lütfen|graag|aub|stp) ?)?"
            alone = rf"^{mark}(?={polite}{behind}\w*{polite}[\s.!?]*$)"
            found.append((re.compile(rf"{begins}|{alone}", re.IGNORECASE), word))
    return tuple(found)


def with_words(text: str) -> str:
    """`text` with the words for what little pictures in it stand for, where they are what has to go."""
    if text.isascii() or not any(mark in text for marks in _words()["marks"].values() for mark in marks):
        return text
    for pattern, word in _asking():
        if found := pattern.search(text):
            said = f"{text[: found.start()]}{found['verb'] or ''} {word} {text[found.end() :]}"
            return " ".join(said.split())
    return text
