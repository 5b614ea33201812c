"""A look that would be a fault elsewhere and is admired here: "what a gorgeous rainy evening", "nice grain".

The trained reader knows the words for faults better than the praise around them. What is admired is left
alone: a noun ("nice grain"), an adjective before one ("a beautifully misty morning"), or what somebody loves
("I adore dark and moody pictures"). Words of mockery ("what a lovely blurry mess"), and a
request that speaks of it afterwards, say that it is no praise.
"""

import re

_FINE = (
    r"(?:nice|lovely|gorgeous|beautiful|wonderful|stunning|glorious|fantastic|amazing|great|brilliant|magical|"
    r"marvell?ous|splendid|superb|delightful|dreamy|pretty|charming|atmospheric|exquisite|sublime|adorable|"
    r"fabulous|enchanting|romantic|cosy|cozy|perfect|awesome|delicious|yummy|tasty|sweet|cool|good)"
)
_HOW = rf"(?:(?:(?:so|such|very|really|just|absolutely|quite|simply|truly|rather) )*{_FINE}(?:ly)?,? )"
_NOUN = (
    r"(?:(?:film |fine |the |that |such )?(?:grain(?:iness)?|noise|bokeh|blur|softness|fog|mist|haze|smoke|"
    r"rain|drizzle|raindrops|darkness|gloom|shadows|dusk|twilight)|"
    r"(?:soft|dim|low|moody|misty|hazy|foggy|dark) "
    r"(?:light|lighting|glow|mood|atmosphere|tones?|focus|backgrounds?|shadows))"
)
_LOOK = (
    r"(?:dark|dim|gloomy|moody|grainy|gritty|noisy|foggy|misty|hazy|smoky|rainy|drizzly|rain[- ]soaked|"
    r"drenched|soft|blurr?y|blurred|faded|pale|muted|murky|shadowy|low[- ]key|low[- ]light|wet|"
    r"overcast|steamy)"
)
_LOOKS = rf"(?P<look>{_LOOK}(?:(?:,| and|, and) (?:so )?{_LOOK})*)"
_PICTURES = (
    r"(?:pictures?|photos?|images?|shots?|photography|scenes?|moods?|mornings?|evenings?|nights?|days?|"
    r"afternoons?|streets?|forests?|woods|landscapes?|weather|looks?|light|style|portraits?|colou?rs)"
)
_MOCKED = re.compile(
    r"\b(?:mess|disaster|joke|rubbish|garbage|crap|failure|catastrophe|fail|shame|pity|ruin(?:s|ed)?|too|"
    r"please|pls|remove|removal|reduc\w+|without|less|more|gone|but|not|never|"
    r"(?:can|could|would|will) (?:you|we|u|anyone|somebody|someone))\b|n[\u2019']t\b",
    re.IGNORECASE,
)
_RATHER = re.compile(rf"\bpretty (?:{_LOOK}\b)(?! {_PICTURES}\b)", re.IGNORECASE)
"""A fault and how much of it: "it's pretty dark in here" praises nothing."""
_OF_IT = re.compile(
    r"\b(?:fix|remove|clear|get rid of|take out|clean|lift|reduce|lose|ditch|kill|undo) "
    r"(?:it|that|this|them)\b",
    re.IGNORECASE,
)
"""What asks for the very thing to go."""
_START = r"(?:(?:and|but|oh|wow|ah|also|plus|honestly|still|well),? )*"
_WHAT = r"(?:what|such|such an?|what an?|an?|one|some|the|that|this|these|those)"
_IT_WAS = r"(?:(?:it|that|this|we|i|there)(?:[\u2019']s| is| was| had| have| got) )"
_LOVES = (
    r"(?:i|we|you)?(?: (?:really|absolutely|just|do|always|simply|so|totally))* ?(?:love|adore|like|enjoy|"
    r"fancy|dig|cherish|(?:am|[\u2019']m) (?:fond of|a fan of|into|crazy about)) "
    r"(?:(?:these|those|such|all|the|this|that|my|our|an?) )?"
)
_VERY = r"(?: (?:so|just|really|very|absolutely|quite|simply|truly|rather|such an?))*"
_PLACE = r"(?:here|there|(?:in|on|over|around|of|behind|above|through) (?:(?:the|this|my|our|that|its) )?\w+)"
_ADMIRED = re.compile(
    rf"{_START}(?:{_IT_WAS}?(?:{_WHAT} )?{_HOW}+(?:\w+ ){{0,2}}?{_LOOKS} [a-z]\w+(?: .*)?"
    rf"|(?:what |such |some |the |that |its |your |this )?{_HOW}+(?P<thing>{_NOUN})"
    r"(?: (?:here|in|on|over|around|of|there|behind|everywhere|you|i|we|though)\b.*)?"
    rf"|(?:(?:the|that|this|these|its|all that|all the|my|our|such) )?"
    rf"(?:(?P<subject>{_NOUN})(?: {_PLACE})?|(?P<of>{_LOOK}) \w+)"
    rf"(?: is| are| looks?| feels?){_VERY} {_FINE}(?: (?:{_PLACE}|though|as it is|to me|to look at|too))?"
    rf"|{_LOVES}(?P<loved>{_LOOK}) {_PICTURES}(?: .*)?)",
    re.IGNORECASE,
)
_MOODY = re.compile("moody|gloomy|murky|shadowy", re.IGNORECASE)
_LOVED_BOTH = re.compile(
    rf"\b(?P<love>{_LOVES})(?P<one>{_LOOK})(?: and|,| but) (?P<other>{_LOOK}) (?P<what>{_PICTURES})\b",
    re.IGNORECASE,
)


_LOVED_SO = re.compile(
    r"^(?:(?:honestly|oh|wow|well|ok),? )*(?:i |we )?(?:(?:really|absolutely|just|do|always|simply|so) "
    r")*(?:love|adore|like|enjoy) "
    rf"how (?!{_LOOK}\b|\w*(?:sharp|crisp|bright|light|lit|clear|clean|smooth|warm|cool|cold|colou?r|"
    rf"vivid|vibrant|"
    r"satura|contrast|detail|focus|nois|grain|blur|haz|fog|mist|rain|big|large|small)\w*)\w+ "
    r"(?:(?:it|this|that|everything|he|she|they|we|you|(?:the|my|our|his|her|this) \w+) )(?:\w+ ?){1,2}?"
    r"[,;.]? but (?=\w)",
    re.IGNORECASE,
)
"""Praise of what no restoration changes, before what is wrong: "I adore how cosy this looks, but ..."."""


def loved_apart(text: str) -> str:
    """`text` with what is loved of two looks said of each, and without praise of what is no matter here.

    It would be cut into clauses between two looks.
    """
    text = _LOVED_SO.sub("", text)
    return _LOVED_BOTH.sub(r"\g<love>\g<one> \g<what>, \g<love>\g<other> \g<what>", text)


def admired(clause: str) -> str | None:
    """What a clause admires that would be a fault elsewhere, said plainly; None where it admires none."""
    found = _ADMIRED.fullmatch(clause.strip())
    if found is None or _MOCKED.search(clause) or _RATHER.search(clause):
        return None
    look, thing = found["look"] or found["loved"] or found["of"], found["thing"] or found["subject"]
    if thing:
        if re.search("moody|dim|dark|gloom", thing, re.IGNORECASE):
            return "it is dark"
        return "the blur" if re.search("bokeh|focus|background", thing, re.IGNORECASE) else f"the {thing}"
    return f"it is {_MOODY.sub('dark', look)}"


def is_asked_to_go(clause: str) -> bool:
    """Whether a clause wants the thing gone that another one names: "nice blur, fix it"."""
    return _OF_IT.search(clause) is not None
