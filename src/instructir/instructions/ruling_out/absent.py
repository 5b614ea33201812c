"""Faults that a list only names to say that they are not there: "no blur, noise or haze, it's just too dark".

"No" before a fault asks for its removal as often as it denies it. Where a list of such is followed by what is
wrong instead, by "only", by "but", or by a clause that says so of the picture, it denies. ``absent.json`` has
the words of the other languages: ``begins``, how such a list may begin; ``before`` and ``after``, the denial
on either side of a fault; ``det``, what may stand before a further one; ``and``, what joins two; ``but``,
what leads on to what is wrong; ``asks``, verbs of a request, which denies nothing.
"""

import re
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


@lru_cache(maxsize=16)
def _words(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """A denied list and what follows it, a fault, and a verb of the work; None where there are no words."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    spaced = code not in UNSPACED
    gap, begins, ends = (r"\s+", STARTS, ENDS) if spaced else (r"\s*", "", "")
    more = r"[\w\u0900-\u0963]*" if spaced else ""
    looks = locale_table(code)["words"].get("faulty", ["(?!)"])
    fault = f"(?:{nouns(code, qualities=False)}|{begins}(?:{'|'.join(looks)}){more})"
    one = (
        rf"{begins}(?:{said['before']}){gap}{fault}"
        if "before" in said
        else rf"{fault}{gap}(?:{said['after']}){ends}"
    )
    further = rf"(?:{one}|(?:{said.get('det', '(?!)')})?{fault})" if "before" in said else one
    joins = rf"(?:\s*[,;\u060c\u3001\uff0c]\s*(?:(?:{said['and']}){gap})?|{gap}(?:{said['and']}){gap})"
    listed = rf"(?:{said['begins']}{gap})?{one}(?>(?:{joins}{further})*)"
    marks = r"[\s,;:.!\u2013\u060c\u0964\u3001\u3002\uff0c-]" + ("+" if spaced else "*")
    but = f"(?:{said['but']})" + (r"(?:(?=\s)|(?<=\s))" if spaced else "")
    return (
        re.compile(rf"(?:^|(?<=[,.;:!] )){listed}{marks}{but}\s*(?P<rest>.+)$", re.IGNORECASE),
        re.compile(fault, re.IGNORECASE),
        re.compile(said["asks"], re.IGNORECASE),
    )


def absent_in(text: str, code: str) -> tuple[str, list[str]]:
    """`text`, in the language `code`, without such a list, and the faults that it denies."""
    words = _words(code)
    found = words[0].search(text) if words else None
    if found is None or words is None or not words[1].search(found["rest"]) or words[2].search(found["rest"]):
        return text, []
    faults = [fault[0] for fault in words[1].finditer(text[found.start() : found.start("rest")])]
    return f"{text[: found.start()]}{found['rest']}", faults
