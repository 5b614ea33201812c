"""Opinions of somebody else that are disputed: "my grandmother says it's too dark, but I think it's fine".

What others say of a picture is a request like any other ("my wife says it's noisy"), until the one who asks
disagrees, likes it that way, or names another fault ("he says it's noisy, but I say it's blurry"). Then the
fault is denied. :mod:`instructir.instructions.ruling_out.settled` has the words of the other languages.
"""

import re

from instructir.instructions.ruling_out.denials import FAULT_WORDS

_S = r"[\u2019']?"
_WHO = (
    r"(?:(?:my|our|the|his|her|their|some|most|many|every|one|another|other) (?:[\w\u2019'-]+ ){0,3}?"
    r"[\w\u2019'-]+|he|she|they|people|every(?:one|body)|some(?:one|body)|others|[a-z]+)"
)
_SAYS = (
    r"(?:(?:always |just |still |also )*(?:says?|said|thinks?|thought|claims?|claimed|finds?|found|reckons?|"
    r"feels?|felt|believes?|insists?|complains?|complained|told (?:me|us)|tells (?:me|us)|keeps? saying|"
    r"argues?)(?: that)?)"
)
_FINE = (
    r"(?:fine|good|ok|okay|great|perfect|lovely|nice|beautiful|gorgeous|all right|alright|right|"
    r"just right|atmospheric|moody)(?: (?:as it is|like (?:that|this)|that way|this way|so|the way it is))?"
)
_VERY = r"(?:(?:actually|really|just|quite|rather|kind of|kinda|personally|totally|perfectly|still|do) )*"
_DISAGREES = (
    rf"(?:personally,? )?(?:(?:i|we|me) {_VERY}(?:disagree|beg to differ|do(?: not|n{_S}t) (?:really )?"
    rf"(?:agree|think so|mind(?: (?:it|that))?|care|see (?:it|that|any)|believe (?:so|it|that))|"
    rf"(?:like|love|prefer|enjoy|adore) (?:it|that|this)(?: (?:that way|this way|like (?:that|this)|as it is|"
    rf"so|the way it is|dark|grainy|soft|moody|misty|hazy|foggy))?|"
    rf"(?:think|find|feel|say|believe)(?: that)? (?:it|that|this)(?:{_S}s| is| looks)? {_VERY}{_FINE}|"
    rf"am (?:fine|ok|okay|happy) with (?:it|that))|"
    rf"(?:he|she|they)(?:{_S}s| is|{_S}re| are) (?:{_VERY})(?:wrong|mistaken)|"
    rf"(?:it|that|this)(?:{_S}s| is|) ?(?:isn{_S}t|not)(?: (?:true|so|the case|right))?(?=\s*[.,;!]|$)|"
    rf"(?:it|that)(?:{_S}s| is) {_VERY}{_FINE})"
)
_BUT = r"(?:,? (?:but|yet|though|however|whereas|while),? |[.;!] (?:but )?(?=i\b))"
_ENDS = r"(?=\s*(?:[.,;:!?)]|$)|\s+(?:and|so|please|just|only|instead|what|can|could)\b)"
_FAULTY = rf"(?:{FAULT_WORDS}|soft|unsharp)"
_OTHERWISE = (
    rf"(?:(?:i|we) (?:would |{_S}d )?{_VERY}(?:say|think|find|believe|reckon|feel)(?: that)?|to me|"
    rf"in my (?:opinion|view|eyes)|if you ask me|),? ?"
    rf"(?=(?:(?:it|this|that)(?:{_S}s| is| looks)|(?<=find )it) (?!(?:also|too)\b(?! "
    rf"\w))[^.;!?]*\b{_FAULTY}\b)"
    rf"(?![^.;!?]*\b(?:also|as well|too(?= *[.;,!?]| *$)|even)\b)"
)
_DISPUTED = re.compile(
    rf"(?:^|(?<=[.;,!?:] ))(?:(?:and|but|so|well),? )*(?!(?:i|we|you|it)\b){_WHO} {_SAYS},? "
    rf"(?P<what>(?:(?!\b(?:but|yet|however)\b)[^.;!?]){{2,60}}?)"
    rf"{_BUT}(?:{_DISAGREES}{_ENDS}|{_OTHERWISE})",
    re.IGNORECASE,
)
_FAULT = re.compile(rf"\b(?:{FAULT_WORDS})(?!\w)", re.IGNORECASE)


def undisputed(text: str) -> str:
    """`text` with the faults denied that somebody else sees in the picture."""

    def denying(found: re.Match[str]) -> str:
        faults = [fault[0] for fault in _FAULT.finditer(found["what"])]
        told = ", ".join(f"it isn't {fault}" for fault in faults)
        return f"{told}, " if told else found[0]

    return re.sub(r",\s*(?=[,.;:!?]|$)", "", _DISPUTED.sub(denying, text)).strip()
