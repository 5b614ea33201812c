"""What only says who or what is in a picture: "this is my grandmother in 1962", "Midnight in Paris".

Weather and night are subjects as good as any other. What is wrong with such a picture, if anything, is for
the picture to tell.
"""

import re

from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK

_WORD = r"[\w\u2019'-]+"
_PRESENTED = re.compile(
    r"(?:hi|hello|hey)?[, ]*(?:here(?:[\u2019']?s| is| are)|this is|these are) (?:an? |the |my |our |"
    r"me\b|us\b)[^,.;!?]*[.! ]*",
    re.IGNORECASE,
)
_FAULTY = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft|over\w+|bright\w*|colou?r\w*|sharp\w*|focus\w*|low|bad|poor\w*|terrible|"
    rf"awful|ruined|mess|help|fix|"
    r"want|need|please|result|problem|shame|smok\w*|night|dusk|evening|shadows?|backlit|contrast|jpe?g|"
    r"compress\w*|light\w*|snow\w* (?:looks|is))\b",
    re.IGNORECASE,
)
"""What may tell of a fault, or asks for something."""
_SCENE = re.compile(
    r"\b(?:(?:rainy|foggy|misty|hazy)|(?<!plum )(?<!ice )(?:rain|drizzle|fog|mist|haze|night|evening|"
    r"midnight|dusk|"
    r"dawn|twilight|sunset|sunrise|moonlight))\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Christmas|"
    r"Thanksgiving)"
)
_NAME = r"[A-Z][\w\u2019'.-]+"
_NAMES = (
    rf"(?:the |old |downtown |central )?(?:(?!{_MONTH}\b){_NAME}(?: (?:(?:of|de|la|the|del|du|am|and) )?"
    rf"{_NAME})*|there)"
)
"""A place by its name, or what is left where the name was taken out."""
_OF_A_PLACE = re.compile(
    rf"(?!{_MONTH}\b)(?:{_WORD} ){{1,6}}(?:in|at|to|from|near|outside|behind|below|(?:(?<=unrise )|"
    rf"(?<=unset ))over) {_NAMES}(?: {_WORD})?(?:(?:,? (?:in )?)(?:{_NAMES}|\d{{4}}))*(?:, as (?:every|"
    rf"each|always|ever)(?: {_WORD})?)?[.!]?"
)
"""Something somewhere that has a name: "Rain in Bergen", "sunset at the Cloudy Bay winery"."""
_FAMILY = (
    r"(?:(?:great-)?grand(?:ma|pa|mother|father|parents?|sons?|daughters?|kids|children)|gran(?:ny|dad)?|"
    r"nan(?:a|ny)?|mum|mom|mother|dad|father|parents|sisters?|brothers?|sons?|daughters?|aunt(?:ie)?s?|"
    r"uncles?|cousins?|nieces?|nephews?|husband|wife|kids|children|twins|baby|family|friends?|dogs?|cats?|"
    r"puppy|kittens?|horse)"
)
_OF_PEOPLE = re.compile(
    rf"(?:(?:my|our|his|her|their) (?:{_WORD} ){{0,2}}?{_FAMILY}|me|us(?: (?:two|three|all))?|grand(?:ma|"
    rf"pa)|mum|mom|dad)(?: (?:and|with) (?:{_WORD} ){{0,2}}{_WORD})? (?:at|in|on|by|near|outside|"
    rf"in front of|under|behind|with|next to|"
    rf"from) (?:{_WORD} ){{0,4}}{_WORD}(?:,? (?:in )?\d{{4}})?[.!]?",
    re.IGNORECASE,
)
_NAMED_ONES = re.compile(
    rf"(?P<first>{_NAME})(?P<others>(?:(?:, | and |, and ){_NAME})*), (?:my|our|his|her|their) "
    rf"(?P<who>(?:[a-z'\u2019-]+ ){{0,2}}?(?:{_FAMILY}|horses|pon(?:y|ies)|puppies|rabbits?|birds?|"
    rf"parrots?))[.!]?"
)
"""Those who are named, one of whom may sound like a fault: "Misty and Sunny, my two ponies"."""
_TOLD = re.compile(
    r"\b(?:i|we|you|he|she|they|it|its|this|that|there(?! \w+$)|who|what|which|where|when|because|so|but|"
    r"everything|everyone|nobody|all|make|give|take|get|remove|clean|clear|lose|let|turn|bring|put|show|"
    r"save|too|very|much|more|less|\w+n[\u2019']t|cannot|only|just|nothing|no|not|like|lost|milk\w*|"
    r"veil\w*|curtain|soup|gr[ae]y|white|black\w*|pale|lamp\w*|outlines?|silhouettes?|ghost\w*|smudge\w*|"
    r"mush\w*|squares?|blocks?|faces?|photos?|pictures?|pics?|"
    r"shots?|images?|scans?|frames?|stills?|video|footage|settings?|artefacts?|can|is|are|am|was|were|has|"
    r"have|had|"
    rf"looks?|see|seen|deluge|teeming|caught|stuck|vibrat\w+|welcome|translate|records?|candle\w*|{WORK})\b",
    re.IGNORECASE,
)
"""Words of which a caption has none: of telling and asking, of pictures, and of what a fault looks like."""
_TECHNICAL = re.compile(r"\b[A-Z]{2,}\b")


def is_caption(text: str) -> bool:
    """Whether `text` only says who or what is in the picture."""
    if _PRESENTED.fullmatch(text):
        return _FAULTY.search(text) is None
    if found := _NAMED_ONES.fullmatch(text):
        named = found["others"] or _FAULTY.search(found["first"]) is None
        return bool(named) and _FAULTY.search(found["who"]) is None
    if not (_OF_A_PLACE.fullmatch(text) or _OF_PEOPLE.fullmatch(text)):
        return False
    rest = _SCENE.sub(" ", text)
    return not any(words.search(rest) for words in (_FAULTY, _TOLD, _TECHNICAL))
