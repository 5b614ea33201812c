"""What asks for no restoration: small talk, questions about the world, wishes for something else."""

import re
from functools import lru_cache

from instructir.instructions.tables import table_beside

_GREETING = (
    r"(?:hi|hello|hey|howdy|greetings|good (?:morning|evening|night|afternoon|day)|bye(?:[- ]?bye)?|"
    r"goodbye|cheers|"
    r"see you(?: \w+)?|thanks|thank you|thx|ta|much appreciated|never ?mind|forget it|nothing|nope|no)"
)
_TO_A_PERSON = (
    r"you(?:[\u2019']?re| are| suck| rock| idiot| fool)\b(?! (?:to|supposed|welcome|the|my)\b)[^,;.]*|"
    r"(?:i|we) (?:really )?(?:love|hate|like|adore|dislike) (?:you|u)\b.*|"
    r"(?:shut up|go away|get lost|screw you|well done|good (?:bot|job|boy|work)|nice (?:one|work|job|try)|"
    r"how are you|how do you do|(?:ready when(?:ever)?|when(?:ever)?) you(?:[\u2019']?re| are)(?: "
    r"ready)?|what[\u2019']?s up|sup|tell me about yourself|i[\u2019']?m (?:bored|hungry|"
    r"tired|sad|lonely))\b"
    r"(?! (?:but|with|of)\b)[^,;]*"
)
_ABOUT_YOU = (
    r"(?:what|who|how|which|why|where|can|are|do|did|will|were) (?:can |do |did |could |will |are |is |were |"
    r"model |kind of \w+ |version )*(?:you|u)(?: (?:do|are|work|made|called|from|built|trained|real|human|"
    r"alive|"
    r"an? \w+|speak \w+|talk|like \w+|here|there|now|today|offer|able to do|good at|capable of|"
    r"think of (?:me|us)))*"
)
_SMALL_TALK = re.compile(
    rf"(?:(?:so|and|well|ok|okay|oh|hey|hi|hello)\b,? )*(?:{_GREETING}(?: (?:there|all|everyone|again|"
    rf"a lot|so much|mate|bro))?"
    rf"|{_TO_A_PERSON}|{_ABOUT_YOU})\s*[?!.]*",
    re.IGNORECASE,
)
_OF_THE_WORLD = re.compile(
    r"(?:so |and |well |hey |hi |please |can you |could you |do you know |tell me )*"
    r"(?:(?:who|whose|whom|when|where)\b(?![^?]*\b(?:i|we) (?:can|could|should)\b)"
    r"|how (?:old|tall|far|long ago|many|expensive)\b|how much (?:does|is|do|did|would)\b"
    r"|what (?:year|time|day|date|country|city|place|breed|kind|sort|type|brand|model|species|camera|lens|"
    r"language|colou?r is)\b"
    r"|which (?:year|day|country|city|place|breed|brand|camera|lens|person|one of)\b)[^,;]*\?\s*",
    re.IGNORECASE,
)
_A_TREATMENT = (
    r"(?:de-?(?:nois|blurr|haz|rain|fogg)ing|super[- ]resolution|sharpening|upscaling|brightening|"
    r"(?:remov(?:e|ing) )?(?:noise|haze|rain|blur|fog|grain)(?: (?:reduction|removal))?)"
)
_OF_A_WORD = re.compile(
    r"(?:so |and |hey |hi |please |can you |could you |do you know |tell me )*(?:what (?:does|do) "
    r"(?!it\b|this\b|that\b)[\w "
    r"-]{3,40}? (?:actually |really |even )?"
    r"(?:mean|stand for|do)|what (?:exactly |actually )?(?:is|are) (?:an? )?(?:(?:de)?nois(?:e reduction|"
    r"ing)|deblurring|dehazing|deraining|"
    r"super[- ]resolution|sharpening|upscaling|(?:chroma|luma|colou?r) noise|dynamic range|bokeh)|"
    r"how (?:does|do) (?:(?:your|the|this|its) )?(?:de\w+ing|(?:noise|haze|rain|blur|fog|grain) "
    r"(?:reduction|removal)|"
    r"super[- ]resolution|sharpening|upscaling|it|this(?: program| thing| app)?) (?:actually |really |"
    r"even )?work"
    rf"|(?:does|do|will) {_A_TREATMENT} (?:actually |really |always |also |ever )?(?:invent|destroy|lose|"
    rf"cost|"
    r"damage|hurt|harm|need|use|work|take|ruin|mean|make up|hallucinate)\b[^?;]*"
    rf"|(?:can|do|could) you (?:do|offer|support|handle)? ?{_A_TREATMENT}(?: at all| too| as well)?[?,.;]* "
    r"(?:just (?:asking|curious|wondering)|i[\u2019']?m just (?:asking|curious|wondering)|no (?:picture|"
    r"photo) yet|"
    r"asking for a friend)[^?;]*"
    r"|what(?:[\u2019']?s| is) (?:the )?difference between [\w -]+? and [\w -]+"
    r"|what (?:exactly |actually )?is (?:haze|fog|noise|grain|(?:motion )?blur|deblur\w*|dehaz\w*|"
    r"underexposure)"
    r"|(?:please )?explain (?:to (?:me|us) )?(?:(?:the|a) )?(?:difference between [\w -]+? and [\w -]+|"
    r"(?:what|how|why) [\w -]+|\w+ing|(?:noise|haze|rain|blur) (?:reduction|removal))(?: (?:to me|please|"
    r"works?))*"
    r"|what causes [\w -]+|(?:do you know )?why (?:(?:do|are|is|does) )?(?:photos|pictures|images|"
    r"cameras|phone cameras|night "
    r"shots)\b[^?]*"
    r"|(?:what|which) (?:kinds? of |sorts? of )?(?:tasks|faults|problems|things|languages|formats) "
    r"(?:can|do) you "
    r"[^?]*)\s*\?*",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"(?:(?:so|and|hey|hi|hello|please|sorry)\b,? )*(?:(?:can|could|may|how (?:do|can|could)|where (?:do|"
    r"can|is|are)|when (?:do|will)|"
    r"is there|do you (?:have|offer|give)|i(?:[\u2019']d| would)? (?:want|need|like|demand|have|never got)|"
    r"(?:give|send|get) me|cancel|delete|close|change|reset|renew|what(?:[\u2019']s| is| about))\b[^,;.]*?)?"
    r"\b(?:refund(?:ed)?|money back|reimburse(?:d|ment)|invoice|my (?:subscription|membership|order|account|"
    r"password|licen[cs]e key|payment|bill)|(?:a |any )?(?:discount|coupon|voucher|promo code|free trial)|"
    r"(?:customer|technical) (?:service|support|care)|(?:a|some) (?:human|real person|manager|supervisor|"
    r"agent))\b[^,;.]*",
    re.IGNORECASE,
)
"""What is asked of a shop, and not of whoever restores: money back, an invoice, a discount."""
_DEVICE = (
    r"(?:monitor|screen|display|tv|telly|television|projector|laptop|tablet|computer|kindle|speakers?|"
    r"headphones|"
    r"headlights?|dashboard|flashlight|torch)"
)
_OF_A_DEVICE = re.compile(
    rf"\b(?:turn|set|lower|raise|reduce|increase|dim|adjust|change|calibrate|crank|boost|fix|brighten|"
    rf"clean|sharpen)\b"
    r"(?! (?:up )?(?:the |my |this |our )?(?:photo|picture|image|shot|scan))[^,;.]*?"
    r"\b(?:(?:brightness|contrast|colou?rs?|resolution|volume|backlight|sharpness|saturation|"
    r"temperature)(?: up| down)? "
    rf"(?:on|of|for) (?:my|our|your) {_DEVICE}|(?:my|our|your) {_DEVICE}(?:[\u2019']s)?"
    r"(?: (?:brightness|contrast|colou?rs?|resolution|volume|backlight|settings?|profile))?)(?: (?:up|"
    r"down|please|a bit))*\W*"
    rf"|my {_DEVICE}(?:[\u2019']s| is| looks| seems)(?: (?:too|so|very|really|way|much))* (?:dark|dim|"
    rf"bright|blurry|yellow|blue|"
    r"dirty|cracked|broken|flickering)\b(?!.*\b(?:it|this|photos?|pictures?|pics?|images?|shots?|"
    r"scans?)\b).*",
    re.IGNORECASE,
)
"""What is to be done to a device that shows pictures, and not to the picture."""
_WITH_THE_FILE = re.compile(
    r"(?:(?:please|pls|now|then|just|can you|could you|would you) )*"
    r"(?:print(?!.*\b(?:dpi|ppi|a[0-6]|\d+ ?(?:x|by) ?\d+|cm|inch(?:es)?|mm|met(?:re|er)s?|poster|large|"
    r"big)\b)|post|upload|share|send|e-?mail|mail|delete|download|publish|tweet|rename|zip|back up|order) "
    r"(?:it|this|that|them|me|my|the|these|out)\b[^,;.]*",
    re.IGNORECASE,
)
"""What is to be done with a file, and not to the picture."""
_NEEDS_MENDING = re.compile(
    r"\b(?:nois\w*|grain\w*|blur\w*|sharp\w*|focus|dark\w*|bright\w*|rain\w*|haz[ey]\w*|fog\w*|mist\w*|dull|"
    r"colou?rs?|contrast|resolution|pixel\w*|fix|remove|restore|details?|gone|went|lost|disappear\w*)\b",
    re.IGNORECASE,
)


def small_talk(text: str) -> bool:
    """Whether `text` greets, praises or asks about whoever restores, and wants nothing done to a picture."""
    return _SMALL_TALK.fullmatch(text) is not None and _NEEDS_MENDING.search(text) is None


@lru_cache(maxsize=1)
def _greetings() -> dict[str, re.Pattern[str]]:
    """Greetings and thanks of the other languages, which are too short for their readers."""
    greetings = table_beside(__file__)
    return {
        code: re.compile(rf"(?:(?:{words})[\s,.!?\uff0c\u3002\uff01\u060c\u0964]*)+", re.IGNORECASE)
        for code, words in greetings.items()
    }


def greets_in(text: str) -> str | None:
    """The language, other than English, in which `text` greets or thanks and says nothing else."""
    return next((code for code, words in _greetings().items() if words.fullmatch(text)), None)


def asks_about_the_world(text: str) -> bool:
    """Whether `text` asks what no picture's restoration answers: who, when, how many, what a word means."""
    if _OF_A_WORD.fullmatch(text) is not None:
        return True
    return _OF_THE_WORLD.fullmatch(text) is not None and _NEEDS_MENDING.search(text) is None


def wants_something_else(text: str) -> bool:
    """Whether something is to be done to a screen, with the file, or by a shop: "print it"."""
    if _OF_A_DEVICE.fullmatch(text) is not None:
        return True
    if _SERVICE.fullmatch(text.rstrip(" ?!.")) is not None and _NEEDS_MENDING.search(text) is None:
        return True
    return _WITH_THE_FILE.fullmatch(text) is not None and _NEEDS_MENDING.search(text) is None
