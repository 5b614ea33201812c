"""Verdicts on two faults: which of them is put up with, and which is minded.

"The blur I can live with, what I can't stand is the grain" names both. The trained reader looks for the words
of a verdict before what they are said of, and takes the verdict on one for that on its neighbour. Here each
is given to its own topic, wherever that stands. So are verdicts in other words: "the faces are fine for
sharpness", "I mustn't make it too bright".

Words that mostly leave something alone or put up with it ("without", "I'd like the ...") ask for the fault to
go in "I'd like it without the rain" and "we want the fog off".
"""

import re

from instructir.instructions.ruling_out.denials import FAULT_NOUN, FAULT_WORDS, THING

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


_S = r"[\u2019']?"
_THE = r"(?:the|this|that|its|my|these|those|all the|all that|a bit of|some|a little|any)"
_WHAT = rf"(?:(?:{_THE} )(?!(?:way|fact|other|rest)\b)(?:[\w-]+ ){{0,2}}?[\w-]+|(?:[\w-]+ )?{FAULT_NOUN})"
_PLAIN = rf"(?:(?:{_THE} )(?:[\w-]+ )?[\w-]+|{FAULT_NOUN})"
_HOW = r"(?:(?:really|honestly|quite|well|easily|happily|just|certainly|perfectly|very much|so) )*"
_BEAR = (
    r"(?:live with|put up with|tolerate|accept|stomach|bear|stand|forgive|overlook|endure|cope with|"
    r"get used to)"
)
_NOT = rf"(?:do not|don{_S}t|could not|couldn{_S}t|would not|wouldn{_S}t)"
_TOLERATES = (
    rf"(?:i|we|one|you)(?:{_S}ll|{_S}d|{_S}m|{_S}re)? {_HOW}(?:(?:can|could|will|would|may) {_HOW})?"
    rf"(?:(?:(?<=can )|(?<=could )|(?<=will )|(?<=would )|(?<=ll )|(?<=ly ))"
    rf"{_BEAR}|{_NOT} (?:(?:really|much|particularly|even|so much) )*"
    rf"(?:mind|care(?: less)? about|object to|worry about|give a (?:damn|hoot|toss|fig|hang) about)|"
    rf"(?:am |are |(?<=m )|(?<=re ))?{_HOW}(?:fine|ok|okay|happy|cool|good|at peace|alright) with|"
    rf"(?:really |do |quite |rather )*(?:like|love|enjoy|want to keep|want kept)|"
    rf"have (?:no(?: \w+)? (?:problem|issue|quarrel|trouble)s? with|nothing against))"
)
"""Who puts up with something. "I can" alone goes with the verbs of bearing it."""
_MINDS = (
    rf"(?:i|we) (?:(?:can(?:no|{_S})t|can not|can (?:hardly|barely|scarcely)|could(?: not|n{_S}t)|"
    rf"won{_S}t|will not|refuse to) {_HOW}(?:{_BEAR}|abide|take|ignore)|"
    rf"(?:do |really |actually |truly |only |just |strongly |certainly )*(?:mind|(?<=do )care about|"
    rf"object to|hate|detest|"
    rf"loathe|dislike|take issue with))"
)
_BOTHERS = (
    r"(?:annoy|bother|bug|irritate|disturb|worrie|worry|upset|spoil|ruin|distract|get to|get on my nerve)"
)
_DOES = (
    rf"(?:(?:does|do|did|really|actually|truly|still) )*{_BOTHERS}e?s?(?: (?:me|us|it))?(?: (?:a lot|"
    rf"most|though))*"
)
_START = r"(?:^|(?<=[.;,:!?] )|(?<=\bbut )|(?<=\band )|(?<=\byet )|(?<=[\u2013-] ))"
_END = (
    r"(?=\s*(?:[.;,:!?)\u2013]|$)|\s+(?:but|and|yet|though|so|whereas|while|it|what|only|just|please)\b|\s-)"
)
_IS = rf"(?:{_S}s| is| are|{_S}re| was| were)"

_FRONTED = re.compile(
    rf"{_START}(?P<what>{_WHAT}),? (?:{_TOLERATES}|(?:i|we)(?:{_S}ll)? (?:can )?(?:handle|take|"
    rf"deal with)){_END}",
    re.IGNORECASE,
)
"""What is named first, and then put up with: "the blur I can live with"."""
_BORNE = re.compile(rf"{_START}{_TOLERATES} (?P<what>{_PLAIN}){_END}", re.IGNORECASE)
_WELL = r"(?:fine|okay|ok|alright|all right|acceptable|no problem|not a problem|tolerable|bearable)"
_TOLERABLE = (
    rf"(?:(?:which|(?:and |but )?that) (?:{_TOLERATES}|(?:is|are|was) {_HOW}{_WELL}|"
    rf"(?:does not|doesn{_S}t) (?:bother|annoy|disturb|worry) (?:me|us)|i can take)|"
    rf"(?:and |but )?that{_S}s {_HOW}{_WELL}|(?:and |but )?i do(?:n{_S}t| not) mind (?:that|"
    rf"it))(?: (?:by|with|for) (?:me|us))?"
)
_WHICH = re.compile(
    rf"{_START}(?:it|this|the {THING}|that|everything)(?:{_S}s| is| looks| came out| turned out) "
    rf"(?P<so>(?:(?:a|an|bit|little|slightly|rather|quite|very|too|so|somewhat|pretty|fairly|all|touch|kind|"
    rf"of) )*)(?P<how>{FAULT_WORDS}|soft)(?:,|;|\.| -| \u2013)* {_TOLERABLE}{_END}",
    re.IGNORECASE,
)
_WHICH_NOUN = re.compile(
    rf"{_START}(?:there{_S}s|there is|it has|i see|i can see|"
    rf"it{_S}s got) (?:[\w]+ ){{0,4}}?(?P<what>{FAULT_NOUN})"
    rf"(?:,|;|\.| -| \u2013)* {_TOLERABLE}{_END}",
    re.IGNORECASE,
)
"""A fault of which it is said right after that it may be there: "it's hazy, which I don't mind"."""
_CLEFT = re.compile(
    rf"{_START}(?:what|the (?:only )?(?:one )?(?:thing|fault|part)(?: that| which)?) "
    rf"(?:{_MINDS}|(?:i|we) do care about|{_DOES}|does matter)(?: (?:though|however|is|more))*? ?"
    rf"(?:is|are|{_S}s|would be) (?P<what>{_WHAT}){_END}|"
    rf"{_START}it{_IS} (?:only |just |really |rather |more )*(?P<cleft>{_WHAT}) (?:that |which )?"
    rf"(?:{_MINDS}|{_DOES}){_END}|"
    rf"{_START}(?P<is>{_WHAT}){_IS} (?:what|the (?:one )?(?:thing|part)(?: that| which)?) (?:{_MINDS}|"
    rf"{_DOES}){_END}|"
    rf"{_START}(?P<front>{_WHAT}),? {_MINDS}{_END}|"
    rf"{_START}(?P<does>{_WHAT}) (?:does|do|really does|still does) {_BOTHERS}e?s?(?: (?:me|us|it))?{_END}|"
    rf"{_START}(?P<bad>(?:{_THE} )?{FAULT_NOUN}) {_DOES}{_END}|"
    rf"{_START}{_MINDS} (?P<object>{_PLAIN})(?:(?: much| far| a lot)? more than {_PLAIN})?{_END}",
    re.IGNORECASE,
)
"""What is minded, before or after the words that say so."""
_OF_PICTURE = re.compile(
    rf"\b(?:{FAULT_NOUN}|{FAULT_WORDS}|tone|tints?|cast|light|lighting|exposure|focus|size|resolution|detail|"
    r"shadows?|sky|veil|jaggies|raindrops|drops|yellow|green|blue|orange|red)\b",
    re.IGNORECASE,
)
"""What a picture can have too much or too little of; nobody's nose."""
_NOT_CLEFT = re.compile(
    rf"{_START}what (?:{_MINDS}|{_DOES}) (?:is not|isn{_S}t|is not so much|is less) (?={_THE}\b)",
    re.IGNORECASE,
)
_AMID = re.compile(
    rf"{_START}(?P<what>{_WHAT}), which {_TOLERATES},(?P<stays> (?:should|can|may|must|is|are|has|have)\b)?",
    re.IGNORECASE,
)
_THE_OTHER_IS = re.compile(
    rf"(?P<before>\b(?:is|are) (?:no|not an?|not the) (?:problem|issue|trouble|matter)[,;.]* (?:(?:but|"
    rf"and|yet) )?)"
    rf"(?P<what>{_PLAIN}) (?:is|are){_END}",
    re.IGNORECASE,
)
_LEANING = re.compile(
    rf"(?P<before>\bleave [^,;.!?]+ alone|\bdo(?:es not|esn{_S}t) (?:bother|annoy|disturb|worry) (?:me|us)|"
    rf"\bis {_WELL}|\bleave it \w+)"
    rf"(?P<link>[,;.]* (?:(?:but|and|yet|though) )?)(?:(?:not (?:with )?|i (?:do|can{_S}t|"
    rf"cannot) )(?P<not>{_PLAIN})|"
    rf"(?P<what>{_PLAIN}) (?:i (?:can{_S}t|cannot|do|do not|don{_S}t)|does|do|is not|isn{_S}t)){_END}",
    re.IGNORECASE,
)
"""A verdict that leans on the one before it: "the blur I can live with, the grain I can't"."""

_WELL_DONE = re.compile(
    rf"\b(?:you|it)(?:[\u2019']ve| have| has)? (?:did|done|made) an? "
    r"(?:lovely|great|good|nice|fine|wonderful|excellent|amazing|brilliant|fantastic) job "
    rf"(?:on|with|of) (?=the\b)(?P<what>{_PLAIN}){_END}",
    re.IGNORECASE,
)
"""Thanks for what was done to a fault, which is not to be done again."""

_QUALITY = (
    r"(?:sharpness|focus|light|lighting|brightness|exposure|colou?rs?|contrast|noise|"
    r"grain|size|resolution|saturation|clarity|detail)"
)
_FINE_FOR = re.compile(
    rf"{_START}(?:(?:it|this|that|they|everything|everyone|(?:the|my|our|these|all the) (?:\w+ )?\w+)"
    rf"(?:{_S}s| is| are|{_S}re| looks?| was| were) )?(?:(?:all|just|perfectly|really|quite|absolutely|"
    rf"pretty) )*"
    rf"(?:fine|ok|okay|good|great|perfect|alright|right|all right) "
    rf"(?:for|in terms of|as regards|as to|regarding|when it comes to|as far as|on|in) "
    rf"(?:(?:the|its|their) )?(?P<what>{_QUALITY})(?: (?:goes|is concerned|are concerned|go))?{_END}",
    re.IGNORECASE,
)
"""A quality that is enough: "the faces are fine for sharpness"."""
_TOO = re.compile(
    rf"(?:{_START}(?:[\w]+ ){{1,2}}(?:says?|said|thinks?|insists?|told (?:me|us)|warned (?:me|"
    rf"us))(?: that)? )?"
    rf"(?:\b(?:i|we|you|it|they|the {THING})(?:{_S}m| am| are|{_S}re)? )"
    rf"(?:must(?: not|n{_S}t)|should(?: not|n{_S}t)|may not|had better not|(?:not|n{_S}t) (?:to|supposed to|"
    rf"allowed to|meant to)|can(?:no|{_S})t) (?:(?:make|get|turn|have|leave) (?:it|this|them|everything|"
    rf"the \w+)|be|become|get|"
    rf"look|come out|end up|turn out) (?:too|any|so|overly|all|much) (?:much )?(?P<how>\w+)"
    rf"(?: (?:because|since|as|for) [^,;.!?]+)?{_END}",
    re.IGNORECASE,
)
"""A direction that is forbidden: "Mum says I mustn't make it too bright"."""
_DIRECTIONS = {
    "brighten it": r"(?:bright|light)(?:er)?",
    "sharpen it": r"(?:sharp|crisp)(?:er)?",
    "touch the colours": r"(?:colou?rful|saturated|vivid|warm|cool|orange|yellow|contrasty|gaudy)(?:er)?",
    "denoise it": r"smooth(?:er)?",
    "enlarge it": r"(?:big|large|bigg)(?:er)?",
}


def weighed(text: str) -> str:
    """`text` with verdicts as what they come to: to leave one thing alone, and to see to another."""
    text = _WELL_DONE.sub(r"leave \g<what> alone", rid_of(text))
    text = _WHICH.sub(r"leave it \g<how>", _WHICH_NOUN.sub(r"leave the \g<what> alone", text))
    text = _AMID.sub(
        lambda found: (
            f"{found['what']}{found['stays']}" if found["stays"] else f"leave {found['what']} alone,"
        ),
        text,
    )
    text = _CLEFT.sub(
        _minded, _THE_OTHER_IS.sub(r"\g<before>fix \g<what>", _NOT_CLEFT.sub("it isn't ", text))
    )
    text = _BORNE.sub(_borne, _FRONTED.sub(_borne, text))
    text = _LEANING.sub(
        lambda found: f"{found['before']}{found['link']}fix {_named(found['not'] or found['what'])}", text
    )
    return _TOO.sub(_forbidden, _FINE_FOR.sub(r"the \g<what> is fine", text))


def _named(what: str) -> str:
    return what if re.match(rf"{_THE}\b", what, re.IGNORECASE) else f"the {what}"


def _borne(found: re.Match[str]) -> str:
    if not _OF_PICTURE.search(found["what"]):
        return found[0]
    return f"leave {_named(found['what'])} alone"


def _minded(found: re.Match[str]) -> str:
    what = next(filter(None, found.groups()))
    return f"fix {_named(what)}" if _OF_PICTURE.search(what) else found[0]


def _forbidden(found: re.Match[str]) -> str:
    for what, how in _DIRECTIONS.items():
        if re.fullmatch(how, found["how"], re.IGNORECASE):
            asked = re.search(
                rf"\b(?:{how}|{what.split()[0]})\b", found.string[: found.start()], re.IGNORECASE
            )
            return f"not too {found['how']}" if asked else f"don't {what}"
    return found[0]
