"""Scenes that are told in a clause of their own beside a fault: "misty forest, a bit noisy", "night, grainy".

Weather or night with a place, an event or a time of day says where a picture was taken. Beside a clause that
says what is wrong, such a clause asks for nothing, and is taken away; so is "black and white", which is what
a picture is and no lack of colours or light. Weather that is told of the picture itself ("misty photo,
noisy"), or bare ("foggy, noisy"), is a fault, as is whatever is named alone. So does
"taken on a foggy morning", or that it rained meanwhile. ``scenes.json`` has the words of
every language: ``place``, ``weather`` beside one, ``alone``, what is a scene without more, and ``grey``;
in some, how it was ``taken``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from instructir.instructions.letters import DASHES, MARKS, UNSPACED, has_letters, or_all
from instructir.instructions.naming import tasks_named
from instructir.instructions.refusing.adding import wants_beyond
from instructir.instructions.ruling_out.denials import FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK
from instructir.instructions.tables import table_beside

_MARK = rf"[{MARKS}]|\s[{DASHES}]\s"
_FAULT = re.compile(
    rf"\b(?:{FAULT_WORDS}|soft|blur\w*|sharpen\w*|focus|nois\w*|de(?:nois|blur|haz|rain)\w*|too \w+|"
    r"over-?exposed|colou?rs (?:look|are) \w+|yellow(?:ish|ed)?|(?:greenish|bluish|reddish)|artefacts?|"
    r"enlarg\w*|upscal\w*|remove|brighten|(?:out of|lacks) \w+|it is \w+)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"^(?:(?:but|yet|though|although|however),? (?=\S)|"
    r"(?:\u4f46\u662f|\u4f46|\u53ea\u662f|\u3067\u3082|\u3057\u304b\u3057)[\u3001\uff0c]?)",
    re.IGNORECASE,
)
_TOO_LITTLE = re.compile(
    r"\b(?:both|beides?|les deux|amb[oa]s|entramb[ei]|see|visible|seen|make out|recogni\w+|tell|"
    r"lit|dimly|hid\w*|through|sieht|sehen|erkenn\w+|voi[rt]|"
    r"distingu\w+|ve|ver|vede\w*|v\u00ea|zien|ziet|wida\u0107|g\u00f6r\w+|\u0432\u0438\u0434\w+)\b|"
    r"\u770b\u4e0d|\u898b\u3048|\ubcf4\uc774|\ubcf4\uc5ec|\u064a\u0631\u0649|\u0623\u0631\u0649|"
    r"\u0926\u093f\u0916",
    re.IGNORECASE,
)
"""What a scene may explain: it cannot be seen for the fog, or for the night."""
_KEPT = re.compile(
    r"^(?P<what>(?:the |some |this |that )?(?:fog|mist|haze|rain|grain|noise|blur|darkness)"
    r"(?: (?:in|on|over|of|above|across) (?:[\w\u2019'-]+ ){0,2}[\w\u2019'-]+)?)"
    r"[,;:]? (?:please )?(?:keep|leave) (?:it|that|them)"
    r"(?: (?:as it is|that way|like that|alone|there|in|please))*"
    r"(?=[ ]*[,.;!]|$)",
    re.IGNORECASE,
)
"""A look that is named first and left alone then: "mist in the forest, keep it"."""
_AT_NIGHT = re.compile(
    r"^(?P<what>(?:(?:a bit of|some|the|too much|lots of|a lot of) )?(?:camera shake|motion blur|blur|noise|"
    r"grain|haze|rain)) (?:at|by|during|from|in) (?:the )?(?:night|evening|dusk|dawn|twilight|sunset|"
    r"moonlight|candle ?light)$",
    re.IGNORECASE,
)
_I_WAS = re.compile(
    r"[,;.]? (?:because |since |as )?(?:i|we) (?:was|were) (?:scuba |free |just )?(?:diving|snorkell?ing|"
    r"swimming|surfing|underwater|hiking|camping|skiing|fishing|sailing|travell?ing|on holiday)\b[.!]?",
    re.IGNORECASE,
)
_TINTED = re.compile(r"\b(?:blue|green|yellow|orange|purple|pink|magenta|red)(?:ish)?\b", re.IGNORECASE)
_COLOURING = re.compile(
    rf"\b(?:colou?r(?:s|ful|i[sz]e\w*)?|tint\w*|make|turn\w*|convert\w*|change|want|like|need|into|to|add|"
    rf"give|effect|filter|version|style|tones?|toned|(?:{WORK})(?= (?:it|this) (?:in|as)))\b",
    re.IGNORECASE,
)
"""Words beside which "black and white" may be what is wished for, or complained of."""
_KEEP_IT_SO = re.compile(
    r"[,;]? *(?:and )?(?:please )?(?:keep|leave) it (?:that way|like that|so|as it is)(?=[,.;]|$)",
    re.IGNORECASE,
)


_MEANWHILE = re.compile(
    r"^(?:(?:it (?:rained|poured|drizzled|snowed)|it was (?:raining|pouring|drizzling|snowing)) "
    r"(?:during|throughout|all|while|when|on|at)\b|(?:we|i)(?: all)? got (?:soaked|drenched|wet|rained on|"
    r"caught in (?:the|a) (?:rain|storm|downpour))\b)[^,.;:!?]*?"
    r"(?:[,.;:!]+ *(?:(?:and|but|so) )?| (?:and|but) )"
    r"(?=\w)(?P<rest>.+)$",
    re.IGNORECASE,
)
"""Weather that somebody went through meanwhile: "it rained during the wedding, the portraits are dark"."""
_WETNESS = re.compile(
    r"\b(?:rain\w*|drops?|raindrops|streak\w*|wet|water|snow\w*|drizzl\w*|flakes?|weather|it away|them)\b",
    re.IGNORECASE,
)
_LITTLE_PICTURES = r"(?:\s*[\u2600-\u27bf\ufe0e\ufe0f\U0001f300-\U0001faff]+)*"
_UNMARKED_SCENE = re.compile(
    rf"^(?P<scene>(?:(?:an?|the|our|my|one|this|that|such a|very) )*(?:(?:rainy|foggy|misty|snowy|stormy|"
    rf"hazy|wet|"
    rf"cloudy|drizzly|gloomy|windy) (?:day|morning|afternoon|evening|night|weekend|walk|hike|trip|match)|"
    rf"night "
    rf"out|late night)(?: out)?){_LITTLE_PICTURES}\s+(?=(?:(?:the|my|this|that|our|all) )?(?:photos?|"
    rf"pictures?|pics?|images?|shots?|scans?) (?:(?:is|are|was|"
    rf"were|looks?|came|turned|so|too|just|really|all|got|has|have)\b)[^,;]*\b(?:{FAULT_WORDS}|soft)\b)",
    re.IGNORECASE,
)
"""A scene without a mark before what is wrong: "rainy day pic is too dark"."""


@dataclass(frozen=True)
class _Words:
    """How a language tells a scene, as the whole of a clause, and says that a picture has no colours."""

    scene: re.Pattern[str]
    grey: re.Pattern[str]
    taken: re.Pattern[str] | None


@lru_cache(maxsize=16)
def _words(code: str) -> _Words | None:
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    space = r"\s*" if code in UNSPACED else r"\s+"
    det = rf"(?:(?:{said['det']}){space})*" if said.get("det") else ""
    place, weather, alone = (f"(?:{said[kind]})" for kind in ("place", "weather", "alone"))
    more = rf"(?:{space}(?:{said['more']}))?" if said.get("more") else ""
    scene = (
        rf"{det}(?:{weather}{space}{place}|{place}{space}{weather}|{alone}(?:{space}{place})?|"
        rf"{place}{space}{alone}){more}"
    )
    edge = ("", "") if code in UNSPACED else (r"(?<!\w)", r"(?!\w)")
    return _Words(
        re.compile(scene, re.IGNORECASE),
        re.compile(f"{edge[0]}(?:{said['grey']}){edge[1]}", re.IGNORECASE),
        re.compile(said["taken"], re.IGNORECASE) if "taken" in said else None,
    )


def without_scenes(text: str, code: str) -> str:
    """`text`, in the language `code`, without a scene, or a lack of colours, told beside what is wrong."""
    words = _words(code)
    if words is None:
        return text
    if code == "en":
        text = _UNMARKED_SCENE.sub(r"\g<scene>, ", text)
        text = _KEPT.sub(r"leave \g<what> alone", _AT_NIGHT.sub(r"\g<what>", text))
        meanwhile = _MEANWHILE.match(text)
        if meanwhile and _FAULT.search(meanwhile["rest"]) and not _WETNESS.search(meanwhile["rest"]):
            text = meanwhile["rest"]
        rest = _I_WAS.sub("", text)
        text = rest if rest != text and (_TINTED.search(rest) or _FAULT.search(rest)) else text
    return _without_grey(_without_scene(text, words, code), words, code)


def _without_scene(text: str, words: _Words, code: str) -> str:
    first, mark, rest = _parted(text)
    if not mark or not has_letters(rest) or _TOO_LITTLE.search(text) or _is_list(text):
        return text
    if words.scene.fullmatch(first.strip()) and (code != "en" or _FAULT.search(rest)):
        return unopposed(rest)
    if words.taken and words.taken.fullmatch(first.strip()) and tasks_named(rest, code):
        # Without a fault of its own the rest is about the weather: "prise dans le brouillard, enlève-le".
        return unopposed(rest)
    told = code == "en" and (_FAULT.search(first) or _TINTED.search(first))
    return first if told and words.scene.fullmatch(rest.strip(" .!")) else text


def unopposed(text: str) -> str:
    """`text` without a "but" at its beginning: once what that is set against is gone, it is an exception."""
    return _AGAINST.sub("", text)


def _is_list(text: str) -> bool:
    """Whether `text` is a row of single words, each of which is a fault: "night, noise, rain"."""
    pieces = [piece.split() for piece in re.split(_MARK, text)]
    return len(pieces) > 2 and all(len(piece) == 1 for piece in pieces)


def _parted(text: str) -> tuple[str, str, str]:
    """The first clause of `text`, the mark that ends it, and the rest."""
    found = re.search(_MARK, text)
    return (text[: found.start()], found[0], text[found.end() :].strip()) if found else (text, "", "")


def _without_grey(text: str, words: _Words, code: str) -> str:
    found = words.grey.search(text)
    if found is None:
        return text
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    wished = wants_beyond(text, code) if code != "en" else _COLOURING.search(rest)
    if code == "en":
        if (bare := rest.strip(" .!").lower()) in ("", "please") and "sepia" not in found[0].lower():
            return f"make it {found[0]}" if bare else "photo"
        rest = _KEEP_IT_SO.sub("", rest)
        if wished or not _FAULT.search(rest):
            return text
    elif wished:
        return text
    rest = " ".join(
        re.sub(rf"^\s*(?:(?:this|it)(?:[\u2019']?s| is)\s*(?=[,.;]))?\s*(?:{_MARK})*", "", rest).split()
    )
    rest = re.sub(r" (?=[,.;!])", "", rest).strip(" ,;\u3001\uff0c\u060c")
    return or_all(rest, text)
