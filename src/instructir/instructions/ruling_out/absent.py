"""Faults that a list only names to say that they are not there: "no blur, noise or haze, it's just too dark".

"No" before a fault asks for its removal as often as it denies it. Where a list of such is followed by what is
wrong instead, by "only", by "but", or by a clause that says so of the picture, it denies. ``absent.json`` has
the words of the other languages: ``begins``, how such a list may begin; ``before`` and ``after``, the denial
on either side of a fault; ``det``, what may stand before a further one; ``and``, what joins two; ``but``,
what leads on to what is wrong; ``asks``, verbs of a request, which denies nothing. ``not`` denies a look, as
``before`` does, and alone needs no "but" behind the fault that there is: "floue, pas bruit\u00e9e".
``virtues`` are looks of which "not" complains ("nicht beleuchtet"), and ``whole`` has denials that do not
come apart.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from instructir.instructions.letters import ENDS, STARTS, UNSPACED
from instructir.instructions.naming import nouns
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.tables import locale_table, table_beside

_KINDS = (
    r"nois|grain|gritty|speckl|dots|specks|static",
    r"blur|fuzz|shak|smear|focus|unsharp|soft",
    r"haz|fog|mist|smog|smoke",
    r"rain|wet|drizzle|downpour|streak|drops",
    r"dark|dim|underexp",
    r"dull|flat|faded|pale|washed|colou?rless",
)
"""Words of one fault: who says "no noise" and "it's grainy" denies nothing."""
_FAULT = rf"(?:(?:motion|camera) )?(?:{FAULT_WORDS}|softness)"
_NOUN = (
    r"(?:(?:motion|camera) )?(?:noise|grain(?:iness)?|blur(?:riness)?|softness|shake|rain|streaks|raindrops|"
    r"drizzle|haze|fog|mist|smog|smoke|darkness|dullness|pixelation)\b"
)
_NONE = (
    r"(?:(?:there(?:[\u2019']?s| is| are)|(?:it|this|that|(?:the|my|this|our) \w+) (?:has|have|had|shows|"
    r"contains)) )?"
    r"(?:no|zero|hardly any)"
)
_ONE = rf"{_NONE} {_FAULT}(?:(?:, {_NOUN})*,? (?:or|nor) {_NOUN})?"
_PLAINLY = (
    r"(?:(?:just|only|simply|merely|really|very|quite|so|rather|far|much|way|a bit|a little|plain|plainly|"
    r"terribly|badly|completely|simply too|too) )*"
)
_STATED = (
    r"(?:(?:it|this|that|they|everything)(?:[\u2019']?s|[\u2019']re| is| are| was| looks?| seems?| came out)|"
    r"(?:the|my|its) \w+ (?:is|are|was|looks?|came out))"
    rf" {_PLAINLY}(?P<wrong>(?:{FAULT_WORDS}|soft)\b)(?! too\b| as well\b)"
)
_DENIED = re.compile(
    rf"(?:(?:^|(?<=[\s,.;:])){_ONE}|(?:^|(?<=[,.;:] ))without (?:any )?(?:{_NOUN}, )*{_NOUN},? (?:or|nor|"
    rf"and) "
    rf"{_NOUN})(?:(?:,|;|,? and|,? or) {_ONE})*(?=[,.;:!\u2013-]* (?:and )?(?:(?:just|only|merely|simply|"
    rf"but|yet|though|"
    r"it[\u2019']?s (?:just|only))\b(?! (?:please|sharpen|remove|fix))"
    rf"(?=[^.;!?]*\b(?:{FAULT_WORDS}))|{_STATED}|"
    r"(?:(?:it[\u2019']?s |what )?an? )?(?:absolutely |simply |really )?(?:perfect|great|lovely|"
    r"beautiful|wonderful|superb)\b|"
    r"(?:nothing(?: is|[\u2019']s)? (?:wrong|to fix|amiss)|all (?:is |was )?(?:fine|good|well)|leave|"
    r"perfect)\b))",
    re.IGNORECASE,
)
_EACH = re.compile(rf"\b{_FAULT}", re.IGNORECASE)


def _kinds(words: str) -> set[int]:
    return {place for place, kind in enumerate(_KINDS) if re.search(rf"\b(?:{kind})", words, re.IGNORECASE)}


def _absent(found: re.Match[str]) -> str:
    if found["wrong"] and _kinds(found["wrong"]) & _kinds(found[0]):
        return found[0]
    return ", ".join(f"there is no {fault[0]} here" for fault in _EACH.finditer(found[0]))


def without_absent(text: str) -> str:
    """`text` with each fault of such a list denied in a clause of its own."""
    return _DENIED.sub(_absent, text)


@dataclass(frozen=True)
class _Words:
    """How a language denies faults.

    Attributes:
        ahead: a denied list, and the ``rest`` that says what is wrong instead.
        behind: what is wrong, the ``rest``, and a denied list.
        fault: a fault.
        denial: what stands before a fault that is denied.
        virtue: looks that are missed, where they are denied.
        asks: verbs of the work, and words that want less of a fault.
    """

    ahead: re.Pattern[str]
    behind: re.Pattern[str]
    fault: re.Pattern[str]
    denial: re.Pattern[str]
    virtue: re.Pattern[str]
    asks: re.Pattern[str]


@lru_cache(maxsize=16)
def _words(code: str) -> _Words | None:
    """How a language denies faults; None where there are no words."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    spaced = code not in UNSPACED
    gap, begins, ends = (r"\s+", STARTS, ENDS) if spaced else (r"\s*", "", "")
    more = r"[\w\u0900-\u0963]*" if spaced else ""
    local = locale_table(code)["words"]
    looks = "|".join(local.get("faulty", local.get("faulty_before", ["(?!)"])))
    look = f"{begins}(?:{looks}){more}"
    fault = f"(?:{nouns(code, qualities=False)}|{look})"
    denial = rf"(?:{said.get('not', '(?!)')}|{said.get('before', '(?!)')})"
    one = (
        rf"{begins}{denial}{gap}{fault}"
        if "before" in said
        else rf"(?:{fault}{gap}(?:{said['after']})|{said.get('whole', '(?!)')}){ends}"
    )
    further = rf"(?:{one}|(?:{said.get('det', '(?!)')})?{fault})" if "before" in said else one
    joins = rf"(?:\s*[,;\u060c\u3001\uff0c]\s*(?:(?:{said['and']}){gap})?|{gap}(?:{said['and']}){gap})"
    listed = rf"(?:{said['begins']}{gap})?{one}(?>(?:{joins}{further})*)"
    mark = r"[\s,;:.!\u2013\u060c\u0964\u3001\u3002\uff0c-]"
    marks = mark + ("+" if spaced else "*")
    but = f"(?:{said['but']})" + (r"(?:(?=\s)|(?<=\s))" if spaced else "")
    plainly = rf"{begins}(?:{said.get('not', '(?!)')}){gap}{look}" if "before" in said else one
    return _Words(
        re.compile(rf"(?:^|(?<=[,.;:!] )){listed}{marks}{but}\s*(?P<rest>.+)$", re.IGNORECASE),
        re.compile(
            rf"^(?P<rest>.+?)(?:{marks}{but}\s*(?P<denied>{listed})|"
            rf"\s*[,;\u060c\u3001\uff0c]\s*(?P<plainly>{plainly})){mark}*$",
            re.IGNORECASE,
        ),
        re.compile(fault, re.IGNORECASE),
        re.compile(rf"{denial}{gap}", re.IGNORECASE),
        re.compile(said.get("virtues", "(?!)"), re.IGNORECASE),
        re.compile(
            rf"{said['asks']}|{begins}(?:{'|'.join(local.get('less', ['(?!)']))}){ends}", re.IGNORECASE
        ),
    )


def absent_in(text: str, code: str) -> tuple[str, list[str]]:
    """`text`, in the language `code`, without faults that it denies beside one that is there, and those."""
    words = _words(code)
    if words is None:
        return text, []
    for pattern in (words.ahead, words.behind):
        found = pattern.search(text)
        if not found or not words.fault.search(found["rest"]) or words.asks.search(found["rest"]):
            continue
        start, end = found.span("rest")
        denied = text[found.start() : start] + text[end : found.end()]
        faults = [words.denial.sub("", fault[0], count=1) for fault in words.fault.finditer(denied)]
        faults = [fault for fault in faults if fault]  # in Chinese "none" alone is a fault, as of colours
        if not all(words.fault.search(fault) for fault in faults) or words.virtue.search(denied):
            continue  # "not sharp" tells of a fault
        return f"{text[: found.start()]}{found['rest']}", faults
    return text, []
