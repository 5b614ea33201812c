"""Jobs of other programs beside a restoration: cropping, turning, files, texts, people to be removed.

Alone they are refused by what the readers learnt. Beside a restoration ("remove the noise and the tourist",
"crop it and sharpen") the reader of a sentence passed over them, so that nobody was told what is not done.
``other_jobs.json`` has, for the languages other than English, clauses that are such a ``job``, and the
``people`` who may follow a fault after a verb of removing. English has both here.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import ENDS, STARTS, UNSPACED
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
    r"(?:reflections?|glare|watermarks?|logos?))",
    re.IGNORECASE,
)
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
    return (
        re.compile(f"{begin}(?:{said['job']}){end}", re.IGNORECASE),
        re.compile(f"{det}(?:{said['people']})", re.IGNORECASE),
        re.compile(f"{begin}{removals()[code][0]}", re.IGNORECASE),
    )


def is_other_job(clause: str, code: str = "en") -> bool:
    """Whether `clause`, in the language `code`, asks for what other programs do."""
    if code == "en":
        return _JOB.search(clause) is not None
    said = _abroad(code)
    return said is not None and said[0].search(clause) is not None


def takes_somebody_too(before: str, clause: str, code: str = "en") -> bool:
    """Whether `clause` goes on with whom the one `before` wants removed: "the noise and the tourist"."""
    clause = clause.strip(" .!")
    if code == "en":
        return _REMOVING.search(before) is not None and _SOMEBODY.fullmatch(clause) is not None
    said = _abroad(code)
    return said is not None and said[1].fullmatch(clause) is not None and said[2].search(before) is not None
