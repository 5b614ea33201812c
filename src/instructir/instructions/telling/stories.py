"""What a sentence tells of how a picture came about: the weather, the hour, what somebody then did."""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import Clause
from instructir.instructions.reader import Reading
from instructir.tasks import Task

STORY = re.compile(
    r"^(?:(?:and|but|so|well|ok|hi|hello) )*(?:(?:i|we|my \w+|he|she|they) (?:just |only |once )?"
    r"(?:(?:took|shot|snapped|photographed|captured|got|made|filmed|scanned|digiti[sz]ed|found|inherited|"
    r"dug out) "
    r"(?:it|this|that|these|them|my|the|a|an|some)\b"
    r"|(?:stood|waited|walked|sat|hiked|met|danced|drove|sailed|cycled|ran|climbed)\b)"
    r"|(?:it[\u2019']?s |it is |this is |that[\u2019']?s )?(?:an?|the|my|our) (?:[\w-]+ ){0,3}?(?:frame|"
    r"still|scan|screenshot|"
    r"slide|print) (?:from|off|out of)\b|(?:no|without) (?:a )?flash\b"
    r"|(?:went|drove|took|flew|walked|hiked|travell?ed|sailed) (?:to|from|this|it|the|up|down|into|"
    r"through|across|my|our)\b"
    r"|(?:(?:a|an|the|my|our|this|some) )?(?:\w+ ){0,2}?(?:photo|picture|pic|shot|image|photograph|"
    r"snap|portrait|"
    r"close-?up|still|painting|drawing|poster) of\b"
    r"|(?:(?:it was |it is |it[\u2019']s |on )?(?:a|an|the|such an?|another) )(?:\w+ )?(?:cloudy|"
    r"overcast|gr[ae]y|sunny|"
    r"windy|stormy|summer|winter|autumn|spring)(?: \w+)? (?:day|morning|afternoon|evening|weather|"
    r"sky|weekend)$"
    r"|(?:it|this|that|the \w+) (?:was|is) (?:taken|shot|snapped|captured|photographed)\b|(?:taken|shot|"
    r"snapped|captured)\b)",
    re.IGNORECASE,
)
_WEATHER = re.compile(
    r"^(?:(?:and|so|well|sure|yes|ok|true),? )*(?:when (?:i|we|he|she|they) (?:\w+ ){1,5}?)?(?:it|that "
    r"day|the day|the weather|the morning|the "
    r"evening) (?:had (?!been ))?"
    r"(?:rained|snowed|poured|drizzled|hailed|stormed|(?:was|had been) (?:getting |growing |turning "
    r"|becoming )?(?:very |so |a bit |rather |quite |"
    r"all )?"
    r"(?:raining|snowing|pouring|drizzling|hailing|rainy|wet|foggy|misty|hazy|smoky|dark|dull|gr[ae]y|"
    r"cloudy|stormy|"
    r"late|night|evening|dusk|awful|bad|a (?:\w+ ){0,2}(?:day|night|morning|evening)))\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"^(?:(?:the|a|some|dark|black|thick|heavy|low|huge|big) )*(?:clouds?|storm|thunderstorm|rain|fog|mist|"
    r"weather) (?:had )?(?:rolled|moved|came|blew|drifted|swept|crept|closed|set) (?:in|over|up|down)$",
    re.IGNORECASE,
)
"""Weather that came before something went wrong: "clouds rolled in and my picture got too dark"."""
_LONG = re.compile(
    r"\b(?:all (?:day|week|month|night|morning|afternoon|holiday|weekend|summer|winter|trip|year)|"
    r"the (?:whole|entire) \w+|"
    r"for (?:\w+ )?(?:hours|days|weeks)|(?:last|previous|that|every|each) (?:day|night|week|morning|"
    r"summer|winter|"
    r"year)|yesterday|"
    r"the (?:day|night|week) before|(?:most|half) of the \w+)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(r"^(?:[,;. ]*)(?:but|yet|though|still|however)\b", re.IGNORECASE)
"""What tells of the weather as such: how long it lasted, or what turns to something else after it."""
_TURNED = 0.6
"""Probability from which what follows the weather is what is wrong."""
_SETTING = frozenset((Task.DERAINING, Task.DEHAZING, Task.LOW_LIGHT, Task.SUPER_RESOLUTION))
"""What a story tells of the weather, the hour and where the picture is from, and need not be wrong."""
_WHENCE = re.compile(
    r"\b(?:scan(?:ned)?|digiti[sz]ed|nokia|canon|nikon|sony|kodak|fuji\w*|camera|phone|smartphone|webcam|"
    r"dash ?cam|vhs|slides?|"
    r"newspapers?|negatives?|(?:that|what a|the|last|all|this|one|each|every) night|night shots?|weather)\b",
    re.IGNORECASE,
)
"""Where a picture is from, and when it was taken."""
_HOUR = r"(?:night|evening|midnight|dusk|dawn|twilight|sunset|sunrise|nightfall)"
_SCENE = re.compile(
    rf"(?:(?:an?|the|our|my|one|this|that|late|early|\w+ing|summer|winter|autumn|"
    rf"spring) )*{_HOUR}(?= )(?: (?!is\b|was\b)"
    r"[\w\u2019'-]+){0,3}?(?: (?:in|at|on|over|near|to|of|by|from|with|along|under) [\w\u2019' -]+)?|"
    rf"(?:[\w\u2019'-]+ ){{1,4}}(?:at|by) {_HOUR}",
    re.IGNORECASE,
)
"""An hour of the day, as a caption names it: "night market in Taipei", "concert at night"."""
_WEATHER_SCENE = re.compile(
    r"(?:(?:an?|the|our|my|one|that|this) )?(?:rainy|wet|drizzly|foggy|misty|hazy|smoky|stormy|cloudy|"
    r"overcast|gr[ae]y) "
    r"(?:day|morning|afternoon|evening|night|weekend|season)(?: (?:in|at|on|over|near|to|of|by|from|with|"
    r"along) "
    r"[\w\u2019' -]+)?",
    re.IGNORECASE,
)
_OF_IT = re.compile(r"(?:and |but )?(?:it|this|that|everything|there|the|my|our)\b", re.IGNORECASE)
"""How a clause begins that says of a picture what is wrong with it."""
_COMPLAINS = re.compile(
    r"\b(?:dark\w*|dim|black|gloomy|(?:under|over)\w+|bright\w*|light\w*|see|visible|small|tiny|low|"
    r"resolution|pixel\w*|megapixels?|"
    r"enlarge\w*|bigger|larger|upscale\w*|print|sizes?|details?|blocky|crop\w*|zoom\w*|rain\w*|wet|"
    r"drops?|haz\w+|fog\w*|mist\w*|smog|"
    r"sharp\w*|blur\w*|nois\w+|grain\w*)\b",
    re.IGNORECASE,
)
_DRY = re.compile(
    r"^(?:but |and )?(?:the|this|my) (?:picture|photo|image|shot)s? (?:is|are|was|came out|turned out|"
    r"looks?)(?: \w+)? (?:clear|sharp|fine|perfect|"
    r"great|lovely|beautiful|dry)$|\bnot when (?:i|we) (?:took|shot|made|snapped)\b",
    re.IGNORECASE,
)
"""What says that the weather is not in the picture."""


_OVER = re.compile(
    r"^(?:(?:and|so|well|luckily|thankfully|fortunately|by then),? )*(?:all )?(?:the |that )?"
    r"(?:\w+ )?(?:rain|drizzle|"
    r"downpour|shower|storm|fog|mist|haze|smoke|smog|clouds)(?: (?:had|has|was|were|is))?(?: (?:already|just|"
    r"long|finally|mostly|almost|luckily|thankfully))* (?:stopped(?! \w+ing| play)|lifted|cleared(?: up|"
    r" away)?|gone|passed|ended|(?<=was )over(?! \w)|(?<=were )over(?! \w)|"
    r"moved (?:on|off)|burn(?:ed|t) off|died down|finished|blown over)\b(?!.*\b(?:should|must|want|need|"
    r"please)\b)",
    re.IGNORECASE,
)
"""Weather that was over when the picture was taken."""
_IS_DONE = re.compile(r"(?:\b(?:is|are|has|have)|[\u2019']s) (?:\w+ )*\w+$", re.IGNORECASE)
_ACTED = re.compile(
    r"\b(?:so|and so|which is why|that[\u2019']?s why|hence|therefore|while) (?:that )?(?:i|we|he|she|"
    r"they|my \w+|"
    r"the \w+) (?:could(?: not|n[\u2019']?t)\b|(?:had to |could only |just |only |only just |then |quickly )?"
    r"(?:shot|shoot|took|take|stood|stand|hid|hide|hurry|ran|run|stay|wait|went|go|use|drove|sat|held|"
    r"hold|got|came|"
    r"left|lit|put|set|bought|brought|kept|made|gave|cut|let|found|fled|fell|swung|caught|threw|went|sped|"
    r"(?!need|speed|bleed)\w+ed)\b)",
    re.IGNORECASE,
)
"""What somebody did because of the weather, so that it is told and not complained of."""


def without_story(
    whole: Reading,
    pieces: Sequence[Clause],
    parts: Sequence[Reading],
    surely: float,
    left: Sequence[str | None],
) -> tuple[Reading, list[Reading]]:
    """Readings without the weather and the hour that only the story of a picture tells of.

    Args:
        whole: the reading of the sentence.
        pieces: its clauses.
        parts: their readings.
        surely: probability from which another clause says what is wrong, so that the story is only that.
        left: of each clause, what it wants left alone, which is nothing that is wrong.
    """
    pairs = list(zip(pieces, (*pieces[1:], None), strict=True))
    weather = [_of_weather(piece, following) for piece, following in pairs]
    told = [
        is_weather
        or STORY.match(piece.text) is not None
        or (_WHENCE.search(piece.text) is not None and _COMPLAINS.search(piece.text) is None)
        or _is_scene(piece, following)
        or _acted(piece)
        or _acted(following)
        for (piece, following), is_weather in zip(pairs, weather, strict=True)
    ]
    rest = [part for part, tells, words in zip(parts, told, left, strict=True) if not (tells or words)]
    if any(weather) and any(_DRY.search(piece.text) for piece in pieces):
        # Whatever the weather was, the picture is said to have none of it.
        dry = {task for task in _SETTING if all(part.requested[task.class_index] < _TURNED for part in rest)}
        return _less(whole, dry), [_less(part, dry) for part in parts]
    named = max((max(part.requested) for part in rest), default=0.0)
    if not any(told) or named < (_TURNED if any(weather) else surely):
        return whole, list(parts)
    if any(weather):
        # The weather outshines what follows it.
        highest = tuple(map(max, zip(*(part.requested for part in rest), strict=True)))
        whole = replace(whole, requested=tuple(map(max, whole.requested, highest)))
    idle = {task for task in _SETTING if all(part.requested[task.class_index] < 1 - surely for part in rest)}
    return _less(whole, idle), [
        _less(part, idle) if tells else part for part, tells in zip(parts, told, strict=True)
    ]


def _acted(piece: Clause | None) -> bool:
    """Whether a clause says what somebody then did: "so we ran inside"."""
    return piece is not None and _ACTED.match(f"{piece.lead} {piece.text}".lstrip(" ,")) is not None


def _is_scene(piece: Clause, following: Clause | None) -> bool:
    """Whether a clause only says, as a caption does, at which hour or in which weather it was."""
    if following is not None and _WEATHER_SCENE.fullmatch(piece.text):
        return _OF_IT.match(following.text) is not None
    return _SCENE.fullmatch(piece.text) is not None and _COMPLAINS.search(piece.text) is None


def _of_weather(piece: Clause, following: Clause | None) -> bool:
    """Whether a clause only says what the weather was: "it rained all week", "it was foggy, but ..."."""
    if _OVER.match(piece.text):
        # "Once the fog is gone" says when something is to be done.
        return not (piece.lead.endswith(("after", "once")) and _IS_DONE.search(piece.text))
    if _CAME.match(piece.text):
        return following is not None and (_acted(following) or _OF_IT.match(following.text) is not None)
    if _WEATHER.match(piece.text) is None:
        return False
    if _ACTED.search(piece.text) or _acted(following):
        return True
    turns = (
        following is not None
        and _TURNS.match(following.lead) is not None
        and not following.text.lower().startswith(("also", "too", "even"))
    )
    return turns or _LONG.search(piece.text) is not None


def _less(reading: Reading, idle: set[Task]) -> Reading:
    indices = {task.class_index for task in idle}
    probabilities = tuple(
        0.0 if n in indices else probability for n, probability in enumerate(reading.requested)
    )
    return replace(reading, requested=probabilities)
