"""Little pictures that stand for a fault: "remove 🌫", "no more 🌧", "🌧 weg".

Where a verb of removing has nothing else as its object they are the word for it, in the language of the verb.
Beside the noun itself ("雨☔消して") they say nothing new, and little pictures of pleading never do; the
reader of the other languages takes both for things to be taken out, so they go. ``emoji.json`` holds what
they stand for; the verbs are those of ``taking_out.json``.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import has_letters
from instructir.instructions.naming import tasks_named
from instructir.instructions.refusing.taking_out import removals
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

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
_PLEADING = (
    rf"(?:[\U0001f64f\u2764\u2665\U0001f493-\U0001f49f\U0001f600-\U0001f64b\U0001f910-\U0001f92f"
    rf"\U0001f970-\U0001f97a]{_ATTACHED}\s*)+"
)
"""Faces, hearts, and hands put together."""
_AT_THE_ENDS = re.compile(rf"^{_PLEADING}|\s*{_PLEADING}$")


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = table_beside(__file__)
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


def without_pictures(text: str, code: str) -> str:
    """`text` in the language `code` without the little pictures that plead, or repeat a fault it names."""
    rest = _AT_THE_ENDS.sub("", text)
    for task in tasks_named(rest, code):
        if mark := _repeating(task):
            rest = mark.sub("" if code in ("zh", "ja") else " ", rest)
    return " ".join(rest.split()) if has_letters(rest) else text


@lru_cache(maxsize=8)
def _repeating(task: Task) -> re.Pattern[str] | None:
    """The little pictures for the fault that `task` mends, if there are any."""
    marks = _words()["marks"].get({Task.DERAINING: "rain", Task.DEHAZING: "fog"}.get(task, ""))
    return re.compile(rf"\s*(?:[{marks}]{_ATTACHED}\s*)+") if marks else None
