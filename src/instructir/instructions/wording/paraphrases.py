"""Ways of putting a wish that the trained reader takes for its opposite, in plain words.

"I'd rather have grain than this blur", "rain and haze you can forget", "no noise, no blur, just too dark":
what is named is not what is wanted, or only half of it.
"""

import re
from collections.abc import Callable
from functools import partial

from instructir.instructions.refusing.worsening import unspared
from instructir.instructions.ruling_out.absent import without_absent
from instructir.instructions.ruling_out.denials import FAULT_NOUN
from instructir.instructions.ruling_out.disputing import undisputed
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.ruling_out.neither import without_virtues
from instructir.instructions.ruling_out.preferring import preferred
from instructir.instructions.wording.answering import answered
from instructir.instructions.wording.exclaiming import exclaimed
from instructir.instructions.wording.idioms import in_known_words

_THE = r"(?:(?:the|this|that|its|my|any|some|all|all the|a bit of|a little|more|motion|camera|film) )*"
_NAMED = rf"{_THE}{FAULT_NOUN}"
_LIST = rf"{_NAMED}(?:, {_NAMED})*(?:,? (?:and|or) {_NAMED})?"
_EACH = re.compile(r",? (?:and|or) |, ", re.IGNORECASE)

_LEFT_LAST = re.compile(
    rf"(?:^|(?<=[.;,:!?] )|(?<=\bbut ))(?P<what>{_LIST}),? (?:(?:you|we) (?:can|could|may|might|should) "
    rf"(?:just |safely )?"
    r"(?:forget(?: about)?|ignore|skip|disregard|leave(?: alone| be| out| in)?)|(?:is|are) (?:none of "
    r"your business|"
    r"not your (?:job|concern))|(?:(?:please|just) )?(?:do not|don[\u2019']?t|never) (?:touch|change|alter|"
    r"modify)(?: (?:them|those|it|that))?(?! (?!please\b|and\b|but\b|just\b|only\b)\w))(?=\W|$)",
    re.IGNORECASE,
)
"""What is named before it is said that it is to be left: "rain and haze you can forget"."""
_NOT_THE = re.compile(rf"(?<=[.;, ])(?P<what>(?:the )?{FAULT_NOUN}),? not(?=\W*$)", re.IGNORECASE)
_DONT_JUST = re.compile(
    rf"\b(?P<dont>(?:do not|don[\u2019']?t|never|no) (?:{WORK}|touch (?:the )?\w+|change (?:the )?\w+)(?: "
    rf"it| them| "
    rf"anything)?) (?:jus|just|only) (?=(?:the |please )*(?:{WORK}|remove|fix|reduce|clean|clear|lift|"
    rf"take|get)\b)",
    re.IGNORECASE,
)
"""Two wishes without a comma: "dont sharpen just denoise"."""


_TOO_NOT = re.compile(
    rf"^(?:(?:is it |it[\u2019']?s |it is )?too \w+|{_NAMED})\? *(?:no|nope|nah|not at all|hardly|quite "
    rf"the opposite|"
    r"on the contrary)[,.!:\u2013-]+ *(?:on the contrary,? )?(?P<last>\w.+)$",
    re.IGNORECASE,
)
"""A fault that is asked about and denied at once: "too bright? no, it's too dark"."""

_OVERDONE = re.compile(
    r"\b(?:the|this|its|that) (?:\w+ and (?:the )?)?(?P<what>saturation|contrast|colou?rs?|brightness|"
    r"exposure|vibrance) "
    r"(?:is|are|was|were|looks?|seems?)(?: \w+)? (?:over(?:done|cooked|the[- ]top| the top|processed|"
    r"blown)|excessive|"
    r"exaggerated|(?:far |way )?too (?:much|strong|high))"
    r"(?:[,;:.!-]+ *(?:(?:please|so|can|could|would|you|just) )*(?:dial|turn|tone|bring|take|pull) (?:it|"
    r"them|that|the \w+) "
    r"(?:back|down)(?: a (?:bit|little|touch))?)?",
    re.IGNORECASE,
)
_EDGE_OFF = re.compile(r"\b(?:take|taking) (?:just |only )?(?:the|some of the) edge off\b", re.IGNORECASE)
_NOTHING_ELSE = re.compile(
    r"[,;.!\u2013-]* *\b(?:and |but )?(?:nothing (?:else|more)|no more than that|(?:and |but "
    r")that(?:[\u2019']s| is) (?:all|it)|"
    r"only that|just that)(?: please)?(?=\W*$)",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(
    rf"(?<=[,;.!?] )(?:but |and |so )?(?:what|how) about (?P<what>(?:that|the|this|all the|all that) "
    rf"(?:\w+ )?{FAULT_NOUN})",
    re.IGNORECASE,
)


_AS_LONG_AS = re.compile(r"(?<=\w) (?=(?:as|so) long as\b)", re.IGNORECASE)
_UNLESS = re.compile(r"(?<=\w),? unless (?:it|that|this|you|the \w+) [^,.;!?]*", re.IGNORECASE)
"""A condition, and no request: "sharpen it unless it gets noisy"."""
_FORBIDDING = re.compile(r"\b(?:do not|don[\u2019']?t|never|not)\b", re.IGNORECASE)
_NEITHER_LEFT = re.compile(
    rf"\bneither (?P<first>{_NAMED}) nor (?P<second>{_NAMED}) (?:should|must|may|shall|is to|are to|ought "
    rf"to) (?:be (?:left|seen|visible|"
    r"there|in (?:it|there))|remain|stay)\b(?! (?:as|alone|like))[^,.;!?]*",
    re.IGNORECASE,
)
_LEAVE_OUT = re.compile(
    r"^(?:(?:please|just) )?(?:leave out|skip|omit|drop|forget(?: about)?) (?:everything|all|"
    r"anything)(?: else)?,? (?:but|except(?: for)?|save for|"
    r"other than|apart from|bar) ",
    re.IGNORECASE,
)
_NO_COMPLAINTS = (
    r"(?:(?:i|we) (?:have|see)|there[\u2019']?s|there is)? ?"
    r"(?:nothing to (?:complain about|fix|criticise|criticize)|no (?:other )?complaints)"
)
_BAR = r"(?:other than|apart from|aside from|except(?: for)?|besides|but for)"
_COMPLAINED = re.compile(
    rf"^{_BAR} (?P<first>{_NAMED}),? {_NO_COMPLAINTS}\W*$|^{_NO_COMPLAINTS},? {_BAR} "
    rf"(?P<last>{_NAMED})\W*$",
    re.IGNORECASE,
)
_NOTHING_BUT_SEEN = re.compile(
    r"\b(?P<not>(?:can(?:no|[\u2019']?)t|can (?:hardly|barely)|couldn[\u2019']?t) (?:see|make out|"
    r"recogni[sz]e) (?:anything|much)) "
    r"(?:but|except|apart from|other than) [^,.;!?]*",
    re.IGNORECASE,
)
_EYES = (
    r"(?:it |this |that )?(?:hurts? (?:my|your|the|our) eyes|hurts|my eyes (?:hurt|ache|burn|water|"
    r"are \w+ing))"
)
_HURTS = re.compile(
    rf"(?:\b(?:(?:ouch|ow|oh)[,!]* )?{_EYES}[,.;:!]+ (?=(?:it[\u2019']?s |it is )?(?:\w+ )?(?:too|"
    rf"so) bright))?"
    r"\b(?:so|too|painfully|blindingly|glaringly) bright\b(?! (?:spots?|colou?rs?))(?: that)?"
    rf"(?:[,.;]? (?:and )?{_EYES})?|"
    r"\b(?:the |its )?(?:brightness|light|glare|exposure|sky) (?:is|was|looks) (?:\w+ly |so |just )?"
    r"(?:blinding|dazzling|glaring|painful)(?: me)?(?=\W|$)|"
    r"\b(?:a |the )?blinding (?:light|brightness|glare)\b(?! (?:through|behind|from|of))",
    re.IGNORECASE,
)
"""Too much light, by what it does to the eyes."""
_TWO = re.compile(
    r"^(?P<before>.*?[,.;:!?]) *(?P<wish>[^,.;:!?]*\bthe (?:former|latter)\b.*)$", re.IGNORECASE
)
_NAMES = re.compile(rf"\b{FAULT_NOUN}\b", re.IGNORECASE)
_STAYS_DARK = re.compile(
    r"(?P<lead>^|[,.;] ?|\b(?:but|and) )(?:the|its|my|all) (?:\w+ )?\w+ "
    r"(?:must|should|has to|have to|needs to|may|can|is to) "
    r"(?:stay|remain|be kept|be left) (?:black|dark|pitch black|as dark)(?: as \w+(?: \w+)?)?(?=\W*$|"
    r"[,.;])",
    re.IGNORECASE,
)
"""What is to stay dark, whatever it is: "the sky must stay black"."""
_I_THOUGHT = re.compile(
    r"\b(?:at first |first |initially )?(?:i|we) (?:first |initially |at first )?(?:thought|assumed|"
    r"believed|suspected) (?:at first )?(?:that )?"
    r"(?:it|this|that|there) (?:was|were|is|might be|had) [^.;!?]*?,? but (?:no,? |then )?(?=(?:it|this|"
    r"that)(?:[\u2019']?s| is| was)\b)",
    re.IGNORECASE,
)
_TONE_DOWN = re.compile(
    r"(?:(?:please|can you|could you|so|just|and) )*(?:tone|turn|dial|bring) (?:it|this|that|them|"
    r"things) down(?! a (?:bit|little|touch|tad|notch)\b| slightly| somewhat|"
    r" (?:[^\s,;]+ ){1,4}(?:f-?)?stops?\b| (?:by )?\S+ ?(?:ev|%|percent)(?!\w))[.!?]*",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(
    r"\b(?:over-?expos\w+|too (?:bright|light|saturated|colou?rful|vivid|contrasty)|blown[- ]out|garish|"
    r"over-?saturated|washed in light)\b",
    re.IGNORECASE,
)


_WHY_COLOURED = re.compile(
    r"^(?:(?:so|but|and|hey|ok),? )*why (?:does|do|did) (?P<who>(?:[\w\u2019'-]+ ){1,3}?)(?:all "
    r")?(?:look|appear|seem|come out|turn out) "
    r"(?P<how>(?:(?:so|all|too|a bit|rather|very) )*(?:yellow|orange|red|pink|purple|magenta|blue|green|"
    r"cyan|gr[ae]y)"
    r"(?:ish)?)(?: (?:here|in (?:it|this|the \w+)|on (?:it|this)))?\W*$",
    re.IGNORECASE,
)
"""A question that complains of a tint."""


def _between_two(text: str) -> str:
    """`text` with "the former" and "the latter" by their names."""
    found = _TWO.match(text)
    names = _NAMES.findall(found["before"]) if found else []
    if found is None or len(names) < 2:
        return text
    wish = re.sub(r"\bthe former\b", names[0], found["wish"], flags=re.IGNORECASE)
    return re.sub(r"\bthe latter\b", names[-1], wish, flags=re.IGNORECASE)


def _leave_each(found: re.Match[str]) -> str:
    return ", ".join(f"leave {what} alone" for what in _EACH.split(found["what"]))


def _without_rest(text: str) -> str:
    return _NOTHING_ELSE.sub("", text) or text  # a sentence that is nothing but that


def _toned_down(text: str) -> str:
    """What is too much and is to be toned down is a fault, said once."""
    return (_TONE_DOWN.sub("", text).strip() or text) if _TOO_MUCH.search(text) else text


def _unconditional(text: str) -> str:
    return text if _FORBIDDING.search(text) else _UNLESS.sub("", text)


def _last_alone(text: str) -> str:
    found = _TOO_NOT.match(text)
    return found["last"] if found else text


_IN_TURN: tuple[Callable[[str], str], ...] = (
    exclaimed,
    partial(_WHY_COLOURED.sub, r"\g<who>looks \g<how>"),
    unspared,
    undisputed,
    without_virtues,
    in_known_words,
    partial(_I_THOUGHT.sub, ""),
    _between_two,
    partial(_STAYS_DARK.sub, r"\g<lead>leave it dark"),
    _without_rest,
    answered,
    _toned_down,
    _unconditional,
    partial(_NEITHER_LEFT.sub, r"remove \g<first> and remove \g<second>"),
    partial(_AS_LONG_AS.sub, ", "),
    partial(_LEAVE_OUT.sub, "only "),
    partial(_COMPLAINED.sub, lambda found: f"fix {found['first'] or found['last']}"),
    partial(_NOTHING_BUT_SEEN.sub, r"\g<not>"),
    partial(_HURTS.sub, "too bright"),
    _last_alone,
    without_absent,
    preferred,
    partial(_NOT_THE.sub, r"remove \g<what>"),
    partial(_LEFT_LAST.sub, _leave_each),
    partial(_DONT_JUST.sub, r"\g<dont>, "),
    partial(_OVERDONE.sub, r"lower the \g<what>"),
    partial(_WHAT_ABOUT.sub, r"remove \g<what>"),
    partial(_EDGE_OFF.sub, "slightly reduce"),
)
"""What is done one after the other: a later one sees what an earlier one leaves."""


def paraphrased(text: str) -> str:
    """`text` with such sentences in plain words."""
    for step in _IN_TURN:
        text = step(text)
    return text
