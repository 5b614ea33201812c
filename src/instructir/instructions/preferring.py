"""One thing rather than another: "I'd rather have grain than this blur" asks for the blur to go."""

import re

from instructir.instructions.denials import FAULT_NOUN, FAULT_WORDS
from instructir.instructions.leaving import WORK

_RATHER = re.compile(
    r"\b(?:i|we)(?:[\u2019']?d| would)? (?:(?:much )?(?:rather|sooner) (?:have|see|keep|take|accept|put "
    r"up with|live with)"
    r"|(?:much )?prefer)(?: it| this)?(?: to be)? "
    rf"(?P<kept>(?:(?:some|a bit of|a little|more|the|too|it|slightly|bit) )*(?:{FAULT_WORDS})) "
    rf"(?:than|over|to|instead of|rather than) (?:(?:it|this|that|any|the|such|all|so|be|being|too|have) )*"
    rf"(?P<bad>(?:motion |camera )?(?:{FAULT_WORDS}))\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(
    r"(?:\w+y|dark|dim|soft|small|dull|flat|pale|blurred|underexposed|unsharp|out of focus)$", re.IGNORECASE
)
_LESS_THAN_MORE = re.compile(
    rf"\b(?:i|we)(?:[\u2019']?d| would)? (?:rather|sooner|prefer) (?:have |see |to have )?less "
    rf"(?P<less>{FAULT_NOUN}) (?:than|over|to|"
    r"instead of) (?:more|any|extra) [\w ]+",
    re.IGNORECASE,
)
_RATHER_DO = re.compile(
    rf"^(?:please |i[\u2019']?d |i would |we[\u2019']?d )?rather (?P<do>(?:{WORK}|remove|fix|clear|"
    rf"reduce)\b[^,.;!?]*?) than [^,.;!?]+",
    re.IGNORECASE,
)
_RATHER_HAVE = re.compile(
    rf"\b(?:i|we)(?:[\u2019']d| would) rather have it (?:a (?:bit|little) )?\w+ than "
    rf"(?P<bad>{FAULT_WORDS})\b",
    re.IGNORECASE,
)


def preferred(text: str) -> str:
    """`text` with preferences as the wishes that they are."""
    text = _RATHER_HAVE.sub(r"it is too \g<bad>", text)
    text = _LESS_THAN_MORE.sub(r"remove the \g<less>", text)
    return _RATHER.sub(_instead, _RATHER_DO.sub(r"\g<do>", text))


def _instead(found: re.Match[str]) -> str:
    bad = found["bad"]
    kept = found["kept"].split()[-1]
    wish = f"it is too {bad}" if _ADJECTIVE.match(bad) else f"remove the {bad}"
    return wish if _ADJECTIVE.match(kept) else f"leave the {kept} alone, {wish}"
