"""What is wrong or to be changed as the exception to the rest: "everything but the noise can stay".

Whoever keeps or praises all but one thing asks for that thing, though its name stands beside words that leave
something alone. ``excepting.json`` has the words of the other languages for it.
"""

import re
from functools import lru_cache

from instructir.instructions.ruling_out.denials import FAULT_NOUN, THING
from instructir.instructions.tables import table_beside

_FINE = (
    r"(?:(?:really|pretty|almost|quite|just|so|otherwise|already|nearly|practically|perfectly|all) )*"
    r"(?:fine|good|great|perfect|ok|okay|lovely|nice|wonderful|beautiful|brilliant|right|alright|excellent|"
    r"superb|gorgeous|acceptable|an? (?:\w+ )?(?:fine|good|great|perfect|lovely|nice|wonderful|beautiful|"
    r"brilliant) \w+)(?: (?:by|with|for|to) (?:me|us)| as (?:it|they) (?:is|are)| already| now)*"
)
_IS = r"(?:[\u2019']?s| is| are| looks?| seems?| was|[\u2019']?d be| would be| came out| turned out)"
_ALONE = (
    r"(?:alone|untouched|unchanged|intact|the same|in|there|(?:(?:just|exactly) )?(?:as|the way|like|how) "
    r"(?:it|they|that) (?:is|are)|like (?:that|this)|as is)"
)
_STAYS = (
    r"(?:(?:can|could|may|might|should|shall|must|will|is to|has to|needs to|ought to) (?:(?:all|just|"
    r"well) )*"
    rf"(?:stay|remain|be (?:left|kept|preserved)|be(?= {_ALONE}))|stays|remains)(?: {_ALONE})*"
)
_ALL = (
    rf"(?:every ?thing|all|it all|any ?thing|the (?:whole|entire) {THING})(?: else)?"
    rf"(?: (?:of (?:it|this)|(?:in|about|on) (?:it|this|there|(?:the|my|this) \w+)|here))?"
)
_LIKED = (
    r"(?:(?:(?:i|we) )?(?:(?:really|just|absolutely) )*(?:like|love|adore)|(?:i[\u2019']?m|i am|"
    r"we[\u2019']?re|we are) (?:really |quite |"
    r"perfectly )?(?:happy|fine|ok|okay|good|pleased|satisfied|content) with)"
)
_WHOLE = (
    rf"(?:(?:(?:{_ALL}|it|this|that|the \w+|my \w+|i[\u2019']?m)(?: else)?{_IS} )?{_FINE}|"
    rf"(?:{_ALL} |it (?=\w+ all ))(?:{_STAYS})|"
    r"(?:there(?:[\u2019']s| is) )?nothing(?:[\u2019']s| is)? wrong(?: with (?:it|this|the \w+))?|"
    r"nothing (?:really |else )?(?:bothers|annoys|disturbs|worries|bugs) (?:me|us)|"
    r"(?:i|we) have (?:no|nothing to) (?:complaints?|complain)(?: about)?|"
    r"i wouldn[\u2019']?t change (?:a thing|anything)|"
    rf"{_LIKED} (?:it|this|{_ALL}))"
)
"""Praise of the whole, or leave for it to stay."""
_BAR = (
    r"(?:except(?:ing)?(?: for)?|apart from|aside from|besides|but for|save for|other than|bar|"
    r"if (?:it|that) (?:were not|weren[\u2019']?t|wasn[\u2019']?t|was not) for|were it not for|if not for)"
    r"(?: the fact that| that)?"
)
_BUT = (
    r",? (?:but|except(?:ing)?(?: for)?|apart from|aside from|other than|bar|save(?: for)?|"
    r"with the exception of)"
)
_STARTS = r"(?:^|(?<=[.!?;:,] ))(?:(?:and|but|so|well|honestly|i (?:think|find)),? )*"
_ENDS = r"(?=(?:,? (?:please|pls|thanks|thank you|though))*\W*$|[.!?;,]| (?:and|but|so) )"
_IS_FINE = re.compile(
    rf"{_STARTS}(?:{_WHOLE},? {_BAR} (?P<last>[^,;.!?]+?)|"
    rf"(?:{_LIKED} )?{_ALL}{_BUT} (?P<amid>[^,;.!?]+?)(?: (?:{_STAYS})|{_IS} {_FINE})|"
    rf"{_LIKED} {_ALL}{_BUT} (?P<liked>[^,;.!?]+?)){_ENDS}|"
    rf"^{_BAR} (?P<first>[^,;.]+?)(?:, | (?=(?:it|everything|all|i|nothing|there)\b)){_WHOLE}\W*$",
    re.IGNORECASE,
)
"""All that is wrong with a picture that is praised, or kept, but for it."""
_HOW_IT_IS = re.compile(
    r"^how (?P<how>\w+) (?P<what>it|this|that|(?:the|its|my|this|that|his|her|our|their) \w+) "
    r"(?P<is>is|are|looks?|was|came out|turned out)$",
    re.IGNORECASE,
)
"""What is wrong about "how dark it is"."""
_SAYS = re.compile(r"^(?:it|this|that|everything|there)\b", re.IGNORECASE)
_CHANGE = r"(?:touch|change|alter|edit|do|fix|modify)"
_NOTHING_BUT = re.compile(
    rf"^(?:(?:please|just) )?(?:(?:leave|keep) (?:{_ALL}|it) ?(?:{_ALONE})?"
    rf"|(?:do not|don[\u2019']?t|never) {_CHANGE} (?:{_ALL}|it)"
    rf"|{_CHANGE} nothing(?: else)?){_BUT} (?P<only>[^,;.]+?)(?:\W*$|"
    r"(?=[,;.!]+ (?:it|that|this|they|these|those)(?:[\u2019']?s| is|[\u2019']re| are) "
    r"(?!fine|ok|good|great|perfect)))|"
    rf"{_STARTS}nothing{_BUT} (?P<goes>(?:the|this|that|its|my) [^,;.!?]+?) (?:(?:has|needs|is|ought) to|"
    rf"needs?|"
    rf"should|must) (?:go|change|{_CHANGE}ing|be (?:{_CHANGE}e?d|done|changed|removed)|work){_ENDS}",
    re.IGNORECASE,
)
"""All that is to be changed: "leave everything alone except the haze"."""
_NAMING = re.compile(r"(?:the|its|my|this|that|any)\b", re.IGNORECASE)


_PLACE_SPARED = re.compile(
    rf"(?P<make>\b(?:make|get|want|turn|keep) )(?:{_ALL})(?: in (?:it|this|the \w+))?{_BUT} (?:the|"
    rf"my|our|his|her|their|"
    rf"that|this) (?!{FAULT_NOUN}\b)(?:[\w-]+ ){{1,3}}?(?P<how>(?:(?:a (?:bit|little|lot|touch)|much|"
    rf"more|less|slightly) )*"
    r"(?:[a-z]{3,}er|(?<=more )\w+|(?<=less )\w+))(?= |[.,;!?]|$)",
    re.IGNORECASE,
)
"""A wish for all of the picture but a part of it: "make everything but the sky brighter"."""


def exceptions(text: str) -> str:
    """`text` with the one thing that is wrong, or alone is to be changed, as a plain request."""
    text = _PLACE_SPARED.sub(r"\g<make>it \g<how>", text)
    return _NOTHING_BUT.sub(_only, _IS_FINE.sub(_wrong, text))


def _wrong(found: re.Match[str]) -> str:
    wrong = (found["last"] or found["amid"] or found["liked"] or found["first"]).strip()
    if said := _HOW_IT_IS.match(wrong):
        return f"{said['what']} {said['is']} too {said['how']}"
    return wrong if _SAYS.match(wrong) else f"fix {wrong}"


def _only(found: re.Match[str]) -> str:
    only = (found["only"] or found["goes"]).strip()
    return f"fix {only}" if _NAMING.match(only) else only


@lru_cache(maxsize=16)
def _told_in(code: str) -> tuple[re.Pattern[str], ...]:
    """How a language says that all but one thing may stay, or is fine."""
    patterns = table_beside(__file__).get(code, [])
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def exception_in(text: str, code: str) -> str:
    """The one thing that `text`, in the language `code`, excepts from what may stay; else `text` itself."""
    found = next((found for pattern in _told_in(code) if (found := pattern.match(text))), None)
    return text if found is None else found[1]
