"""What something looks like, should look like, or is like in life, beside the fault that is named for it.

"Saturation down a bit, it looks like a cartoon" asks for one thing: the likeness only illustrates it, and so
does a wish that skin look like skin again. A likeness that is a fault itself (milk, a coal cellar, a postage
stamp) stays, as it may be another one.
"""

import re

from instructir.instructions.clauses import clauses
from instructir.instructions.ruling_out.denials import FAULT_WORDS

_WHO = (
    r"(?:it|this|that|she|he|they|we|i|you|everyone|everybody|everything|(?:grand)?(?:ma|pa|mum|mom|dad)|"
    r"(?:the|my|our|"
    r"his|her|their|all|these|those) [\w\u2019'-]+(?: [\w\u2019'-]+)?|\w+ and \w+)"
)
_LIKENESS = re.compile(
    rf"^(?:(?:so|now|because|as|almost|and) )*{_WHO}(?:[\u2019']s| is| are)? (?:\w+ly |just |all |really |"
    rf"almost )?"
    r"(?:looks?|looked|looking|seems?|feels?|comes? (?:out|across)|came out|ends? up|ended up) "
    r"(?:\w+ly |just |all |a bit |more |exactly )?(?:like|as if|as though) |"
    r"^(?:\w+ly |just |almost )?(?:looks?|looking|a bit|more|just) like an? ",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    rf"\b(?:{FAULT_WORDS}|milk\w*|steam\w*|veil\w*|soup|curtains?|gauze|glass|windows?|water|underwater|"
    rf"tunnel|caves?|"
    r"cellar|night\w*|midnight|dusk|coal|black\w*|silhouettes?|shadows?|ghosts?|smudge\w*|blobs?|mush\w*|"
    r"doubles?|"
    r"drunk|mov\w+|jump\w*|sand\w*|salt|pepper|snow\w*|tv|television|vhs|storm\w*|sepia|old|bleach\w*|"
    r"gr[ae]y\w*|"
    r"drain\w*|white\w*|dead|ill|sick|jaundice\w*|sunburn\w*|sunburnt|bruis\w+|liver|corpse|zombies?|"
    r"stamps?|icons?|"
    r"thumbnails?|lego|minecraft|mosaics?|tiles|blocks?|squares?|chess\w*|bits|watercolou?r|vaseline|soft|"
    r"taken|shot|seen|photographed|someone|somebody|lens|camera|phone|webcam|scan\w*|print\w*|copy|"
    r"photocopy|"
    r"newspaper|colou?r\w*|yellow|orange|green|blue|purple|pink|red|martians?|aliens?|smurfs?|lobsters?|"
    r"tomato\w*)\b",
    re.IGNORECASE,
)
"""Likenesses that name a fault of their own."""
_AGAIN = re.compile(
    r"\b(?P<what>[\w\u2019'-]+) (?:(?:to|should|could|must|would) )?look like (?:an? |the |real |proper |"
    r"some )*(?P=what)\b|"
    r"\blook(?:s|ed)? (?:(?:like (?:an? |the |my |our |real |proper )?[\w\u2019'-]+(?: [\w\u2019'-]+)?)|"
    r"normal|natural|human|"
    r"alive|real|right) (?:once )?again\b|\blook like (?:themselves|himself|herself|itself|myself|"
    r"ourselves)\b",
    re.IGNORECASE,
)
"""A state that is wished for, and no work: "I'd like skin to look like skin again"."""
_IN_LIFE = re.compile(
    r"^(?:(?:it|this|that|she|he|they)(?:[\u2019'](?:s|re))?|(?:the|my|our|his|her|"
    r"this) \w+(?: \w+)?)\b.*\b(?:in "
    r"(?:real life|reality|person|the flesh|actual life|truth)|irl|when (?:you(?:[\u2019']re| are)|"
    r"i(?:[\u2019']m| am)) "
    r"(?:standing |actually )*there|to the naked eye)$",
    re.IGNORECASE,
)
"""What the thing is like that is in the picture: "it's really bright in real life"."""
_COMPLAINS = re.compile(
    rf"\b(?:{FAULT_WORDS}|gloomy|drab|soft|sharp\w*|blur\w*|too \w+|saturat\w*|colou?rs?|contrast|"
    rf"bright\w*|light\w*|"
    r"yellow\w*|orange|green\w*|blue\w*|over-?\w+ed|under-?\w+ed|denois\w*|focus)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(r"^(?:it|this|that|the|my|there|everything|we|i)(?:[\u2019'](?:s|ve)| \w)", re.IGNORECASE)
_WHERE = re.compile(
    r"\b(?P<seen>(?:an?|the|only|just) (?:[\w-]+ ){0,3}?(?:holes?|blobs?|shapes?|smudges?|smears?|blanks?|"
    r"patch(?:es)?|"
    r"squares?|areas?|voids?|mess|shadows?|spots?|walls?|blackness|outlines?|nothing(?:ness)?|blocks?|"
    r"clouds?|mush|blur|"
    r"haze|fog|speckles|dots)) (?:there )?where (?:[\w\u2019'-]+ ){1,4}?(?:should|ought to|must|used to|"
    r"(?:is|are|was|"
    r"were) (?:supposed|meant) to|would) (?:have )?(?:been|be|stand|sit|see|appear)\b",
    re.IGNORECASE,
)
"""What is in the place of something, and is not meant to be: "a black hole where my friend should be"."""


_MATCHED = re.compile(
    r"(?P<than>\b(?:\w+er|more \w+) than [^.;,!?]+?)(?:[.;,!?]+\s*|\s+)(?:(?:and|so|please|pls|just|"
    r"can you|could you|i "
    r"(?:want|need) (?:you to|it to)) )*(?:(?:make|get|bring|have|let) (?:it|this|them|this one) (?:to )?)?"
    r"(?:match|look the same|be the same|the same|look alike|consistent|fit in)\b[^.;!?]*[.!?]*$",
    re.IGNORECASE,
)
"""A wish that only repeats the comparison before it: "grainier than the rest, make it match"."""


def without_likeness(text: str) -> str:
    """`text` without what only illustrates the fault that another of its clauses names."""
    said = text = _WHERE.sub(r"\g<seen>", _MATCHED.sub(r"\g<than>", text))
    pieces = [piece.text for piece in clauses(text)]
    for number, piece in enumerate(pieces):
        rest = [other for place, other in enumerate(pieces) if place != number]
        likens = _LIKENESS.match(piece) is not None and not _SHOWN.search(piece)
        named = any(_COMPLAINS.search(other) for other in rest)
        again = _AGAIN.search(piece) is not None and any(_TELLS.match(other) for other in rest)
        if (named and (likens or again or _IN_LIFE.match(piece))) or again:
            text = text.replace(piece, "", 1)
            pieces[number] = ""
    if text == said:
        return text
    return re.sub(r"\s*(?:[,;:\u2013-]|\b(?:and|so|because))?\s*(?=[.!?]|$)", "", text.strip(" ,;:.")) or text
