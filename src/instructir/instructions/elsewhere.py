"""Fault words that speak of no fault in the picture: other pictures, weather that is over, names, idioms."""

import re

from instructir.instructions.denials import FAULT_WORDS, THING

_SUCH = r"(?:last|previous|other|first|earlier)"
_ANOTHER = re.compile(
    rf"(?:^|(?<=[.!?;] ))(?:(?:{_SUCH} time|the {_SUCH} (?:one|time|{THING})|my {_SUCH} (?:one|{THING})|"
    rf"yesterday(?:[\u2019']s "
    rf"(?:one|{THING}))?)\b[^.!?;]*?[.!?;,]+ +)(?:but )?(?=(?:this|now|today)\b)",
    re.IGNORECASE,
)
"""What is told of another picture: "the last one was noisy, this one is blurry"."""
_ON_A_DAY = re.compile(
    r"\b(?P<on>(?:on|in|during|one) (?:a|an|that|this|such a|the|our|another)?) ?(?:\w+ )?(?:rainy|wet|"
    r"drizzly|foggy|misty|hazy|smoky|"
    r"gloomy|dark|stormy|gr[ae]y) "
    r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day|day|morning|afternoon|evening|night|weekend|"
    r"week|autumn|winter|"
    r"summer|spring|season|holiday|november|december|january|february|october)\b",
    re.IGNORECASE,
)
_WEATHER_OVER = re.compile(
    r"\bthe (?:rain|fog|mist|haze|storm) (?:had|has) (?:stopped|lifted|cleared|gone|passed)\b", re.IGNORECASE
)
_IDIOMS = re.compile(
    r"\b(?:(?:feeling |been |bit )*under the weather|(?:take|took|have|had) a rain ?check|in the dark "
    r"about \w+|"
    r"kept in the dark)\b",
    re.IGNORECASE,
)
_HAIL = re.compile(r"\bhail (?=dents?|damage|dings?)", re.IGNORECASE)

_WEATHER = (
    r"(?:rain(?:ing|ed|s)?|pour(?:ing|ed)|drizzl(?:e|ing|ed)|fog|foggy|mist|misty|haze|hazy|smoke|smoky|"
    r"storm(?:y|ing|ed)?)"
)
_OVER = r"(?:dry|stopped|cleared(?: up)?|gone|lifted|over|sunny|passed|clear|bright|blue|fine|nice|let up)"
_PAST = re.compile(
    rf"(?:^|(?<=[.!?;] ))(?:it (?:had |has )?(?:been |was )?|there (?:was|were|had been) (?:some |a lot "
    rf"of |heavy |thick )*)"
    rf"{_WEATHER}\b[^.;!?]*?\b(?:but|and|then|though)\b[^.;!?,]*\b{_OVER}\b[^,.;!?]*[.;,!?]+ *(?:and |so |"
    rf"but )?",
    re.IGNORECASE,
)
"""Weather that was over when the picture was taken: "it rained all week but on Sunday it was dry"."""
_KEPT_IN = re.compile(
    rf"\b(?:because of|due to|thanks to|despite|after) (?:all )?(?:the|that) (?:\w+ )?{_WEATHER},? (?:i|"
    rf"we|they|he|she|everyone|"
    r"the \w+) (?:all )?(?:stayed|went|moved|left|ate|met|sat|took shelter|had to|decided|got|drove|"
    r"celebrated|played)\b"
    r"[^,.;!?]*[.;,!?]+ *(?:and |so |but )?",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w\u2019'-]+"
_CALLED = re.compile(rf"\b(?P<is>called|named|(?:name|nickname)(?:[\u2019']?s| is)) {_NAME}(?: {_NAME})*")
_AND_I = re.compile(rf"(?:^|(?<=[.!?;:] )){_NAME} and (?:I|me|my \w+)\b|\b(?:my \w+|I) and {_NAME}(?=\W)")
_NAMED_PLACE = re.compile(rf"(?<=[a-z,] )(?:the )?{_NAME}(?: (?:of|de|in|on|du|la) {_NAME}| {_NAME})+")
"""Several words with capitals inside a sentence: "in the Smoky Mountains"."""
_NAMING = re.compile(
    rf"\b(?:{FAULT_WORDS}|storm\w*|smok\w*|cloud\w*|gr[ae]y\w*|sharp\w*|bright\w*|blue)\b", re.IGNORECASE
)


def _unnamed(text: str) -> str:
    """`text` without names that a fault sounds like, where capitals tell them."""
    if text == text.title() or text.isupper():
        return text
    text = _CALLED.sub(r"\g<is> Kim", _AND_I.sub(lambda found: "we" if _sounds(found[0]) else found[0], text))
    return _NAMED_PLACE.sub(lambda found: "there" if _sounds(found[0]) else found[0], text)


def _sounds(name: str) -> bool:
    return (
        _NAMING.search(name) is not None
        or re.search(r"\b(?:rain|grain|mist|haz|fog|dim)\w*", name, re.IGNORECASE) is not None
    )


_SOUND = re.compile(
    r"\bnois(?:e|y)(?: levels?)?(?: (?:in|at|from|on|of) (?:the |a |our |my )?(?:street|party|road|"
    r"traffic|bar|pub|club|"
    r"concert|classroom|neighbou?rs?|stadium|crowd|kids|children|dogs?|cars|engine)\b| (?=(?:part(?:y|"
    r"ies)|street|neighbou?rs?|"
    r"kids?|children|crowd|bar|pub|road|class(?:room)?|dogs?|brothers?|sisters?)\b))|\bloud and noisy\b|"
    r"\bnoisy and loud\b",
    re.IGNORECASE,
)
"""Noise that is heard."""
_DARK_PERSON = re.compile(r"\bdark[- ](?:haired|skinned|eyed|complexioned) ", re.IGNORECASE)


def only_here(text: str) -> str:
    """`text` without what it says of other pictures, other days, and of nobody but somebody's name."""
    text = _IDIOMS.sub("ill", _ANOTHER.sub("", _unnamed(text)))
    text = _KEPT_IN.sub("", _PAST.sub("", text)) or text
    day = _ON_A_DAY.sub(r"\g<on> \g<day>", text)
    if day != text and re.search(
        rf"\b(?:{FAULT_WORDS}|soft|sharpen|brighten)\b", _WEATHER_OVER.sub(" ", day), re.IGNORECASE
    ):
        text = day
    return _HAIL.sub("", _DARK_PERSON.sub("", _SOUND.sub("loud ", text)))
