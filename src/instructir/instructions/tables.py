"""The JSON files of words: one beside the module that reads it, and one of each language's own words."""

import json
from functools import cache
from pathlib import Path
from typing import Any

LOCALES_FOLDER = Path(__file__).parent / "locales"


@cache
def table_beside(module: str) -> Any:
    """What the JSON file beside a module holds, which nobody changes; `module` is its ``__file__``."""
    return json.loads(Path(module).with_suffix(".json").read_text("utf-8"))


def locale_table(code: str) -> Any:
    """What people are told in the language `code`, and words of it; None for one that is not known."""
    path = LOCALES_FOLDER / f"{code}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else None
