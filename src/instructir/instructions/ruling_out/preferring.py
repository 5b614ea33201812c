"""One thing rather than another: "I'd rather have grain than this blur" asks for the blur to go."""

import re

from instructir.instructions.ruling_out.denials import FAULT_NOUN, FAULT_WORDS, THING
from instructir.instructions.ruling_out.leaving import WORK

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
    r"(?:\w+y|colou?rful|saturated|oversaturated|overexposed|vivid|bright|light|garish|orange|dark|dim|"
    r"soft|small|dull|flat|pale|blurred|underexposed|unsharp|out of focus)$",
    re.IGNORECASE,
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
_FAULT = (
    rf"(?:{FAULT_WORDS}|soft|over-?\w+|bright|light|colou?rful|vivid|saturated|contrasty|garish|gaudy|"
    rf"orange|yellow|(?:motion |camera )?(?:{FAULT_NOUN}))"
)
_BIT = (
    r"(?:(?:too|a|an|the|this|that|some|all|any|it|be|being|having|have|to|bit|little|slightly|somewhat|so|"
    r"much|more|very|rather|of|ever|touch) )*"
)
_THINGS = rf"(?: (?:{THING}|one))?"
_SOONER = (
    r"(?:(?:it[\u2019']?s |i (?:think |find |say )(?:it[\u2019']s )?)?(?:better|rather|sooner|preferably)|"
    r"(?:i|we)(?:[\u2019']?d| would)? (?:much |rather |always )*(?:take|prefer|choose|pick|rather|sooner)"
    r"(?: have| see| keep| take)?)"
)
_BETTER = re.compile(
    rf"(?:^|(?<=[.;!?] ))(?:(?:well|so|honestly|for me|to me),? )*"
    rf"(?:{_SOONER} {_BIT}(?P<kept>{_FAULT}){_THINGS} (?:than|over|to|rather than|instead of) |"
    rf"{_BIT}(?P<better>{_FAULT}){_THINGS} (?:(?:is|are|would be)(?: always| still)? (?:better|nicer|"
    rf"preferable) (?:than|to)|beats) )"
    rf"{_BIT}(?P<bad>{_FAULT}){_THINGS}(?: any (?:day|time))?(?=\W|$)",
    re.IGNORECASE,
)
"""The lesser of two evils: "better too dark than too noisy"."""
_AFTER = re.compile(
    rf"^[\s,.;:!\u2013-]*(?:(?:so|and|please|just|only|therefore|hence|then|that[\u2019']s why) )*,? ?"
    rf"(?=(?:(?:please|just|only) )*(?:{WORK}|remove|reduce|fix|clear|clean|get|take|do|tone|make|lift|"
    rf"turn)\b)",
    re.IGNORECASE,
)
"""How a request begins that comes out of a preference."""


def preferred(text: str) -> str:
    """`text` with preferences as the wishes that they are."""
    text = _lesser(text)
    text = _RATHER_HAVE.sub(r"it is too \g<bad>", text)
    text = _LESS_THAN_MORE.sub(r"remove the \g<less>", text)
    return _RATHER.sub(_instead, _RATHER_DO.sub(r"\g<do>", text))


def _lesser(text: str) -> str:
    """`text` with the greater of two evils as what is to go, unless what follows says what is to be done."""
    found = _BETTER.search(text)
    if found is None:
        return text
    before, rest = text[: found.start()], text[found.end() :]
    if asked := _AFTER.match(rest):
        only = "only " if re.search(r"\b(?:just|only)\b", asked[0]) else ""
        return f"{before}{only}{rest[asked.end() :]}"
    return f"{before}{_instead(found)}{rest}"


def _instead(found: re.Match[str]) -> str:
    bad = found["bad"]
    kept = (found.groupdict().get("better") or found["kept"]).split()[-1]
    wish = f"it is too {bad}" if _ADJECTIVE.match(bad) else f"remove the {bad}"
    return wish if _ADJECTIVE.match(kept) else f"leave the {kept} alone, {wish}"
