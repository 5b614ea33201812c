"""People to be removed beside a fault, where the verb stands behind both, as in "turisti ve lekeleri sil".

Nobody can be taken out of a picture, and whoever asks for it beside a restoration is told so. Where the verb
comes first, a clause shows it (:mod:`instructir.instructions.refusing.other_jobs`); in Turkish, Japanese,
Korean and Hindi fault and person share one verb at the end, and no clause is cut between them. So the person
is taken from the list, and the fault keeps the verb. ``somebody.json`` has the ``people``; ``whose``, what
may stand before them; their ``case``; what ``joins`` them to a fault; the ``fault_case``; and the ``gap``
before the verb.
"""

import re
from functools import lru_cache

from instructir.instructions.letters import ENDS, STARTS, UNSPACED
from instructir.instructions.naming import nouns
from instructir.instructions.refusing.taking_out import removals
from instructir.instructions.tables import table_beside


@lru_cache(maxsize=8)
def _words(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]] | None:
    """Somebody before a fault and behind it, and a wish for nobody but them; None for other languages."""
    said = table_beside(__file__).get(code)
    if said is None:
        return None
    begin, end = ("", "") if code in UNSPACED else (STARTS, ENDS)
    verb = rf"{said['gap']}{removals()[code][1]}"
    one = rf"{begin}(?:{said['whose']})*(?:{said['people']})"
    whom = rf"{one}{said['case']}{end}"
    # Endings of a case hide the end of a noun from a pattern for whole words.
    fault = rf"{begin}(?:{_bare(code)})(?:{said['fault_case']})?{end}"
    return (
        re.compile(rf"(?P<out>(?P<whom>{whom})(?:{said['joins']}))(?={fault}{verb})", re.IGNORECASE),
        re.compile(
            rf"(?P<keep>{fault})(?P<out>(?:{said['joins']})(?P<whom>{whom}))(?={verb})",
            re.IGNORECASE,
        ),
        re.compile(rf"\s*(?P<whom>{whom}){verb}\S*(?:\s\S+)?\s*", re.IGNORECASE),
    )


def _bare(code: str) -> str:
    """The nouns of faults without the ends of a word, behind which a case may stand."""
    return nouns(code, qualities=False).removeprefix(STARTS).removesuffix(ENDS)


def without_somebody(text: str, code: str) -> tuple[str, str]:
    """`text`, in the language `code`, without a person who shares the verb of a fault; and that person."""
    words = _words(code)
    for pattern in words[:2] if words else ():
        if found := pattern.search(text):
            rest = f"{text[: found.start('out')]}{text[found.end('out') :]}"
            return rest, found["whom"].strip()
    return text, ""


def takes_somebody_out(clause: str, code: str) -> bool:
    """Whether a `clause` wants nobody but a person removed, by a verb behind them."""
    words = _words(code)
    return words is not None and words[2].fullmatch(clause) is not None
