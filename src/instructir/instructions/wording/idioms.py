"""Turns of phrase that the trained reader was never told, in words that it knows.

"Gr8", "a dark blurry noisy mess", "I'm not a fan of the grain", "a night shot should be dark".
"""

import re
from collections.abc import Callable
from functools import partial

from instructir.instructions.ruling_out.denials import FAULT_NOUN, FAULT_WORDS
from instructir.instructions.ruling_out.leaving import WORK

_DAY_BEFORE = re.compile(
    r"\bthe (?P<day>day|night|week|evening|morning) before(?=\W*$|[,.;!?]| (?:and|but)\b)", re.IGNORECASE
)
_LETTERS = re.compile(r"\b(?:gr8|gr8er)\b", re.IGNORECASE)
_BLACK_AND_WHITE = re.compile(
    r"\b(?P<make>(?:make|turn|convert|render|change|put|want|like|need)(?: (?:it|this|that|them|"
    r"everything|(?:the|my) \w+))?"
    r"(?: (?:to be|be|in|into|to))?) black (?:and|&|n) white\b",
    re.IGNORECASE,
)
_WAS_AFTER = re.compile(r"\b(?P<who>i|we) (?:was|were) after(?=\W*$|[,.;!?])", re.IGNORECASE)
_LOVE_HOW = re.compile(
    r"\b(?P<like>(?:i|we) (?:really |do |just )?(?:like|love|enjoy|adore) how) (?P<one>\w+) and "
    r"(?P<other>\w+) "
    r"(?P<is>(?:it|this|that|everything|the \w+) (?:is|are|looks?|turned out|came out))\b",
    re.IGNORECASE,
)
_NOT_EITHER = re.compile(
    rf"\b(?P<subject>it|this|that|they|the \w+|my \w+)(?P<not> isn[\u2019']?t| is not|[\u2019']s not| "
    rf"aren[\u2019']?t| are not|"
    rf" wasn[\u2019']?t| was not) (?P<one>{FAULT_WORDS}) (?:or|nor) (?P<other>{FAULT_WORDS})\b",
    re.IGNORECASE,
)
_LOOKS = r"(?:dark|blurry|blurred|noisy|grainy|hazy|foggy|misty|dull|pixelated|faded|dim|tiny|shaky|rainy)"
_STACKED = re.compile(
    rf"\b{_LOOKS}(?: {_LOOKS})+(?= (?:mess|photos?|pictures?|pics?|images?|shots?|scans?|disaster)\b|\W*$)",
    re.IGNORECASE,
)
"""Faults in a row: "a dark blurry noisy mess"."""
_MESS = re.compile(
    r"\b(?P<of>jpe?g|compression) (?:mess|muck|gunk|crap|garbage|junk|rubbish|dirt)\b", re.IGNORECASE
)
_DUST_TOO = re.compile(
    r"\bdust (?:and|or|&) (?=scratch|hairs?\b|lint\b)|(?<=scratches) and dust\b", re.IGNORECASE
)
"""Dust that lies on a print or a scan, as scratches do, and not in the air."""
_ENOUGH_SAID = re.compile(
    r"(?<=\w)[.,;:!\u2026-]+ *(?:enough said|nuff said|say no more|need (?:i|we) say more|(?:it )?speaks "
    r"for itself|"
    r"what more can (?:i|we) say|you (?:get the (?:idea|picture)|see what i mean))\W*$",
    re.IGNORECASE,
)
"""What ends a sentence that leaves the fault to be seen."""
_NO_FAN = re.compile(
    rf"\b(?:i[\u2019']?m|i am|we[\u2019']?re|we are) not (?:really )?an? (?:big |huge |great )?fan of "
    rf"(?P<what>(?:the |this |that |all the )?(?:\w+ )?(?:{FAULT_WORDS}))\b",
    re.IGNORECASE,
)
_GOING_FOR = re.compile(
    rf"\b(?P<wanted>(?:i|we) (?:was|were) going for \w+),? (?:and )?not (?:for )?(?P<bad>{FAULT_WORDS})\b",
    re.IGNORECASE,
)
_TREATED = re.compile(
    r"\b(?:add|apply|use|run|put on)(?: an?| some| a bit of| the)?(?: \w+)? (?:filter |treatment )?"
    r"(?:against (?:all |the |that )*(?P<bad>noise|grain|blur|rain|haze|fog|mist)|"
    r"(?P<fault>noise|grain|blur|rain|haze|fog|mist) (?:removal|reduction|suppression))\b",
    re.IGNORECASE,
)
"""A restoration that is to be added: "add rain removal"."""
_SORT_OUT = re.compile(r"\bsort (?P<what>(?:the|its|my) (?:\w+ )?\w+) out\b", re.IGNORECASE)
_OF_COURSE = r"(?:of course|naturally|obviously|i know|sure|yes|granted|well)"
_A_SCENE = (
    r"(?:(?:an?|any|every|most|such an?) (?!bit\b|little\b|touch\b|lot\b)(?:[\w\u2019'-]+ ){1,4}?|"
    r"(?!(?:the|my|our|this|that|it)\b)(?:[\w-]+ ){0,2}?(?:nights?|evenings|caves|concerts|forests|scenes|"
    r"shots|photos|pictures|"
    r"portraits|mornings|streets|mountains) )"
)
_LOOK = (
    r"(?P<{0}>dark|dim|black|gloomy|foggy|misty|hazy|smoky|rainy|wet|grainy|soft|blurr?y|dull|faded|muted)"
)
_NEXT = r"(?: at night| too)?(?=,? (?:but|so|and)\b|\s*[,.;!:\u2013-]+ *\w)"
_AS_EXPECTED = re.compile(
    rf"(?:^|(?<=[,.;!] ))(?:(?:{_OF_COURSE},? )?{_A_SCENE}(?:should|must|ought to|can|may|has to|have to|"
    rf"(?:is|are) (?:supposed|"
    rf"meant|intended|allowed|bound) to) (?:be|look|feel) (?:so |that |a bit )?{_LOOK.format('ought')}|"
    rf"(?:{_OF_COURSE},? {_A_SCENE}(?:is|are|looks?)|nights? (?:is|are)) {_LOOK.format('always')}){_NEXT}",
    re.IGNORECASE,
)
"""How such a scene is always, which is nothing wrong: "a night shot should be dark, it's the noise"."""
_GREY_WHITES = re.compile(
    r"(?:^|\b(?:the|my|our|its|this|that|all the|a) )white (?!fog|mist|haze|smoke|sky|clouds?|"
    r"balance)(?:\w+ )?\w+ (?:is|are|"
    r"was|were|looks?|turned|came out|went|appears?|seems?|got)(?: (?:all|a bit|rather|quite|too|very|so|"
    r"just|"
    r"dull|dirty))* gr[ae]y(?:ish)?(?! and\b| cat| dog|\w)",
    re.IGNORECASE,
)
"""White things that are grey lack tone, and are in no haze."""


_NOT_MUCH = re.compile(
    r"(?<=\w),? but (?:only |just )?not (?:too |by |all that |very )?"
    r"(?:much|a lot|strongly|hard)(?=\W*$|[,.;])",
    re.IGNORECASE,
)
"""An amount that is said as an exception: "brighten it, but not much"."""
_THAT_IS_NOT = re.compile(
    rf"\bit(?:[\u2019']?s| is) the (?P<bad>(?:\w+ )?{FAULT_NOUN}) that "
    r"(?:isn[\u2019']?t|is not|ain[\u2019']?t)"
    r"(?: (?:fine|ok|okay|good|right))?(?=\W*$)",
    re.IGNORECASE,
)
"""What is not fine, after what is: "the noise is fine, it's the darkness that isn't"."""
_NOT_AS = re.compile(
    rf"^(?P<please>(?:please |pls )?)not (?:as|so|quite so|quite as) (?P<how>{FAULT_WORDS}) "
    r"(?:please|pls|plz)\W*$",
    re.IGNORECASE,
)
_LEAVE_NONE = re.compile(
    rf"\b(?:do not|don[\u2019']?t|never) leave (?:any|a single|a bit of|even a bit of)(?: of the)? "
    rf"(?P<bad>{FAULT_NOUN})(?: (?:in|there|behind|on|in (?:it|there|the \w+)|on (?:it|the \w+)))?(?=\W|$)",
    re.IGNORECASE,
)
"""Nothing is to be left of it: "don't leave any noise in"."""
_NEITHER_TOO = re.compile(r"\bneither too (?P<one>\w+),? nor too (?P<other>\w+)(?=\W)", re.IGNORECASE)
_INSTEAD = re.compile(
    rf"(?<=\w) and (?P<wish>(?:{WORK}|remove|clear|fix|reduce)\b[^,.;!?]*?),? instead\b", re.IGNORECASE
)
"""What is to be done for what is left: "skip the denoise and dehaze instead"."""


_IN_TURN: tuple[Callable[[str], str], ...] = (
    partial(_LETTERS.sub, "great"),
    partial(_DAY_BEFORE.sub, r"the previous \g<day>"),
    partial(_BLACK_AND_WHITE.sub, r"\g<make> black/white"),
    partial(_AS_EXPECTED.sub, lambda found: f"it is meant to be {found['ought'] or found['always']}"),
    partial(_GREY_WHITES.sub, "the whites are grey"),
    partial(_WAS_AFTER.sub, r"\g<who> wanted"),
    partial(_LOVE_HOW.sub, r"\g<like> \g<one> \g<is>, \g<like> \g<other> \g<is>"),
    partial(_NOT_EITHER.sub, r"\g<subject>\g<not> \g<one>, \g<subject>\g<not> \g<other>"),
    partial(_DUST_TOO.sub, ""),
    partial(_MESS.sub, r"\g<of> artefacts"),
    partial(_STACKED.sub, lambda found: ", ".join(found[0].split())),
    partial(_ENOUGH_SAID.sub, ""),
    partial(_NO_FAN.sub, r"remove \g<what>"),
    partial(_SORT_OUT.sub, r"fix \g<what>"),
    partial(_GOING_FOR.sub, r"\g<wanted>, remove the \g<bad>"),
    partial(_NOT_MUCH.sub, " a little"),
    partial(_THAT_IS_NOT.sub, r"remove the \g<bad>"),
    partial(_NOT_AS.sub, r"make it less \g<how>"),
    partial(_LEAVE_NONE.sub, r"remove the \g<bad>"),
    partial(_NEITHER_TOO.sub, r"it is not \g<one>, it is not \g<other>"),
    partial(_INSTEAD.sub, r", \g<wish>"),
    partial(_TREATED.sub, lambda found: f"remove the {found['bad'] or found['fault']}"),
)
"""What is done one after the other: a later one sees what an earlier one leaves."""


def in_known_words(text: str) -> str:
    """`text` with such turns of phrase in plain words."""
    for step in _IN_TURN:
        text = step(text)
    return text
