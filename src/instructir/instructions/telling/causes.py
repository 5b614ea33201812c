"""What a fault looks like, and what is behind it: "pale because of the fog", "specks in the shadows"."""

import re

_FAR = (
    r"(?:fog\w*|mist\w*|haze|smog|smoke|steam|vapou?rs?|dust|pollution|exhaust|fumes|sea spray|clouds?|"
    r"aerosols?|scattering)"
)
_BY_CAUSE = re.compile(
    r"^(?:(?:it|this|that|everything|all|contrast|colou?rs|the [\w ]{1,24}?)(?:[\u2019']?s| is| are|"
    r" looks?| seems?|"
    r" came out| turned)? )?"
    r"(?:(?:so|all|very|quite|rather|really|a bit|too) )*"
    r"(?:pale|gr[ae]y|white|whitish|washed[- ]out|flat|faint|milky|dull|bleached|colou?rless|invisible|"
    r"hidden|lost|"
    r"swallowed|hard to see|barely visible|drained|faded) "
    r"(?:because of|because there (?:is|was)|due to|owing to|thanks to|from|by|with|behind|in|through) "
    rf"(?P<cause>(?:\w+ ){{0,3}}{_FAR}(?: \w+)?)$",
    re.IGNORECASE,
)
"""How the far part of a picture looks, and what stands before it: the cause is what can be removed."""
_BY_REASON = re.compile(
    r"^(?:(?:it|this|everything|the [\w ]{1,20}?)(?:[\u2019']?s| is| are| has| looks?| got)? )?(?:all )?"
    r"(?:streak(?:s|y|ed)|lines|stripes|stripy|(?:the )?details? (?:(?:is|are|was|were|got|have|has) )*"
    r"(?:lost|vanish(?:ed)?|gone|disappear(?:ed)?|missing))(?: (?:all|in|on|over|across|"
    r"everywhere)(?: \w+){0,3}?)? "
    r"(?:because|since|as|when) (?P<cause>(?:it|i|we|he|she|they|the|my|our|there)\b.+)$",
    re.IGNORECASE,
)
"""A look that several faults have, and which of them it is: "streaks because the car moved"."""
_BY_MOTION = re.compile(
    r"^(?:(?:it|this|everything|the [\w ]{1,20}?)(?:[\u2019']?s| is| are| has)? )?(?:all "
    r")?(?:streak(?:s|y|ed)|lines|stripes|stripy)"
    r"(?: (?:all|in|on|over|across|everywhere)(?: \w+){0,3}?)? "
    r"(?P<cause>(?:from|by|due to|because of|caused by|through|thanks to) (?:(?:the|my|our|some|"
    r"camera|hand) )*"
    r"(?:pan|shak|mov|motion|wobbl|jolt|jump|slip|trembl|driv|run|vibrat)\w*)$",
    re.IGNORECASE,
)
_HUE = r"(?:yellow|blue|green|orange|purple|pink|magenta|red|brown|cyan|violet|teal)(?:ish|y)?"
_TINTED = re.compile(
    r"^(?:the|my|our|his|her|their|all|everyone[\u2019']?s|"
    r"everybody[\u2019']?s)(?! eyes?\b)(?: (?!eyes?\b)[\w\u2019'-]+){1,6}? "
    r"(?:is|are|was|were|looks?|looked|seems?|turns?|turned|came|comes|went|got|appears?)(?: (?:out|all|"
    r"too|so|very|way|"
    rf"much|far|rather|quite|really|a bit|weirdly|strangely|oddly|totally|completely))* (?P<hue>{_HUE})$",
    re.IGNORECASE,
)
"""A statement that something has a colour, which nobody makes of a picture whose colours are right."""


_SPECKS = r"(?:nois[ey]\w*|grain\w*|speck\w*|dots|grit\w*|crackl\w*|static|confetti|pepper)"
_DARK = (
    r"(?:shadows?|blacks|dark (?:areas|parts|corners|bits|regions|spots|sky|tones)|night sky|darker \w+|"
    r"skin(?: tones?)?)"
)
_SPECKS_IN = re.compile(
    rf"\b(?P<what>{_SPECKS}\b[^,.;]{{0,20}}?) (?:in|across|inside|within|over|all over) (?:the |my |"
    rf"all )*{_DARK}\b",
    re.IGNORECASE,
)
_SPECKLED = re.compile(
    rf"^(?:the |my |all )*{_DARK} (?:(?:is|are|look|looks|too|so|very|really|all|quite|way|full of|"
    rf"have|has|got) )*"
    rf"(?P<what>{_SPECKS})$",
    re.IGNORECASE,
)
"""Noise is seen where it is dark, which need not be too dark for it."""


def caused(clause: str) -> str:
    """The fault that `clause` speaks of by how it looks: "pale because of the fog", "the snow is blue"."""
    found = _BY_CAUSE.match(clause) or _BY_REASON.match(clause)
    if found:
        return found["cause"]
    clause = _BY_MOTION.sub(r"blurred \g<cause>", clause)
    clause = _SPECKLED.sub(r"there is \g<what>", _SPECKS_IN.sub(r"\g<what>", clause))
    found = _TINTED.match(clause)
    return f"there is a {found['hue']} colour cast" if found else clause
