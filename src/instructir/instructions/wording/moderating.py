"""How much of a fault is to go: "don't overdo the sharpening", "most of the rain", "not all of the fog"."""

import re

_OVERDONE = re.compile(
    r"^(?:(?:please|pls|just|but) )*(?:don[\u2019']?t|do not|without|try not to|no need to) "
    r"(?:over ?do(?:ing)?|exaggerat(?:e|ing)|over ?cook(?:ing)?|go(?:ing)? (?:overboard|crazy|wild|mad|"
    r"too far|nuts|heavy)"
    r"|be(?:ing)? too (?:\w+))(?: (?:with|on|about))? (?:the |your |any )?(?!it\b|this\b|that\b|"
    r"things\b)(?=\w)",
    re.IGNORECASE,
)
_NOT_TOO_MUCH = re.compile(
    r"(?<=\w)(?P<rest>.*?)[,;.]? (?:but |just |and |please )*(?:don[\u2019']?t|do not|never|without) "
    r"(?:over ?do(?:ing)?|exaggerat(?:e|ing)|over ?cook(?:ing)?|go(?:ing)? (?:overboard|too far|crazy|mad))"
    r"(?: (?:it|this|that|with it))?(?: please)?\W*$",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:a (?:bit|little|touch|tad)|slight\w*|subtl\w*|gentl\w*|light(?= \w+ing\b)|soft(?= \w+ing\b))\b",
    re.IGNORECASE,
)
_MOST_OF = re.compile(
    r"\b(?:most|nearly all|almost all|the bulk|the majority|the worst) of "
    r"(?P<what>(?:the|that|this|its) (?:\w+ )??\w+|it)(?P<gone> (?:gone|removed|away|out|off|"
    r"(?:should|must|can) go))?[,;]? (?:(?:but|and|just|please|then|you (?:can|may)) )*"
    r"(?:not (?:quite )?(?:all|everything)|(?:leav|keep|spar|retain)(?:e|ing)?(?: in)?(?: (?:just|only))* "
    r"(?:an? (?:tiny |little )?(?:bit|touch|hint|trace|tad|little)|a few|some|traces))"
    r"(?: (?:of (?:it|them|the \w+)|in|there|behind))*",
    re.IGNORECASE,
)
"""Most of a fault, of which a rest is to stay: "most of the rain but leave a bit"."""
_LESSENING = (
    r"(?:remov|reduc|clear|lift|tak|fad|soften|lessen|lower|weaken|denois|dehaz|derain|deblur|sharpen|smooth|"
    r"clean|brighten|lighten)"
)
_NOT_ALL = re.compile(
    rf"^(?P<rest>(?:(?:please|pls|just|can you|could you) )*{_LESSENING}\w*\b[^,.;]*?)[,;.]? (?:(?:but|"
    rf"and|just|"
    r"please|only) )*(?:not|(?:don[\u2019']?t|do not) (?:\w+ )?(?:it|them))(?: quite)? "
    r"(?:all(?: of (?:it|them))?|complete(?:ly)?|entirely|totally|altogether|fully|everything)"
    r"(?: (?:away|out|please))?\W*$",
    re.IGNORECASE,
)
"""What is to become less, and not to go: "reduce the haze but don't remove it completely"."""
_NOT_ALL_OF = re.compile(
    r"^(?:(?:please|pls|just) )*(?:not|(?:don[\u2019']?t|do not) (?:remove|clear|take (?:away|out)|"
    r"get rid of)) "
    r"(?:all|every bit)(?: of)? (?P<what>(?:the |that )?\w+)(?: (?:away|out|gone))?"
    r"(?:,? (?:(?:but|just|only) )*(?:some|a bit|a little|part|half)(?: of (?:it|them))?)?\W*$",
    re.IGNORECASE,
)
_FADING = re.compile(
    r"\bfade(?: out| away)? (?=(?:the |this |that |all |some )*(?:rain|haze|fog|mist|smoke|noise|grain|"
    r"blur|streaks)\b)",
    re.IGNORECASE,
)
_NOT_FINE = re.compile(
    r"(?P<fine>\b(?:fine|ok|okay|good|great|perfect|all ?right|"
    r"spot on)\b[^.!?]*?)[,;]? (?:but (?P<what>(?:the |this )?"
    r"(?:noise|grain|blur|haze|fog|rain|darkness|mist|smoke)) (?:isn[\u2019']?t|is not)|"
    r"not so (?P<so>(?:the |this )?(?:noise|grain|blur|haze|fog|rain|darkness|mist|smoke)))[.!]*$",
    re.IGNORECASE,
)
"""A fault that is not put up with as another is: "the dark is fine, but the grain isn't"."""


def moderated(text: str) -> str:
    """The request for some of it, or most of it, that "don't overdo the sharpening" and the like are."""
    text = _MOST_OF.sub(r"80 % of \g<what>\g<gone>", text)
    text = _NOT_FINE.sub(
        lambda found: f"{found['fine']}, but remove {found['what'] or found['so']}",
        _FADING.sub("reduce ", text),
    )
    text = _NOT_ALL_OF.sub(r"remove \g<what> a little", text)
    some = _NOT_ALL.sub(r"\g<rest>", text)
    if some != text:
        return some if _SOME.search(some) else f"{some} a little"
    some = _NOT_TOO_MUCH.sub(r"\g<rest>", text)
    return _OVERDONE.sub("a little ", some if _SOME.search(some) else text)
