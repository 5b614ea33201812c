"""Courtesies around a request: a question that asks for something, and "please" in other languages.

"Could you remove the noise?" asks for it. ``politeness.json`` has the words of the other languages that
greet, plead and thank. The trained reader knows some of them beside some requests, and takes others for a
wish that nobody can fulfil; the English one knows them all.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import ENDS, MARKS, or_all
from instructir.instructions.tables import table_beside

_POLITELY = (
    r"(?P<lead>^|[.!?;,:]\s+|\b(?:and|but|so|please|pls|hi|hey|hello),?\s+)"
    r"(?:can|could|would|will|may|might) (?:you|u|we|i)(?: (?:please|pls|plz|kindly|maybe|possibly|"
    r"perhaps|just|also|"
    r"be so kind as to|ask you to))* (?!be\b|(?:please )?(?:see|tell|show|explain|find|spot|notice|"
    r"identify|"
    r"recogni[sz]e|guess|say|read|believe|imagine|hear|think|recommend|suggest|like|love|want|prefer|"
    r"mind|have|not)\b)"
)
_POLITE_QUESTION = re.compile(
    rf"{_POLITELY}(?P<what>[^?.!;]+?)(?: (?:for|to) (?:me|us))?(?: (?:please|pls))?\s*\?+", re.IGNORECASE
)
_POLITE_REQUEST = re.compile(_POLITELY, re.IGNORECASE)
_LETTER = re.compile(
    r"^\s*(?:dear (?:sirs?(?: or madam|/madam)?|madam|all|team|friends?|editors?|colleagues?|"
    r"ladies and gentlemen)|"
    r"to whom it may concern)\s*[,:;.!-]*\s*",
    re.IGNORECASE,
)
"""How a letter begins."""
_FORMALLY = re.compile(
    r"(?P<lead>^|[.!?;,:]\s+|\b(?:and|but|so),?\s+)"
    r"(?:(?:i|we)(?: would| should| shall|[\u2019']d|[\u2019']ll| will)? (?:(?:most|very|so|much|ever|really|"
    r"extremely|truly|greatly|be) )*(?:grateful|obliged|thankful|appreciate (?:it|this)) (?:if|were) "
    r"(?:you|someone|somebody|anyone)(?: (?:could|would|can|might|were (?:able|willing|so kind as) to))*|"
    r"it (?:would|[\u2019']d) be (?:so |very |really |most )?(?:wonderful|great|lovely|nice|kind|good|"
    r"marvellous|amazing|awesome|fantastic) if you (?:could|would|can)|"
    r"(?:might|may|could|can) (?:i|we) (?:kindly |please )?(?:trouble|ask|request|beg) you to|"
    r"(?:i|we) (?:was|am|were|are) wondering (?:if|whether) you (?:could|would|can|might)|"
    r"would you be (?:so|very|most) kind (?:as )?to|"
    r"(?:i|we) (?:kindly |hereby )*(?:ask|request) (?:that )?you(?: to)?)"
    r"(?: (?:please|kindly|perhaps|possibly|maybe|just|also))* ",
    re.IGNORECASE,
)
"""Requests as formal as in a letter."""
_WOULD_MIND = re.compile(r"\b(?:would|do|will) you mind (?=\w+ing\b)", re.IGNORECASE)


_ADDRESS = (
    r"(?:my )?(?:love|luv|mate|m8|dear|dearie|hun|hon|honey|babe|baby|darling|darl|pal|bro|bruv|bruh|buddy|"
    r"sweetheart|sweetie|sweet|duck|ducky|petal|dude|man|guv|sis|fam|friend|lovely|chum|boss|chief|treasure)"
)
_WILL_YOU = r",? (?:will|would|won[\u2019']?t) (?:you|ya|u|yer)(?:,? (?:please|pls))?"
_THANKS = r"(?:thanks|thank you|thx|ta|cheers|please|pls|ok)"
_CLOSING = re.compile(
    rf"(?<=\w)(?:{_WILL_YOU}(?:,? {_ADDRESS})?|[,.!;]? {_THANKS},? {_ADDRESS}|[,.!;]+ ?{_ADDRESS})[\s.!?]*$",
    re.IGNORECASE,
)
"""A tag, and whom a request speaks to: "brighten it will you, love"."""


def outright(text: str) -> str:
    """`text` with its polite questions as the plain requests that they are."""
    text = _FORMALLY.sub(r"\g<lead>", _LETTER.sub("", _CLOSING.sub("", text)))
    text = _WOULD_MIND.sub("please do ", text)
    return _POLITE_REQUEST.sub(r"\g<lead>", _POLITE_QUESTION.sub(r"\g<lead>\g<what>.", text))


@lru_cache(maxsize=16)
def _courtesies(code: str) -> re.Pattern[str]:
    """Courtesies of a language, at the beginning or the end of a clause, with the marks around them."""
    words = table_beside(__file__).get(code, "(?!)")
    mark = rf"[\s{MARKS}-]"
    # Chinese and Japanese write words together.
    end = "" if code in ("zh", "ja") else ENDS
    apart = rf"{mark}+" if code == "ja" else rf"{mark}*"
    said = rf"(?:{words}){end}"
    return re.compile(
        rf"^(?:[\u00a1\u00bf]?{said}{apart})+|(?:{mark}+{said})+(?={mark}*[?\uff1f]|,)|"
        rf"(?:{mark}+{said})*{mark}*$",
        re.IGNORECASE,
    )


_LAUGHTER = re.compile(
    r"[\s,.;!]*(?<!\w)(?:k{3,}|a?(?:ha){2,}h?|(?:he){2,}|a?(?:ja){2,}j?|(?:rs){2,}|lo+l|mdr+|ptdr|x+d+|"
    r"(?:\u0430?(?:\u0445\u0430)+\u0445?)(?<=\u0445\u0430\u0445)|\u0430?(?:\u0445\u0430){2,}|"
    r"[\u314b\u314e]{2,}|"
    r"\u54c8{2,}|\u0647{3,}|(?<=[\s\u3002\u3001])w{2,})(?!\w)[\s,.;!]*",
    re.IGNORECASE,
)
"""Laughter as the languages spell it, which parts what stands around it as a mark does."""


def without_courtesies(text: str, code: str) -> str:
    """`text` without the courtesies of its language and the mark at its end, unless nothing else is left."""
    text = _LAUGHTER.sub(", ", text).strip(" ,") or text
    rest = _courtesies(code).sub("", text)
    return or_all(rest, text)
