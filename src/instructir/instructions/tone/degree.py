"""How much of a restoration somebody asks for."""

import re

from instructir.instructions.letters import PERCENT, or_all

LIGHT = 0.5
"""Fraction of a restoration that "a touch" asks for."""

_SPECK = (
    r"bit|touch|tad|little|lil|hint|smidge(?:o?n)?|skosh|mite|notch|shade|dash|pinch|whisker|fraction|trifle|hair|"
    r"nudge|"
    r"sprinkle|splash|wee|drop|sliver|trace|grain of|modicum|whisper|whiff|suggestion|breath|dab|lick|"
    r"smattering|soup[c\u00e7]on"
)
_FAULTS = r"(?:noise|grain|blur|softness|rain|drizzle|haze|fog|mist|smoke|smog|darkness|speckles?)"
_TREAT = (
    r"(?:(?:remov|reduc|clear|lift|clean|tak|cut|sharpen|brighten|lighten|denois|deblur|dehaz|derain|smooth|"
    r"enhanc|fix|undo|los|restor)\w*|(?:do|go)(?:ing)?)"
)
_SIDE = r"(?:left|right|top|bottom|upper|lower|other|right-hand|left-hand)"
_MEASURE = (
    r"(?: (?:(?:the )?(?:strength|power|effect|intensity|force|amount|measure)|as \w+|(?:a|of a) stop))"
)
_HALVED = re.compile(
    rf"\b(?:by half|half{_MEASURE}|half (?:of )?(?:the |its |that |this )?(?={_FAULTS})|"
    rf"{_TREAT}(?: (?:it|this|that|off|out|away|up|down|only|just|about|by|the (?!{_SIDE})\w+))* "
    r"half(?:[- ]?way)?|"
    r"half[- ]?way(?=\W*$)|(?<!.)half[- ]?(?:way)?(?=\W*$| (?:please|pls|will|is|would)\b))",
    re.IGNORECASE,
)
"""Half of the work, and not half of what is in the picture: "half the family is out of focus"."""
_STRONGLY = re.compile(
    r"\b(?:strong(?:ly)?|heav(?:y|ily)|aggressive(?:ly)?|intens(?:e|ely)|serious(?:ly)?|full|"
    r"max(?:imum)?) (?=(?:sharpen|"
    r"deblur|denois|noise red|dehaz|derain|brighten|lighten|clean|haze rem|rain rem)\w*)",
    re.IGNORECASE,
)
"""How much of it is done anyway."""
_HALF = re.compile(rf"\b(?:by )?half(?:[- ]?way)?(?:{_MEASURE})?\b", re.IGNORECASE)
_A_LITTLE = "|".join(
    (
        rf"(?:just |only )?(?:an?|some) (?:wee |tiny |little |small |teeny )*(?:{_SPECK})(?: of(?= "
        rf"{_FAULTS}))?",
        rf"(?:wee|tiny|little|small|teeny|slight) (?:{_SPECK})",
        rf"(?:{_SPECK})(?: of)? (?=(?:more|less|bright|light|sharp|crisp|clean|clear|warm|cool|vivid|bigg|"
        rf"larg|strong)\w*)",
        r"an? (?:small|slight|minor|modest|gentle|light|tiny|little|subtle) (?:increase|boost|lift|"
        r"change|bump|push)",
        r"slight(?:ly)?|faintly|somewhat|gent(?:ly|le)|subt(?:ly|le)|softly|mild(?:ly)?|lightly|"
        r"barely(?! (?:be |get |even )?(?:se|mak|made|read|recogni|tell|find|spot|distinguish|visible|"
        r"discern|show|know))|"
        r"by (?:only )?a (?:small|tiny|slight|little) (?:amount|degree|extent|margin)|"
        r"(?:light|weak|small|careful|faint|minor|tiny) (?=(?:denois|sharpen|deblur|dehaz|derain|brighten|"
        r"clean|noise|colou?r|"
        r"contrast|saturat|edit|lift|boost|correct)\w*)",
        r"(?:soft|light|gentle|delicate|careful) (?:touch|hand|pass)",
        r"(?:hardly|barely|scarcely) any (?=\w*(?:\w+ing|\w+tion|removal|noise red|denois|sharpen|"
        r"boost|lift))|"
        r"minimal(?:ly)?|modest(?:ly)?|part(?:ial)?ly|moderate(?:ly)?|delicate(?:ly)?|restrained|"
        r"ever so|a weak",
        r"less aggressive(?:ly)?|low(?:er)? strength|some of",
        r"not too (?:much|strong|strongly|far|hard)|not (?:fully|completely|entirely|all)|without overdoing",
        r"don'?t (?:overdo|exaggerate)|don'?t go (?:too far|overboard)|go easy|easy on|take it easy|in "
        r"moderation",
        r"(?:take|taking) (?:(?:just|only|a (?:bit|little) of) )?the edge off|nudge|tweak",
        r"nothing (?:drastic|extreme|too strong)|no more than a|(?:kind|sort) of a",
    )
)
_FAULTY = (
    r"dark|grainy|noisy|blurr?y|blurred|soft|fuzzy|hazy|foggy|misty|dull|flat|pale|faded|washed|"
    r"underexposed|dim|"
    r"yellow|blue|green|red|orange|pixelated|small|rainy|wet|shaky|off|low|out|unsharp|smeared|drab|"
    r"cold|bland|"
    r"of (?:noise|grain|blur|haze|fog|rain|mist)"
)
LACK = re.compile(
    r"\b(?:(?:too|so|very|such|that|as|this|with|has|have|had|is|was|are|were|got|there[\u2019']s|far|only|"
    r"much) "
    r"little(?= (?!bit\b|more\b|less\b|too\b|\w+er\b)\w)|(?<!.)little (?=(?:light|sharpness|contrast|"
    r"details?|colou?r|"
    r"definition|resolution|exposure|brightness)\b)|(?:zu|sehr|viel zu|so|nur|te|veel te|heel|erg|trop|"
    r"tr\u00e8s|si|"
    r"demasiad[oa]|muy|troppo|molto|muito|demasiado|t\u00e3o|za|bardzo|zbyt|\u00e7ok|"
    r"\u0441\u043b\u0438\u0448\u043a\u043e\u043c|"
    r"\u043e\u0447\u0435\u043d\u044c) (?:wenig|weinig|peu|poc[oa]|pouc[oa]|ma\u0142o|az|"
    r"\u043c\u0430\u043b\u043e))\b",
    re.IGNORECASE,
)
"""A lack, and no small part of the work: "too little light"."""
_DEGREE = re.compile(rf"\b(?:{_A_LITTLE})\b", re.IGNORECASE)
_SYMPTOM = re.compile(
    rf"\b(?:{_A_LITTLE})(?: (?:on the|bit|{_A_LITTLE}))? (?:too\b|(?:{_FAULTY})\b)", re.IGNORECASE
)
_IS_SO = re.compile(
    rf"\b(?:{_A_LITTLE})(?: (?:on the|bit|{_A_LITTLE}))? (?:too\b|(?:dark|grainy|noisy|blurr?y|blurred|fuzzy|"
    rf"hazy|foggy|misty|"
    r"dull|pale|faded|washed[- ]out|underexposed|dim|yellow|pixelated|rainy|wet|shaky|unsharp|smeared|drab|"
    r"bland|out of focus)\b)|"
    rf"\b(?:the|this|that|its) (?:slight|mild|faint|subtle|minor) (?:motion |camera |lens )?{_FAULTS}\b|"
    rf"\b(?:a bit|a little|some|a touch|a hint|a spot) of {_FAULTS} (?:started|came|fell|got|began|set in|"
    r"rolled|crept|is|was|has|had|appeared|ruined|spoilt|spoiled)\b",
    re.IGNORECASE,
)
"""What is always said of the picture, whatever is then to be taken away."""
_DIM = re.compile(
    rf"\b(?:{_A_LITTLE})(?: on the)? (?:too )?(?:dark(?:ish)?|dim|under-?exposed|gloomy|murky)\b",
    re.IGNORECASE,
)
_BRIGHT = re.compile(
    rf"\b(?:{_A_LITTLE})(?: on the)? (?:too (?:bright|light|exposed|washed in light|much (?:light|exposure))|"
    r"over-?exposed|blown(?:[- ]out)?)\b|"
    r"\u6709(?:\u70b9\u513f?|\u4e9b)(?:\u592a|\u8fc7)(?:\u4eae|\u66dd)",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:remove|removal|take|reduce|reduction|clear|lift|lower|cut|get rid|away|out|more|less)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"(?<![\d.,A-Za-z])(?:\+ ?)?(?:(?P<before>\d{1,3}) ?"
    rf"(?:{PERCENT}|percent|per cent|procent|prozent|"
    r"por ?ciento|pour ?cent|por ?cento|per ?cento|\u043f\u0440\u043e\u0446\u0435\u043d\u0442|"
    r"\u092a\u094d\u0930\u0924\u093f\u0936\u0924|\ud37c\uc13c\ud2b8|\ud504\ub85c|"
    r"\u30d1\u30fc\u30bb\u30f3\u30c8|"
    r"(?:\u0628|\u0641\u064a )\u0627\u0644\u0645(?:\u0626|\u0627\u0626)\u0629)\w*|"
    rf"(?:{PERCENT}|y\u00fczde |\u767e\u5206\u4e4b|"
    r"\u043f\u0440\u043e\u0446\u0435\u043d\u0442\u043e\u0432 \u043d\u0430) ?"
    r"(?P<behind>\d{1,3})(?!\d))",
    re.IGNORECASE,
)
"""Per cent as the languages say it: most have the number before the word, some behind it."""
_TENTHS = re.compile(
    r"([\d\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d])\s?[\u5272\u6210](?!\u50cf|\u4e3a|\u4e0d)"
)
"""Tenths in Chinese and Japanese."""
_NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d"
_OUT_OF = re.compile(r"\b(\d{1,3}) ?(?:/|out of) ?(10|100)\b")
_SLIDER = re.compile(r"(?<![\w.])\+ ?(\d{1,3})\b(?! ?(?:ev|stops?|e\.v\.))", re.IGNORECASE)
_PLAIN_LEVEL = re.compile(
    r"^(?:brightness|sharpness|sharpen(?:ing)?|contrast|saturation|clarity|strength|denois(?:e|ing)|"
    r"dehaz(?:e|ing)|"
    r"noise reduction|vibrance|deblur(?:ring)?|derain(?:ing)?|haze removal|brighten(?:ing)?)(?: level)?"
    r"[ :=]+(?:at |to |by )?(\d{1,3})$",
    re.IGNORECASE,
)
"""A slider of a hundred steps, and nothing else: "sharpness 30"."""
_FRACTION = re.compile(r"\b(?:at|by|to|strength|amount|with|of|around|about)[ :=]+(0?\.\d+)\b", re.IGNORECASE)
_LEVEL = re.compile(
    r"\b(?:brightness|sharpness|sharpen(?:ing)?|contrast|saturation|exposure|clarity|strength|"
    r"denois(?:e|ing)|dehaz(?:e|ing)|"
    r"noise reduction|vibrance|deblur(?:ring)?)[ :=]+(0?\.\d+)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:brightness|sharpness|contrast|saturation|exposure|noise|clarity|strength)\b[^.]*?\b(?:by|to|"
    r"at) (\d{1,3})\b",
    re.IGNORECASE,
)
_PARTS = {
    r"(?:a|one) third": 1 / 3,
    r"two thirds": 2 / 3,
    r"(?:a|one) quarter": 0.25,
    r"three quarters": 0.75,
    r"(?:a|one) tenth": 0.1,
    r"(?:a|one) fifth": 0.2,
    rf"(?:at|by|to|in) half|halve[sd]?|halving|half of (?:the|that|its) (?={_FAULTS})": 0.5,
}
_PART = re.compile(rf"\b(?:by |about |around )*(?:{'|'.join(_PARTS)})(?: of)?\b", re.IGNORECASE)
_CAMERA = re.compile(r"\b(?:iso|crop|zoom|battery|jpe?g)\b", re.IGNORECASE)


def degree_of_light(
    text: str, a_little: re.Pattern[str] | None = None, dim: re.Pattern[str] | None = None
) -> float:
    """The same for brightening: what is slightly dark wants some light.

    All of it is as much for a picture that lacks half a stop as for one that lacks four.

    Args:
        text: a request or its clause.
        a_little: the words for "a little" in another language.
        dim: its words for what is slightly dark.
    """
    slightly = _DIM if a_little is None else dim
    return min(degree(text, a_little), LIGHT if slightly and slightly.search(text) else 1.0)


def degree_of_excess(text: str, a_little: re.Pattern[str] | None = None) -> float:
    """The same for too much light: what is slightly bright is darkened by a part.

    Args:
        text: a request or its clause.
        a_little: the words for "a little" in another language.
    """
    return min(degree(text, a_little), LIGHT if _BRIGHT.search(text) else 1.0)


def degree(text: str, a_little: re.Pattern[str] | None = None) -> float:
    """Fraction of the restoration, in (0, 1], that `text` asks for: less than all only where it says so.

    "Slightly sharpen it" asks for a part; "it is slightly noisy" describes the fault and asks for all.

    Args:
        text: a request or its clause.
        a_little: the words for "a little" in another language; English where there are none.
    """
    fraction = number(text)
    if fraction is not None:
        return fraction
    text = re.sub(rf"(?:{LACK.pattern})(?: \w+)?", " too ", text, flags=re.IGNORECASE)
    if a_little is not None:
        return LIGHT if a_little.search(text) else 1.0
    for words, part in _PARTS.items():
        if re.search(rf"\b{words}\b", text, re.IGNORECASE):
            return part
    # "A little of the noise" is how much to take away, where something is to be taken away.
    text = _IS_SO.sub(" ", text)
    told = text if _WANTED.search(text) else _SYMPTOM.sub(" ", text)
    return LIGHT if _DEGREE.search(told) or _HALVED.search(text) else 1.0


def percent(text: str) -> float | None:
    """The fraction that is given in per cent, in (0, 1]; None where there is none."""
    found = _PERCENT.search(text)
    share = int(found["before"] or found["behind"]) if found else 0
    return share / 100 if 0 < share <= 100 else None


def without_number(text: str) -> str:
    """`text` less its numbers of per cent or tenths."""
    return " ".join(_TENTHS.sub(" ", _PERCENT.sub(" ", text)).split())


def number(text: str) -> float | None:
    """The fraction that is given as a number: 30 %, 3 out of 10, +15, at 0.3; None where there is none."""
    if _CAMERA.search(text):
        return None
    if (share := percent(text)) is not None:
        return share
    for pattern in (_SLIDER, _BY, _PLAIN_LEVEL):
        found = pattern.search(text)
        if found and 0 < int(found[1]) <= 100:
            return int(found[1]) / 100
    if found := _TENTHS.search(text):
        tenths = found[1]
        return (int(tenths) if tenths.isdecimal() else _NUMERALS.index(tenths) + 1) / 10
    found = _OUT_OF.search(text)
    if found and 0 < int(found[1]) <= int(found[2]):
        return int(found[1]) / int(found[2])
    found = _FRACTION.search(text) or _LEVEL.search(text)
    return float(found[1]) if found and float(found[1]) > 0 else None


def without_degree(text: str) -> str:
    """`text` less the words that say how much, so that what it asks for is read alike at any degree."""
    bare = _HALF.sub(" ", text) if _HALVED.search(text) else text
    for pattern in (_STRONGLY, _DEGREE, _PERCENT, _OUT_OF, _SLIDER, _FRACTION, _PART):
        bare = pattern.sub(" ", bare)
    bare = " ".join(bare.split())
    return or_all(bare, text)
