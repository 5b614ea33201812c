"""Wishes for more of a fault that name no adding: "heavier rain please", "let it look like night".

A comparative that strengthens a fault, a look that is to be had, things that are to vanish in the fog: the
trained reader knows the topic of such a wish and takes it for the complaint. ``worsening.json`` holds the
words of the other languages, and of all of them at once those for a smaller file (``smaller``) and for
less sharpness or size (``duller``).
"""

import re
from functools import lru_cache

from instructir.instructions.ruling_out.denials import THING
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside

_FAULT = (
    r"(?:noise|grain|graininess|blur|bokeh|motion blur|rain|rainfall|raindrops|drizzle|downpour|streaks|fog|"
    r"mist|haze|smoke|smog|murk|gloom|darkness|snow|snowfall|hail|sleet|blizzard|storm|thunderstorm|weather|"
    r"vignett(?:e|ing))"
)
_OF_FAULT = (
    rf"(?:(?:the|this|that|its|our|my|all the) )?(?:(?!less\b|no\b)\w+ )?{_FAULT}"
    r"(?![ -](?:removal|reduction|suppression|filter|control|correction|is\b|was\b|gets?\b|got\b))"
)
_RATHER = r"(?:(?:a|bit|little|lot|much|far|way|even|slightly|somewhat|still|really|touch|tad|notch|and) )*"
_STRONGER = (
    r"(?:heavier|thicker|denser|stronger|worse|harder|coarser|rougher|fiercer|wilder|deeper|bigger|nastier|"
    r"moodier|spookier|more (?:intense|dense|visible|pronounced|obvious|prominent|dramatic|severe|violent|"
    r"noticeable|extreme|oppressive|apparent|of it)|heavier and heavier|thick(?= as)|like (?:pea )?soup)"
)
_BE = (
    r"(?:(?:to )?(?:be|look|seem|appear|feel|get|become|grow|turn|fall|come|pour|blow|rage|show|come out)"
    r"(?: (?:down|up|across|in|out))? )?"
)
_WISH = (
    r"(?:^|[,;] |\b(?:please|pls|and|but|then|to|you|we|i|just|so|also|now) )"
    r"(?:(?:can|could|may|might|should|shall|would)(?: you| we| i)?(?: please)?(?: (?:make|let|have|get|see|"
    r"turn))?|make|making|let|have|get|turn|render|(?:want|need|like|love|prefer)(?: to (?:have|see|make|"
    r"get))?)"
)
_ENDS = r"(?=\W*$|[,.;:!?]| (?:please|pls|for|so|than|as|because|to|in|on|over|overall|again|now|instead)\b)"
_IT = rf"(?:it|this|that|them|everything|(?:the|my|this|that|our) (?:\w+ )?(?:{THING}|sky|portrait|day))"
_HIDING = (
    r"(?:disappear(?:ing)?|vanish(?:ing)?|fad(?:e|ing)|dissolv(?:e|ing)|sink(?:ing)?|drown(?:ing)?|"
    r"melt(?:ing)?|"
    r"(?:get|be|become) (?:lost|swallowed(?: up)?|hidden|shrouded|wrapped|drowned|engulfed)|go under)"
)
_COVER = r"(?:swallow|hide|cover|shroud|engulf|drown|bury|obscure|veil|eat|consume|blanket|creep (?:in|over))"
_VEIL = r"(?:fog|mist|haze|smoke|smog|rain|darkness|dark|night|shadows?|snow|blur|murk|gloom|clouds?)"
_AT_NIGHT = (
    r"(?:(?:it(?:[\u2019']s| is| was| were)|we(?:[\u2019']re| are| were)|i was) )?(?:(?:taken|shot|snapped|"
    r"photographed) )?(?:(?:at|in|during|the|a|an|late|dark|deep|middle of|dead of|foggy|moonless) )*"
    r"(?:night|night[- ]?time|midnight|dusk|nightfall|twilight|evening)\b"
)
_BAD_CAMERA = (
    r"(?:(?:it(?:[\u2019']s| is| was| were| came)|i|we|someone) )?(?:(?:had )?(?:taken|shot|snapped|"
    r"photographed|"
    r"filmed|made|took|filmed|came|scanned|printed) )?(?:(?:it|this) )?(?:(?:with|on|by|from|off|through|"
    r"using|"
    r"a|an|the|some|my|one of those) )*(?:(?:really|very|cheap|old|bad|crappy|rubbish|poor|lousy|toy|broken|"
    r"low[- ]?(?:quality|res(?:olution)?)|dirty|amateur|terrible|awful|worn|faded|blurry|grainy|\d+s|"
    r"nineties|eighties|seventies|early|vintage|retro|third[- ]generation) )*"
    r"(?:disposable(?: camera)?|webcam|flip ?phone|phone(?! (?:screen|box))|toy camera|camcorder|potato|"
    r"photo-?copy|"
    r"fax|newsprint|super ?8|lomo(?:graphy)?|holga|pinhole|(?<=cheap )(?:camera|phone)|"
    r"(?<=bad )(?:photo|picture|copy|camera|print|scan)|(?<=old )(?:photo|picture|print|camera|snapshot)|"
    r"(?<=faded )(?:photo|picture|print|postcard)|(?<=dirty )(?:lens|window))\b"
)
_LOOK = rf"(?:make|let|have|get|turn|render)(?:ting|ing)? {_IT} (?:to )?(?:look|looking|seem|appear|feel)"
_WANT_LOOK = (
    rf"(?:{_LOOK}|(?:want|need|like|love|prefer) {_IT} to (?:look|seem|appear|feel)|(?:it|this) (?:should|"
    rf"must|"
    rf"has to|needs to|could|ought to) (?:look|feel|appear)|(?:can|could|should) (?:it|this|{_IT}) (?:look|"
    rf"feel|"
    r"be made to look))"
)
_WORSENS = re.compile(
    rf"{_WISH} {_OF_FAULT} {_BE}{_RATHER}{_STRONGER}{_ENDS}|"
    rf"^{_OF_FAULT} (?:should|must|could|needs? to|ought to|has to) {_BE}{_RATHER}{_STRONGER}{_ENDS}|"
    rf"^(?:(?:please|pls|just|maybe|some|an?|i[\u2019']d like|i want|we want|we need|give (?:me|us|it)|and|"
    rf"with) )*"
    rf"{_RATHER}{_STRONGER} {_FAULT}(?: (?:please|pls|now|overall))*\W*$|"
    rf"\b(?:let|make) it (?:rain|snow|pour|drizzle|hail|storm|blow) {_RATHER}(?:harder|heavier|more|"
    rf"heavily)\b|"
    rf"(?:^|\b(?:please|pls|to|you|and|then|just) )(?:intensify|strengthen|thicken|heighten|beef up|"
    rf"exaggerate|"
    rf"emphasi[sz]e|accentuate|worsen|amplify|turn up|crank up|dial up|bring out|play up) {_OF_FAULT}\b|"
    rf"\b(?:let|make|have|letting|having) (?!me\b|us\b)(?:\w+ ){{1,5}}?{_HIDING} (?:away )?(?:in(?:to)?|"
    rf"under|behind|"
    rf"within) (?:(?:the|a|all|that|thick|dense|deep) )*{_VEIL}\b|"
    rf"(?:^|\b(?:let|make|have|please|you) )(?:can |could |should )?(?:the |a |"
    rf"some )?(?:\w+ )?{_VEIL} {_COVER} "
    rf"(?:up )?(?:the|my|everything|it|all|our|half|most)\b|"
    rf"\b{_WANT_LOOK} (?:(?:more|a bit|a little|much|just|rather) )*(?:like|as if|as though) {_AT_NIGHT}|"
    rf"\b{_WANT_LOOK} (?:(?:more|a bit|a little|much|just|rather) )*(?:like|as if|as though) {_BAD_CAMERA}|"
    rf"\b(?:darken|dim|make|turn|lower|bring)(?:ing)?\b[^.;!?]*?,? (?:so|so that|until|till) (?:it|this|"
    rf"that|{_IT}|"
    rf"the \w+) (?:looks?|seems?|feels?|appears?|is) (?:(?:more|just|a bit) )*(?:(?:like|as if|as though) "
    rf")?{_AT_NIGHT}",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"\b(?:not|don[\u2019']?t|never|without|stop|less|no longer|no|isn[\u2019']?t|shouldn[\u2019']?t)\b|"
    r"n[\u2019']t\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    rf"(?!.*\b(?:{WORK}|remove|fix|reduce|the rest)\b)"
    r"(?:for|because|since|as (?:it|that|we|i)|so|so that|to (?:give|make|get|add|create|match|set|fit|"
    r"suit|hide|"
    r"look|feel)|(?:that|which|it|this) (?:shows?|reveals?|suits?|fits?|adds?|gives?|makes?|creates?|"
    r"brings?|sets?|"
    r"looks?|would|will|feels?|hides?|exaggerates?|emphasi[sz]es)|(?:you|one|we|i) (?:can|could) "
    r"(?:see|count|make out)|i (?:like|love|want|need)(?: (?:it|that|the))? (?:moody|dramatic|dark|"
    r"atmospher\w*|"
    r"drama|look|mood|feel\w*|that way)|"
    rf"(?:it|they|the {_FAULT}) (?:(?:can|could) )?(?:hardly|barely|scarcely|only just) (?:shows?|be seen)|"
    rf"(?:it|they|the {_FAULT})(?:[\u2019']s| is| are)(?: (?:far|much|way))? (?:hardly|barely|scarcely|"
    rf"too|not|only just) "
    r"(?:visible|noticeable|there|thin|weak|faint|subtle|light|sparse|fine)|"
    r"(?:you|one|we|i|people|they) (?:can|could)(?: (?:hardly|barely|scarcely)|not|n[\u2019']?t) (?:even )?"
    r"(?:see|notice|spot) (?:it|them|any)(?: at all)?\W*$|"
    r"(?:nobody|no ?one) (?:sees|notices|will (?:see|notice)|can see) (?:it|them))\b",
    re.IGNORECASE,
)
"""How a clause begins that says what a wish is for, or why: what is to be stronger "hardly shows"."""


_ALL_BUT = re.compile(
    r"\b(?:(?P<verb>blur|pixelate|darken) (?:everything|all|anything)|make (?:everything|all))(?: else)? "
    r"(?:but|except(?: for)?|apart from|around|behind) [^,.;!?]+?"
    r"(?(verb)(?=\W*$|[,.;!?])| (?P<how>blurr?y|blurred|out of focus|dark|darker|grainy|noisy|hazy|foggy)\b)",
    re.IGNORECASE,
)
"""What is to be spared a fault that all else is to have, which is nothing to be left alone."""


_SO_THAT = re.compile(
    r"\b(?P<darker>(?:darken|dim)\b[^,.;!?]*|(?:make|turn) [^,.;!?]*\b(?:dark|darker|dimmer)), (?=so "
    r"(?:that )?(?:it|this|"
    r"that|the \w+) (?:looks?|seems?|feels?)\b)",
    re.IGNORECASE,
)


def unspared(text: str) -> str:
    """`text` with "make everything but the face blurry" as what it wants done, and to everything."""
    text = _SO_THAT.sub(r"\g<darker> ", text)
    return _ALL_BUT.sub(lambda found: f"make everything {found['how'] or 'blurry'}", text)


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    words: dict[str, str] = table_beside(__file__)
    return words


@lru_cache(maxsize=16)
def _pattern(code: str) -> re.Pattern[str]:
    return re.compile(_words()[code], re.IGNORECASE)


def worsens(clause: str, code: str = "en") -> bool:
    """Whether `clause` wants a stronger fault, the look of one, or less of a picture or its file."""
    if (less := _pattern("smaller").search(clause)) and not _NOT_WANTED.search(clause[: less.start()]):
        return True
    if code != "en":
        duller = _pattern("duller").search(clause)
        if duller and not _pattern("not").search(clause[: duller.start()]):
            return True
        found = _pattern(code).search(clause)
        return found is not None and not _pattern("not").search(clause[: found.end()])
    found = _WORSENS.search(clause)
    return found is not None and not _NOT_WANTED.search(clause[: found.end()])


def says_why(clause: str) -> bool:
    """Whether `clause` only says why something is wished, or what for: "for atmosphere"."""
    return _WHY.match(clause) is not None
