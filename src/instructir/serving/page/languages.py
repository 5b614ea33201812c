"""The page in the visitor's language: which one, its words, and the document they are put into."""

import html
import json
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

from instructir.instructions.locales import locale
from instructir.serving.negotiation import weighted

_HERE = Path(__file__).parent
STRINGS = _HERE / "strings"
_RIGHT_TO_LEFT = frozenset({"ar"})


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """Codes of the languages that the page speaks."""
    return tuple(sorted(path.stem for path in STRINGS.glob("*.json")))


@lru_cache(maxsize=32)
def words(code: str) -> dict[str, Any]:
    """The page's words in a language, with what the planner calls the tasks in it."""
    content: dict[str, Any] = json.loads((STRINGS / f"{code}.json").read_text("utf-8"))
    return {**content, "task": {task.value: text for task, text in locale(code).task.items()}}


def choose_language(accepted: str, asked: str | None = None) -> str:
    """The best language for a browser: the one asked for, or the first of its ``Accept-Language`` we have."""
    offers = [((asked or "").strip().lower(), 2.0), *weighted(accepted).items()]
    for name, quality in sorted(offers, key=lambda offer: -offer[1]):
        code = name.partition("-")[0]
        if quality and code in codes():
            return code
    return "en"


def document(code: str, about: dict[str, Any]) -> str:
    """The page in a language.

    Args:
        code: one of :func:`codes`.
        about: what the scripts are told besides the words, in plain JSON types.
    """
    texts = words(code)
    plain = {name: html.escape(text) for name, text in texts.items() if isinstance(text, str)}
    told = json.dumps({"words": texts, "language": code, **about}, ensure_ascii=False).replace("<", "\\u003c")
    direction = "rtl" if code in _RIGHT_TO_LEFT else "ltr"
    page = Template((_HERE / "static" / "index.html").read_text("utf-8"))
    return page.substitute(plain, lang=code, dir=direction, told=told)
