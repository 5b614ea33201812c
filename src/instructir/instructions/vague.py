"""Words that ask for a better picture and name no fault."""

import re

_GOOD = (
    r"better|best|good|great|nice|nicer|nicest|pretty|prettier|beautiful|lovely|perfect|perfectly|amazing|awesome|"
    r"stunning|excellent|superb|fantastic|gorgeous|wonderful|quality|decent|presentable|professional|professionally|"
    r"poor|bad|awful|terrible|horrible|rubbish|crap|crappy|ugly|worse|worst|mediocre|wrong"
)
_DO = (
    r"fix|fixed|improve|improved|improvement|enhance|enhancement|restore|restored|restoration|repair|repaired|touch|"
    r"touchup|remaster|remastered|refurbish|revive|rescue|save|salvage|help|correct|correction|corrections|optimise|"
    r"optimize|processing|treatment|magic|wonders|clean|cleanup|tidy|refresh|upgrade|sort|mend|beautify|redo|rework|"
    r"go|proceed|start|run|ok|okay|yes"
)
_SMALL = (
    r"a|an|the|this|that|these|it|its|it's|is|isn't|are|was|be|i|i'd|i'm|me|my|our|your|us|we|you|u|he|she|do|does|did|done|"
    r"can|could|would|will|please|pls|plz|thanks|thank|for|to|of|in|on|at|with|and|as|so|too|just|really|very|more|"
    r"much|some|something|anything|whatever|possible|if|want|need|like|lot|bit|all|again|up|out|how|way|not|don't|"
    r"photo|photos|picture|pictures|pic|pics|image|images|shot|photograph|photographs|snap|snapshot|scan|file|copy|"
    r"one|thing|look|looks|looking|looked|make|makes|give|get|got|let|have|has|come|came|turn|turned|work|your|high|"
    r"higher|higest|low|lower|overall|here|now|right|properly|ahead|happy|pls|there|any|job"
)
_TOLD = re.compile(rf"(?:{_GOOD}|{_DO})", re.IGNORECASE)
_KNOWN = re.compile(rf"(?:{_GOOD}|{_DO}|{_SMALL})", re.IGNORECASE)
_THANKS = re.compile(
    r"^(?:thank|thanks|that was|this is|what a)\b(?!.*\b(?:please|pls|fix|help|make|bad|poor|awful|"
    r"terrible)\b)",
    re.IGNORECASE,
)
_BIG = re.compile(r"(?:high|higher|low|lower) (?:quality|res\w*)", re.IGNORECASE)


def names_no_fault(text: str) -> bool:
    """Whether all words of `text` are of wanting a better picture: none tells what is wrong with it."""
    words = re.findall(r"[\w']+", text.replace("\u2019", "'"))
    if not words or _BIG.search(text) or _THANKS.match(text):
        return False
    return all(_KNOWN.fullmatch(word) for word in words) and any(_TOLD.fullmatch(word) for word in words)
