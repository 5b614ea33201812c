"""Words that ask for a better picture and name no fault."""

import re

from instructir.instructions.telling.captions import is_caption

_GOOD = (
    r"better|best|good|great|nice|nicer|nicest|pretty|prettier|beautiful|lovely|perfect|perfectly|"
    r"amazing|awesome|"
    r"stunning|excellent|superb|fantastic|gorgeous|wonderful|quality|decent|presentable|professional|"
    r"professionally|"
    r"poor|bad|awful|terrible|horrible|rubbish|crap|crappy|ugly|worse|worst|mediocre|wrong"
)
_DO = (
    r"fix|fixed|improve|improved|improvement|enhance|enhancement|restore|restored|restoration|repair|"
    r"repaired|touch|"
    r"touchup|remaster|remastered|refurbish|revive|rescue|save|salvage|help|correct|correction|"
    r"corrections|optimise|"
    r"optimize|processing|treatment|magic|wonders|clean|cleanup|tidy|refresh|upgrade|sort|hint|beautify|"
    r"redo|rework|"
    r"edit|edited|editing|retouch|nicely|well|go|proceed|start|run|ok|okay|yes|polish|polished|"
    r"polishing|auto|autofix|makeover|facelift|tlc|overhaul|justice|wow|"
    r"usable|useable|shine|handle|care|deal|fancy|neat|clean(?:ed|er)|finesse|perfect(?:ed|ion)|pretty|"
    r"sucks?|"
    r"disappointing|disappointed|unhappy|dreadful|lousy|pathetic|lame|meh|wonder|love|problems?|issues?|"
    r"flaws?|faults?|"
    r"imperfections|mistakes|trash|garbage|mess|disaster|ruined|botched|messed|screwed|needs?|"
    r"photoshop(?:ped)?|"
    r"renovated?|revamp|rejuvenate|publish|precious|treasured?|recommend|suggest|impress|surprise|skills?|"
    r"judgement|worthy|insta|brush(?:ed)?|whip|knock|shape|dud|attention|spruce|tart|doll|zhuzh|perk|freshen|smarten|"
    r"buff|mend(?:ed)?|heal|revitali[sz]e|"
    r"resurrect|"
    r"recondition(?:ed)?|reconstruct|masterpiece|showstopper|knockout|workable|showable|respectable|"
    r"sellable|printable|amateur(?:ish)?|pros?|"
    r"heirloom|proud|embarrass\w*|ashamed|hate|dislike|fail(?:ed|ure)?|unusable|hopeless|stinks?|subpar|"
    r"shabby|"
    r"excellent|ideal|top[- ]?notch|flawless|stars?|finish(?:ed)?|adjust(?:ment)?s?|tune|tweaking|service"
)
_SMALL = (
    r"into|together|a|an|the|this|that|these|it|its|it's|is|isn't|are|was|be|i|i'd|i'm|me|my|our|your|us|"
    r"we|you|u|he|"
    r"she|do|does|did|done|"
    r"can|could|would|will|please|pls|plz|thanks|thank|for|to|of|in|on|at|with|and|as|so|too|just|"
    r"really|very|more|"
    r"much|some|something|anything|whatever|possible|if|want|need|like|lot|bit|all|again|up|out|how|way|"
    r"not|don't|"
    r"photo|photos|picture|pictures|portraits?|selfies?|headshots?|photography|pic|pics|image|images|"
    r"shot|photograph|photographs|snap|snapshot|"
    r"scan|file|copy|"
    r"one|thing|look|looks|looking|looked|make|makes|give|get|got|let|have|has|come|came|turn|turned|"
    r"work|your|high|"
    r"higher|highest|low|lower|overall|little|tad|what|what's|whats|that's|thats|think|needed|necessary|"
    r"must|should|might|about|every|everything|went|gone|kinda|sort|kind|by|no|but|from|best|your|"
    r"possibly|somehow|"
    r"honestly|simply|quick|quickly|ur|im|id|dont|cant|can't|oh|hey|hi|hello|maybe|were|been|be|them|"
    r"they|those|take|"
    r"put|bring|back|life|see|say|you'd|you'll|i've|attention|hand|cool|here|now|right|properly|ahead|"
    r"happy|pls|there|any|job|want|gift|present|birthday|anniversary|christmas|album|portfolio|memory|"
    r"home|house|office|book|page|card|cv|website|site|profile|post|sell|"
    r"(?:great-?)*(?:grand-?)?(?:parents?|mothers?|fathers?|mum(?:my)?|mom(?:my)?|dad(?:dy)?|ma|pa|sons?|"
    r"daughters?|"
    r"child(?:ren)?|kids?)(?:'?s|')?|gran(?:ny|ddad)?|nan(?:a|ny)?|"
    r"(?:sister|brother|cousin|nephew|niece|husband|wife|uncle|aunt(?:ie)?|friend|boss|client|baby|"
    r"fianc\u00e9e?)(?:'?s|')?|"
    r"family|enough|late|wedding|funeral|museum|magazine|instagram|only|"
    r"old|last|"
    r"nearly|almost|ever|one's|ones|facebook|social|media|am|has|had|also|who|where|when|because|since|"
    r"about|camera"
)
_TOLD = re.compile(rf"(?:{_GOOD}|{_DO})", re.IGNORECASE)
_KNOWN = re.compile(rf"(?:{_GOOD}|{_DO}|{_SMALL})", re.IGNORECASE)
_PRAISE = re.compile(
    r"(?:(?:very |really |so )?(?:nice|great|good|wow|well done|awesome|amazing|cool|beautiful|lovely|"
    r"fantastic)"
    r"(?: (?:job|work|one|photo|picture|shot))?|(?:i )?love (?:you|u))\W*",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"(?:(?:what|such|so|very|really|truly|the|an?|all|is|are|was|it|it's|its|that's|this|these|one|in|"
    r"of|and|i|love|like|looks?|"
    r"looking|picture|photo|image|shot|pic|colou?rs?|exposure|light|lighting|contrast|tones?|details?|"
    r"sharpness|focus|crisp|"
    r"clean|sharp|bright|clear|vivid|rich|nicely|exposed|composition|framing|thanks?|thank|you|much|well|"
    r"done|just|"
    r"(?P<praise>nice|lovely|beautiful|wonderful|gorgeous|great|perfect|amazing|stunning|fantastic|"
    r"excellent|superb|"
    r"brilliant|spot on))\b[\s,.!]*)+",
    re.IGNORECASE,
)
"""All words are of praise; one of them at least says so."""
_PROFESSIONAL = re.compile(
    r"\b(?:profession\w+|pro) (?:retouch\w*|edit\w*)|\b(?:retouch\w*|edit\w*)\b.*\b(?:profession\w+|pro)\b",
    re.IGNORECASE,
)
"""What retouchers do, who work on tone and colour."""
_THANKS = re.compile(
    r"^(?:thank|thanks|that was|this is|what a|(?:i |we )?love (?:it|this|that)|i(?:'| "
    r"a)?m)\b(?!.*\b(?:please|pls|fix|help|make|bad|poor|awful|"
    r"terrible)\b)",
    re.IGNORECASE,
)
_BIG = re.compile(r"(?:high|higher|low|lower) (?:quality|res\w*)", re.IGNORECASE)


_UP_TO = re.compile(
    r"\b(?:(?:i|we)(?:[\u2019']?ll| will|[\u2019']m| am|[\u2019']d| would)? )?(?:(?:just |gladly |rather |"
    r"happily )*(?:leave|put|place|entrust) "
    r"(?:it|this|that|them|everything|all|the rest|my (?:photo|picture)|the (?:photo|picture)) (?:all |"
    r"entirely |"
    r"completely )?|(?:it|this|all|everything)(?:[\u2019']?s| is) (?:all )?)?(?:in|into) your (?:(?:capable|"
    r"good|expert|"
    r"skilled|safe|trusty) )*hands\b|"
    r"\bup to (?:scratch|par|snuff|standards?|the mark|code|speed)\b|\b(?:like|good as|as) new\b",
    re.IGNORECASE,
)


_PURPOSE = re.compile(
    r"\b(?:for|to) (?:(?:my|our|your|his|her|their|the|a|an|this) (?:[\w'-]+ ?){1,4}|(?:frame|show|"
    r"share|use|post|publish|"
    r"sell|keep|send|give|hang|exhibit|submit)(?: (?:it|around|away|off|up))?)(?=\W*$|,)",
    re.IGNORECASE,
)
BY_SIZE = re.compile(
    r"\b(?:icons?|avatars?|thumbnails?|stamps?|poster|billboard|banner|canvas|wall|mug|mural|large|big|"
    r"bigger|a[0-4]|zoom\w*|rain\w*|fog\w*|mist\w*|nois\w*|"
    r"dark\w*|night|grain\w*|blur\w*|haz[ey]\w*|colou?r\w*|sharp\w*|bright\w*|light\w*|print\w*|snow\w*|"
    r"smok\w*)\b",
    re.IGNORECASE,
)
"""What a picture is for, which is no fault of it, unless the words for it tell of one."""


def _without_purpose(text: str) -> str:
    return _PURPOSE.sub(lambda found: found[0] if BY_SIZE.search(found[0]) else "", text)


def names_no_fault(text: str) -> bool:
    """Whether all words of `text` are of wanting a better picture: none tells what is wrong with it."""
    praise = _PRAISED.fullmatch(text.replace("\u2019", "'"))
    if is_caption(text) or (
        praise and (praise["praise"] or _THANKS.search(text) or "love it" in text.lower())
    ):
        return True
    words = re.findall(r"\w[\w'-]*", _UP_TO.sub("better", _without_purpose(text.replace("\u2019", "'"))))
    if not words or any(found.search(text) for found in (_BIG, _THANKS, _PROFESSIONAL)):
        return False
    if _PRAISE.fullmatch(text):
        return False
    return all(_KNOWN.fullmatch(word) for word in words) and any(_TOLD.fullmatch(word) for word in words)
