"""Of what, where and after what work a picture is, which asks for nothing once it is said what is wrong.

"The photo I took in the rain is blurry" asks for no deraining, and "I lifted the shadows and now it's noisy"
for no light: what was done already is not asked for.
"""

import re

from instructir.instructions.denials import FAULT_WORDS, THING
from instructir.instructions.leaving import WORK

_SO = (
    r"(?:(?:all|both|so|too|very|rather|quite|really|a|bit|little|far|way|much|slightly|also|just|only|badly|"
    r"terribly|full|of|some|lot|lots|the|more|mostly|completely|totally|out) )*"
)
_WRONG = re.compile(
    rf"(?:^|[,;:.!\u2013-] |\b(?:is|are|was|were|it[\u2019']?s|that[\u2019']s|looks?|seems?|appears?|"
    rf"feels?|comes|came|"
    rf"turned|ended up|got|has|have|and|but|there[\u2019']s) ){_SO}(?:{FAULT_WORDS}|soft)\b",
    re.IGNORECASE,
)
"""A fault that the picture is said to have."""
_NAMED = re.compile(rf"\b(?:{FAULT_WORDS}|soft\w*|sharp\w*|bright\w*|colou?rs?|contrast)\b", re.IGNORECASE)
_SEEN = re.compile(
    r"\b(?:see|visible|streak\w*|drops?|wet|milky|whit\w+|gr[ae]y\w*|hid\w+|lost)\b", re.IGNORECASE
)
"""What the weather looks like, so that it is in the picture."""
_DOING = (
    r"(?:took|taken|shot|snapped|captured|photographed|filmed|made|(?!dur|noth|anyth|everyth|someth|miss|"
    r"fad|vanish|disappear|hid|drown|sink|look)\w{3,}ing|walks?|hikes?|trips?|tours?|rides?|drives?|runs?|"
    r"match|game|race|concert|gig|show|wedding|ceremony|party|picnic|parade|festival|kids|children|people|"
    r"us|me|dogs?)"
)
_IN_THE_RAIN = re.compile(
    rf"\b(?P<doing>{_DOING}(?: (?:it|this|that|them|him|her|my|our|the|a|an|\w+)){{0,2}}?) (?:in|through|"
    rf"during|amid|"
    r"despite) (?:(?:the|a|an|all|this|that|pouring|heavy|light|thick|dense|torrential|summer|morning|"
    r"evening) )*(?:rain|drizzle|downpour|rainstorm|storm|fog|mist|haze|smoke|snow|dark|darkness|night|"
    r"moonlight|twilight|dusk)"
    r"\b(?! (?:forest|room|market|show|club))",
    re.IGNORECASE,
)
_FROM_THE_RAINY = re.compile(
    rf"\b(?P<where>(?:from|at|on) (?:the|our|my|a|that|this) )(?:rainy|wet|drizzly|foggy|misty|hazy|smoky|"
    rf"stormy) "
    rf"(?=(?!{THING}|view|mess|look)[a-z]+\b)",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(
    rf"\b(?:my|our|the|this) (?:\w+ )?{THING} of [^,;.!?]{{1,40}}? "
    rf"(?P<is>is|looks|seems|came out|turned out) (?:both )?(?={_SO}(?:{FAULT_WORDS}|soft)\b)",
    re.IGNORECASE,
)
"""What is in a picture of which a fault is told: "my picture of the Matterhorn is both hazy ..."."""
_MADE = (
    r"(?:lifted|raised|pushed|pulled|boosted|increased|brightened|lightened|opened|cranked|bumped|turned|"
    r"upped|sharpened|denoised|smoothed|dehazed|edited|retouched|processed|stretched|recovered)"
)
_MAKING = (
    r"(?:lifting|raising|pushing|pulling|boosting|increasing|brightening|lightening|opening|cranking|"
    r"bumping|turning|sharpening|denoising|smoothing|dehazing|editing|retouching|processing|recovering)"
)
_WHAT = (
    rf"(?:up )?(?:it|this|that|everything|(?:the|its|my|all the) (?:\w+ )?(?:shadows?|blacks|darks|"
    rf"exposure|brightness|light|highlights|contrast|colou?rs|saturation|clarity|sharpness|{THING}))"
)
_BY_SO_MUCH = r"(?: (?!and\b|but\b|so\b|now\b|then\b)[\w.+'\u2019/-]+){0,6}?"
_AND_NOW = (
    r"(?:[,;:.!\u2013-]+ *(?:(?:and|but|so) )?|,? (?:and|but|so) |,? (?=(?:the|it|there|now|i)\b))"
    r"(?:now,? |then )?"
)
_DONE_BEFORE = re.compile(
    rf"(?:^|(?<=[.!?;:,] ))(?:(?:so|and|but|well|ok),? )*(?:(?:after|when|since|because|once|now that|as) )?"
    rf"(?:(?:i|we|he|she|someone|somebody|they|my \w+)(?:[\u2019']?ve| have| had|[\u2019']d)?"
    rf"(?: (?:already|just|then|only|also))? {_MADE} {_WHAT}|"
    rf"(?:the|its) (?:shadows?|exposure|brightness) (?:was|were|has been|have been|got) {_MADE})"
    rf"{_BY_SO_MUCH}{_AND_NOW}",
    re.IGNORECASE,
)
"""Work that somebody has done already: "I pushed it three stops in post and now ..."."""
_AFTER_DOING = re.compile(
    rf"(?:^|(?<=[.!?;:,] ))(?:after|since|having) (?:{_MAKING}|"
    rf"{_MADE}) {_WHAT}{_BY_SO_MUCH}{_AND_NOW}",
    re.IGNORECASE,
)
_ASKS = re.compile(
    rf"\b(?:{WORK}|remove|reduce|fix|clean|clear|get|take|please|must|should|has to|have to|needs?|want|"
    rf"can you)\b",
    re.IGNORECASE,
)
"""Words of a request, before which "after lifting the shadows" states an order."""


def without_circumstances(text: str) -> str:
    """`text` without what it shows, the weather it came about in, and work done, where a fault is named."""
    text = _OF_WHAT.sub(r"it \g<is> ", text)
    rest = _DONE_BEFORE.sub("", text)
    if not _ASKS.search(text):
        rest = _AFTER_DOING.sub("", rest)
    if rest != text and _NAMED.search(rest):
        text = rest
    rest = _FROM_THE_RAINY.sub(r"\g<where>", _IN_THE_RAIN.sub(r"\g<doing>", text))
    return rest if rest != text and _WRONG.search(rest) and not _SEEN.search(rest) else text
