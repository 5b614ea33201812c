"""What people want left alone: the words that say so, and what they say it of.

"Leave the grain", "no sharpening", "the fog may stay": such words are few and regular, and what they are said
of is not. Without them a clause names what the reader knows: "the grain", "sharpening", "the fog".
``leaving.json`` holds those words of the other languages.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import has_letters
from instructir.instructions.tables import table_beside

WORK = (
    r"sharpen|deblur|denoise|degrain|smooth|brighten|lighten|darken|dehaze|defog|derain|enlarge|resize|"
    r"upscale|"
    r"upsample|enhance|saturate|retouch|recolou?r|colou?r"
)
"""Verbs for the work on a picture."""
_CHANGE = (
    r"touch|change|alter|modify|mess (?:with|up)|bother (?:with|about)|worry about|adjust|edit|affect|"
    r"tamper with|play with|fiddle with|shift|spoil|lose|kill|ruin|remove|take out|clear|make|increase|"
    r"reduce|fix|do|clip|blow out|blow|burn out|crush"
)
_ADD = (
    r"(?:add|apply|introduce|give (?:it|me))(?= (?:any |more |extra |too much |further )*"
    r"(?:sharp|bright|light|contrast|colou?r|satur|vibr|warm|pixel|resolution|clarity|size)\w*)"
)
_CHANGING = r"\w*(?:touch|chang|alter|los|mak|mess)ing(?: with)?"
_DONT = r"(?:do not|don[\u2019']?t)"
_NEVER = (
    r"(?:under no circumstances?|(?:do not|don[\u2019']?t|never|not) under any circumstances?|"
    r"on no account|in no (?:case|event|way)|by no means|at no (?:point|time|stage)|(?:not|never) ever|"
    r"not in a million years)"
)
_OPENERS = (
    r"(?:there[\u2019']?s |there is |i (?:have|see) )?no need (?:for|of)\b",
    r"(?:it|this|that|everything)(?:[\u2019']?s| is| was| has) (?:supposed|meant|intended|"
    r"allowed) to (?:be|look) (?:so |that |this |a bit )?"
    r"(?=(?:soft|dark|dim|grainy|gritty|noisy|foggy|misty|hazy|smoky|small|blurry|moody|gloomy|faded|muted|"
    r"pale|rainy)\b)",
    rf"(?:{_DONT}|never|no need to)(?: you)?(?: dare| ever| even| try to)?(?: to)? "
    rf"(?:(?:{_CHANGE}|{_ADD})\b|(?=(?:{WORK})\b))",
    rf"(?:i |we ){_DONT} (?:mind|care about)\b",
    rf"{_DONT} let (?=(?:the |my |its )?(?:\w+ )?(?:whites|highlights|blacks|shadows|sky|clouds|skin\w*) "
    r"(?:clip|blow|burn|crush|wash)\b)",
    rf"(?:i |we )?{_DONT} (?:want|need) (?:it |this |them |any )?"
    r"(?=(?:\w+ )*\w+(?:ed|er|ing)(?: with| up)?$)",
    rf"(?:without|w/o|instead of|rather than|other than) (?:(?:{_CHANGE}|{_CHANGING})\b|(?=\w+ing\b))",
    r"(?:instead of|rather than|other than) (?=(?:the|my|its)\b)",
    r"(?:(?:i |we )?wanted|(?:i was|we were) (?:going|aiming|shooting) for|(?:i|we) (?:was|were) after) "
    r"(?=(?:the |some |a bit of |that |it |them |her |him )?(?:fog|mist|haze|rain|drops|raindrops|grain|"
    r"blur|bokeh|"
    r"dark|darkness|shadows|soft|foggy|hazy|grainy|moody|rainy|blurred|misty)$)",
    r"(?:leave|leaving)\b(?! (?:no|any|nothing|out|behind)\b)",
    r"(?:keep|keeping)\b(?! (?:on|\w+ing)\b)",
    r"(?:preserve|retain|maintain|respect|ignore|disregard|avoid|spare|(?:hold|hang) on to)\b",
    r"hold (?=(?:the |my |its |on to the )?(?:highlights|whites|blacks|shadows|sky|colou?rs)\b)",
    r"(?:preserv|retain|maintain|ignor|avoid)ing\b",
    r"(?:^|(?<=but )|(?<=and )|(?<=yet )|(?<=, ))(?:stay|remain)\b(?! (?:away|off|clear|with|on|in)\b)",
    r"(?:forget(?: about)?|never ?mind|hands off|stay away from|(?:(?:at )?the same|(?<!the )same)"
    r"(?! (?:scene|picture|photo|shot|image|view|place|thing|one)\b))\b",
    r"let (?!there\b)(?=.* (?:be|stay|remain|live|survive)\b)",
    r"(?:no|zero) (?=(?!(?:rain|noise|grain|fog|haze|mist|blur)\b)\w+ (?:stuff|work|tricks?|"
    r"nonsense|business|magic|gimmicks?)$)",
    rf"not (?=(?:{WORK})\b)",
    r"no more (?=(?:brightness|sharpness|sharpening|saturation|contrast|resolution|colou?rs?|light|pixels|"
    r"vibrance|clarity|brightening|retouching|editing)\b)",
    r"(?:i[\u2019']?m|i am|we[\u2019']?re|we are) (?:very |quite |rather |really |so )?"
    r"(?:fond of|attached to|partial to|a (?:big |huge )?fan of|in love with)\b",
    r"not (?=(?:the|its|my|any)\b|an? \w+er\b|more \w+|\w+er\b|(?:sharpness|brightness|colou?rs?|"
    r"contrast|saturation|"
    r"resolution|size|"
    r"exposure|tones?|\w+ing)$)",
    r"(?:no|zero) (?=(?:\w+ )?(?:\w+ing|changes?|\w+tions?|edits?|adjustments?|tweaks?|removal|"
    r"boosts?|lifts?|enlargements?|enhancements?|upscales?|increases?|reductions?|denoise|deblur|dehaze|"
    r"upgrades?)\b)",
    rf"(?:i[\u2019']?d|i would|we[\u2019']?d|we would) (?:rather|prefer|like) (?:it if |that )?(?:you|we|it) "
    rf"(?:did not|didn[\u2019']?t|{_DONT}|wouldn[\u2019']?t|not|weren[\u2019']?t)(?: to)? "
    rf"(?:(?:{_CHANGE})\b|(?=\w))",
    rf"(?:i |we )?{_DONT} (?:want|need) (?:any |different |other |more )(?=(?:\w+ )*\w+)",
    r"(?:please )?refrain from (?=\w+ing\b)",
    r"(?:please )?resist (?:the (?:urge|temptation)|any (?:urge|temptation)) (?:to|of) (?=\w)",
    rf"it(?:[\u2019']?d| would| will) be (?:a (?:shame|pity|crime|sin|mistake|waste)|sad|wrong) "
    rf"(?:to|if (?:you|we)) (?:(?:{_CHANGE}|lost|removed|took out|changed)\b|(?=(?:{WORK})))",
    rf"(?:there[\u2019']?s |there is |i see )?no (?:reason|point|sense)(?: to| in| for) "
    rf"(?:(?:{_CHANGE}|{_CHANGING})\b|(?=\w))",
    r"(?:you (?:can|could|may|must|should|shall)|(?:may|must|should|shall)(?!n?(?:o|[\u2019'])t "
    r"(?:be|go|change|improve|"
    r"vanish|disappear)\b)(?! not (?:be|go|change|improve|vanish|disappear)\b))(?: not|"
    r"n[\u2019']?t) (?=\w+)(?!see|tell|"
    r"make out|"
    r"read|find|recogni[sz]e|hear|believe)",
    rf"(?:can|could)(?: not|n[\u2019']?t) (?:(?:{_CHANGE})\b|(?=(?:{WORK})\b))",
    r"(?:everything|anything|all) (?:but|except|apart from|aside from|other than|save)(?: for)?\b",
    r"(?:(?:i[\u2019']?m|i am|we[\u2019']?re|we are) |^)(?:really |quite |perfectly |totally |very |"
    r"already )*"
    r"(?:happy|fine|ok|okay|good|pleased|satisfied|content|cool) with\b",
    r"(?:i[\u2019']?m |i am |we[\u2019']?re |we are |^)(?:not|un)[ -]?(?:interested in|bothered by|"
    r"worried about|"
    r"concerned (?:about|with)|fussed about)\b",
    r"(?:i |we |^)(?:couldn[\u2019']?t|could not|don[\u2019']?t|do not) care (?:less )?(?:about|for)\b|"
    r"who cares about\b",
    r"(?:there[\u2019']?s |there is )?(?:nothing(?:[\u2019']s| is)? (?:wrong|the matter|amiss) with|"
    r"no (?:problem|issue|"
    r"complaints?) "
    r"(?:with|about|regarding))\b",
    r"(?:i |we |^)(?:can[\u2019']?t|cannot|could not|couldn[\u2019']?t) (?:complain about|fault)\b",
    r"(?:i |we |^)(?:can|could) live with\b",
    r"(?:skip|skipping|omit|exclude|minus|hold off on|steer clear of|go without|lay off|stay off|keep "
    r"off|stay clear of)\b",
    r"(?:with the exception of|apart from|aside from|except(?:ing)?(?: for)?|excluding|save for)\b",
    rf"{_NEVER}(?: (?:should|must|may|can|are|is) (?:you|it|we|the)(?: to)?)?(?: (?:touch|change|alter)\b)?",
)
"""How a clause begins that leaves something alone."""

_MOODY = (
    r"(?:soft|dark|dim|grainy|gritty|noisy|fogg?y|mist?y|hazy|smoky|small|blurr?y|moody|gloomy|faded|muted|"
    r"pale|rainy|wet)"
    r"(?: (?:and \w+|as it is|like (?:that|this)))?"
)
"""What a picture may be like by intention, though it is a fault elsewhere."""
_MEANT = (
    r"wanted|artistic|creative|atmospheric|stylistic|a (?:style|choice|feature)|on purpose|deliberate|"
    r"intended|intentional|there on purpose|"
    r"(?:the |my |its |our |this )?(?:(?:photo|picture|image|shot|scene)[\u2019']s )?(?:(?:whole|entire|"
    r"main|very) (?:point|idea|"
    r"purpose|intention|appeal|charm|reason|subject)|(?:best|nicest|loveliest|prettiest) (?:thing|part|"
    r"bit))\b.*|part of (?:it|(?:the|its|my|"
    r"their|our) [\w ]+)|"
    r"how it (?:was|is)|(?:supposed|meant|allowed) to (?:be|stay|remain)(?: there)?|what (?:makes|made) .*"
)
_UNDONE = r".*\b(?:gone|out|off|away|removed|fixed|cleared|cleaned|lifted|undone|less)\b"
"""What of it is wanted is that it goes: "the noise is what I want gone"."""
_SUITED = r"(?:it|this|them|me|us|him|her|(?:the|this|my|our|its) \w+)"
_WELL = (
    r"fine|okay|ok|good|great|perfect|right|lovely|nice|welcome|as (?:it|they) should be|gorgeous|stunning|"
    r"superb|beautiful|wonderful|amazing|fantastic|brilliant"
)
_MAY = r" (?:can|may|should|shall|must|is to|are to|has to|have to|ought to)"
_CLOSERS = (
    rf"(?: (?:is|are|looks?)|(?<!it)(?<!that)(?<!what)[\u2019']s)(?: all| already| just|"
    rf" quite)? (?:{_WELL}|{_MEANT})(?: by me| with me| now| as "
    rf".*)?",
    rf" (?:is|are|was|were)(?: all| entirely| totally| completely)? (?:{_MEANT})",
    r" (?:does not|doesn[\u2019']?t|do not|don[\u2019']?t) (?:(?:bother|worry|annoy|disturb) (?:me|us|"
    r"anyone)(?: .*)?|matter)",
    r" (?:does not|doesn[\u2019']?t|do not|don[\u2019']?t) (?:need|require|want) (?:any |to be )?\w+(?: .*)?",
    r" (?:does not|doesn[\u2019']?t|do not|don[\u2019']?t) have to (?:be \w+(?:ed|en)|go|change|"
    r"improve|vanish|disappear)",
    r" (?:is|are)(?: just| exactly| already)? (?:where|how|what) (?:i|we|it) (?:want|like|need|intend|"
    rf"should)\w*(?!{_UNDONE})(?: .*)?",
    r" (?:is|are|was|were)(?: just| exactly)? (?:what|why|the reason(?: why)?) (?:i|we) (?:came|went|drove|"
    r"hiked|"
    rf"stopped|took|shot|chose|picked|bought|use|used|love|liked?|was after|were after|"
    rf"hoped)\b(?!{_UNDONE})(?: .*)?",
    rf" (?:suits?|becomes?|flatters?|fits) (?:{_SUITED})(?: .*)?",
    # What somebody asks for is no statement: a noun's plural or a verb's singular must be there.
    r"(?: (?=(?:adds|gives|sets|creates|makes)\b)|(?<=[a-z]s) )"
    r"(?:adds? (?:to|something)|gives? (?:it|the|this)|sets?|creates?|makes?(?= (?:it|the|this|"
    r"for)))\b(?: \w+){0,3} "
    r"(?:moods?|moody|atmosphere|atmospheric|charm|charming|character|feel|feeling|magic|magical|special|"
    r"tension|"
    r"mystery|mysterious|romantic|story|scene|style|vibe|depth|interesting|unique)(?: .*)?",
    r" (?:is|are)(?: just| already)? (?:spot on|just right|on point|ideal|as intended)(?: now)?",
    r" (?:is|are) (?:off[- ]limits|taboo|sacred|not up for \w+|to be (?:kept|left|preserved)(?: .*)?)",
    r" (?:must|should|has to|have to|needs? to) (?:stay|remain|be) (?:true|accurate|faithful|authentic|"
    r"natural|real|genuine|original|correct|neutral)(?: to \w+)?",
    rf"(?<! as){_MAY} (?:stay|remain|survive|live(?: on)?|be(?: left)?(?: alone)?)(?: (?:there|"
    rf"in|(?:(?:exactly|just) )?(?:as|"
    rf"the way) .*))?",
    r" (?:came|turned|worked) out(?: (?:\w+ly|so|very|quite|rather|pretty))* (?:well|great|fine|good|"
    r"nice|perfect|lovely|ok|"
    r"okay|right|brilliant|beautiful)(?:ly)?",
    r" stays(?: .*)?| stay| belongs? .*",
    r" (?:is|are) what (?:sells|makes|carries|gives|sets) (?:it|this|them|the (?:\w+ )?\w+)(?: .*)?",
    r"(?<! what)(?<! that)(?<! which)(?<=[a-z]) (?:makes?|sells?) (?:the|this|my) (?:whole )?"
    r"(?:photo(?:graph)?|picture|pic|image|shot|scene)",
    r"(?<=grain) in|(?<=noise) in|(?<=fog) in|(?<=mist) in|(?<=haze) in|(?<=rain) in|(?<=blur) in",
    r" (?:should|must|need|may|shall)(?: not|n[\u2019']t) (?:be \w+(?:ed|en)|go|change|improve|"
    r"vanish|disappear)",
    r"(?<=haze|rain|blur|mist) may not|(?<=grain|noise) may not|(?<=fog) may not|(?<=colours) may not",
    r"(?<! was)(?<! were)(?<! got)(?<! been)(?<! what)(?<! nothing)(?<! the)(?<! top)(?<! bottom)(?<! "
    r"upper)(?<! lower)(?: is| are| being| to be)? "
    r"(?:preserved|retained|(?:kept|left)(?: in(?: place)?| there| alone| like (?:that|this))?)",
    r" (?:is not|isn[\u2019']?t|not) (?:needed|necessary|required|wanted|called for)",
    r"(?<! can)(?<! could) (?:alone|untouched|unchanged|intact|be|as is)",
    r" (?:exactly |just )?(?:as|the way) (?:it is|they are|that is|is|are)\b.*",
)
"""How one ends."""

_FOREIGN: dict[str, dict[str, list[str]]] = table_beside(__file__)
_OTHERS = {
    kind: [words for cues in _FOREIGN.values() for words in cues.get(kind, [])]
    for kind in ("opens", "closes")
}

# Chinese has no spaces, and so no ends of words. Where case is ignored, a range is tried letter by letter
# when it is compiled, which took half a second.
OPENS = "|".join(_OPENERS) + rf"|(?:{'|'.join(_OTHERS['opens'])})(?:\b|(?=(?-i:[\u3400-\u9fff])))"
"""Regular expression of all openings."""

_OPEN = re.compile(
    rf"(?:(?:but|and|just|please|pls|only|so|simply|(?:i|we)(?:[\u2019']d| would)? (?:like|want|prefer|"
    rf"need|wish)"
    rf"(?: you)? to) )*(?:{OPENS})\s*",
    re.IGNORECASE,
)
_CLOSE = re.compile(rf"(?:{'|'.join((*_CLOSERS, *_OTHERS['closes']))})$", re.IGNORECASE)
_POLITE = re.compile(r",? (?:please|pls|plz|though|too|thanks|so)$", re.IGNORECASE)
_LIKED = re.compile(r"(?:but )?(?:i |we )?(?:really )?(?:like|love|want to keep)\b", re.IGNORECASE)
ENJOYED = re.compile(
    r"(?:(?:but )?(?:i|we) (?:really |actually |do |quite |rather |kind of |kinda )*(?:like|love|enjoy|adore|"
    r"prefer)|(?:just )?(?:love|adore)) "
    rf"(?:how (?:it is |it looks )?|(?:it|this|them) (?:so |a bit |this |that )?(?={_MOODY}$)|(?=(?:the|"
    rf"its|that|those|all) ))",
    re.IGNORECASE,
)


_HOW_IT_IS = re.compile(
    r"^(?:just )?how (?P<how>\w+) (?:it|this|that|everything|they|(?:the|my|this) \w+) "
    r"(?:is|are|looks?|turned out|came out)$",
    re.IGNORECASE,
)
"""What is meant by "I am happy with how dark it is"."""
_MAKING = re.compile(
    r"(?:please |pls |just |can you |could you )*(?:make|get|have|help|i want(?!.*\b(?:kept|left|"
    r"preserved|retained)\b)|so that|(?:throw|toss|chuck|slap|whack|stick|bung|pop|shove)(?! with\b))\b",
    re.IGNORECASE,
)
"""Beginnings of a clause that asks for a change, though it ends in "look good", "be right" or "fog in"."""
_WAITING = re.compile(
    r"\b(?:like this|this way|so dark|so noisy|so blurry|so grainy|too \w+)$", re.IGNORECASE
)
"""Ends of a clause that complains: "don't leave it like this" asks for a change."""


_NONE_LEFT = re.compile(
    r"(?:(?:it|this|there) (?:has|had|is|are|[\u2019']?s) |there[\u2019']s )?(?:no|hardly any|barely any|"
    r"not (?:any|much)|little|"
    r"zero) (?:\w+ )?\w+ left$",
    re.IGNORECASE,
)
"""What misses a quality: "no colour left" leaves nothing alone."""


def topic(clause: str) -> str | None:
    """What `clause` wants left alone, without the words that say so; None where it asks for something."""
    clause = _POLITE.sub("", clause)
    if _NONE_LEFT.match(clause):
        return None
    opened, closed = _OPEN.match(clause) or ENJOYED.match(clause), _CLOSE.search(clause)
    if closed and not opened and _MAKING.match(clause):
        return None
    liked = _LIKED.match(clause) if closed else None
    if opened and _WAITING.search(clause):
        return None
    start = opened.end() if opened else liked.end() if liked else 0
    left = clause[start : closed.start() if closed and closed.start() >= start else len(clause)].strip()
    if not (opened or closed) or not has_letters(left):
        return None
    return _HOW_IT_IS.sub(r"it is \g<how>", left)


@lru_cache(maxsize=32)
def _cue(code: str, kind: str) -> re.Pattern[str]:
    return re.compile("|".join(_FOREIGN[code].get(kind, ["(?!)"])), re.IGNORECASE)


def rules_out(text: str, code: str) -> bool:
    """Whether `text`, in the language `code`, has any word that could rule something out."""
    return any(_cue(code, kind).search(text) for kind in ("cues", "leaves", "forbids"))


def without_leaving(text: str, code: str, *, beside_only: bool = False, denying: bool = False) -> str:
    """What a clause in the language `code` leaves alone, where words around it say so; else empty.

    `beside_only`: whether a Turkish verb that could be a noun forbids: where it stands alone, after
    "but", or where another clause says what alone is to be done.
    `denying`: whether what is said not to be there, or to be good as it is, is left alone as well: where
    another clause names what is wrong.
    """
    kinds = ("forbids", *(["beside"] if beside_only else []), *(["denies"] if denying else []))
    for kind in kinds:
        if found := _cue(code, kind).search(text):
            # What is forbidden is what the clause would ask for without the word, or the ending, for "not".
            kept = next(filter(None, found.groups()), "")
            return _rest(text[: found.start()] + kept + text[found.end() :])
    found = _cue(code, "leaves").search(text)
    if found is None or not (found.start() < 2 or found.end() > len(text) - 2):
        return ""
    return _rest(f"{text[: found.start()]} {text[found.end() :]}")


def denies(text: str, code: str) -> bool:
    """Whether a clause in the language `code` denies a fault, or says that all is as it should be."""
    return _cue(code, "denies").search(text) is not None


def _rest(text: str) -> str:
    return text.strip() if has_letters(text) else ""


def leaves(text: str, code: str) -> bool:
    """Whether a clause in the language `code` surely wants left alone what it names."""
    return any(_cue(code, kind).search(text) for kind in ("leaves", "forbids"))


def leaves_nothing_named(text: str, code: str) -> bool:
    """Whether `text` is only the words for leaving something alone, which name nothing: "nicht anfassen"."""
    found = _cue(code, "leaves").search(text)
    return found is not None and len(text.split()) == 2 and found[0] == text
