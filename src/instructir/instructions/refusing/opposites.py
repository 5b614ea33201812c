"""What asks for the reverse of a restoration, or about the picture itself.

The trained reader knows topics better than directions: "add noise" and "remove the noise" are much alike to
it. Where the words for a direction are regular, rules decide.
"""

import re
from typing import Literal

from instructir.instructions.refusing.worsening import worsens
from instructir.instructions.ruling_out.denials import FAULT_WORDS, THING
from instructir.tasks import Task

_FAULT = (
    r"noise|grain|graininess|speckles?|static|blur|blurriness|motion blur|bokeh|softness|rain|"
    r"raindrops?|drizzle|"
    r"downpour|streaks|fog|mist|haze|smoke|smog|darkness|shadows?|vignett(?:e|ing)|pixelation|scratches|dust|"
    r"snow|clouds?"
)
_FAULTY = (
    r"blurr?y|blurrier|blurred|noisy|noisier|grainy|grainier|gritty|foggy|foggier|hazy|hazier|misty|"
    r"mistier|smoky|"
    r"rainy|rainier|wet|dark|darker|dimmer?|gloomy|gloomier|blacker|underexposed|smaller|tiny|pixelated|"
    r"blocky|"
    r"low(?:er)?[- ](?:res(?:olution)?|quality)|duller|flatter|paler|faded|unsaturated|desaturated|"
    r"worse|unsharp|out of focus|"
    r"colou?rless|softer|rain|old|vintage|retro|antique|lo-?fi|(?:19)?[2-9]0s"
)
_QUALITY = (
    r"brightness|exposure|luminosity|light|lightness|saturation|vibrance|vibrancy|contrast|sharpness|"
    r"resolution|"
    r"clarity|definition|details?|pixels|colou?rfulness|colou?rs?"
)
_LESSER = (
    r"bright|brightness|light|exposed|saturated|saturation|colou?rful|vivid|contrasty?|sharp|sharpness|crisp|"
    r"crispy|crunchy|over-?sharpened|detailed?"
)
_AMOUNT = (
    r"(?:(?:a|some|any|more|much|lots? of|little|bit of|tiny|touch of|subtle|film|heavy|light|"
    r"artificial|of|few|"
    r"slight|gaussian|poisson|motion|lens|fake|realistic|nice|digital|analog(?:ue)?|random|photographic|"
    r"cinematic|thick|thin|dense|strong) )*"
)
_TREATED = (
    r"(?![ -](?:removal|remover|removing|reduction|suppression|control|filter|correction|compensation|"
    r"recovery|lift|lifting|clean-?up|model|mode|tool|setting|option|expert)s?\b)"
)
"""Not the treatment of a fault, such as "add noise reduction"."""
_IT = rf"(?:it|this|that|them|everything|(?:the|my|this|that|our) (?:\w+ )?{THING})"
_ASKING = (
    r"(?:^|\b(?:please|pls|you|to|and|just|also|then|now|i|we|let[\u2019']?s|simply|maybe|rather|want|"
    r"need|wants?|"
    r"like|love) )"
)
"""What stands before a verb that asks, and not before one that tells."""
_ENDS = (
    r"(?=$|[ ]*[,.;:!?]| (?:please|pls|for|like|as|and|so|a bit|again|than|in|on|with|to|too|instead|"
    r"by|now|if)\b)"
)
_DOWN = (
    r"reduce|lower|decrease|drop|cut|diminish|lessen|turn down|bring down|tone down|dial down|take "
    r"down|pull down|"
    r"pull back|knock down"
)

_REVERSE = (
    rf"{_ASKING}(?:add|adding|insert|introduce|simulate|create|inject|sprinkle|overlay|apply|use|"
    r"(?:put|throw|toss|chuck|drop|slap|whack|stick|bung|pop|shove|mix|bring|layer|work|blend|"
    r"dust|spray|paint)(?: in| on)?|"
    rf"give (?:it|me|this)) "
    rf"{_AMOUNT}(?:{_FAULT})\b{_TREATED}",
    rf"\b(?:give|giving) {_IT} (?:an? |some |more )(?:[\w-]+ ){{0,3}}?(?:{_FAULT})\b{_TREATED}",
    rf"{_ASKING}(?:ruin|corrupt|degrade|spoil|contaminate|cover|fill|flood|overlay) {_IT} with "
    rf"{_AMOUNT}(?:{_FAULT})\b",
    rf"{_ASKING}(?:degrade|worsen) (?:{_IT}|(?:the |its )?(?:quality|resolution))\b",
    rf"(?:^|\b(?:please|pls|just|to|and|then) )(?:remove|get rid of|take away|eliminate|strip|lose) "
    rf"(?:all |some |most )?(?:of )?(?:the |its )?(?:sharpness|crispness|focus|clarity|definition)\b{_ENDS}",
    r"\b(?:want|need|would like|like) (?:the |its )?(?:sharpness|crispness|focus|clarity) "
    r"(?:gone|removed|out|away)\b",
    r"^(?:the )?(?:sharpness|crispness|clarity|definition|details?) "
    r"(?:(?:way|right|a (?:bit|little|touch|tad|notch)|"
    r"slightly) )?down\b",
    rf"{_ASKING}(?:slightly |gently )?(?:de-?focus|smear|smudge) {_IT}\b",
    r"\b(?:could|can|should|would|want|need|[\u2019']d|please|have|get|slightly|bit|tad|touch)\b.*\b"
    r"(?:darker|dimmer|blurrier|noisier|grainier|foggier|hazier|mistier|duller|gloomier|softer)(?: "
    r"(?:please|pls|overall))?\W*$",
    rf"(?:\b(?:want|need)|(?:[\u2019']d| would) (?:like|love|prefer)) {_IT} (?:to (?:be|look) )?"
    rf"(?:(?!less\b|not\b|never\b)\w+ )?(?:{_FAULTY})\b{_ENDS}",
    rf"\b(?:{_FAULT}|{_FAULTY})(?: \w+)? (?:added|put in|inserted)\b",
    rf"\b(?:give|giving|add) (?:{_IT} |"
    rf"me )?an? (?:[\w-]+ )*?(?:{_FAULTY}),?(?: [\w-]+){{0,2}} (?:look|feel|feeling|vibe|"
    rf"effect|touch|mood|atmosphere|"
    r"appearance|style|finish)\b",
    rf"{_ASKING}soften (?:{_IT}|the (?:edges|focus|look|details?))\b",
    rf"{_ASKING}(?:take|pull|suck|drain) (?:some|a (?:bit|little)(?: of)?)(?: of)?(?: the)? "
    rf"(?:{_QUALITY}) (?:out|away|off|down)\b",
    rf"\b(?:make|making|turn) {_IT} (?:look |seem |appear )?(?:like|into) (?:an? )?(?:[\w-]+ ){{0,4}}?"
    r"(?:vhs|polaroid|daguerreotype|tintype|sketch|painting|cartoon|drawing|watercolou?r|film still|"
    r"film|old photo\w*|"
    r"security camera|cctv|newspaper)\b",
    rf"{_ASKING}(?:increase|raise|boost|more|extra|intensify|amplify) (?:the "
    rf")?{_AMOUNT}(?!shadows)(?:{_FAULT})\b"
    r"(?! (?:removal|reduction|suppression|control))",
    rf"\bmake {_IT} (?:look |appear |be )?"
    r"(?:(?:a|much|more|bit|little|lot|good|deal|way|far|slightly|even|really|very|all|so|too) )*"
    rf"(?:{_FAULTY})\b{_ENDS}",
    rf"{_ASKING}(?:darken|desaturate|pixel(?:ate|ise|ize)|shrink|downscale|downsize|downsample|blacken|"
    rf"underexpose|"
    r"unsharpen|grey ?scale)\b",
    rf"{_ASKING}(?:fog|haze|mist|smoke|noise|grain|blur|cloud|dirty|grit|dull|dim|darken) {_IT} (?:up|"
    rf"over|down|out)\b",
    rf"{_ASKING}(?:blur|dim|mute|fade|dull) (?:it|this|the|that|his|her|my|our|their|everything|out|a|"
    rf"some)\b",
    rf"{_ASKING}(?:{_DOWN}) (?:the |its |overall )?(?:{_QUALITY})\b"
    r"(?! (?:cast|noise|tint|fringing|blotches|speckles?|dots|specks|grain))",
    rf"{_ASKING}(?:turn|tone|dial|take|pull|knock) (?:the |its )?(?:overall )?(?:{_QUALITY}) "
    r"(?:\w+ ){0,3}?(?:down|back(?! (?:to|into))|away)\b",
    rf"{_ASKING}bring (?:the |its )?(?:overall )?(?:{_QUALITY}) (?:\w+ ){{0,3}}?down\b",
    rf"\bless (?:{_LESSER})\b",
    r"\bnot (?:dark|noisy|grainy|blurry|foggy|hazy|soft) enough\b",
    r"\btoo (?:sharp|crisp|detailed)\b",
    rf"{_ASKING}(?:(?:it|this) )?(?:a (?:bit|little|lot|touch|tad) |much |slightly )?"
    r"(?:darker|dimmer|blurrier|noisier|grainier|foggier|hazier|duller)(?: (?:please|pls))?$",
    r"\b(?:make|let) (?:it|there|the scene) (?:pour|rain|drizzle|snow)\b",
    rf"\blet {_IT} (?:look|be|get|seem|appear|become) (?:(?:a bit|much|more|all|slightly|really) "
    rf")?(?:{_FAULTY})\b",
    r"^(?:please |just )?(?:(?:a (?:bit|little|lot|touch)|much|slightly) )?smaller(?: (?:please|pls))?$",
    r"^(?:please |just |an? |some )?(?:blurrier|noisier|grainier|foggier|hazier|mistier|smokier|"
    r"rainier) (?:\w+ )?\w+$",
    rf"\b(?:{_FAULT}|{_FAULTY}) would (?:be|look|feel) (?:\w+ )?(?:nice|nicer|better|cool|great|lovely|"
    rf"good|awesome)\b",
    r"(?:^|\b(?:but|and|so|well) )(?:(?:i|we)(?:[\u2019']d| would)? (?:really )?(?:like|love|want|need)|"
    r"can (?:i|we) have|"
    rf"could (?:i|we) have) (?:to (?:have|see) )?(?:(?:a (?:bit|little|touch|hint) of|some|more|a (?:few|"
    rf"light)|thick|dense) )+"
    rf"(?:\w+ )?(?:{_FAULT}|fog|drops|puddles)\b{_TREATED}(?!.*\b(?:gone|removed?|off|away|cleaned|"
    rf"cleared|reduced|fixed|"
    r"lifted|less|than|out|taken|dealt|help|because|of the way)\b)",
    rf"\b(?:make|let|have) {_IT} (?:look|seem|appear|be) (?:like|as if|as though) (?:it|there|i|we|"
    rf"they)(?:[\u2019']s| is| was| "
    r"were| are| had been|[\u2019']re)? (?:(?!not\b|never\b)\w+ )?(?:raining|rainy|rain|pouring|"
    r"drizzling|snowing|foggy|"
    r"misty|hazy|night|"
    r"night[- ]time|midnight|dark|stormy|a storm|fog|mist|haze)\b",
    r"(?:\w+(?: is| are| was| looks?| seems?|[\u2019']s) )?(?:\w+ )?\bover-?sharpen(?:ed|ing)\b",
    r"\b(?:tone|dial|turn|bring|calm|pull|take) (?:it|them|things|everything|that|this) (?:down|back)\b",
)
_TREATMENT = (
    r"(?:de-?noising|de-?blurring|de-?hazing|de-?raining|brightening|lightening|sharpening|smoothing|"
    r"enhancement|"
    r"enhancing|upscaling|enlarging|enlargement|retouching|restoration|(?:noise|haze|rain|blur|fog|grain) "
    r"(?:removal|reduction)|(?:last |latest |previous )?(?:changes?|steps?|edits?|adjustments?))"
)
_LAST = r"(?:(?:the|that|this|your|my|last|latest|previous|all) )*"
_TAKEN = (
    r"(?:noise|grain|graininess|blur|bokeh|softness|rain|raindrops|drizzle|haze|fog|mist|smog|smoke|darkness|"
    r"shadows?)"
)
_UNDOING = (
    rf"{_ASKING}(?:undo|revert|reverse|cancel|roll back|take back) {_LAST}{_TREATMENT}\b",
    rf"{_ASKING}(?:take|roll|turn|dial|put) {_LAST}{_TREATMENT} back\b",
    rf"\b(?:too much|overdid|overdone|overcooked) {_LAST}{_TREATMENT}\b",
    r"^(?:(?!\bnot\b|n[\u2019']t\b).)*\b(?:way|far|much|got|gotten|become|became|now|bit|little) too "
    r"(?:sharp(?:ened)?|crisp|smooth(?:ed)?|processed|plasticky?)\b",
    r"\bover-?(?:smooth|process|denois)ed\b",
    rf"{_ASKING}(?:put|bring|give|get|want|have)(?: me| us)? (?:(?:the|some|some of the|its|my|original) "
    rf")*{_TAKEN} back\b"
    r"(?! to\b)",
    rf"{_ASKING}(?:put|bring|give|get|want|restore)(?: me| us)? back (?:(?:the|some|some of the|its|my|"
    rf"original) )*{_TAKEN}\b",
    rf"{_ASKING}restore (?:the |its )?original {_TAKEN}\b",
    rf"^(?:(?:a bit|a little|much) )?less {_TREATMENT}\b",
    r"\b(?:make|throw|put|get|render|leave|have) (?:the |his |her |their |its |my |our |all |every )*"
    r"(?:background|backdrop|foreground|surroundings|faces?|people|rest|number ?plates?|licen[cs]e "
    r"plates?|text|names?) "
    r"(?:more |all |completely |totally |slightly |a bit )*(?:out of focus|blurr?y|blurred|blurrier|"
    r"soft(?:er)?|"
    r"unrecogni[sz]able|illegible|unreadable|unidentifiable|invisible|hazy|foggy|noisy|grainy)\b",
    r"^(?:(?:please|pls|i|we|want|need|would like|[\u2019']d like|love|give|make|put|set|me|us|it|on|onto|"
    r"with|against|in|have|can|"
    r"could|you|a|an|the|some|my|nice|softly|soft|creamy|heavily|slightly|more|really|dreamy) "
    r")*(?:(?:blurred|"
    r"blurry|defocus(?:s)?ed|unsharp|out[- ]of[- ]focus)(?:[- ]out)? back(?:ground|drop)|back(?:ground|"
    r"drop) (?:blur(?:red)?|bokeh|"
    r"blurry|out of focus|defocus(?:s)?ed)|bokeh(?: (?:back(?:ground|drop)|effect|look|balls))?|portrait "
    r"mode)"
    r"(?: (?:behind|around) \w+| effect| look)*(?: (?:please|pls|plz|thanks|pretty please)|(?<=bokeh)|"
    r"(?<=bokeh background)|"
    r"(?<=bokeh effect)|(?<=portrait mode)|(?<=blur effect))$",
    r"^(?:(?:please|pls) )?(?:(?:i|we)(?:[\u2019']d| would)? (?:\w+ )?(?:want|need|like|love|prefer)|give "
    r"me|can i have|could i have|"
    r"let[\u2019']?s have) (?:it with )?(?:an? |the |some |my )?(?:(?:nice|soft|softly|creamy|slightly|more|"
    r"really|dreamy) )*(?:blurred|"
    r"blurry|defocused|out[- ]of[- ]focus)(?:[- ]out)? back(?:ground|drop)\b(?! (?:sharp|to|fixed|gone|"
    r"removed))",
    r"\bmake (?:the |this |that )?(?:rain|fog|mist|haze|snow|storm|smoke|grain|noise|blur|darkness) "
    r"(?:more \w+|look (?:heavier|thicker|denser|stronger)|heavier|thicker|denser|stronger|worse|harder|"
    r"visible|"
    r"pop|stand out)\b",
)
"""What takes a restoration back, or asks for what it takes away."""
_REVERSED = re.compile("|".join((*_REVERSE, *_UNDOING)), re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:do not|don[\u2019']?t|never|not|without|no|stop|isn[\u2019']?t|why|reduce|remove|undo|was|"
    r"were|is|are|got|came|gets?)\b"
    r"(?: \w+){0,2}$",
    re.IGNORECASE,
)

_QUESTION = re.compile(
    r"^(?:so |and |hey |well )?(?:is|are|was|does|do you think|would you say|can you tell (?:me "
    r")?(?:if|whether)|tell me (?:if|whether))\b"
    r"(?=.*\b(?:this|it|that|the|my|these|there)\b)"
    r"(?!.*\b(?:possible|way|able|chance|can you|could you|you can|fix|help|remove|please|how)\b)"
    rf".*\b(?:{FAULT_WORDS}|sharp|bright|clear|in focus|colou?rful|overexposed|too \w+)\b.*\?\s*$",
    re.IGNORECASE,
)

WHETHER_GOOD = re.compile(
    r"\b(?:not|sharp|bright|clear|in focus|colou?rful|overexposed|enough|wrong|matter|problems?|issues?|"
    r"faults?|defects?|flaws?|off|good|bad)\b|n[\u2019']t\b",
    re.IGNORECASE,
)
"""Questions that a fault being there does not answer with yes."""
_ASKED = re.compile(
    r"^(?:so |and |hey |well )?(?:(?:do|does|did) (?:you (?:think|find|see|reckon|notice)\b|(?:the|my|"
    r"these|this|it)\b.* "
    r"(?:look|seem|appear)\b)"
    r"|how (?:noisy|blurry|dark|sharp|soft|bad|good|bright|hazy|foggy|grainy|much (?:noise|grain|blur|"
    r"haze|rain))\b"
    r"|(?:what|which)(?:[\u2019']s| is| are)? (?:the |any )?(?:wrong|matter|problems?|issues?|faults?|"
    r"defects?|flaws?|off|"
    r"do you (?:think|see)|would you (?:do|say|suggest|recommend|change|improve|fix))\b"
    r"|what(?:[\u2019']s| is) (?:wrong|off|the (?:matter|problem|issue)))(?!.*\b(?:possible|remove|"
    r"please|get rid)\b).*$",
    re.IGNORECASE,
)

_LESSENING = re.compile(
    r"\bless (?:noisy|grainy|gritty|speckled|blurr?y|blurred|hazy|foggy|misty)\b"
    r"|\b(?:noise|grain|blur|rain|haze|fog|mist)[- ](?:removal|reduction|suppression)\b"
    r"|\bagainst (?:(?:all|the|that|this) )*(?:noise|grain|blur|rain|haze|fog|mist)\b",
    re.IGNORECASE,
)
"""Words that leave no doubt about the direction. Not of darkness: nobody's skin is made "less dark"."""


_NEAREST = (
    (r"jpe?g|compression|artefacts?|artifacts?|banding|moir[e\u00e9]", Task.DENOISING),
    (r"vignett\w*|dark corners", Task.LOW_LIGHT),
    (
        r"dark\w*|bright\w*|exposure|dim\w*|light\w*|saturat\w*|desaturat\w*|contrast|colou?r\w*|"
        r"vibran\w*|mute",
        Task.ENHANCEMENT,
    ),
    (r"sharp\w*|unsharp\w*|focus", Task.DEBLURRING),
)

_MORE_OF_IT = re.compile(
    rf"(?:some |more )?(?:{_FAULT}|drops|puddles|(?:more )?(?:mysterious|"
    rf"moody|moodier|spooky|spookier|eerie|eerier|scary|scarier|dreamy|dreamier|atmospheric|worn(?: out)?|"
    rf"aged|"
    rf"battered|weathered|tattered|yellowed))|"
    rf"(?:(?:a|bit|little|more|much|slightly|all|really|very|"
    rf"also|too) )*(?:{_FAULTY})(?: (?:please|pls|"
    rf"too))?|"
    r".*\b(?:halos?|ringing|plastic\w*|wax\w*|dolls?|artificial|fake|unnatural|cartoon\w*|painted|"
    r"mannequins?)\b.*",
    re.IGNORECASE,
)


def goes_on_reversing(clause: str, lead: str) -> bool:
    """Whether a clause goes on with the reverse before it: "make it softer and out of focus"."""
    return lead in ("and", ",", "&", "or", ", and") and _MORE_OF_IT.fullmatch(clause) is not None


def reverse(clause: str) -> bool:
    """Whether `clause` asks for a fault to be added, or for less of a good quality."""
    found = _REVERSED.search(clause)
    if worsens(clause):
        return True
    return found is not None and not _NEGATED.search(clause[: found.start()].rstrip())


def lessens(text: str) -> bool:
    """Whether `text` says outright that a fault is to become less, whatever part of the picture it names."""
    return _LESSENING.search(text) is not None and not reverse(text)


def question(text: str) -> bool:
    """Whether `text` asks about the picture instead of asking for something to be done to it."""
    return _QUESTION.match(text) is not None or (text.endswith("?") and _ASKED.match(text) is not None)


_GRAIN = re.compile(r"\b(?:nois[eiy]\w*|grain\w*|speckl\w*|grit\w*)\b", re.IGNORECASE)


def nearest(text: str) -> Task | Literal["grain"] | None:
    """What comes closest to an impossible request, by its words."""
    if _GRAIN.search(text) and reverse(text):
        return "grain"
    return next(
        (task for words, task in _NEAREST if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)), None
    )
