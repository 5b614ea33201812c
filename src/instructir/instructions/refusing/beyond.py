"""What no restoration can do to a picture: mend prints, paint things, change bodies, put on a style."""

import re

_BEYOND = (
    r"vignett\w*|moir[e\u00e9]|jpe?g (?:\w+ )?(?:arte?i?facts?|blocks)|compression (?:\w+ "
    r")?(?:arte?i?facts?|blocks)|"
    r"colou?r banding|scratch(?:es)?|creases?|folds?(?: (?:line|mark)s?)?|tears?|cracks?|water ?marks?|lens "
    r"flares?|"
    r"red[- ]?eyes?|chromatic aberrations?|(?:purple|green|colou?r) fring\w+|(?:lens|barrel|"
    r"pincushion) distortion|"
    r"converging verticals|perspective|mou?ld spots|coffee stains?|stains?|torn (?:corners?|edges?|"
    r"parts?|prints?)"
)
_PAINTED = re.compile(
    r"\b(?:make|making|turn|turning|paint|dye|colou?r) (?:the |my |his |her |their |our |all the |"
    r"\w+[\u2019']s )"
    r"(?!(?:photo|picture|pic|image|shot|whites?|snow|blacks?|highlights|shadows|teeth)\b)(?:\w+ )?"
    r"(?:sky|sea|water|grass|eyes?|hair|dress|shirt|suit|coat|jacket|car|wall|walls|house|dog|cat|lips|"
    r"nails|shoes|"
    r"flowers?|roses?|trees|leaves|door|roof|background|skin|face|jumper|hat|bike|boat|sofa|fur) "
    r"(?:to |into )?(?:bright |dark |light |deep |pale |hot |neon )?"
    r"(?:red|yellow|orange|purple|violet|pink|magenta|turquoise|teal|gold(?:en)?|silver|brown|black|"
    r"white|blonde?|ginger|"
    r"(?<!sky )(?<!sea )(?<!water )blue|(?<!grass )(?<!trees )(?<!leaves )green)\b(?! again| like "
    r"(?:it|they) )",
    re.IGNORECASE,
)
"""Things that are to have a colour which is not theirs."""
_MENDING = (
    r"remove|removing|fix|correct|repair|get rid of|take (?:out|away|off)|clean(?: up| off)?|erase|"
    r"heal|fill in|fill|"
    r"straighten|undo|delete|reduce|retouch|has|have|there[\u2019']?s|there (?:is|are)|got"
)
_GAP = re.compile(
    rf"(?:\b(?:{_MENDING})\b(?: (?:a|an|the|all|some|any|these|those|this|two|big|long|old|of|my|lots?|"
    rf"many|ugly)\b)* "
    rf"(?:{_BEYOND})\b|^(?:the )?(?:{_BEYOND})(?: (?:removal|correction|repair|on|in|across|all|"
    rf"please)\b.*)?$|"
    r"^(?:the )?corners? (?:is|are|look) (?:\w+ )?dark(?:er)?$|^(?:defringe|deblock)\b)",
    re.IGNORECASE,
)
_BODY = (
    r"(?:muscles?|eyes|lips|nose|ears?|head|hands?|biceps|bust|chest|boobs|breasts|smile|teeth|belly|"
    r"tummy|waist|legs|arms|"
    r"hair|face|chin|neck|beard|nails)"
)
_SHAPED = re.compile(
    rf"\b(?:(?:enlarge|shrink|slim|widen|lengthen|straighten|whiten|reshape|grow|trim|thin)(?: down|"
    rf" up| out)? "
    rf"(?:my|his|her|their|the \w+[\u2019']s) {_BODY}\b|"
    r"open (?:my|his|her|their|the \w+[\u2019']s) eyes?\b|"
    rf"make (?:my|his|her|their) {_BODY} (?:look )?(?:\w+ )?(?:bigger|larger|smaller|thinner|"
    rf"slimmer|longer|shorter|fuller|"
    r"rounder|wider|straighter|whiter)\b)",
    re.IGNORECASE,
)
_STYLED = re.compile(
    r"^(?:.*\b(?:make|turn|convert|apply|add|use|give|put|want|like|need|into|in)\b.* )?sepia(?: "
    r"(?:please|pls|tones?|toned|filter|"
    r"effect|look|version))*$|"
    r"\b(?:apply|add|use|put on|slap on|give (?:it|this|me)) (?!.*(?:sharp|nois|grain|blur|haz|fog|"
    r"rain|bright|scal|enhanc|median|"
    r"wiener|bilateral|gauss|pass))(?:an? |some |that )?(?:[\w-]+ "
    r"){0,2}?(?:filters?|overlay|stickers?)\b"
    r"(?! (?:against|for|to remove))|"
    r"\blook(?:s|ing)? like (?:an? )?(?:[\w-]+ ){0,2}?filter\b",
    re.IGNORECASE,
)
"""Looks that are laid over a picture."""
_COLOURLESS = re.compile(
    r"\b(?:make|turn|convert|render|change|put|want|like|need)\b.* (?:black/white|b ?[&/] ?w|"
    r"monochrome|gr[ae]y ?scale)\b",
    re.IGNORECASE,
)


_THINGS = (
    r"lamp ?posts?|street ?(?:lamps?|lights?)|(?:power|overhead|electricity|transmission|telegraph|"
    r"phone) ?lines?|"
    r"(?:telephone|telegraph|light|utility|electricity|flag) ?(?:lines?|poles?)|wires?|cables?|poles|"
    r"pylons?|"
    r"lamps|lanterns|(?:rail(?:way|road)?|train|tram|tyre|tire) ?(?:tracks?|lines?)|rails|railings?|"
    r"antennas?|"
    r"aerials?|satellite dish(?:es)?|scaffold(?:s|ing)?|cranes?|chimneys?|fences?|billboards?|con-?trails?|"
    r"vapou?r trails?|manhole covers?|bollards?|fire ?hydrants?|parking meters?|post ?box(?:es)?|"
    r"umbrellas?|photo ?bombers?|"
    r"(?:trash|garbage|rubbish|litter)(?: ?(?:bins?|cans?))?|bins?|date ?stamps?|time ?stamps?|logos?|"
    r"traffic (?:lights?|cones?)|"
    r"sign ?posts?|road signs?|dust spots?"
)
_PEOPLE = (
    r"m[ae]n|wom[ae]n|persons?|people|guys?|girls?|boys?|lad(?:y|ies)|strangers?|tourists?|bystanders?|"
    r"kids?|child(?:ren)?|ex|"
    r"passers?-?by|father|mother|dad|mum|mom|grand(?:ma|pa|mother|father)|husband|wife|son|daughter|"
    r"brother|sister|uncle|aunt|"
    r"friends?|dogs?|cats?|cars?"
)
_REMOVED = re.compile(
    rf"\b(?:remove|delete|erase|get rid of|take (?:out|away)|edit out|crop out|cut out|paint out|"
    rf"lose|hide) "
    rf"(?:(?:the|that|this|those|these|"
    rf"my|all|a|an|any) )*(?:\w+ )?(?:{_THINGS})\b|^(?:the|that|those|these) (?:\w+ )?(?:{_THINGS})"
    rf"(?: (?:(?:has|have|need|needs|ought|are|is) to|should|must|can) (?:go|disappear|vanish|be "
    rf"(?:removed|gone|"
    rf"deleted|erased|taken out)))?$|"
    rf"\b(?:remove|delete|erase|get rid of|take out|edit out|crop out|cut out) (?:(?:the|that|this|those|"
    rf"my|all) )+(?:\w+ )?"
    rf"(?:{_PEOPLE})\b(?!(?:[\u2019']s)? (?:\w+ )?(?:blur|noise|grain|shake|motion|haze|shadows?|"
    rf"look))(?![\u2019']s)|"
    r"\bclon(?:e|ed|ing) (?:\w+ ){0,4}?out\b|\b(?:edit|photoshop) (?:\w+ ){1,4}?out$",
    re.IGNORECASE,
)
_PUT_IN = re.compile(
    r"\b(?:add|put|write|sign|insert|place|paste|draw|photoshop) (?:in )?(?:an?|another|some|two|three|a "
    r"few|my|his|"
    r"her|the) (?:\w+ ){0,2}?"
    rf"(?:{_PEOPLE}|"
    r"rainbows?|dogs?|cats?|horses?|birds?|animals?|persons?|people|m[ae]n|wom[ae]n|child(?:ren)?|"
    r"kids?|friends?|moon|stars|"
    r"sunset|sunrise|trees?|flowers?|hats?|glasses|beard|moustache|mustache|crown|names?|text|"
    r"caption|title|"
    r"logo|watermark|frame|border|"
    r"signature|cars?|boats?|houses?|buildings?|mountains?|fireworks|hearts?|balloons?|dragons?|"
    r"unicorns?|spaceships?|ufos?)\b",
    re.IGNORECASE,
)
"""Things that are to be taken out of a picture, or put into it."""


_BACKGROUND = re.compile(
    r"^(?:(?:please|i|we|want|need|would like|give|make|put|me|it|on|onto|with|in|have|set|a|an|the|to) )*"
    r"(?:(?:pure|plain|clean|solid|bright|light|dark) )*(?:white|black|blue|green|red|gr[ae]y|pink|yellow|"
    r"plain|solid|transparent|neutral|studio|different|new|another|other) back(?:ground|drop)"
    r"(?: (?:please|pls|thanks|instead|only|behind (?:me|us|him|her|it|them)))*[.! ]*$|"
    r"\b(?:make|turn|paint) the back(?:ground|drop) (?:\w+ )?(?:white|black|blue|green|red|pink|"
    r"transparent)\b",
    re.IGNORECASE,
)
"""Another background: what is behind somebody cannot be exchanged."""


_ANIMATED = re.compile(
    r"\b(?:make|making|let|letting|have|having|get) (?:(?:the|my|our|his|her|their|this|that|a) "
    r"(?!(?:colou?rs?|tones?|details?|highlights|shadows|lights?|text|photos?|pictures?|images?|pics?|"
    r"shots?)\b)"
    r"(?:[\w\u2019'-]+ ){1,2}?|(?:him|her|them|me|us) )"
    r"(?:(?:wave|wag|dance|jump|leap|fly|gallop|walk|run|swim|blink|wink|nod|clap|bark|sing|talk|speak|spin|"
    r"kiss|hug)\b"
    r"(?! (?:smooth\w*|out|less|more))|(?:raise|lift|lower|turn|move|shake|tilt|open|close|cross|stretch|"
    r"bow|scratch|"
    r"lick) (?:its|his|her|their|my|our|around|over|towards?)\b|look (?:at|up|down|left|right|into|away|"
    r"towards?)\b|"
    r"(?:sit|stand|lie) (?:up|down)\b|come (?:alive|to life)\b)",
    re.IGNORECASE,
)
"""Things and people that are to move."""


_DAMAGED = re.compile(
    r"^(?:(?:and|but|so|well|because) )*(?:(?:the|my|our|this|that|an?|its|his|her|your|one|old|"
    r"original|paper|top|bottom|left|"
    r"right) )*(?:prints?|photos?|photographs?|pictures?|paper|page|corners?|edges?|slides?|negatives?|"
    r"postcards?|"
    r"polaroids?) (?:(?:is|are|was|were|got|has been|have been|came back|came out|had been) )"
    r"(?:(?:all|badly|slightly|once|a bit|a little|completely|partly|also|kept) )*(?:folded|torn|ripped|"
    r"creased|"
    r"crumpled|crinkled|wrinkled|bent|cracked|water[- ]damaged|shredded|chewed|glued|taped)\b",
    re.IGNORECASE,
)
"""What happened to the paper of a print."""

_SWAPPED = re.compile(
    r"\b(?:swap|switch|exchange|trade) (?:(?:the|our|their|his|her|my|all|two|both|round|around) )*"
    rf"(?:{_BODY}|{_PEOPLE}|faces|heads|bod(?:y|ies)|sky|skies|places|seats|clothes|outfits)\b",
    re.IGNORECASE,
)
"""Parts of people that are to change places: "swap the heads"."""


def beyond(clause: str) -> bool:
    """Whether `clause` names a fault of pictures or prints that no restoration here undoes."""
    kinds = (
        _GAP,
        _PAINTED,
        _SHAPED,
        _STYLED,
        _COLOURLESS,
        _REMOVED,
        _PUT_IN,
        _BACKGROUND,
        _ANIMATED,
        _DAMAGED,
        _SWAPPED,
    )
    return any(kind.search(clause) for kind in kinds)
