"""Where language is regular: clauses and the order that somebody states."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from instructir.instructions.framing import ASIDES
from instructir.instructions.letters import has_letters
from instructir.instructions.ruling_out.leaving import OPENS, WORK, topic
from instructir.instructions.ruling_out.sharing import shared
from instructir.tasks import RESTORATION_ORDER, Task


@dataclass(frozen=True)
class Grammar:
    """How a language joins clauses and says in which order things are to be done.

    Attributes:
        cut: where one clause ends and the next begins.
        stated: words that state an order.
        early: words that put their clause first.
        late: words that put it last.
        before: openings of a clause that is done after the others.
        after: openings of a clause that is done before the others.
    """

    cut: re.Pattern[str]
    stated: re.Pattern[str]
    early: re.Pattern[str]
    late: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MAX_CLAUSES = 8
"""Clauses of a sentence that are looked at."""
ARROW = r"-+>|=+>|[\u2192\u21d2>]"
NUMBERED = r"(?:(?<=\s)|^)(?:\d{1,2}[.)]|[a-e]\)|step (?:\d|one|two|three|four)\s*:?)\s+"
_FIRST = (
    r"first of all|first|firstly|at first|1st|to start with|to begin with|start(?:ing)? (?:with|by|"
    r"off)|begin(?:ning)? (?:with|by)"
)
_LAST = (
    r"last|lastly|finally|second|secondly|third|thirdly|2nd|3rd|afterwards?|after (?:that|this)|at the "
    r"end|in the end|end(?:ing)? (?:by|with)|finish(?:ing)? (?:by|with|off with)"
)
_LISTED = (
    r"\b(?:in (?:this|that|exactly this|the (?:following|given|same|stated)) (?:order|sequence)|"
    r"(?:order|sequence)(?: is)?:)"
)
"""What makes a mere list an order."""
ENGLISH_GRAMMAR = Grammar(
    cut=_words(
        rf"\s*(?:{ARROW})\s*|{NUMBERED}"
        r"|\s*[.;:!?,+&\u3002\u3001\uff0c\uff1b]+(?=\s|$|[^\x00-\x7f])\s*|\s+[-\u2013\u2014]+\s+|\s*[()]+\s*"
        r"|\s*\b(?:and|(?<!everything )(?<!anything )(?<!\ball )but|then|plus|also|n|while|besides|"
        r"though|followed by|"
        r"prior to|ahead of|in advance of|before|after|once(?! more)|as well as|"
        r"(?:(?<=picture )|(?<=photo )|(?<=image )|(?<=shot )|(?<=scan )|(?<=portrait ))"
        r"with(?= (?:[\w-]+ ){0,3}(?:colou?rs|noise|grain|contrast|tones|cast)\b)|"
        r"with(?=(?: \w+){1,4} (?:unchanged|unaltered|untouched|intact|preserved|left (?:alone|in|as \w+ "
        r"\w+)|as (?:it is|is|they are))\b)|"
        r"pero|mais|aber|sondern|ma|mas|\u043d\u043e|y|et|und|"
        r"\u0438)\b\s*"
        rf"|(?<!n[\u2019']t)(?<! not)(?<!cannot)(?<!\byou(?=\s+(?:may|must|should|shall|can|could)\b))"
        rf"(?<!\bmay(?=\s+not\b))(?<!\bmust(?=\s+not\b))\s+(?=(?:please |pls |just )?(?:{OPENS}))"
        r"|(?<![\u2019']s)(?<!\bis)(?<!\bwas)(?<!\bare)(?<!\bunder)(?<!\bin)(?<!\bon)(?<!\bby)(?<!\bat)(?<!\bhas)(?<!\bhave)(?<!\bhad)"
        r"\s+(?=(?:please |pls |just )?no\b)"
    ),
    stated=_words(
        rf"{_LISTED}|\b(?:{_FIRST}|{_LAST}|then|next|after|before|prior to|ahead of|in advance of|once|"
        rf"followed by)\b|{ARROW}|{NUMBERED}"
    ),
    early=_words(rf"\b(?:{_FIRST})\b"),
    late=_words(rf"\b(?:{_LAST})\b"),
    before=_words(r"\b(?:before|prior to|ahead of|in advance of)\b"),
    after=_words(r"\b(?:after|once(?! more))\b"),
)
_WISHING = r"(?:i|we)(?:[\u2019']d| would)? (?:like|want|prefer|need|wish)(?: you)? to"
_POLITE = _words(rf"(?:{_WISHING}|please|pls|plz|hey|hi|hello|ok|okay|thanks|thank you|well|oh|{ASIDES})")
_THEN = _words(r"\b(?:and )?after (?:that|this|which|it)\b(?![\u2019']s| is\b| has\b| looks\b)")
_ALSO = _words(
    r"\b(?:and )?(?:while (?:you|we)(?:[\u2019']?re| are) (?:at it|there)|on top of (?:that|it)|"
    r"for good measure|"
    r"in addition(?: to (?:that|it))?|furthermore|moreover|additionally|at the same time)\b(?=.*\w)"
)
"""What joins a further request to the first."""


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence and the words or marks that introduce it."""

    text: str
    lead: str = ""


def clauses(text: str, grammar: Grammar = ENGLISH_GRAMMAR) -> list[Clause]:
    """Cut `text` at punctuation and conjunctions; pieces without a letter are dropped."""
    if grammar is ENGLISH_GRAMMAR:
        text = _ALSO.sub("and", _THEN.sub("then", text))
    found: list[Clause] = []
    lead, start = "", 0
    for cut in [*grammar.cut.finditer(text), None]:
        piece = text[start : cut.start() if cut else len(text)].strip()
        if found and lead.strip().lower() in ("and", "or") and _goes_on(found[-1].text, piece):
            found[-1] = Clause(f"{found[-1].text}{lead}{piece}", found[-1].lead)
            lead = ""
        elif has_letters(piece) and not _POLITE.fullmatch(piece):
            found.append(Clause(piece, lead.strip().lower()))
            lead = ""
        if cut:
            lead += cut.group()
            start = cut.end()
    return sharing(found, "en", lambda one: topic(one) is not None) if grammar is ENGLISH_GRAMMAR else found


def foremost(pieces: Sequence[Clause], counts: Callable[[str], bool]) -> list[Clause]:
    """The clauses that are looked at: of many those that by `counts` may ask, and the first of the others."""
    ranked = sorted(range(len(pieces)), key=lambda place: (not counts(pieces[place].text), place))
    return [pieces[place] for place in sorted(ranked[:_MAX_CLAUSES])]


def to_the_request(text: str, counts: Callable[[str], bool]) -> tuple[str, list[Clause]]:
    """`text` and its clauses, a long story without those that `counts` says ask for nothing.

    The reader sees the beginning of what it is given, and what is asked for stands at the end of a story.
    """
    pieces = clauses(text)
    told = [piece for piece in pieces if counts(piece.text)][:_MAX_CLAUSES]
    if len(pieces) <= _MAX_CLAUSES or not told:
        return text, pieces[:_MAX_CLAUSES]
    joined = " ".join(f"{piece.lead} {piece.text}" for piece in told)
    return re.sub(r"^[^\w\s]+\s*|\s+(?=[.,;:!?])", "", joined.strip()), told


def sharing(pieces: Sequence[Clause], code: str, leaves: Callable[[str], bool]) -> list[Clause]:
    """Clauses in which each member of a list of what is left alone says so itself."""
    return [Clause(*one) for one in shared([(piece.text, piece.lead) for piece in pieces], code, leaves)]


_FURTHER = _words(r"(?:no|not|nor|neither|without|do not|don[\u2019']?t|never)\b")
"""How a clause begins that rules out something of its own: "no denoising and no sharpening"."""


_VERB = _words(WORK)
_SETTLED = _words(r"(?:leave|keep|let|preserve)\b|.*\b(?:be|alone|stay|remain|untouched|intact|as is)$")
"""Clauses that leave a thing alone, after which a verb asks for something: "let the grain be and sharpen"."""


def _goes_on(text: str, piece: str) -> bool:
    """Whether "and the grain" only goes on with what "leave the darkness" began."""
    if _FURTHER.match(piece):
        return False
    words = (topic(piece) or piece).lower().split()
    if _VERB.fullmatch(piece) and _SETTLED.match(text):
        return False
    noun = len(words) == 1 or (
        1 < len(words) <= 4 and words[0] in ("the", "my", "that", "its", "this", "any")
    )
    return noun and topic(text) is not None


_Wanted = TypeVar("_Wanted", bound=Hashable)


def in_order(
    text: str, places: Mapping[_Wanted, int], pieces: Sequence[Clause], grammar: Grammar = ENGLISH_GRAMMAR
) -> list[_Wanted]:
    """The tasks in the order that the sentence states, else in :data:`~instructir.tasks.RESTORATION_ORDER`.

    Args:
        text: the whole sentence.
        places: for each task, or whatever else is asked for, the number of the clause that asks for it.
        pieces: the clauses.
        grammar: of the sentence's language.
    """
    if len(set(places.values())) < 2 or not grammar.stated.search(text):
        return sorted(places, key=_rank)
    if re.search(_LISTED, text, re.IGNORECASE):
        return sorted(places, key=lambda task: (places[task], _rank(task)))
    keys = {number: float(number) for number in places.values()}
    used = sorted(keys)
    for number, following in zip(used, [*used[1:], None], strict=True):
        opening = " ".join(piece.lead for piece in pieces[: number + 1])
        # "First" may stand alone between two commas; it then belongs to what follows it.
        own = " ".join(piece.text for piece in _with_stray(number, used, pieces))
        if grammar.early.search(own):
            keys[number] -= 100
        elif grammar.late.search(own):
            keys[number] += 100
        if number == used[0]:
            begins = grammar.before.match(pieces[number].text) or grammar.before.search(opening)
            if begins and following is not None:
                keys[number] = following + 0.5
        elif grammar.after.search(pieces[number].lead) or grammar.after.match(pieces[number].text):
            keys[number] = min(keys.values()) - 0.5
    return sorted(places, key=lambda task: (keys[places[task]], _rank(task)))


def _rank(wanted: Hashable) -> int:
    """Place in the order of restoration; what is no task comes after all."""
    return RESTORATION_ORDER.index(wanted) if isinstance(wanted, Task) else len(RESTORATION_ORDER)


def _with_stray(number: int, used: Sequence[int], pieces: Sequence[Clause]) -> list[Clause]:
    """A clause, and the ones before it that ask for nothing and are short."""
    found = [pieces[number]]
    for place in range(number - 1, -1, -1):
        if place in used or len(pieces[place].text.split()) > 3:
            break
        found.append(pieces[place])
    return found
