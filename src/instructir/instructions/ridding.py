"""Wishes for a picture rid of its fault: "I'd like it without the rain", "we want the fog off".

Words that mostly leave something alone or put up with it ("without", "I'd like the ...") ask here for the
fault to go.
"""

import re

_FAULT = (
    r"(?:(?:(?:the|this|that|its|all|any|all the|all that|all this|so much) )*(?:(?:motion|camera|film|"
    r"heavy) )?"
    r"(?:nois(?:e|iness)|grain(?:iness)?|speckles?|blur(?:riness)?|softness|camera shake|rain|streaks|"
    r"raindrops|drizzle|haz(?:e|iness)|fog|mist|smog|smoke|murk|darkness|dullness|pixelation))"
)
_PICTURE = r"(?:it|this|that|them|everything|one|(?:the|my|this|that|our|a|these) (?:\w+ )?\w+)"
_WITHOUT = re.compile(
    rf"\b(?:want|need|like|love|prefer|have|see|get|make) {_PICTURE} (?:(?:to be|looking|but) )?"
    rf"(?:without|minus|free of|rid of) (?P<what>{_FAULT})(?=\W*$|\s*[,.;:!?]| (?:and|but|please|pls|"
    rf"though|in)\b)",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b(?:i|we)(?:[\u2019']?d| would)? (?:(?:really|just|rather|so|also) )*(?:like|love|want|need|prefer) "
    rf"(?P<what>{_FAULT}) (?:to be |to )?(?:off|gone|out|away|removed|taken (?:off|out|away)|cleared|"
    rf"lifted|go|"
    r"disappear|vanish)(?: (?:it|of it|of this|of here|this|please|from (?:it|this|the \w+)))*(?=\W*$|"
    r"\s*[,.;:!?]| "
    r"(?:and|but|so)\b)",
    re.IGNORECASE,
)


def rid_of(text: str) -> str:
    """`text` with such wishes as plain requests: "remove the rain"."""
    return _OFF.sub(r"remove \g<what>", _WITHOUT.sub(r"remove \g<what>", text))
