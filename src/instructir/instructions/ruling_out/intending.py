"""Plans that somebody had before: "I was going to ask about the blur, but it's only the light that matters".

What was planned, or is taken back ("forget what I said about the rain"), is no longer asked for; what comes
after it is. ``intending.json`` has the words of the other languages.
"""

import re
from functools import lru_cache

from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside

_ONCE = (
    r"(?:(?:originally|at first|initially|first|to begin with|to start with|in the beginning|before|earlier|"
    r"yesterday|at one point|once|actually|well|so|ok|hi|hello),? )*"
)
_SOON = r"(?:(?:originally|at first|initially|first|just|only|really|actually|already|almost|nearly) )*"
_S = r"[\u2019']?"
_MEANT = (
    rf"(?:was|were) {_SOON}(?:going to|about to|gonna|planning (?:to|on)|thinking (?:of|about)|meaning to|"
    rf"tempted to|hoping to|intending to)|"
    rf"(?:thought|figured|reckoned) (?:(?:that )?(?:i|we)(?:{_S}d| would| might| should| could| wanted)|"
    rf"of|about)|"
    rf"(?:had )?(?:wanted|meant|planned|intended|hoped|came|asked)|would have (?:asked|wanted|liked|said)"
)
_IDEA = r"(?:my|our) (?:first|original|initial) (?:idea|plan|thought|wish|intention|request) was"
_TURN = (
    r"(?:now|no|nope|really|actually|honestly|frankly|in fact|in truth|on second thoughts?|on reflection|"
    r"looking (?:again|closer)|come to think of it|instead|just|only|all (?:i|that)|what|rather|"
    r"then i|it turns out|turns out|(?:i[\u2019']?ve |i )changed my mind|forget (?:that|it)|please|"
    rf"(?:{WORK}|remove|reduce|fix|clear|clean|take|get|lift|do)\b(?! (?:not|it)\b))"
)
_NAMING = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft\w*|sharp\w*|bright\w*|light\w*|exposure|colou?rs?|contrast|satur\w*|detail\w*|"
    rf"resolution|size|bigger|{WORK})\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    rf"^{_ONCE}(?:(?:i|we) {_SOON}(?:{_MEANT})|{_IDEA})\b[^.;!?]*?[,;.]? *(?:\bbut|\byet|\bexcept|"
    rf"\bthen again|\bhowever),? "
    rf"(?P<now>(?:(?:then|well|oh|hm+),? )*{_TURN}\b.*|(?:it|that|this|the \w+)(?:{_S}s| is) {_TURN}\b.*)$",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r"\b(?:also|too|as well|additionally)\b(?! (?:dark|bright|nois\w+|\w+y)\b)", re.IGNORECASE
)
_FAILED = re.compile(
    rf"^(?:(?:now|really|actually|honestly|just|only|then),? )*(?:i|we|it) (?:can(?:no|{_S})t|could|did|"
    rf"do(?:n{_S}t| "
    rf"not) know|failed|made|got|have no)\b",
    re.IGNORECASE,
)
_FILLERS = re.compile(
    r"^(?:(?:then|well|oh|hm+|no|nope|now|really|actually|honestly|frankly|in fact|in truth|"
    r"on second thoughts?|"
    r"on reflection|come to think of it|instead|i[\u2019']?ve changed my mind|i changed my mind|"
    r"forget (?:that|it))"
    r"(?:,|:|\.)* )+(?=\w)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"^(?:(?:please|so|ok|okay|actually|well|oh),? )*(?:forget|ignore|disregard|never ?mind|scratch|"
    r"scrap|drop) "
    r"(?:about )?(?:what(?:ever)? (?:i|we)(?:[\u2019']?ve)? (?:just |first |originally )?(?:said|wrote|"
    r"asked|told you|"
    r"mentioned|wanted)(?: (?:before|earlier|first))?(?: (?:for|to do|done))?|"
    r"(?:my|the|that) (?:\w+ )?(?:request|question|remark|thing|bit|part|wish|order|comment)) ?(?:about|"
    r"regarding|concerning|"
    r"on|with|for)? (?P<what>[^,;.!?\u2013]+?)(?:[,;.!\u2013-]+ *|,? (?:and|but) )(?P<now>\w.*)$",
    re.IGNORECASE,
)
_ONLY_MATTERS = re.compile(
    r"\b(?:only|just) (?P<what>(?:the|its|my|this|that) (?:\w+ )?\w+) (?:really |actually )?"
    r"(?:matters?|counts?|is important|are important|interests? me)(?= *(?:[.;,!]|$)|"
    r" (?:to me|for me|here|now))(?: (?:to me|for me|here|now))*",
    re.IGNORECASE,
)
_DO = re.compile(
    r"(?:^|(?<=[,;.:] )|(?<=\bso )|(?<=\bjust )|(?<=\bonly )|(?<=\bplease )|(?<=\band ))"
    r"(?:do|see to|take care of|deal with|tackle|handle|work on) (?P<what>the (?:noise|grain|blur|haze|"
    r"fog|mist|rain|darkness|"
    r"brightness|light|sharpness|colou?rs?|contrast))(?=\s*(?:[,;.!?]|$)| (?:and|please|only|instead|"
    r"then)\b)",
    re.IGNORECASE,
)


def in_the_end(text: str) -> str:
    """`text` without plans that somebody had before, and what was taken back."""
    found = _TAKEN_BACK.match(text)
    if found and _NAMING.search(found["now"]):
        text = found["now"]
    found = _PLANNED.match(text)
    if (
        found
        and _NAMING.search(found["now"])
        and not (_FURTHER.search(found["now"]) or _FAILED.match(found["now"]))
    ):
        text = _FILLERS.sub("", found["now"])
    return _DO.sub(r"fix \g<what>", _ONLY_MATTERS.sub(r"only fix \g<what>", text))


@lru_cache(maxsize=16)
def _planned_in(code: str) -> tuple[re.Pattern[str], ...]:
    patterns = table_beside(__file__).get(code, [])
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def in_the_end_in(text: str, code: str) -> str:
    """The same in the language `code`."""
    found = next((found for pattern in _planned_in(code) if (found := pattern.match(text))), None)
    return text if found is None else found["now"]
