"""What a sentence tells beside what it asks: how a picture came about, what is good, what matters most."""

import re
from collections.abc import Sequence
from dataclasses import replace

from instructir.instructions.clauses import Clause
from instructir.instructions.framing import RULING_OUT
from instructir.instructions.reader import Reading
from instructir.tasks import Task

_COUNTS = (
    r"(?:what (?:really |actually |mostly )?(?:bothers|annoys|worries|bugs|irritates|disturbs|hurts|ruins|"
    r"spoils)"
    r"(?: (?:me|us|it|this(?: one)?|the \w+|my \w+))?(?: (?:most|the most|more))?"
    r"|(?:the|my|its|our) (?:(?:real|main|actual|only|biggest|true|worst|big) )?(?:problem|issue|trouble|"
    r"fault|"
    r"complaint|worry|thing|pity))"
)
_TELLS = (
    r"(?:(?:i|we|he|she|they|you|it|this|that|there|the|my|our|his|her|taken|shot|a|an|in|at|on|during)\b|"
    r"\w+(?: \w+)? (?:shot|photo|picture|scene)\b)"
)
_FOCUS = re.compile(
    rf"^(?P<before>{_TELLS}[^.;!?]*?)[,;:.\u2013-]* (?:but|yet|though|only|still|and|however),? "
    rf"(?:{_COUNTS} (?:is|are|was)(?: that)? (?P<after>.+)"
    rf"|(?P<first>(?:the|its|this|that|all (?:the|that)) [\w -]{{3,30}}?) (?:is|are) "
    rf"(?:{_COUNTS}|what (?:needs|has) [\w ]+))\W*$",
    re.IGNORECASE,
)
_NOISES = r"noise|grain|blur|rain|haze|fog|mist|smog|smoke"
_IN_VAIN = re.compile(
    r"\b(?P<fault>(?:too|so|far too|way too) (?:dark|dim|gloomy|blurr?y|blurred|soft|small|tiny|hazy|"
    r"foggy|misty|"
    r"grainy|noisy|pixelated|unsharp|smeared|shaky|faded|pale)) (?:to|(?:that )?(?:i|we|you|"
    r"one) (?:can(?:no|[\u2019']?)t|"
    r"can hardly|can barely|could not|couldn[\u2019']?t)) (?:even )?(?:see|read|make out|recogni[sz]e|"
    r"tell|find|spot|"
    r"count|distinguish|notice|enjoy)\b[^,.;:!?]*",
    re.IGNORECASE,
)
_AND_IN_VAIN = re.compile(
    r"\b(?P<fault>dark|dim|gloomy|blurr?y|blurred|hazy|foggy|misty|grainy|noisy|pixelated|tiny|"
    r"faded)(?:,? and|,|,? so)(?: that)? "
    r"(?:i|we|you|one) (?:can(?:no|[\u2019']?)t|can (?:hardly|barely|scarcely)|could not|"
    r"couldn[\u2019']?t|could (?:hardly|barely)) "
    r"(?:even )?(?:see|read|make out|recogni[sz]e|tell|find|spot|count|distinguish)\b[^,.;:!?]*",
    re.IGNORECASE,
)
"""What cannot be seen because of the fault that is named before."""
_HIDDEN_BY = re.compile(
    r"\b(?:you|i|we|one) (?:can(?:not|[\u2019']?t)?|could(?: not|n[\u2019']?t)?)(?: (?:barely|hardly|"
    r"scarcely|not|even))* "
    r"(?:see|read|make out|recogni[sz]e|tell|find|spot|distinguish)\b[^,;.!?]*? (?:because of|due to|for "
    r"all|through|with|behind) "
    rf"(?:all )?(?:the|that|this) (?:\w+ )?(?P<fault>{_NOISES})\b",
    re.IGNORECASE,
)
"""What hides something: that, and not the darkness, is in the way."""
_STORY = re.compile(
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
    r"^(?:(?:and|so|well|sure|yes|ok|true),? )*(?:it|that day|the day|the weather|the morning|the "
    r"evening) (?:had (?!been ))?"
    r"(?:rained|snowed|poured|drizzled|hailed|stormed|(?:was|had been) (?:getting |growing |turning "
    r"|becoming )?(?:very |so |a bit |rather |quite |"
    r"all )?"
    r"(?:raining|snowing|pouring|drizzling|hailing|rainy|wet|foggy|misty|hazy|smoky|dark|dull|gr[ae]y|"
    r"cloudy|stormy|"
    r"late|night|evening|dusk|awful|bad|a (?:\w+ ){0,2}(?:day|night|morning|evening)))\b",
    re.IGNORECASE,
)
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
_GOOD = (
    r"(?:sharp|crisp|in focus|tack sharp|well[- ]focus?sed|bright|light|well[- ]lit|well[- ]exposed|large|"
    r"big|"
    r"huge|colou?rful|vivid|clear|clean|smooth|detailed|steady|noise[- ]free|grain[- ]free|"
    r"(?:as )?(?:sharp as (?:a )?\w+|bright as (?:the )?(?:day|daylight|sun)|clear as (?:a )?\w+|"
    r"clean as (?:a )?\w+)|"
    r"(?:razor|pin|crystal|needle)[- ](?:sharp|clear)|spotless|flawless|(?:beautifully|perfectly|"
    r"nicely) (?:lit|exposed))"
)
_IT_IS = (
    r"(?:(?:it|this|that|everything|all|(?:the|my|this) \w+)(?:[\u2019']?s| is| was| looks| seems)|"
    r"(?:the|my|these) \w+s are|"
    r"they[\u2019']?re|they "
    r"are)"
)
_ALREADY = re.compile(
    rf"^(?:{_IT_IS} )?(?:(?:already|plenty|quite|perfectly|nicely|very|beautifully) )*{_GOOD}"
    r"(?: (?:and|&) (?P<second>[\w -]+?))?(?P<marked> (?:already|enough|as it is|as is|to me))*$",
    re.IGNORECASE,
)
_LOVELY = re.compile(
    r"(?:such |what )?(?:an? )?(?:lovely|brilliant|gorgeous|beautiful|wonderful|stunning|glorious|"
    r"fantastic|amazing) (?:\w+ )?\w+",
    re.IGNORECASE,
)
"""Praise within a story: "lovely sunshine, brilliant colours"."""
_ONLY = re.compile(
    r"^(?:only|just|but|yet|still|however|everything else|all else|the rest|all the rest|the others|"
    r"it[\u2019']?s "
    r"(?:only|just)|merely|simply)\b",
    re.IGNORECASE,
)


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
_OCCASION = (
    r"miss(?:ed)?|lost?|lose|jump|shake|shiver|tremble|move|wobble|twitch|slip|stumble|rush|hurry|jerk|"
    r"flinch|sneeze|cough|"
    r"tilt|hunt|focus|drop|swing|stagger|sway|judder|react|press|hold|turn"
)
_WHO = r"me|us|him|her|them|my \w+|our \w+|the (?:camera|autofocus|lens|tripod|photographer)"
_MADE_ME = re.compile(
    rf"^(?:[\w\u2019'-]+ ){{1,9}}?(?:made|had|forced|caused|got) (?P<who>{_WHO}) (?:to )?"
    rf"(?P<did>(?:(?:\w+ly|just) )?(?:(?:{_OCCASION})|(?!looking|appearing|seeming|being)\w+ing)\b)",
    re.IGNORECASE,
)
_BLOWN_UP = re.compile(
    r"^(?:(?:it|this|that|everything|the [\w ]{1,24}?)(?:[\u2019']?s| is| are| looks?| seems?| went| got|"
    r" came out)? )?"
    r"(?:(?:so|all|very|quite|rather|really|a bit|too) )*"
    r"(?:blurr?y|soft|fuzzy|mushy|pixelated|blocky|unsharp|coarse) "
    r"(?:from|by|after|because of|due to|through|since) (?:being |having been |it was |it got |i |"
    r"we )?(?:so |too |much )*"
    r"(?:blown up|enlarged|upscaled|stretched|zoomed (?:in|up)|scaled up|cropped)\b[^,;.!?]*",
    re.IGNORECASE,
)
"""How a picture looks that was made larger than it is: more pixels are what can be given."""
_SUBJECTS = {"me": "I", "us": "we", "him": "he", "her": "she", "them": "they"}


def _who_did(found: re.Match[str]) -> str:
    who = found["who"]
    return f"{_SUBJECTS.get(who.lower(), who)} {found['did']}"


def to_the_point(text: str) -> str:
    """What a sentence asks for where it says what matters: "a rainy day, but the blur is the problem"."""
    text = _HIDDEN_BY.sub(r"there is too much \g<fault>", _AND_IN_VAIN.sub(r"\g<fault>", text))
    text = _BLOWN_UP.sub("it is too small", _MADE_ME.sub(_who_did, _IN_VAIN.sub(r"\g<fault>", text)))
    found = _FOCUS.match(text)
    if found is None or RULING_OUT.search(found["before"]):
        return text
    return f"fix {found['after'] or found['first']}"


def praised(pieces: Sequence[Clause]) -> list[str | None]:
    """Of each clause, what it only says is good already; None where it says no such thing."""
    found: list[str | None] = []
    tells = bool(pieces) and _STORY.match(pieces[0].text) is not None
    for number, piece in enumerate(pieces):
        if tells and number and _LOVELY.fullmatch(piece.text):
            found.append(piece.text)
            continue
        good = _ALREADY.match(piece.text)
        # "It's sharp, it's clean, and still pale": what a row of praise turns to counts for all of it.
        after = next((n for n in range(number + 1, len(pieces)) if not _ALREADY.match(pieces[n].text)), None)
        following = None if after is None else pieces[after]
        turns = following is not None and (
            following.lead.lstrip(",; ").startswith(("but", "though")) or _ONLY.match(following.text)
        )
        conceded = number > 0 and piece.lead.lstrip(",; ") in ("but", "though")
        stated = good is not None and re.match(_IT_IS, good[0], re.IGNORECASE) is not None
        plain = good is not None and (good["marked"] or turns or (conceded and _is(pieces[number - 1].text)))
        goes_on = number > 0 and found[-1] is not None and turns
        found.append(piece.text if plain or (good and turns and (stated or goes_on)) else None)
    return found


_MAKE_IT = re.compile(
    r"^(?P<opening>.*\b(?:make|get|want|need|have|like|turn) (?:it|this|that|them|everything|(?:the|my) \w+)"
    r"(?: (?:look|to be|to look|be))? )\w",
    re.IGNORECASE,
)
_LIKEWISE = re.compile(
    r"(?:(?:more|less|a bit|a little|much|also|nice|nicely) )*(?:sharp|crisp|bright|light|clear|clean|"
    r"smooth|bigg?|large?|"
    r"colou?rful|vivid|vibrant|warm|cool|detailed|contrasty|\w{4,}ed)(?:er)?(?: (?:please|pls|too|as well))?",
    re.IGNORECASE,
)


def resumed(pieces: Sequence[Clause]) -> list[str]:
    """The clauses, with what an adjective leans on: "make it sharp and bright" asks to "make it bright"."""
    opening, found = "", []
    for piece in pieces:
        begun = _MAKE_IT.match(piece.text)
        leans = opening and not begun and _LIKEWISE.fullmatch(piece.text)
        found.append(compared(f"{opening}{piece.text}") if leans else piece.text)
        opening = begun["opening"] if begun else opening if leans else ""
    return found


_AS_CAN_BE = re.compile(
    r"^(?:(?:please|just) )?(?:(?:make|get) (?:it|this) )?as (?:bright|light) as "
    r"(?:possible|(?:it|you|this|that) (?:gets|goes|can|could)|can be|ever)\b(?: (?:be|get|make it|go))?",
    re.IGNORECASE,
)
_TO_BE_BRIGHT = re.compile(
    r"\b(?P<make>(?:make|get|want|need|have|like) (?:it|this|that|them|everything|(?:the|my) (?:\w+ )?\w+)"
    r"(?: (?:look|to be|to look|be))? )(?:(?:nice and|nice|nicely|really|very|all) )?"
    r"(?:bright|light)(?:ened)?\b"
    r"(?! (?:enough|spots?|areas?|parts?|side))",
    re.IGNORECASE,
)


_BRIGHTENED = re.compile(
    r"\byou(?:[\u2019']?ve| have)(?: already| first)? (?P<do>brighten|lighten)ed\b", re.IGNORECASE
)


def compared(text: str) -> str:
    """`text` with "make it bright" as "make it brighter", which is read as no matter of taste."""
    text = _BRIGHTENED.sub(r"\g<do>", text)
    return _TO_BE_BRIGHT.sub(r"\g<make>brighter", _AS_CAN_BE.sub("make it bright", text))


def _is(clause: str) -> bool:
    """Whether a clause says how the picture is."""
    return re.match(rf"{_IT_IS} ", clause, re.IGNORECASE) is not None


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
        is_weather or _STORY.match(piece.text) is not None or _acted(piece) or _acted(following)
        for (piece, following), is_weather in zip(pairs, weather, strict=True)
    ]
    rest = [part for part, tells, words in zip(parts, told, left, strict=True) if not (tells or words)]
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


def _of_weather(piece: Clause, following: Clause | None) -> bool:
    """Whether a clause only says what the weather was: "it rained all week", "it was foggy, but ..."."""
    if _OVER.match(piece.text):
        # "Once the fog is gone" says when something is to be done.
        return not (piece.lead.endswith(("after", "once")) and _IS_DONE.search(piece.text))
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
