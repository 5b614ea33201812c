"""Requests in the form of a question, in English: "could you remove the noise?" asks for it."""

import re

_POLITELY = (
    r"(?P<lead>^|[.!?;,:]\s+|\b(?:and|but|so|please|pls|hi|hey|hello),?\s+)"
    r"(?:can|could|would|will|may|might) (?:you|u|we|i)(?: (?:please|pls|plz|kindly|maybe|possibly|"
    r"perhaps|just|also|"
    r"be so kind as to|ask you to))* (?!be\b|(?:please )?(?:see|tell|show|explain|find|spot|notice|identify|"
    r"recogni[sz]e|guess|say|read|believe|imagine|hear|think|recommend|suggest|like|love|want|prefer|"
    r"mind|have|not)\b)"
)
_POLITE_QUESTION = re.compile(
    rf"{_POLITELY}(?P<what>[^?.!;]+?)(?: (?:for|to) (?:me|us))?(?: (?:please|pls))?\s*\?+", re.IGNORECASE
)
_POLITE_REQUEST = re.compile(_POLITELY, re.IGNORECASE)


def outright(text: str) -> str:
    """`text` with its polite questions as the plain requests that they are."""
    return _POLITE_REQUEST.sub(r"\g<lead>", _POLITE_QUESTION.sub(r"\g<lead>\g<what>.", text))
