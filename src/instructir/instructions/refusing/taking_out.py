"""Things that somebody wants taken out of the picture in the other languages: wires, poles, rails, lamps.

Nothing can be taken out, and such a request is refused. The trained reader takes thin lines and lamps for
rain, noise or light, so the words say it: a verb of removing with the thing itself as its object, and nothing
that the verb is really about before it ("quita la niebla de las farolas" is about the fog).
``taking_out.json`` has, for each language, the verbs ``before`` and ``behind`` the thing, the ``words`` and
those ``between`` that may stand there, ``prepositions`` after which the thing is only where something is, and
the words of ``pointing`` and the ``case`` that a fault may have.
Who points at a fault as at a thing ("tira essa chuva") wants the fault out, which can be done.
"""

import re
from functools import lru_cache

from instructir.instructions.naming import nouns
from instructir.instructions.tables import table_beside

_UNSPACED = ("zh", "ja")


@lru_cache(maxsize=1)
def _content() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = table_beside(__file__)
    return content


@lru_cache(maxsize=16)
def _taking_out(code: str) -> tuple[re.Pattern[str], ...]:
    """Requests of a language to take a thing out; a group ``place`` is what makes it none."""
    said = _content()[code]
    gap, start = (r"\s*", "") if code in _UNSPACED else (r"\s+", r"(?<!\w)")
    end = "" if code in (*_UNSPACED, "ko", "hi") else r"(?!\w)"
    words = rf"(?:(?:{said['words']}){gap})*" if said["words"] else ""
    found = []
    if said["before"]:
        found.append(rf"{start}(?:{said['before']}){gap}{words}(?:{said['things']}){end}")
    if behind := said.get("behind"):
        place = (
            rf"(?P<place>(?:{said['prepositions']})\s+(?:\w+\s+){{0,2}}?)?" if "prepositions" in said else ""
        )
        between = rf"(?:\s*(?:{said['between']}){end})*"
        found.append(rf"{start}{place}{words}(?:{said['things']}){end}{between}\s*(?:{behind})")
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in found)


def takes_out(clause: str, code: str) -> bool:
    """Whether a clause in the language `code` wants a thing taken out of the picture."""
    return any(
        not found.groupdict().get("place")
        for pattern in _taking_out(code)
        for found in pattern.finditer(clause)
    )


def removals() -> dict[str, tuple[str, str]]:
    """Verbs of removing before and behind what is to go, with what may stand between, by language."""
    return {
        code: (
            rf"(?:{said['before'] or '(?!)'})(?:\s*(?:{said['words'] or '(?!)'})(?!\w))*",
            f"(?:{said.get('behind', '(?!)')})",
        )
        for code, said in _content().items()
    }


@lru_cache(maxsize=16)
def _fault(code: str) -> re.Pattern[str]:
    """Requests of a language that are nothing but a verb of removing and a fault, pointed at or not."""
    said = _content()[code]
    gap = r"\s*" if code in _UNSPACED else r"[\s-]+"
    pointing = rf"(?:(?:{'|'.join(filter(None, (said['words'], said['pointing'])))}){gap})*"
    fault = rf"{nouns(code, qualities=False)}(?:{said.get('case', '(?!)')})?"
    before = said["before"] or "(?!)"
    if "behind" not in said:
        return re.compile(rf"(?P<before>(?:{before}){gap}){pointing}(?P<fault>{fault})[\s.!]*", re.IGNORECASE)
    behind = rf"(?:\s*(?:{said['between']})(?!\w))*\s*(?:{said['behind']})\S*"
    return re.compile(
        rf"(?P<before>(?:{before}){gap})?{pointing}(?P<fault>{fault})(?P<behind>{behind})?[\s.!]*",
        re.IGNORECASE,
    )


def fault_taken_out(clause: str, code: str) -> str:
    """The removing and the fault of a clause that has nothing else but words that point at it; or ""."""
    found = _fault(code).fullmatch(clause)
    if found is None:
        return ""
    verb, behind = found["before"] or "", found.groupdict().get("behind") or ""
    return f"{verb}{found['fault']}{behind}" if verb or behind else ""
