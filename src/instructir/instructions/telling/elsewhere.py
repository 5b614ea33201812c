"""Fault words that speak of no fault in the picture: other pictures, weather that is over, names, idioms."""

import re

from instructir.instructions.ruling_out.denials import FAULT_WORDS, THING
from instructir.instructions.telling.sounds import unheard

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
_TITLE = re.compile(rf"[\"\u201c\u00ab]{_NAME}(?: [\w\u2019'-]+)*? {_NAME}[\"\u201d\u00bb]")
"""The name of a song or a ship in quotation marks: "Singing in the Rain"."""
_NAMING = re.compile(
    rf"\b(?:{FAULT_WORDS}|storm\w*|smok\w*|cloud\w*|gr[ae]y\w*|sharp\w*|bright\w*|blue)\b", re.IGNORECASE
)


_LIKE_WEATHER = (
    r"(?:Rain(?:e|a)?|Mist[yi]|Dust[yi]|Storm(?:y|i)?|Snow|Gr[ae]y|Hazel|Hayes|Shadow|Smoke?y|Foggy|Gloomy|"
    r"Cloud|Milky|Sharp|Bright|Sunny)"
)
"""Names that sound like a fault, or like the weather."""
_OF_NOBODY = (
    r"sky|skies|sea|days?|mornings?|evenings?|nights?|weather|light|clouds?|spots?|faces?|water|filter|"
    r"lens|look|removal|reduction|everywhere|streaks|drops"
)
_PET_NAMES = r"Mist[yi]|Dust[yi]|Stormi|Hazel|Smokey"
_SO = r"(?:(?:also|too|so|very|rather|quite|all|a|bit|little|lots?|of|some|much|full|with|it[\u2019']s) )*"
"""Words before a fault, after one that would be a name beside somebody: "Misty and a bit dark"."""
_ANIMALS = (
    r"horse|pony|mare|donkey|dog|puppy|cat|kitten|cow|goat|sheep|pig|rabbit|hamster|parrot|owl|duck|hen|"
    r"tortoise|elephant|llama|alpaca|ferret"
)
_INTRODUCED = re.compile(
    rf"\b(?P<who>(?:dogs?|cats?|horse|pony|mare|donkey|sisters?|brothers?|aunt|uncle|sons?|daughters?|"
    rf"friends?|"
    rf"baby|little|old|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Professor|(?:[Tt]his|[Hh]ere)(?:[\u2019']s| is)),? )"
    rf"{_LIKE_WEATHER}(?: and {_NAME})?\b|"
    rf"^(?P<first>){_LIKE_WEATHER}(?: and {_NAME})?(?=, (?:our|my|his|her|their|the|a|an|who|aged?)\b)|"
    rf"^(?:{_LIKE_WEATHER}|Fog|Haze|Rainy|Blur|Dark|Noise|Grain)(?: (?:and )?{_NAME})*(?= the (?:old |"
    rf"little |"
    rf"young )?(?:{_ANIMALS})\b)|"
    rf"^(?:{_PET_NAMES}) and [A-Z]\w+(?= (?:are|were|look|have|had|came|turned)\b)|"
    rf"^(?:{_PET_NAMES})(?: and [A-Z]\w+)?(?! (?:and|but|with) {_SO}(?:{FAULT_WORDS}|soft|bright)\b)"
    r"(?= (?:(?!morning|evening)\w+ing|at|with|in|on|by|and)\b)"
)
"""Somebody who is named: "our dog Shadow", "Misty, our old mare", "Mr. Gray"."""
_FULL_NAME = re.compile(
    rf"^(?:{_NAME} and )?{_LIKE_WEATHER} (?!(?i:{THING}|{FAULT_WORDS}|{_OF_NOBODY})\b){_NAME}(?: "
    rf"{_NAME})*(?= [a-z])"
)
"""Several words with capitals at the beginning: "Rain Miller at her desk", "Foggy Bottom metro station"."""


def _unnamed(text: str) -> str:
    """`text` without names that a fault sounds like, where capitals tell them."""
    if text == text.title() or text.isupper():
        return text
    text = _TITLE.sub(lambda found: "Kim" if _sounds(found[0]) else found[0], text)
    text = _INTRODUCED.sub(lambda found: f"{found['who'] or ''}Kim", _FULL_NAME.sub("Kim", text))
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
_OF_THINGS = {
    r"dark[- ]": r"haired|skinned|eyed|complexioned|hair|wood(?:en)?|chocolate|beer|bread|rum|oak|roast|suit",
    r"long dark ": r"hair",
    r"sharp ": r"cheeses?|cheddar|knife|knives|turns?|bends?|suits?|cliffs?|tongues?|teeth|cards?|dressers?",
    r"(?:whole[- ]?)?grain(?:ed|y)? ": r"bread|rolls?|mustard|flour|pasta",
    r"grain ": r"fields?|harvest|silos?|elevators?|mills?|barns?|trucks?|ships?|market",
    r"rain ?": r"forests?",
    r"mist ": r"(?:spray|bottle|nozzle|fan)s?",
    r"fog ?": r"(?:horn|machine|signal)s?",
    r"cloudy ": r"eyes?",
    r"soft (?:and smooth )?": r"toys?|drinks?|serve|cheese|fur|blankets?|pillows?|voices?|to the touch",
    r"small ": r"child(?:ren)?|boys?|girls?|towns?|villages?|dogs?|kids?|islands?|church|chapel|world",
    r"bright ": r"students?|future|kids?|ideas?",
    r"dull ": r"weather",
    r"light ": r"as a feather|summer|rail|aircraft|lunch|breeze",
    r"high contrast ": r"between (?:rich|poor|old|new|the)",
    r"the Blur ": r"concert|gig|show",
    r"heavy ": r"metal",
    r"(?:sandy|gravel(?:ly)?|pebbl[ey]|shingle|stony|cobbled) ": r"beach(?:es)?|paths?|roads?|ways?|tracks?|"
    r"trails?|drive(?:way)?s?|ground|shores?|coast(?:line)?|floors?|pits?|deserts?|bays?|coves?|islands?|"
    r"soil|fields?|car parks?|courts?|lanes?|streets?|yards?|river(?:bed|bank)?|banks?|hills?|seabed|"
    r"gardens?|bottom",
}
"""What things are like that are in the picture, while it is not: dark chocolate, a grain field."""
_OF_A_THING = re.compile(
    "|".join(rf"\b{word}(?=(?:{things})\b)" for word, things in _OF_THINGS.items())
    + r"|(?<=\bfield) of grain|(?<=\bfields) of grain|(?<=\bsack) of grain|(?<=\bsacks) of grain",
    re.IGNORECASE,
)
_REMEMBERED = re.compile(
    r"\b(?:my|our|his|her) memor(?:y|ies)(?: of (?:\w+ ){1,3}?)? ?(?:is|are|was|were|gets?|got|has become) "
    r"(?:a bit |rather |very )?(?:foggy|hazy|blurr?y|dim|fad(?:ing|ed))\b",
    re.IGNORECASE,
)


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|fall|winter|christmas|easter)"
)
_YEAR = r"(?:18[2-9]\d|19\d\d|20[0-2]\d)"
_DATE = re.compile(
    rf"(?<=\w)(?:[,;] *(?:(?:ca?\.|circa|about|around|in|on|early|late|the|of) )*(?:\d{{1,2}}(?:st|nd|rd|"
    rf"th)? )?"
    rf"(?:{_MONTH}(?: \d{{1,2}},?)? (?:of )?)?{_YEAR}| \((?:ca?\. ?|circa )?(?:{_MONTH} )?{_YEAR}\)|"
    rf" (?:in|from|of) (?:the )?{_MONTH} (?:of )?{_YEAR})(?=\W|$)",
    re.IGNORECASE,
)
"""When a picture was taken: ", June 1961"."""


def only_here(text: str) -> str:
    """`text` without what it says of other pictures, other days, and of nobody but somebody's name."""
    text = _IDIOMS.sub("ill", _ANOTHER.sub("", _unnamed(unheard(text))))
    text = _KEPT_IN.sub("", _PAST.sub("", text)) or text
    text = _DATE.sub("", text)
    day = _ON_A_DAY.sub(r"\g<on> \g<day>", text)
    if day != text and re.search(
        rf"\b(?:{FAULT_WORDS}|soft|sharpen|brighten)\b", _WEATHER_OVER.sub(" ", day), re.IGNORECASE
    ):
        text = day
    return _HAIL.sub("", _OF_A_THING.sub("", _SOUND.sub("loud ", _REMEMBERED.sub("I remember", text))))
