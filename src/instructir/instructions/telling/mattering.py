"""What matters of all that is told: "a rainy day, but the blur is the problem", "too dark to see"."""

import re

from instructir.instructions.framing import RULING_OUT
from instructir.instructions.ruling_out.leaving import WORK

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
_SO_FAR = (
    r"(?:(?! (?:so|and so|therefore|hence),? (?:(?:please|just|can you|could you|i want you to|i need you to|"
    rf"kindly|you should|now) )*(?:{WORK}|get|make|remove|clear|fix|reduce|lift|clean|bring|boost|take|turn|"
    r"increase|improve|give|do|restore|correct|help)\b)[^,.;:!?])*"
)
"""The rest of what cannot be seen, up to what is to be done about it."""
_IN_VAIN = re.compile(
    r"\b(?P<fault>(?:too|so|far too|way too) (?:dark|dim|gloomy|blurr?y|blurred|soft|small|tiny|hazy|"
    r"foggy|misty|"
    r"grainy|noisy|pixelated|unsharp|smeared|shaky|faded|pale)) (?:to|(?:that )?(?:i|we|you|"
    r"one) (?:can(?:no|[\u2019']?)t|"
    r"can hardly|can barely|could not|couldn[\u2019']?t)) (?:even )?(?:see|read|make out|recogni[sz]e|"
    r"tell|find|spot|"
    rf"count|distinguish|notice|enjoy)\b{_SO_FAR}",
    re.IGNORECASE,
)
_AND_IN_VAIN = re.compile(
    r"\b(?P<fault>dark|dim|gloomy|bright|over-?exposed|blown[- ]out|blurr?y|blurred|hazy|foggy|misty|grainy|"
    r"noisy|pixelated|tiny|faded)(?:,? and|,|,? so)(?: that)? "
    r"(?![^.;!?]*\b(?:for|through|behind|because of|due to) (?:(?:the|all|this|that|"
    r"thick) )*(?:haze|fog|mist|"
    r"rain|smog|smoke)\b)(?:(?:i|we|you|one) )?(?:can(?:no|[\u2019']?)t|can (?:hardly|barely|"
    r"scarcely)|could not|"
    r"couldn[\u2019']?t|could (?:hardly|barely)) "
    rf"(?:even )?(?:see|read|make out|recogni[sz]e|tell|find|spot|count|distinguish)\b{_SO_FAR}",
    re.IGNORECASE,
)
"""What cannot be seen because of the fault that is named before."""
_LOST_IN_LIGHT = re.compile(
    r"\b(?P<fault>too (?:bright|light)|over-?exposed|blown[- ]out)(?:,? and|,|,? so) (?:(?:the|all the|all) "
    r"(?:clouds?|sky|mist|fog) (?:is|are|got) (?:all |completely )?(?:gone|lost|invisible)|"
    r"(?:no|hardly any) (?:clouds?|sky) (?:visible|left|to be seen))(?=\W*$)",
    re.IGNORECASE,
)
"""What is up in the sky and gone in too much light."""
_READABLE = (
    r"(?:more |clearly |easily |really )?(?:readable|legible|decipherable)(?: (?:again|please|for me))*"
)
_TO_READ = re.compile(
    rf"(?:[,;.!]+ *|,? (?=so\b|and\b))(?:(?:so|and|please|just|can you|could you|would you|kindly|i want "
    rf"you to|i need you to|"
    rf"that) )*"
    rf"(?:(?:make|get|render) (?:it|this|that|them|everything|the [\w ]{{1,20}}?|my \w+) {_READABLE}|"
    rf"(?:it|this|the \w+) (?:must|should|has to|needs to|ought to) be {_READABLE}|"
    rf"(?:i|we|one|you|people)(?:[\u2019']d| would)? (?:can|could|want|need|like|have)(?: to)?(?: be able "
    rf"to)? "
    rf"(?:actually |finally |really )?read (?:it|this|that|them|what it says|the \w+)(?: please)?)(?=\W*$)",
    re.IGNORECASE,
)
"""What a restoration is for, and no wish beside the fault: "dark receipt, make it readable"."""
_UNREADABLE = re.compile(
    r"\b(?:dark|dim|underexposed|nois[ey]\w*|grain\w*|blurr?\w*|unsharp|out of focus|haz[ey]\w*|fogg?y?|"
    r"mist\w*|rain\w*|"
    r"tiny|small|pixelated|low[- ]res\w*|faded|pale|dull|shaky|soft|specks|speckled|washed[- ]out)\b",
    re.IGNORECASE,
)
_HIDDEN_BY = re.compile(
    r"\b(?:you|i|we|one) (?:can(?:not|[\u2019']?t)?|could(?: not|n[\u2019']?t)?)(?: (?:barely|hardly|"
    r"scarcely|not|even))* "
    r"(?:see|read|make out|recogni[sz]e|tell|find|spot|distinguish)\b[^,;.!?]*? (?:because of|due to|for "
    r"all|through|with|behind) "
    rf"(?:all )?(?:the|that|this) (?:\w+ )?(?P<fault>{_NOISES})\b",
    re.IGNORECASE,
)
"""What hides something: that, and not the darkness, is in the way."""
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
    rest = _TO_READ.sub("", text)
    text = rest if rest != text and _UNREADABLE.search(rest) else text
    text = _LOST_IN_LIGHT.sub(r"\g<fault>", _AND_IN_VAIN.sub(r"\g<fault>", text))
    text = _HIDDEN_BY.sub(r"there is too much \g<fault>", text)
    text = _BLOWN_UP.sub("it is too small", _MADE_ME.sub(_who_did, _IN_VAIN.sub(r"\g<fault>", text)))
    found = _FOCUS.match(text)
    if found is None or RULING_OUT.search(found["before"]):
        return text
    return f"fix {found['after'] or found['first']}"
