"""Words that add one fault or request to another, though elsewhere they would rule it out or lose it.

"Too dark, not to mention grainy", "apart from the noise there's rain as well", "rain along with noise".
"""

import re

from instructir.instructions.ruling_out.denials import FAULT_NOUN, FAULT_WORDS, THING
from instructir.instructions.ruling_out.leaving import WORK

_THE = r"(?:(?:the|all|all the|this|that|its|any|some|being|too|so|very|how) )*"
_FAULT = (
    rf"{_THE}(?:(?:motion|camera|film) )?(?:{FAULT_WORDS}|underexposure|pixelation|colou?rs?|contrast|soft|"
    r"full of \w+)\b"
)
_MENTIONED = re.compile(
    rf",? (?:not to (?:mention|speak of)|to say nothing of|let alone|never mind(?= {FAULT_WORDS}\b)) "
    rf"(?=\w)",
    re.IGNORECASE,
)
_ON_TOP = r"besides|on top of|in addition to|as well as"
_APART = rf"(?:apart|aside) from|other than|{_ON_TOP}"
_SAYS = (
    r"(?:there(?:[\u2019']?s| is| are)|it(?:[\u2019']?s| is| has| looks| came out)|i see|(?:the|this|"
    r"my) [\w ]+?)\b"
)
_AND_MORE = re.compile(
    rf"^(?:{_APART}) (?P<first>{_FAULT}),? (?P<second>{_SAYS}.*\b(?:also|as well|too|both|another)\b.*)$|"
    rf"^(?:(?:{_APART})(?= being )|{_ON_TOP}) (?P<one>{_FAULT}),? (?P<other>{_SAYS}.*\b(?:{FAULT_WORDS}|"
    rf"soft)\b.*)$",
    re.IGNORECASE,
)
"""A fault that comes on top of another: "also", or its name, tells it from the one that is to be spared."""
_AND_IT_IS = re.compile(rf",? (?:{_APART}|along with) being (?={_FAULT})", re.IGNORECASE)
_NOT_ONLY = r"not (?:only|just|merely)"
_NOT_ONLY_IS = re.compile(
    rf"\b{_NOT_ONLY} (?P<is>is|are|was|were|does|do|did) (?P<what>it|this|that|there|they|(?:the|my|"
    rf"this) (?:\w+ )?"
    rf"{THING})(?= )|"
    rf"(?P<said>\b(?:is|are|was|looks?)|[\u2019']s) {_NOT_ONLY}(?= {_FAULT}[,;]? (?:but\b|(?:it|"
    rf"and)\b.*\b(?:also|too|as well)\b))",
    re.IGNORECASE,
)
_NOT_ONLY_BUT = re.compile(
    rf"\b{_NOT_ONLY} (?P<first>{_FAULT}|(?:{WORK}|remove|clear|fix|reduce|"
    rf"clean)\b[^,.;]*?),? but (?:also )?",
    re.IGNORECASE,
)
"""One of two that are both meant: "not only is it hazy", "not only brighten it but ..."."""
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


_LUMA = r"(?:luma?|luminance|luminosity)"
_CHROMA = r"(?:chroma(?:tic)?|chrominance|colou?r)"
_AND = r"(?: noise| NR| grain)?(?: ?[+&/,] ?| and | plus | as well as )(?:the )?"
_TWO_NOISES = re.compile(
    rf"\b(?:{_LUMA}{_AND}{_CHROMA}|{_CHROMA}{_AND}{_LUMA}) (?=noise|nois\w+|NR\b|grain\w*|denois\w*|"
    rf"speckl\w*)",
    re.IGNORECASE,
)
"""The two kinds of one fault, of which neither is said of light or colours."""


_LOOK = r"(?:dark|dim|noisy|grainy|blurry|blurred|fuzzy|hazy|foggy|misty|rainy|faded|underexposed|unsharp)"
_STACKED = re.compile(
    rf"(?P<before>{_LOOK} )?\b(?P<first>{_LOOK}) (?P<then>{_LOOK}) (?=\w+\s*(?:[,.;:!]|$))", re.IGNORECASE
)
"""Two faults before one noun: "a dark noisy receipt". The reader knows longer rows."""


_LESS_BLUR = re.compile(
    r"(?P<before>[,;.!] (?:please )?(?:only |just )?)(?:reduce|lessen|decrease|diminish) "
    r"(?P<blur>the (?:motion )?blur)\b(?: only| alone)?",
    re.IGNORECASE,
)
"""Less of a blur beside what is left alone, of which the reader would make a blur to be left alone, too."""


_IS_GONE = re.compile(
    rf"\b(?P<once>(?:once|when|after|as soon as) )(?P<what>(?:(?:all )?(?:the|that|this) )?(?:\w+ "
    rf")?{FAULT_NOUN})"
    r"(?P<is>[\u2019']s(?: been)?| is| are| has been| have been) (?P<gone>gone|out|off|away|removed|"
    r"cleared|lifted|"
    r"fixed|done|sorted|dealt with)(?: (?:please|then))?,?(?= \w)",
    re.IGNORECASE,
)
"""What is to be gone first, its verb run together or no comma after it: "once the rain's gone boost it"."""


def _two_looks(found: re.Match[str]) -> str:
    return found[0] if found["before"] else f"{found['first']} and {found['then']} "


def joined(text: str) -> str:
    """`text` with plain words for such joints: "and", "then"."""
    text = _IS_GONE.sub(r"\g<once>\g<what> is \g<gone>,", text)
    text = _LESS_BLUR.sub(r"\g<before>remove \g<blur>", text)
    text = _STACKED.sub(_two_looks, _TWO_NOISES.sub("", text))
    text = _FIRST_THEN.sub(r"\g<first>, then \g<then>", text)
    text = _MENTIONED.sub(" and ", _NO_LESS.sub("", text))
    text = _NOT_ONLY_IS.sub(_is_so, _NOT_ONLY_BUT.sub(r"\g<first> and ", text))
    text = _AND_IT_IS.sub(" and it is ", _AND_MORE.sub(_both, text))
    return _THEN.sub(", then ", _TOGETHER.sub(" and ", text))


def _is_so(found: re.Match[str]) -> str:
    return found["said"] or f"{found['what']} {found['is'].lower()}"


def _both(found: re.Match[str]) -> str:
    first = re.sub(r"^being ", "it is ", found["first"] or found["one"], flags=re.IGNORECASE)
    return f"{first if first.startswith('it is') else f'remove {first}'}, {found['second'] or found['other']}"
