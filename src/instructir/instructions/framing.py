"""What stands around a request and is no part of it: asides, "how do I", reasons."""

import re

from instructir.instructions.letters import has_letters
from instructir.instructions.ruling_out.denials import THING
from instructir.instructions.ruling_out.excepting import exceptions
from instructir.instructions.ruling_out.leaving import topic

ASIDES = (
    r"whatever (?:you do|happens|else)|no matter what|for (?:god|heaven|goodness|christ|"
    r"pete)[\u2019']?s sake|"
    r"above all(?: else)?|by all means|most importantly|important(?:ly)?|remember|note|mind you|btw|"
    r"by the way|fyi|honestly|actually|basically|of course|obviously|if (?:possible|you can|you could|"
    r"you like)|"
    r"as (?:i|we) said|to be (?:clear|honest)|just so you know|however|otherwise|apart from that|other "
    r"than that|"
    r"(?:that[\u2019']?s|that is|this is) (?:plenty |quite |more than )?enough|do (?:what|whatever|as) "
    r"you (?:like|want|please|think(?: (?:is )?best)?|can|must|need(?: to)?|see "
    r"fit)|anything goes|"
    r"(?:do |fix )?(?:the rest|everything else|anything else)(?: is (?:up to you|yours))?|"
    r"(?:(?:i(?:[\u2019']ll| will)? )?(?:leave|put) (?:it|this|the rest|everything|that) )?in your (?:\w+ "
    r")?hands|"
    r"(?:it[\u2019']s )?up to you|you decide|your call|nothing (?:else|more|dramatic|fancy)"
)
"""Whole clauses that ask for nothing."""

_HOW = re.compile(
    r"^(?:so |hey |hi |ok(?:ay)? |but )?(?:(?:please |can you |could you )?(?:tell|show|advise) me )?(?:"
    r"how (?:can|could|do|would|should|might|to)(?: (?:i|we|you|one))?(?: best)?|"
    r"what(?:[\u2019']s| is) (?:the |a )?(?:best |good |right |easiest )?way (?:to|of)|"
    r"what (?:can|could|should|do|must) (?:i|we|you|be) (?:do|done) (?:about|against|with|to)|"
    r"is there (?:a|any|some|no)(?: good)? way (?:to|of)|is there (?:any|a) chance (?:to|of)|"
    r"(?:any|a|what|what are the) (?:chances?|way|ways|idea how|tips?)(?: you (?:can|could)| (?:to|of|"
    r"on|for))?|"
    r"(?:would|is) it (?:be )?possible (?:to|for you to)|(?:are|would) you (?:be )?able to|"
    r"do you think you (?:can|could)|i was wondering (?:if|whether) you (?:can|could)"
    r")\s+",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"^(?:they|it|that|this|those|these)(?:[\u2019']s|[\u2019']?re| is| are| was| were|"
    r" (?:makes?|gives?|adds?|reminds?|suits?) (?!.*\b(?:dark|blurr|nois|grain|haz|dull|soft|hard|worse|"
    r"ugly))\w+)\b",
    re.IGNORECASE,
)
"""How a clause begins that may tell why something is to be left."""
RULING_OUT = re.compile(
    r"\b(?:no|not|never|nor|neither|none|nothing|zero|without|w/o|cannot|\w+n[\u2019']t|dont|doesnt|"
    r"isnt|wont|cant|arent|"
    r"didnt|lea(?:ve|ves|ving|ft)|ke(?:ep|eps|eping|pt)|preserv\w+|retain\w*|maintain\w*|respect\w*|"
    r"ignor\w+|disregard|"
    r"avoid\w*|spare|skip\w*|omit\w*|exclud\w+|minus|forget|except\w*|only|solely|merely|purely|"
    r"exclusively|instead|"
    r"rather|than|apart|aside|besides|stay\w*|remain\w*|alone|untouched|unchanged|intact|as is|as it is|"
    r"as they are|"
    r"fine|ok|okay|happy|perfect|right|enough|hands off|intention\w*|intended|deliberate\w*|on purpose|"
    r"mind|same|"
    r"refrain|stop|problem|issue|matter|like|love|enjoy|preferred|off[- ]limits|taboo|wanted|natural|"
    r"meant|supposed|"
    r"belongs?|pas|sans|nicht|ohne|kein\w*|non|senza|sem|n[a\u00e3]o|sin|deja|un\w+ed)\b",
    re.IGNORECASE,
)
"""Words without one of which nothing is ruled out, whatever it looks like."""


_MIND = (
    r"(?:i|we) (?:really |actually |do |most |mostly )*(?:object to|mind|can[\u2019']?t (?:stand|bear|live "
    r"with)|cannot (?:stand|bear)|"
    r"hate|dislike|complain (?:about|of)|don[\u2019']?t (?:like|want)|do not (?:like|want)|want (?:gone|out|"
    r"removed|fixed))\b"
)
"""What somebody has against a fault."""
_CLEFT = re.compile(
    r"\bit(?:[\u2019']?s| is) (?:only |just |really |mostly )*(?P<what>the (?:\w+ ){0,2}?\w+) (?:that|which) "
    r"(?:annoy|bother|bug|worri|ruin|spoil|kill|irritat|disturb|need|has|have|must|should)\w*(?: (?:me|"
    r"us|it|everything|the "
    r"\w+|work|fixing|to go))*|"
    rf"\bit(?:[\u2019']?s| is) (?:only |just |really |mostly )*(?P<minded>(?:the |this |that )(?:\w+ "
    rf"){{0,2}}?\w+) (?:that |which )?{_MIND}",
    re.IGNORECASE,
)


_WHAT = re.compile(
    r"\b(?:only|just) (?P<only>the (?:\w+ ){0,2}?\w+) (?:bothers|annoys|bugs|worries|"
    r"ruins|spoils|kills|irritates|disturbs)(?: (?:me|us|it|everything|the \w+|really|a lot))*$|"
    r"\bwhat (?:really |actually )?(?:annoys|bothers|bugs|worries|ruins|spoils|kills|irritates|disturbs|"
    r"needs)(?: (?:me|us|it|"
    r"fixing|work|to go|most|the most))* is (?P<what>the (?:\w+ ){0,2}?\w+)$|"
    rf"(?:^|(?<=[,.;] )|(?<=\bbut ))(?P<minded>the (?:\w+ ){{0,2}}?\w+) is (?:what|the thing|the one thing) "
    rf"{_MIND}",
    re.IGNORECASE,
)


_ONLY_FAULT = re.compile(
    r"^.*\b(?:(?:the |its |my )?(?:\w+[\u2019']s )?only (?:real )?(?:fault|problem|issue|trouble|flaw|"
    r"complaint|thing wrong)"
    r"(?: (?:with|about|i have with) \w+)? is|(?:i|we) only (?:mind|care|worry|complain)|all (?:i|we) "
    r"(?:mind|care about) is)"
    r"(?: (?:about|that))? (?=\w)",
    re.IGNORECASE,
)


_PLACE = re.compile(
    r"\b(?:the )?(?P<place>first|last|next|final|second|third) (?:thing|step|job|task)(?: (?:to do|"
    r"on the list|you do|i "
    r"want|of all))? (?:is|should be|must be|has to be|would be)(?: to)? ",
    re.IGNORECASE,
)


_BEFORE = re.compile(
    r"^(?P<when>(?:before|prior to|after) (?:you )?\w+(?: (?:it|this|the \w+|up|the \w+ up))?) "
    r"(?=(?:please |first |you )?(?:remove|clean|clear|get|take|fix|make|lift|lighten|brighten|darken|"
    r"denoise|deblur|"
    r"sharpen|dehaze|defog|derain|upscale|enlarge|enhance|boost|correct|reduce|raise|bring|lose|kill|do|"
    r"give|de\w+)\b)",
    re.IGNORECASE,
)


_NAMED = r"(?:the|its|my|this|that) (?:\w+ )?\w+"
_BOTH = re.compile(
    rf"^(?:both )?(?P<first>{_NAMED}) and (?P<second>{_NAMED}) (?:both )?(?:really )?(?:bother|"
    rf"annoy|bug|worry|irritate|"
    r"disturb|spoil|ruin|kill|need (?:work|fixing|attention|to go|sorting)|(?:have to|must|should) "
    r"(?:go|be (?:fixed|gone)))"
    r"(?: (?:me|us|it|this|everything|the \w+|my \w+))?\W*$",
    re.IGNORECASE,
)
"""Two faults that share one verb: "both the haze and the dullness bother me"."""
_NEITHER = re.compile(
    rf"\b(?:touch |change )?neither (?P<first>{_NAMED}|\w+) nor (?P<second>{_NAMED}|\w+)"
    r"(?: (?:may|must|should|is to|are to|needs?|has|have|wants?)\b[^,;.]*)?",
    re.IGNORECASE,
)
_HANDS_OFF = re.compile(
    r"(?:^|(?<=[.;,!] ))(?P<what>(?:(?:the|its|my) )?\w+)\s*[:,\u2013-]\s*(?:hands off|no touching|"
    r"off limits|"
    r"(?:do not|don[\u2019']?t) touch(?: (?:them|it))?|leave (?:them|it|those) (?:alone|be))(?=\W*$|[.;,!])",
    re.IGNORECASE,
)
"""What is named before it is said to be left: "colours: hands off"."""
_DOES = re.compile(
    rf"^(?P<first>{_NAMED}) (?P<not>(?:does not|doesn[\u2019']?t|do not|don[\u2019']?t) (?:have|need) to) "
    rf"(?P<what>[^,;.]+?),? (?:but )?(?P<second>{_NAMED}) (?:does|do)\W*$",
    re.IGNORECASE,
)
"""What leans on a verb that only its denial has: "the grain doesn't have to go, the blur does"."""


_VERSION = re.compile(
    r"\b(?:(?:give|get|send|make|show|bring) (?:me|us) |(?:i|we)(?:[\u2019']d| would)? (?:want|need|"
    r"like) )an? "
    r"(?P<how>(?:(?:much|bit|little|lot|far|way|slightly|less|more) )*\w+) "
    r"(?:version|copy|one|picture|photo|image|file|edition|print)(?: of (?:it|this|that|the \w+))?(?=\W*$)",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"(?:\w+ )*(?:\w+er|(?:less|more) \w+)", re.IGNORECASE)
_WANTED_LESS = re.compile(
    r"(?:\b(?:i|we)(?:[\u2019']d| would)? (?:(?:really|just|still|only|rather) )*(?:want|need|like|love|"
    r"prefer|wish|have)|^want|\b(?:can|could|may) (?:i|we) (?:please )?(?:have|get)) "
    rf"(?P<what>it|this|that|them|everything|(?:the|my|this|our|these) (?:\w+ )?{THING})"
    r"(?: (?:to (?:be|look|appear)|looking|were|was))? "
    r"(?=(?:(?:an?|bit|little|lot|touch|tad|much|far|way|slightly|somewhat|rather|quite) )*less \w)",
    re.IGNORECASE,
)
"""A wish for less of a fault, or of something good: "I'd like it to be less grainy"."""


_SOON = (
    r"(?:only )?(?:once|after|when|as soon as|the moment|provided)(?: that)? "
    r"(?=(?:you[\u2019']?(?:ve)?|you have|it|this|that|the|all)\b)"
)
_DONE = (
    r"(?P<{0}>(?:you(?:[\u2019']?ve| have| are|[\u2019']?re)? |(?:it|this|that|all|the \w+(?: \w+)?)"
    r"(?:[\u2019']?s| is| are| has been| have been| looks?) )[^,;.:]+?)"
)
_TOLD = r"(?:only|it|this|that|these|the|i|we|he|she|they|you|my|our|his|her|there)\b"
"""Beginnings of what is told, which nothing is to come before."""
_NOT_BEFORE = re.compile(
    rf"^(?:(?:please|pls|but) )*(?:do not|don[\u2019']?t|never) (?P<what>[^,;.]+?),? (?:until|before|unless) "
    rf"{_DONE.format('done')}\W*$|"
    rf"^(?!{_TOLD})(?P<then>[^,;.]+?),? (?:but |though |and |just )?not (?:before|until|"
    rf"unless) {_DONE.format('first')}\W*$|"
    rf"^(?!{_TOLD})(?P<late>[^,;.]+?),? {_SOON}{_DONE.format('early')}\W*$|"
    r"^(?:only )?(?:after|once) (?P<gerund>(?:\w+ing|[\w-]+tion)(?: the \w+| it)?),? (?:should|may|can|"
    r"do) (?:you|we|it) "
    r"(?:be )?(?P<going>[^,;.]+)\W*$|"
    rf"^{_SOON}{_DONE.format('soon')}(?:,| should you| may you| can you| do you| do) (?P<next>[^,;.]+)\W*$",
    re.IGNORECASE,
)
"""What is to be done only after something else: "don't sharpen until the noise is gone"."""


_NO_MORE = re.compile(
    r"(?:\bno more|(?:(?<=\dk, )|(?<=\bhd, )|(?<=\dx, )|(?<=x\d, ))no) (?=(?:nois\w+|grain\w*|speckles|"
    r"blur\w*|rain\w*|drizzle|haze|fog|mist|smog|smoke|darkness)\b(?! (?:reduction|removal)\b))",
    re.IGNORECASE,
)
_AT_LAST = re.compile(
    r"\b(?:leave|keep|save|do) (?P<what>(?:the |all |any )?\w+) (?:for|till|until|to|at) (?:the )?(?:very )?"
    r"(?:end|last|later)\b",
    re.IGNORECASE,
)
_WISHED = re.compile(
    r"^(?P<how>\w+(?:, \w+)*(?:,? and \w+)?)[,:\u2013-]* (?:that|this|it)(?:[\u2019']s| is) (?:how|"
    r"what|the way) "
    r"(?:i|we) (?:want|need|like|wish)(?: it)?(?: to (?:be|look))?(?=\W*$)",
    re.IGNORECASE,
)
"""A wish that is told backwards: "sharp and bright, that's how I want it"."""


_CORRECTED = re.compile(
    r"^.+?[^\w\s]*\s*\b(?:(?:oh |ah |er+ |um+ |hm+ )?(?:no|oh),? wait|wait,? no|scratch that|strike that|"
    r"(?:no,? |oh,? )?(?:sorry|my bad|oops)[,.]? i meant?|i meant|correction(?=[:,])|or rather|no,? actually|"
    r"actually,? no|(?<=[,.;:] )(?:(?:no|oh|but),? )?(?:hang|hold) on|h+m+,? no(?:,? rather)?)\b"
    r"[\s,.:;!\u2013-]*(?P<last>\w.+)$",
    re.IGNORECASE,
)
"""What somebody says after having changed their mind."""
_EITHER = re.compile(
    r"^[^?.!;]+ or [^?.!;]+\? *(?:(?:well|no|hm+|i(?:[\u2019']?d| would)? (?:think|say|guess)),? )*"
    r"(?:(?:it|that|this)(?:[\u2019']?s| is)|definitely|clearly|surely|certainly|probably|obviously|the) "
    r"(?P<last>[^?;]+)$",
    re.IGNORECASE,
)
"""A question between two faults that is answered at once: "haze or rain? it's haze"."""
_RETRACTED = re.compile(
    r"^[^?]+?(?:\.{2,}|\u2026|[.,;:]|\s[\u2013-])\s*(?:no|nope|nah),\s+(?P<last>[^?]+)$", re.IGNORECASE
)
"""What stands instead of what was said first: "brighten it... no, sharpen it"."""
_DOING = re.compile(
    r"\bdo (?:some|the|a bit of|a little) (?=\w+(?:ing|tion|ment)\b)|"
    r"(?:^|(?<=but )|(?<=and )|(?<=please ))do (?=(?:\w+en|de\w{4,}|remove|clear|clean|fix|enlarge|"
    r"upscale|make|get|take|lift|"
    r"boost|enhance|correct|reduce)\b)",
    re.IGNORECASE,
)


def corrected(text: str) -> str:
    """What `text` comes to in the end: "sharpen it, no wait, brighten it" asks for light."""
    text = _DOING.sub("", text)
    found = _CORRECTED.match(text) or _RETRACTED.match(text)
    if found and topic(found["last"]) is None:
        text = found["last"]
    found = _EITHER.match(text)
    return found["last"] if found else text


def _in_turn(found: re.Match[str]) -> str:
    """The same with what comes first in front."""
    first = found["done"] or found["first"] or found["early"] or found["soon"] or found["gerund"]
    then = found["what"] or found["then"] or found["late"] or found["next"] or found["going"]
    return f"after {first}, {then}"


def _fix(found: re.Match[str]) -> str:
    return f"fix {found['what'] or found['minded']}"


def uncleft(text: str) -> str:
    """The plain request that "it's the blur that annoys me" is, "the last step is upscaling", or the like."""
    text = exceptions(_NOT_BEFORE.sub(_in_turn, text))
    text = _BOTH.sub(r"fix \g<first> and fix \g<second>", text)
    text = _HANDS_OFF.sub(r"leave \g<what> alone", text)
    text = _NEITHER.sub(r"leave \g<first>, leave \g<second>", text)
    text = _DOES.sub(r"\g<first> \g<not> \g<what>, remove \g<second>", text)
    text = _NO_MORE.sub("remove the ", _AT_LAST.sub(r"\g<what> last", text))
    text = _WANTED_LESS.sub(r"make \g<what> ", _WISHED.sub(r"make it \g<how>", text))
    text = _VERSION.sub(
        lambda found: f"make it {found['how']}" if _COMPARED.fullmatch(found["how"]) else found[0], text
    )
    text = _PLACE.sub(lambda found: f"{'finally' if found['place'] == 'final' else found['place']} ", text)
    text = _BEFORE.sub(r"\g<when>, ", text)
    text = _ONLY_FAULT.sub("fix ", text)
    return _WHAT.sub(
        lambda found: f"fix {found['only'] or found['what'] or found['minded']}", _CLEFT.sub(_fix, text)
    )


def request_of(text: str) -> str | None:
    """What "how can I ..." asks for; None where `text` is no such question."""
    found = _HOW.match(text)
    rest = text[found.end() :].strip(" ?") if found else ""
    return rest if has_letters(rest) else None
