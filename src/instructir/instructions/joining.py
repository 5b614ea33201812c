"""Words that add one fault or request to another, though elsewhere they would rule it out or lose it.

"Too dark, not to mention grainy", "apart from the noise there's rain as well", "rain along with noise".
"""

import re

from instructir.instructions.denials import FAULT_WORDS
from instructir.instructions.leaving import WORK

_THE = r"(?:(?:the|all|all the|this|that|its|any|some|being|too|so|very|how) )*"
_FAULT = rf"{_THE}(?:(?:motion|camera|film) )?(?:{FAULT_WORDS}|underexposure|pixelation|colou?rs?|contrast)\b"
_MENTIONED = re.compile(
    rf",? (?:not to (?:mention|speak of)|to say nothing of|let alone|never mind(?= {FAULT_WORDS}\b)) (?=\w)",
    re.IGNORECASE,
)
_APART = r"(?:apart|aside) from|other than|besides|on top of|in addition to|as well as"
_AND_MORE = re.compile(
    rf"^(?:{_APART}) (?P<first>{_FAULT}),? (?P<second>(?:there(?:[\u2019']?s| is| are)|it(?:[\u2019']?s| "
    rf"is| has)|"
    rf"(?:the|this|my) [\w ]+?)\b.*\b(?:also|as well|too|both|another)\b.*)$",
    re.IGNORECASE,
)
"""A fault that comes on top of another: "also" tells it from the one that is to be spared."""
_TOGETHER = re.compile(
    rf",? (?:along with|together with|alongside(?: of)?|coupled with|combined with|in combination with) "
    rf"(?=(?:removing |clearing |fixing |reducing )?{_FAULT})",
    re.IGNORECASE,
)
_NO_LESS = re.compile(
    r"(?:,|\s[\u2013-])? ?\b(?:no|not) less (?:important(?:ly)?|urgent(?:ly)?|annoying(?:ly)?)\b,?",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:,|;|\.)? *\b(?:and )?(?:(?:once|when|as soon as|after) (?:that|this|it|you|all that|the first)"
    r"(?:[\u2019']?s| is|[\u2019']?re| are| has been| have been) (?:all )?"
    r"(?:done|finished|ready|through|sorted|over|out of the way)|thereafter|subsequently),? (?=\w)",
    re.IGNORECASE,
)
_FIRST_THEN = re.compile(
    rf"^(?P<first>(?:{WORK}|remove|clear|fix|reduce|clean)\b[^,.;]*?) first,? and (?:then )?only "
    rf"(?P<then>(?:{WORK}|remove|clear|fix)\b[^,.;]*?),? (?:once|when|after) [^,.;]+$",
    re.IGNORECASE,
)


def joined(text: str) -> str:
    """`text` with plain words for such joints: "and", "then"."""
    text = _FIRST_THEN.sub(r"\g<first>, then \g<then>", text)
    text = _MENTIONED.sub(" and ", _NO_LESS.sub("", text))
    text = _AND_MORE.sub(_both, text)
    return _THEN.sub(", then ", _TOGETHER.sub(" and ", text))


def _both(found: re.Match[str]) -> str:
    first = re.sub(r"^being ", "it is ", found["first"], flags=re.IGNORECASE)
    return f"{first if first.startswith('it is') else f'remove {first}'}, {found['second']}"
