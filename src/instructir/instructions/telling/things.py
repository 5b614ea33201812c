"""Lamps, hours, events, places and names, which say what is in a picture and not what is wrong with it.

"A bedside lamp, badly in need of sharpening" and "dinner at 8pm, noisy" ask for no light. Where a sentence
says outright what is wrong, clauses that only name such things are taken out, and lamps become things; who
finds it too dark beside that says so. Where nothing else is said they stay: then they may be all the sense
there is. ``things.json`` holds the lamps of the other languages.
"""

import re
from functools import lru_cache

from instructir.instructions.clauses import clauses
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside
from instructir.instructions.telling.scenes import unopposed

_LAMPS = (
    r"(?:(?:bed ?side|table|desk|street|night|floor|standing|reading|oil|gas|lava|salt|bike|head|kitchen|"
    r"hurricane|paraffin|kerosene|ceiling|wall|halogen|paper|hanging|old|stage|vintage|wax|birthday|"
    r"scented)[- ]?)*"
    r"(?:lamps?(?![- ]?posts?)|lamp ?shades?|lanterns?|torch(?:es)?|flash ?lights?|candles?|candlesticks?|"
    r"candelabras?|"
    r"chandeliers?|(?:light ?)?bulbs?|(?:torch|candle|lamp|fire|moon|star)light|"
    r"(?:street|fairy|traffic|christmas|neon|stage|disco|party|northern|tea|string|head|tail|spot|strobe|"
    r"city|harbou?r|night) ?lights?|neon(?: signs?)?|bonfires?|camp ?fires?|log fires?|fire ?places?|"
    r"fireworks?|sparklers?|light ?houses?|light ?sab(?:er|re)s?|aurora(?: borealis)?|jack-o[\u2019'-]"
    r"lanterns?)"
)
_LIT_BY = r"(?:candle|torch|lamp|lantern|fire|moon|star|neon|gas|flood)[- ]?lit"
_HOUR = (
    r"(?:midnight|midday|noon|dusk|dawn|twilight|nightfall|night[- ]?time|nights?|evenings?|sunsets?|"
    r"sunrises?|moonrise|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m\.|p\.m\.)|\d{1,2}:\d\d|(?:\d{1,2}|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|eleven|twelve) (?:o[\u2019']?clock|(?:in the|at) "
    r"(?:morning|afternoon|evening|night)))"
)
_OCCASIONS = (
    r"dinners?|suppers?|part(?:y|ies)|weddings?|concerts?|gigs?|festivals?|processions?|parades?|recitals?|"
    r"shows?|ceremon(?:y|ies)|mass|balls?|proms?|discos?|raves?|plays?|operas?|ballets?|quiz|match|"
    r"markets?|fairs?|carnivals?|vigils?|receptions?|banquets?|barbecues?|halloween|christmas eve|"
    r"new year[\u2019']?s eve|karaoke|sleep ?overs?|funerals?|christenings?|swims?"
)
_ROOMS = (
    r"pubs?|bars?|caf[e\u00e9]s?|restaurants?|(?:night ?)?clubs?|theat(?:re|er)s?|cinemas?|church(?:es)?|"
    r"chapels?|cathedrals?|crypts?|museums?|cellars?|basements?|caves?|tunnels?|grottos?|taverns?|inns?|"
    r"aquariums?|casinos?|dungeons?|mines?|harbou?rs?|hotels?|halls?|castles?"
)
_BLACK_THINGS = (
    r"(?:black|dark|gr[ae]y|white) (?:tie|cats?|dogs?|dress|suit|cars?|horses?|forest|sea|belt|mass|swans?|"
    r"box|sheep|labrador|chocolate|horse|knight)|bright sides?|sunny sides?|dark side"
)
_NAME = r"[A-Z][a-z\u00e0-\u00ff][\w\u2019'-]*"
_NAMES = re.compile(
    rf"(?<=\w )(?<!\bI )(?:{_NAME})(?:(?: (?:of|de|la|the|du|and|no\.))? {_NAME}| \d{{4}})*|"
    rf"^{_NAME}[\u2019']s (?:{_NAME})|^(?:{_NAME})(?: {_NAME})+|^{_NAME}$"
)
"""Words with capitals where nothing but a name has them: within a clause, or several of them at its start."""
_LAMP = re.compile(rf"\b(?:{_LIT_BY}|{_LAMPS})\b", re.IGNORECASE)
_POINTED = re.compile(
    rf"\b(?:(?:at|around|about|by|till|until|past|after|before|since|from|in|on|near|outside|inside|"
    rf"behind|under|beside|of|during) )?(?:(?:the|a|an|our|my|that|this|late|early|every|last|one) )*"
    rf"(?:{_HOUR}|{_LIT_BY}|{_LAMPS}|{_OCCASIONS}|{_ROOMS}|{_BLACK_THINGS})(?:[\u2019']s)?\b|"
    rf"\b(?:in|at|of|near|outside|inside|behind|from|by|on) there\b|\bthere$|"
    r"^(?:we|i|they|it|this) (?:was|were|is|went|stayed|met|ate)(?= (?:in|at|to|by)\b)",
    re.IGNORECASE,
)
_TELLS = re.compile(
    rf"\b(?:{FAULT_WORDS}|{WORK}|de-?\w+(?:e|ur|in|ing)|took|taken|shot|snapped|photographed|scanned|"
    rf"inherited|"
    rf"found|i|we|you|he|she|they|it|its|who|what|which|where|when|because|so|everything|"
    r"everyone|nobody|nothing|anything|all|make|give|take|get|remove|clean|clear|lose|let|turn|bring|put|"
    r"show|save|keep|leave|too|very|much|more|less|most|\w+n[\u2019']t|cannot|can|could|only|just|no|not|"
    r"like|love|adore|enjoy|hate|lost|please|need\w*|want\w*|help|fix|soft|sharp\w*|focus|bright\w*|light\w*|lit|unlit|black\w*|"
    r"gr[ae]y|white|\w+lights|shadows?|contrast|colou?r\w*|yellow\w*|orange|green|blue|red|purple|pink|"
    r"brown|bad|badly|poor\w*|low|high|slow|long|shutter|flash|tripod|hand-?held|hands?|exposure|\w*"
    r"exposed|over\w+|under\w+|milk\w*|veil\w*|curtains?|soup|silhouettes?|outlines?|ghost\w*|smudge\w*|"
    r"mush\w*|squares?|blocks?|stamps?|icons?|thumbnails?|snow\w*|smok\w+|steam\w*|dust\w*|clouds?|storm\w*|"
    r"jpe?g|compress\w*|is|are|am|was|were|has|have|had|looks?|looking|came|turned|see|seen|visible|hides?|"
    r"hidden|through|without|beyond|instead|than)\b",
    re.IGNORECASE,
)
"""Words of which a clause that only names things has none."""
_TECHNICAL = re.compile(r"\b[A-Z]{2,}\b|\b\d+ ?(?:px|pixels|dpi|ppi|kb)\b")
_OUTRIGHT = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft|softness|blur\w*|sharpen\w*|sharpness|focus|denois\w*|deblur\w*|dehaz\w*|"
    r"too \w+|colou?rs?|(?:yellow|orange|green|blue|purple|pink)(?:ish)?|over-?exposed|artefacts?|"
    r"pixel\w*|compress\w*)\b",
    re.IGNORECASE,
)
"""What says outright that something is wrong, and what."""
_UNSEEN = re.compile(
    r"\b(?:see|seen|visible|make out|recogni[sz]\w*|tell|lit|light|lighting|exposure|underexposed|dark\w*|"
    r"dim|dimly|black|brighter|brighten|lighten|lighter)\b",
    re.IGNORECASE,
)
"""What complains of too little light, beside which a lamp may say why."""


_MOVED = re.compile(
    r"\b(?:remove|delete|erase|get rid of|take (?:out|away|off)|crop|edit|clone|hide|replace|swap|add|put|"
    r"insert|turn|"
    rf"let|make) (?:[\w\u2019'-]+ ){{0,4}}?{_LAMPS}\b",
    re.IGNORECASE,
)
"""A wish about the lamp itself."""


def _only_names(clause: str) -> bool:
    """Whether a clause names nothing but such things: "Sharpe's Pub at midnight", "in Bright"."""
    if " " not in clause and (clause.islower() or _TELLS.search(clause) or _OUTRIGHT.search(clause)):
        return False  # "Noise, blur, night": a list of faults, of which the capital makes no name
    named = _NAMES.sub(" ", clause)
    rest = _POINTED.sub(" ", named)
    if rest == clause or len(clause.split()) > 14:
        return False
    return not (_TELLS.search(rest) or _TECHNICAL.search(rest))


def without_scenery(text: str) -> str:
    """`text` without what it only names, where it says outright what is wrong."""
    if text == text.title() or text.isupper():
        return text
    said, pieces = text, clauses(text)
    named = [_only_names(piece.text) for piece in pieces]
    if any(named) and any(
        _OUTRIGHT.search(piece.text) for piece, names in zip(pieces, named, strict=True) if not names
    ):
        for piece, names in zip(pieces, named, strict=True):
            if names:
                text = re.sub(rf"{re.escape(piece.text)}\s*[,.;:!\u2013-]*\s*", "", text, count=1)
    rest = _LAMP.sub(" ", text)
    if rest != text and _OUTRIGHT.search(rest) and not (_UNSEEN.search(rest) or _MOVED.search(text)):
        text = _LAMP.sub(lambda found: "thing" if not found[0].endswith("s") else "things", text)
    return text if text == said else unopposed(text.strip(" ,;:"))


@lru_cache(maxsize=1)
def _lamps() -> dict[str, re.Pattern[str]]:
    words: dict[str, str] = table_beside(__file__)
    return {code: re.compile(pattern, re.IGNORECASE) for code, pattern in words.items()}


_SEVERAL = re.compile(r"\w\s*[,.;:\u060c\u3001\u3002\uff0c\u0964]\s*\w")


def without_lamps(text: str, code: str) -> str:
    """`text` in the language `code` without its lamps, where another clause says more than their name."""
    if not _SEVERAL.search(text):
        return text
    return " ".join(_lamps()[code].sub(" ", text).split()).strip(" ,;:\u060c\u3001\uff0c") or text
