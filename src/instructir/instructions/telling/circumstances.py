"""Of what, where and after what work a picture is, which asks for nothing once it is said what is wrong.

"The photo I took in the rain is blurry" asks for no deraining, and "I lifted the shadows and now it's noisy"
for no light: what was done already is not asked for.
"""

import re

from instructir.instructions.ruling_out.denials import FAULT_WORDS, THING
from instructir.instructions.ruling_out.leaving import WORK

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
_S = r"[\u2019']?"
_ONLY = r"(?:only|just|merely|simply)"
_UNMARKED = re.compile(
    rf"\b(?P<said>\w+) (?=(?:but )?(?:its|it[\u2019']?s|it is|im|"
    rf"i[\u2019']m) (?:{_ONLY} )?{_SO}(?:{FAULT_WORDS}|soft)\b)",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"(?:and|but|so|because|cause|cos|cuz|that|if|when|as|think|say|says|said|how|why|since|though|"
    r"although|where|"
    r"like|until|till|guess|believe|now|unless|whether|what|while|then|yet|or|sure|see|know|mean|find|"
    r"feel|bc|"
    r"afraid|is|was|here|also|plus|too|well|please|hi|hello)",
    re.IGNORECASE,
)
"""Words after which "it's" begins no sentence of its own, or needs no mark."""
_LIKENED = re.compile(
    r"(?<=\w), like (?:[\w-]+ ){0,3}[\w-]+,?(?= (?:on|in|at|all over|across|over|under|behind|around)\b)",
    re.IGNORECASE,
)
"""A comparison amid what is told: "fuzz, like little dots, on the wall"."""
_THERE = (
    rf"(?:(?:it|this|that|i|we|he|she|they|my \w+)(?:{_S}s|{_S}m| was| were| is| am)? )?(?:(?:was|were|"
    rf"been|out|all|"
    rf"just|already|late|really|very|quite|so|(?:took|taken|shot|snapped|made|photographed|filmed|captured)"
    rf"(?: (?:it|this|that|these|them|everything))?|standing|sitting|walking|hiking) )*"
    rf"(?:(?:in|at|during|by|on|after|through|under|amid) )?(?:(?:the|a|an|all|this|that|middle of|"
    rf"pouring|heavy|light|"
    rf"thick|dense|torrential|summer|early|late|morning|winter|autumn|rainy|foggy|misty|some) )*"
    rf"(?:night|evening|midnight|dusk|dawn|twilight|sunset|sunrise|rain|drizzle|downpour|rainstorm|"
    rf"storm|fog|mist|"
    rf"haze|smog|smoke|dark|darkness|moonlight|raining|drizzling|pouring|foggy|misty|hazy|dark|rainy|"
    rf"day|morning|"
    rf"afternoon)(?: (?:time|outside|out|then|there|already))?"
)
_WHERE = re.compile(
    rf"^(?:(?:hi|hello|so|well|ok|okay),? )?(?!(?:it|this|that) ?(?:is|{_S}s) )(?P<there>{_THERE})"
    rf"(?:[,;.!\u2013-]+ *(?:(?:and|but|yet|though|still) )?| (?:but|and|yet|though) )(?P<rest>.+)$",
    re.IGNORECASE,
)
"""Where or when a picture was taken, as the whole of a clause."""
_ASPECT = (
    r"(?:(?:the|its|my|all the) )?(?:light(?:ing)?|brightness|exposure|colou?rs?|contrast|visibility|"
    r"sharpness|focus|"
    r"picture|photo|image|shot|air|view|sky|it)"
)
_VERDICT = re.compile(
    rf"^(?:{_ASPECT}(?:{_S}s| is| are| was| were| looks?| came out| turned out)(?: \w+)? (?:fine|ok|"
    rf"okay|good|great|"
    rf"perfect|nice|well|right|alright|lovely|clear|bright|dry)|(?:no|not a|hardly any|"
    rf"without) (?:single )?(?:rain)?(?:drops?|streaks?|rain|"
    rf"fog|mist|haze|darkness)\b|(?:nothing|none) of (?:it|that)|there is no haze)",
    re.IGNORECASE,
)
"""A verdict on what the place or the hour would have made worse."""
_CLEAR_AIR = re.compile(
    r"(?:^|(?<=[,;.!] ))(?:the )?(?:visibility|air|view) (?:is|was|were|looks?)(?: \w+)? (?:fine|ok|"
    r"okay|good|great|"
    r"perfect|nice|clear|lovely|excellent)(?: \w+ly)?(?=[,;.!])",
    re.IGNORECASE,
)
_ONLY_WRONG = re.compile(
    rf"^(?:(?:but|and|it{_S}s|it is|it was|its|there{_S}s|there is|i{_S}m) )*{_ONLY} (?!(?:(?:as|too|"
    rf"so) )?(?:dark\w*|dim|wet|rain\w*|"
    rf"fog\w*|haz\w*|mist\w*|gloomy)\b){_SO}(?:(?:the|my|its) [\w ]{{2,30}}? (?:is|are|"
    rf"looks?) )?{_SO}(?:{FAULT_WORDS}|soft)\b",
    re.IGNORECASE,
)
_UNLESS_DONE = re.compile(
    rf"(?:^|(?<=[.;,!?] ))(?P<told>[^.;,!?]*\b(?:without|no|never|forgot|failed|too \w+|did{_S}n?{_S}t|did "
    rf"not|"
    rf"could{_S}n?{_S}t|could not|was{_S}n?{_S}t|was not|had{_S}n?{_S}t|had not)\b[^.;,!?]*?),? (?:and )?so "
    r"(?P<wrong>(?:the|my|our|its|this|that|these|it|they|everything|everyone|all|half|most|parts?)\b"
    r"[^.;,!?]*)(?=[.;,!?]|$)",
    re.IGNORECASE,
)
"""What was not done, and what is wrong because of it: "without a flash so the room isn't bright"."""
_LACKING = re.compile(
    rf"(?:\bnot|n{_S}t|\bhardly|\bno longer) (?:(?:very|really|quite|all that|as|so|at all) )*(?:sharp|"
    rf"crisp|in focus|"
    r"focus\w*|bright|lit|clear|clean|readable|legible|colou?rful|vivid|smooth)\b",
    re.IGNORECASE,
)
_METERED = re.compile(
    r"(?:(?:^|(?<=[.;,!?] ))(?:(?:and|but|so|well) )?|,? (?:because|since|as|cos|when) )"
    r"(?:(?:i|we|he|she|they|it was|was) )?(?:(?:spot|cent(?:re|er)|matrix)[- ](?:weighted )?)?"
    r"(?:metered|exposed|metering|exposing) (?:it |this )?(?:for|on|off|from) (?:(?:the|a|an|my|her|his) )?"
    r"(?:(?!(?:and|but|so)\b)[\w-]+ ){0,2}[\w-]+(?: (?:and|or) (?:the )?\w+(?=\s*(?:[.;,!?]|$)))?"
    r"(?:\s*[.;,!?-]+\s*|$|,? (?:and|but|so) (?=(?:the|my|it|its|now|everything)\b))",
    re.IGNORECASE,
)
"""What the light was measured for, which is no wish: "metered for the window, the faces are black"."""
_EXPOSED = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft|black|blown|clipped|burnt|burned|crushed|(?:stops?|ev) (?:under|over|down)|"
    r"under|over-?exposed|silhouettes?|too \w+)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[,;.:!\u2013-]+ |,? \b(?:but|and|yet|though)\b ", re.IGNORECASE)


_SPOKEN = re.compile(
    r"(?<=\w)\s+(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bno )(?<!\bof )(?<!\bmy )"
    r"(?:(?P<comma>comma)|new (?:line|paragraph)|full stop|question mark|exclamation (?:mark|point)|"
    r"period(?=\W*$| "
    r"(?:and|it|it[\u2019']?s|its|but|also|please|pls|then|can|could|the|i|we|thanks|thank|remove|make)\b))"
    r"(?=\s|\W*$)[\s,.]*",
    re.IGNORECASE,
)
"""Marks that somebody dictates: "it's dark comma and grainy period"."""
_ENDS_IN_PERIOD = re.compile(r"\w+(?:ian|al|ic|ese|war|time|long|short|old|same|one) $", re.IGNORECASE)


def _mark(found: re.Match[str]) -> str:
    if "period" in found[0].lower() and _ENDS_IN_PERIOD.search(found.string[: found.start()] + " "):
        return found[0]
    return ", " if found["comma"] else ". "


def marked(text: str) -> str:
    """`text` with the comma that hurried typing leaves out before what is wrong, and spoken marks."""
    text = _SPOKEN.sub(_mark, text).strip()
    text = _LIKENED.sub("", text)
    return _UNMARKED.sub(
        lambda found: found[0] if _LEADS_ON.fullmatch(found["said"]) else f"{found['said']}, ", text
    )


def _without_place(text: str) -> str:
    """`text` without where it was taken, where what is wrong, or is not, is said outright."""
    found = _WHERE.match(text)
    if found is None:
        return text
    rest = _CLEAR_AIR.sub("there is no haze here", found["rest"])
    said = _MARKS.split(rest)
    wrong = any(_WRONG.search(f", {piece}") or _ASKS.match(piece) for piece in said)
    stated = any(_VERDICT.match(piece) for piece in said)
    only = any(_ONLY_WRONG.match(piece) for piece in said)
    return rest if only or (wrong and stated) else text


def _wrong_alone(found: re.Match[str]) -> str:
    """What is wrong, where it is said to be, and nothing before it asks or complains."""
    wrong = _WRONG.search(found["wrong"]) or _LACKING.search(found["wrong"])
    told = _ASKS.search(found["told"]) or _NAMED.search(found["told"].replace("not", ""))
    return found["wrong"] if wrong and not told else found[0]


_ZOOMED = re.compile(
    r"^(?:(?:when|if|whenever|as soon as|once) (?:i|you|we|one) zooms?(?: in| closer)*|zoom in and),? "
    r"(?=(?:there(?:[\u2019']?s| are)|it(?:[\u2019']?s| is| looks| gets)|(?:i|you|"
    r"we) (?:can )?(?:see|get)|everything "
    r"(?:is|looks))\b)",
    re.IGNORECASE,
)
"""How somebody came to see what is wrong, and no wish for more pixels."""


def without_circumstances(text: str) -> str:
    """`text` without what it shows, the weather it came about in, and work done, where a fault is named."""
    text = _ZOOMED.sub("", text)
    text = _without_place(_OF_WHAT.sub(r"it \g<is> ", _UNLESS_DONE.sub(_wrong_alone, text)))
    rest = _METERED.sub("", text).strip(" ,;")
    if rest != text and _EXPOSED.search(rest):
        text = rest
    rest = _DONE_BEFORE.sub("", text)
    if not _ASKS.search(text):
        rest = _AFTER_DOING.sub("", rest)
    if rest != text and _NAMED.search(rest):
        text = rest
    rest = _FROM_THE_RAINY.sub(r"\g<where>", _IN_THE_RAIN.sub(r"\g<doing>", text))
    return rest if rest != text and _WRONG.search(rest) and not _SEEN.search(rest) else text
