"""Faults that a sentence names only to deny them: "it isn't noisy, it's blurry"."""

import re

THING = r"(?:photos?|pictures?|pics?|images?|shots?|scene|whole thing)"
FAULT_WORDS = (
    r"nois[ey]\w*|grain\w*|gritty|speckl\w*|dots|specks|static|dark\w*|dim|underexposed|blurr?\w*|"
    r"fuzz\w*|shak\w*|smear\w*|"
    r"out of focus|unsharp|haz\w*|fog\w*|mist\w*|smog\w*|rain\w*|wet|drizzle|downpour|streaks?|drops|"
    r"small|tiny|"
    r"pixel\w*|blocky|low[- ]res\w*|dull|flat|faded|pale|washed[- ]out|colou?rless|darkness|camera "
    r"shake|tint|cast"
)
FAULT_NOUN = (
    r"(?:nois(?:e|iness)|grain(?:iness)?|speckles?|blur(?:riness)?|softness|shake|rain|streaks|raindrops|"
    r"drizzle|haze|"
    r"fog|mist|smog|smoke|darkness|dullness|pixels|colou?rs?|contrast|brightness|sharpness|saturation)"
)
_FILLER = (
    r"(?:the|a|an|any|at all|actually|really|that|so|very|too|about|because of|from|even|in the least|"
    r"my|its|of|(?:that|like|because|as if) (?:it[\u2019']?s|it is|it was)) "
)
_ON_PAPER = (
    r"(?:scratch(?:es)?|dust|dirt|hairs?|lint|stains?|creases?|art[ei]facts?)"
    r"(?:,? (?:or|nor|and)|,) (?:any )?"
)
"""Faults of prints at the head of a list of what something is not."""
_LUCKILY = r"luckily|thankfully|fortunately|happily|thank (?:god|goodness)"
_DENIED = re.compile(
    rf"^(?:(?:no|well|but|and|so|look|actually|just|really|though|{_LUCKILY})\b,? )*"
    r"(?:(?:it|this|that|they|these|those|there|(?:the|my|this) [\w-]+(?: [\w-]+)?|what you see)\b ?)?"
    r"(?:is |are |was |were |has |[\u2019']s |[\u2019']re )?\s*"
    r"(?:not|isn[\u2019']?t|aren[\u2019']?t|wasn[\u2019']?t|weren[\u2019']?t|(?<=is )no|(?<=was )no|"
    r"(?<='s )no|(?:does not|doesn[\u2019']?t|do not|don[\u2019']?t|didn[\u2019']?t) (?:look|seem|appear))\s+"
    rf"(?:{_FILLER})*(?:{_ON_PAPER})*(?P<bad>(?:{FAULT_WORDS}))"
    r"(?: (?:at all|really|though|here|whatsoever|problem|issue|for (?:me|us|my taste|my liking)|to "
    r"me|in my (?:view|eyes)))*$",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"^(?:(?:well|but|and|so|look|no)\b,? )*(?:it[\u2019']?s |it is |it was |that[\u2019']s )?not "
    r"(?:that|because|as if|like) "
    r"(?P<bad>(?:i|we|he|she|they|the|my|it|this|there)\b.+)$",
    re.IGNORECASE,
)
"""A cause that is not the one: "it's not that I moved, the lens was misted"."""
_NO_MATTER = re.compile(
    r"^(?:the |its |that )?(?P<bad>[\w' -]{3,30}?) (?:isn[\u2019']?t|is not|aren[\u2019']?t|are not|"
    r"was never|wasn[\u2019']?t) "
    r"(?:the |a |an |my |any )?(?:problem|issue|trouble|concern|matter|what (?:bothers|worries) me)s?\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    rf"^(?:(?:well|but|and|so|actually|just|really|though|{_LUCKILY}),? )*"
    r"(?:(?:there[\u2019']?s |there is |there are |i see |we see )?no|there (?:isn[\u2019']?t|is not|"
    r"aren[\u2019']?t) (?:any|much)|"
    r"(?:i|we|you) (?:do not|don[\u2019']?t|can[\u2019']?t|cannot) (?:really )?(?:see|notice|find|have|"
    r"mean)(?: (?:any|the|much))?) "
    rf"(?P<bad>(?:{FAULT_WORDS})|(?:motion |camera )?(?:blur|shake))"
    r"(?: (?:here|there|in (?:(?:the|my|this|that|our) \w+|it|this|here)|visible|anywhere|at all|to speak of|"
    r"to be seen|in sight|whatsoever|really|luckily|thankfully|fortunately|"
    r"that i can see|problems?|issues?|complaints?|trouble)\b)+$",
    re.IGNORECASE,
)
_HAS_NO = re.compile(
    r"^(?:(?:well|but|and|so|actually|though|no),? )*(?:it|this|that|these|they|(?:the|my|this|"
    r"our) [\w-]+(?: [\w-]+)?) "
    r"(?:(?:has|have|had|contains?|shows?) (?:no|zero|hardly any|barely any)|"
    r"(?:does not|doesn[\u2019']?t|do not|don[\u2019']?t|did not|didn[\u2019']?t) (?:really |actually )?"
    r"(?:have|show|contain|suffer from)(?: any| much| a)?) "
    rf"(?P<bad>(?:motion |camera )?(?:{FAULT_WORDS})(?: (?:noise|blur|shake|streaks|drops))?)"
    r"(?: (?:at all|whatsoever|really|in (?:it|this)|problem|issue))*$",
    re.IGNORECASE,
)
_NO_CASE = re.compile(
    r"^(?:(?:it|this|that) (?:isn[\u2019']?t|is not|wasn[\u2019']?t|was not)|(?:it|that)[\u2019']s not|not) "
    r"(?:an? |the |really an? )(?P<bad>[\w -]{3,30}?) (?:problem|issue|matter|thing|question|fault)$",
    re.IGNORECASE,
)
_SEEMING = re.compile(
    r"^(?:it|this|that|the \w+) (?:may|might|could) (?:look|seem|appear|sound|come across)(?: like| as "
    r"if it[\u2019']s| as)? "
    rf"(?:{_FILLER})*(?P<bad>(?:{FAULT_WORDS}))$",
    re.IGNORECASE,
)
_GONE = re.compile(
    rf"^(?:(?:well|but|and|so|ok|okay|great),? )*(?:the|all the|that|all that) (?:\w+ "
    rf")?(?P<bad>{FAULT_WORDS})"
    r"(?:[\u2019']s| is| are| has| have| was| looks| got)(?: now| all| already| finally| completely| "
    r"totally| just| been| much| far| a lot)* "
    r"(?:gone|removed|fixed|cleared|lifted|vanished|disappeared|taken care of|sorted(?: out)?|"
    r"improved|better)"
    r"(?: (?:now|already|completely|thanks|thank you|since|than before|a lot))*$|"
    r"^(?:(?:well|but|and|so|ok|okay|great),? )*(?:that|this|it|you)(?:[\u2019']ve|[\u2019']s| has| have)?"
    r"(?: (?:already|just|really|finally|now|mostly))* "
    r"(?:sorted(?: out)?|fixed|cured|solved|removed|cleared(?: up)?|got rid of|took (?:care of|out|away)|"
    r"dealt with|"
    r"killed|reduced|helped(?: a lot| a bit)? with|improved) "
    rf"(?P<helped>(?:the|all the|most of the|that) (?:\w+ )?(?:{FAULT_WORDS}))"
    r"(?: (?:now|nicely|already|thanks|a lot|fine|though))*$|"
    r"^(?:(?:well|but|and|so),? )*(?:i|we|you|somebody|someone)(?:[\u2019']?ve| have| has)?(?: already| "
    r"just| since)* "
    r"(?:(?<=already )|(?<=ve )|(?<=have )|(?<=since ))"
    r"(?P<done>(?:removed|fixed|cleaned|cleared|brightened|sharpened|denoised|dehazed|deblurred|reduced|"
    r"lightened|"
    r"enlarged|lifted|got rid of|taken out|dealt with)\b.*)$",
    re.IGNORECASE,
)
"""A fault that is gone, or that somebody has dealt with."""
_NEVER_SAID = re.compile(
    r"^(?:(?:no|well|but|and|so|look|actually|hey)\b,? )*(?:i|we|nobody|no ?one|none of us) "
    r"(?:(?:never|did not|didn[\u2019']?t|do not|don[\u2019']?t|wouldn[\u2019']?t) )?"
    r"(?:said|say|saying|claim(?:ed)?|mean|meant|complain(?:ed|s)?(?: (?:about|of))?|called|call|"
    r"mention(?:ed)?|find|found|"
    r"think|thought|ask(?:ed)? about)(?: that)? "
    r"(?:(?:it|this|that|there|they|the \w+|my \w+)(?:[\u2019']?s| is| was| were| are|)(?: any| too)? )?"
    rf"(?:{_FILLER})*(?P<bad>(?:{FAULT_WORDS}))(?: (?:at all|really|though|here))*$",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"\b(?:never|not|nobody|no ?one|none)\b|n[\u2019']?t\b", re.IGNORECASE)
_DENIALS = (_DENIED, _NOT_THAT, _NO_MATTER, _ABSENT, _HAS_NO, _NO_CASE, _SEEMING)
_ENOUGH = re.compile(
    r"^(?:(?:it[\u2019']?s|it is|that[\u2019']?s|they are|the \w+ (?:is|are)) )?(?:already |quite |plenty )?"
    r"(?P<good>bright|sharp|large|big|colou?rful|crisp|vivid|light|clear) enough$",
    re.IGNORECASE,
)


_CONTRASTED = re.compile(
    r"\b(?:there(?:[\u2019']?s| is| are) )?"
    rf"no (?P<bad>(?:{FAULT_WORDS})(?: (?:noise|blur|shake))?)(?P<then>[,;:.\u2013-]* (?:(?:just|only|"
    rf"merely)|but|it[\u2019']?s "
    rf"(?:just|only))(?= (?:(?:some|a lot of|lots of|plenty of|too much|plain|there is|there[\u2019']s|"
    rf"it[\u2019']s|"
    rf"very|really|quite|so|terribly|just|only) )*(?:{FAULT_WORDS})\b))",
    re.IGNORECASE,
)
_RATHER_THAN = re.compile(
    rf"^(?:rather than|more than|instead of|not so much|it[\u2019']s less) (?:the |any "
    rf")?(?P<bad>{FAULT_WORDS}),? (?:as )?"
    rf"(?:it[\u2019']?s|it is)\b",
    re.IGNORECASE,
)


_DESCRIBED = re.compile(
    r"\b(?P<how>dark|dim|gloomy|blurr?y|blurred|noisy|grainy|speckled|foggy|hazy|misty|rainy|faded|drab|"
    r"soft|shaky|"
    r"underexposed|colou?rless) (?=(?:\w+ )?(?:thumbnails?|icons?|avatars?|stamps?)\b)",
    re.IGNORECASE,
)
"""What a picture is like whose name is a fault as well."""


_BUT_NO = re.compile(
    rf"\bbut (?:there[\u2019']?s |there is )?no (?P<bad>{FAULT_WORDS})(?=\s*[;,.]|\W*$)", re.IGNORECASE
)
_MORE_THAN = re.compile(
    rf"\bmore (?P<bad>{FAULT_WORDS}) than (?:{THING}|anything|view|face|detail|subject|light)\b",
    re.IGNORECASE,
)
"""Too much of something: "more haze than photo"."""


_ANYTHING_BUT = re.compile(
    rf"(?P<is>\b(?:is|are|was|were|looks?|seems?|came out|turned out|[\u2019']s)) anything but "
    rf"(?=(?:{FAULT_WORDS}|bright|light|sharp|crisp|clear|clean|colou?rful|vivid|large|big|smooth|detailed)\b)",
    re.IGNORECASE,
)
"""The opposite of what is named: "it's anything but sharp"."""
_ANYTHING_BUT_BRIGHT = re.compile(
    r"(?P<is>\b(?:is|are|was|were|looks?|seems?|came out|turned out|[\u2019']s)) "
    r"anything but (?:bright|light)\b",
    re.IGNORECASE,
)
"""What is not bright may be dull; what is anything but that is dark."""
_REMAINS = re.compile(
    rf"(?P<but>\b(?:but|yet|still|though|however|[,;.]) (?:now )?)(?:the|that|all the) (?P<what>(?:\w+ )?"
    rf"(?:{FAULT_WORDS})) "
    r"(?:(?:is|are)(?: all)? (?:still|yet) (?:there|here|visible|present|in it)|"
    r"(?:still )?(?:remains?|persists?)|"
    r"(?:(?:is|are|has|have)(?: now)? |)?(?:got |gotten |become |became )?(?:even |much )?worse)"
    r"(?: (?:now|though|than before|now though|as ever))*(?=\s*(?:[,.;!?]|$)| (?:so|and)\b)",
    re.IGNORECASE,
)
"""A fault that is left after something was done: "but the rain is still there"."""


def in_full(text: str) -> str:
    """`text` with what leans on something spelt out: "no blur, just grain", "a dim thumbnail"."""
    text = _MORE_THAN.sub(r"full of \g<bad>", _DESCRIBED.sub(r"\g<how>, ", text))
    text = _ANYTHING_BUT.sub(r"\g<is> not ", _ANYTHING_BUT_BRIGHT.sub(r"\g<is> far too dark", text))
    text = _REMAINS.sub(r"\g<but>there is too much \g<what>", text)
    text = _BUT_NO.sub(r"but there is no \g<bad> here", text)
    text = _CONTRASTED.sub(r"there is no \g<bad> here\g<then>", text)
    return _RATHER_THAN.sub(r"it isn't the \g<bad>, it's", text)


def denied(clause: str) -> str | None:
    """The fault that `clause` says is not there or does not matter; None where it says no such thing."""
    found = next(
        (found for kind in _DENIALS if (found := kind.match(clause))),
        None,
    )
    found = found or (_NEVER_SAID.match(clause) if _NEGATIVE.search(clause) else None)
    if found:
        return found["bad"]
    if gone := _GONE.match(clause):
        return gone["bad"] or gone["helped"] or gone["done"]
    enough = _ENOUGH.match(clause)
    return enough["good"] if enough else None
