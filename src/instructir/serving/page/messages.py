"""What the rest of the package says in English, in the page's language: notes, files that are refused.

The English sentences stand as templates beside their translations, in ``strings/CODE.json``. What fits none
of them is told in English.
"""

import re
from functools import lru_cache

from instructir.instructions.locales import locale
from instructir.restoration.guard import FAULTS
from instructir.serving.page.languages import words
from instructir.tasks import Task

_TASKS = {task.value.replace("_", " "): task for task in Task}
_BY_FAULT = {fault: task for task, fault in FAULTS.items()}


def told(text: str, language: str) -> str:
    """`text` in a language, where it is one of the sentences that the page knows."""
    if language == "en":
        return text
    for key, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return str(words(language)["messages"][key]).format_map(_slots(found.groupdict(), language))
    return text


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English sentences, whose slots take anything."""
    return tuple(
        (key, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))))
        for key, template in words("en")["messages"].items()
    )


def _slots(found: dict[str, str], language: str) -> dict[str, str]:
    """What was found, with tasks and faults as they are called in the language."""
    task, fault = _TASKS.get(found.get("task", "")), _BY_FAULT.get(found.get("fault", ""))
    named = {} if task is None else {"task": locale(language).task[task]}
    seen = {} if fault is None else {"fault": words(language)["looks"][fault.value]}
    return {**found, **named, **seen}
