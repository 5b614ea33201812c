"""Jobs of other programs beside a restoration: cropping, turning, files, texts, people to be removed.

Alone they are refused by what the readers learnt. Beside a restoration ("remove the noise and the tourist",
"crop it and sharpen") the reader of a sentence passed over them, so that nobody was told what is not done.
``other_jobs.json`` has, for the languages other than English, clauses that are such a ``job``, and the
``people`` who may follow a fault after a verb of removing, and ``where`` they are. English has both here;
languages with the verb behind them have people in ``somebody.json``.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import ENDS, STARTS, UNSPACED
from instructir.instructions.refusing.somebody import takes_somebody_out
from instructir.instructions.refusing.taking_out import removals
from instructir.instructions.tables import table_beside

_IT = (
    r"(?:it|this|that|them|everything|(?:the|my|this|our) (?:\w+ )?(?:photos?|pictures?|pics?|images?|shots?|"
    r"scans?|files?|results?))"
)
_FILE = r"(?:pdf|png|jpe?g|gif|webp|tiff?|svg|bmp|heic|raw|word|excel|mp4|movie|film|video|clip|file)"
_ASKED = (
    r"^(?:(?:and|then|please|pls|just|also|afterwards|finally|maybe|can you|could you|would you|"
    r"i want you to|"
    r"i[\u2019']d like (?:you )?to|i (?:want|need) to) )*"
)
_JOB = re.compile(
    _ASKED
    + rf"(?:(?:auto-?)?crop(?! factor)(?:ping)?(?: {_IT}| in| out| to\b| off| away|$)|crop (?:the|my|out)\b|"
    rf"(?:rotate|rotating|flip|mirror)(?: {_IT}| \d+| left| right| by| clockwise| to| horizontally|"
    r" vertically|$)|"
    rf"turn {_IT} (?:\d+ degrees|upside down|sideways|clockwise|around|by \d+|to the (?:left|right))|"
    rf"(?:convert|export|save|turn|change|make)(?: {_IT})? (?:it )?(?:in|into|to|as)(?: an?| the)? "
    rf"(?:[\w-]+ )?{_FILE}\b|"
    rf"(?:make|create|build|generate) (?:me )?(?:an? |the )?(?:short |little )?"
    r"(?:video|movie|clip|gif|animation|"
    rf"slideshow|collage|3d model|meme|poster|logo)\b|animate (?:{_IT}|the \w+)|"
    rf"(?:make|turn|render) {_IT} (?:in |into )?(?:an? )?3-?d\b|"
    r"(?:colou?ri[sz]e)(?: |$)|"
    r"(?:write|compose|tell|read|sing)(?: me| us)? (?:an? |the |some )?(?:\w+ )?(?:poem|story|song|haiku|"
    r"joke|"
    r"essay|letter|caption|description)\b|"
    rf"(?:describe|translate|caption|identify|count|explain) (?:{_IT}|the \w+|what|who|everyone|everybody)\b|"
    r"(?:make|get) (?:me|us|him|her|them|my \w+) (?:look )?(?:(?:a bit|a little|much) )?"
    r"(?:thinner|slimmer|skinnier|"
    r"younger|older|taller|prettier|handsomer|more (?:beautiful|handsome|muscular))\b|"
    rf"(?:e-?mail|send|upload|post|share|publish) (?:{_IT}|the \w+) (?:to|on|onto|by|via|with|for|me)\b|"
    r"(?:remove|get rid of|take out|fix|kill|lose) (?:the |that |this |all )*(?:\w+ )?"
    r"(?:reflections?|glare|watermarks?|logos?)|"
    rf"(?:straighten|deskew|level)(?: (?:{_IT}|the horizon|up)\b|$)|"
    r"(?:cut|trim|chop) (?:off |away )?(?:the |its |some of the )?(?:left|right|top|bottom|edges?|sides?|"
    r"borders?|margins?)\b|"
    rf"(?:print {_IT}(?: (?:out|for me))?|(?:compress|zip|rename|encrypt) {_IT})$|"
    rf"(?:make|turn|convert|render)(?: {_IT})? (?:in |into |to )?(?:an? )?(?:sepia|square|circle|oval|"
    rf"panorama|"
    r"portrait (?:format|orientation)|landscape (?:format|orientation))\b(?! of)|"
    r"(?:remove|delete|erase|cut out|replace|change|swap)(?: out)? (?:the |my )?"
    r"(?:whole |entire )?background$|"
    r"(?:take|cut|edit|crop|photoshop|erase) (?:(?:that|the|this|my) )(?:\w+ )?(?:m[ae]n|wom[ae]n|"
    r"person|people|"
    r"guy|girl|boy|brother|sister|dad|father|mum|mom|mother|husband|wife|ex|friends?|uncle|aunt|cousin|"
    r"boyfriend|"
    r"girlfriend|tourists?|strangers?|kids?|car)(?: (?:in|at|on) the \w+)? out"
    r"(?: of (?:the|this|my) (?:photo|picture|pic|shot|frame|image))?$|"
    r"(?:write|draw|scribble|engrave|type) [^,.;]{2,40} (?:on|onto|over|across) (?:it|the (?:photo|"
    r"picture|top|"
    r"bottom|image|front|back))$|"
    r"(?:add|put|write|insert|place) (?:an? |some |my |the |our )?(?:\w+ )?(?:text|words|captions?|title|"
    r"signature|names?|date|logo|watermark|border|frame|stickers?|emojis?)\b)",
    re.IGNORECASE,
)
_TURNED_LEFT = re.compile(rf"{_ASKED}(?:rotat|turn|flip)\w*(?: {_IT})?(?: to the)? left$", re.IGNORECASE)
"""What sounds like leaving something alone."""
_REMOVING = re.compile(
    r"\b(?:remove|delete|erase|get rid of|take (?:out|away)|edit out|cut out|clean up|lose|clear)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"(?:also )?(?:the|that|those|these|all the|my|all) (?:\w+ )?(?:m[ae]n|wom[ae]n|persons?|people|guys?|"
    r"girls?|boys?|lad(?:y|ies)|strangers?|tourists?|bystanders?|passers?-?by|ex|crowds?|cars?|"
    r"photo ?bombers?|"
    r"watermarks?|logos?|signs?|trees?|buildings?|glare|reflections?)"
    r"(?: (?:in|at|on|behind|from|next to) (?:\w+ ){0,2}\w+)?(?: (?:too|as well|please))?",
    re.IGNORECASE,
)


@lru_cache(maxsize=16)
def _abroad(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """Jobs and people in a language, and its verbs of removing that stand before what is to go."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    begin, end = ("", "") if code in UNSPACED else (STARTS, ENDS)
    gap = r"\s*" if code in UNSPACED else r"\s+"
    det = f"(?:(?:{said['det']}){gap})*" if said.get("det") else ""
    where = f"(?:{gap}(?:{said['where']}))?" if said.get("where") else ""
    return (
        re.compile(f"{begin}(?:{said['job']}){end}", re.IGNORECASE),
        re.compile(f"{det}(?:{said.get('people', '(?!)')}){where}", re.IGNORECASE),
        re.compile(f"{begin}{removals()[code][0]}", re.IGNORECASE),
    )


def turns_left(clause: str) -> bool:
    """Whether an English `clause` wants the picture turned left, which leaves nothing as it is."""
    return _TURNED_LEFT.search(clause) is not None


def is_other_job(clause: str, code: str = "en") -> bool:
    """Whether `clause`, in the language `code`, asks for what other programs do."""
    if code == "en":
        return _JOB.search(clause) is not None
    said = _abroad(code)
    return (said is not None and _any_of(clause.strip(" .!"), *said)) or takes_somebody_out(clause, code)


def _any_of(clause: str, job: re.Pattern[str], people: re.Pattern[str], removing: re.Pattern[str]) -> bool:
    """Whether `clause` is a job, or has nothing but a verb of removing and people: "quita al turista"."""
    if job.search(clause):
        return True
    verb = removing.match(clause)
    return verb is not None and people.fullmatch(clause[verb.end() :].strip()) is not None


def takes_somebody_too(before: str, clause: str, code: str = "en") -> bool:
    """Whether `clause` goes on with whom the one `before` wants removed: "the noise and the tourist"."""
    clause = clause.strip(" .!")
    if code == "en":
        return _REMOVING.search(before) is not None and _SOMEBODY.fullmatch(clause) is not None
    said = _abroad(code)
    return said is not None and said[1].fullmatch(clause) is not None and said[2].search(before) is not None
