"""Sizes that sentences ask for: "upscale x2", "make it 4k", "twice as large", "A4 at 300 dpi"."""

import re
from dataclasses import replace

from instructir.instructions.clauses import clauses
from instructir.instructions.letters import or_all
from instructir.instructions.plan import Plan, Step
from instructir.instructions.ruling_out.leaving import topic
from instructir.sizes import PAPER, SCREENS
from instructir.tasks import RESTORATION_ORDER, Task

_SURE = 0.95
"""Confidence in a size that the words state."""

_ENLARGE = (
    r"(?:up[- ]?(?:scal|siz|sampl|res)\w*|enlarg\w*|blown? (?:it |this |the \w+ )?up|bigger|larger|"
    r"super[- ]?res\w*|magnif\w*|zoom\w*|resiz\w*|"
    r"scal(?:e|ed|ing)|resolution|size|SR|SISR|"
    r"ampl[i\u00ed]\w*|agr[a\u00e1]nd\w*|vergr\u00f6\u00dfer\w*|gr\u00f6\u00dfer|gro\u00df|gross|ingrand\w*|"
    r"aument\w*|maior|"
    r"grande?|definit\w+|"
    r"vergro(?:ot|t)\w*|gro(?:ter|ot)|powi\u0119ksz\w*|wi\u0119ksz\w*|b\u00fcy\u00fc\w*|"
    r"\u0443\u0432\u0435\u043b\u0438\u0447\w*|"
    r"\u0431\u043e\u043b\u044c\u0448\u0435)|\u653e\u5927|\u62e1\u5927|\ud655\ub300|\ud0a4\uc6cc|"
    r"\ub298\ub824|"
    r"\u5927\u304d\u304f|\u89e3\u50cf\u5ea6|\u5206\u8fa8\u7387|\ud574\uc0c1\ub3c4|"
    r"\u062a\u0643\u0628\u064a\u0631|"
    r"\u0643\u0628\u0651?\u0631|\u062d\u062c\u0645|\u092c\u0921\u093c[\u093e\u0940\u0947]|"
    r"\u5927\u304d\u3055|\ud06c\uac8c"
)
_SHOT = re.compile(
    r"\b(?:digital|optical)(?:ly)? zoom(?:ed|ing)?(?: (?:to|at|of|in|by|all the way))* ?"
    r"(?:\d+(?:\.\d+)? ?[x\u00d7])?|"
    r"\d+ ?[x\u00d7] (?:digital|optical) zoom|\bzoomed (?:in )?(?:to|at|by)? ?\d+ ?[x\u00d7]",
    re.IGNORECASE,
)
"""How a picture was taken, which asks for nothing."""
_SMALLER = re.compile(r"\b(?:down[- ]?(?:scal|siz|sampl|res)\w*|shrink\w*|smaller)\b", re.IGNORECASE)
_WORDED = {
    r"(?:twice|double|two times|2 times)": "x2",
    r"(?:thrice|triple|three times|3 times)": "x3",
    r"(?:quadruple|four times|4 times)": "x4",
    r"(?:auf das doppelte|doppelt\w*|"
    r"zweimal|doubl\w+|deux fois|doble|dos veces|doppi\w+|due volte|dobro|duas vezes|dubbel|"
    r"twee keer|"
    r"dwa razy|dwukrotnie|iki kat\w*|\u0432\u0434\u0432\u043e\u0435|\u0432 \u0434\u0432\u0430 "
    r"\u0440\u0430\u0437\u0430)": "x2",
    r"(?:vierfach|viermal|quatre fois|cuatro veces|quattro volte|quatro vezes|vier keer|cztery razy|"
    r"d\u00f6rt kat\w*|"
    r"\u0432\u0447\u0435\u0442\u0432\u0435\u0440\u043e|\u0432 \u0447\u0435\u0442\u044b\u0440\u0435 "
    r"\u0440\u0430\u0437\u0430)": "x4",
}
_UNSPACED = {
    r"[\u4e00\u4e8c\u4e24\u5169]\u500d|\ub450 ?\ubc30|\u0645\u0631\u062a\u064a\u0646|"
    r"\u0636\u0627\u0639\u0641|\u0636\u0639\u0641\u064a\u0646|"
    r"\u0926(?:\u094b ?|\u0941)\u0917\u0941\u0928\u093e": "x2",
    r"\u4e09\u500d|\uc138 ?\ubc30|\u062b\u0644\u0627\u062b \u0645\u0631\u0627\u062a|"
    r"\u0924\u0940\u0928 ?\u0917\u0941\u0928\u093e": "x3",
    r"\u56db\u500d|\ub124 ?\ubc30|\u0623\u0631\u0628\u0639 \u0645\u0631\u0627\u062a|"
    r"\u091a(?:\u093e\u0930 ?|\u094c)\u0917\u0941\u0928\u093e": "x4",
}
"""Numbers of times in scripts whose words run on, or end in marks that are no letters to a pattern."""
_FACTOR = re.compile(
    r"\b(?:by )?(?:an? )?factor (?:of )?(\d(?:\.\d)?|two|three|four)\b|\bby (\d(?:\.\d)?|two|three|four)\b"
    r"(?! ?(?:%|percent|stops?|ev|px|pixels|dpi|mm|cm|inch\w*|x|\u00d7|times|\d))",
    re.IGNORECASE,
)
_COUNTED = {"two": "2", "three": "3", "four": "4"}
_LARGE = (
    r"(?:the |its )?(?:as (?:large|big|wide)|(?:the |its )?(?:size|resolution|dimensions|pixels)|larger|"
    r"bigger|it|this)"
)
_TIMES = re.compile(
    r"(?<![A-Za-z0-9.])(?:[x\u00d7] ?(\d{1,2}(?:\.\d+)?)|(\d{1,2}(?:\.\d+)?) ?[x\u00d7]|(\d{1,2})(?: "
    r"times| "
    r"fois| mal|-?fach| veces| volte|"
    r" vezes| keer| razy| kat\u0131?| \u0440\u0430\u0437\u0430?|\u500d|\ubc30))(?![A-Za-z0-9]|\s?=)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\b(?:to|by) ([2-8]\d{2}) ?(?:%|percent)", re.IGNORECASE)
_SCREEN = re.compile(
    rf"(?<![\w.])({'|'.join(SCREENS)}|full ?hd|uhd|1080p|2160p|1440p)(?![\w.])", re.IGNORECASE
)
_SCREEN_NAMES = {"fullhd": "fullhd", "uhd": "4k", "1080p": "fullhd", "2160p": "4k", "1440p": "2k"}
_TO_SCREEN = re.compile(
    r"\b(?:make|turn|into|to|want|need|get|convert|up[- ]?\w+|enlarge|please|auf|en|a|naar|do|"
    r"\u0434\u043e)\b|"
    r"\u5230|\u6210|\u306b|\ub85c",
    re.IGNORECASE,
)
_PIXELS = re.compile(
    r"(?:\b(?:to|into|at|be|exactly|(?:make|need|want) (?:it|this)|auf|\u00e0|a|naar|do|"
    r"\u0434\u043e)\b|\u5230|\u6210|^)\s*(?:about |"
    r"around )?"
    r"(\d{3,5}) ?[x\u00d7*] ?(\d{3,5})(?![\w.])",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"(?:(?<=\s)(?:de|of|in|im|v[oa]n|di|w|du|formato?|formaat|format|size|formatu|"
    r"\u0444\u043e\u0440\u043c\u0430\u0442\u0430?) )?"
    r"(?<![\w.])\d{1,2}(?:[.,]\d)? ?[x\u00d7*\u0445] ?(?:\d{1,2}(?:[.,]\d)?(?![\w.])|"
    r"\d{1,4}(?:[.,]\d)? ?(?:s|secs?|seconds?|min|minutes?|m|metres?|meters?|cm|mm|ft|feet|inch(?:es)?|in|"
    r"\"|[\u2033\u201d])(?!\w)|\d{1,2}(?=[^\x00-\u02ff]))(?: ?(?:s|secs?|seconds?|min|m|metres?|meters?|cm|"
    r"mm|ft|feet|inch(?:es)?|\u0441\u043c|\u043c|\u0441|\u33a0|\u30bb\u30f3\u30c1|\u5398\u7c73|"
    r"\u516c\u5206|\uc13c\uce58|"
    r"\u0633\u0645|\u0938\u0947\u092e\u0940)(?!\w))?(?: (?:exposures?|subs|frames?|"
    r"lights)\b)?(?P<print> prints?\b)?"
    r"(?:\u306e(?=\u5199\u771f|\u753b\u50cf)|\u5bf8?\u7684(?=\u7167\u7247|\u56fe))?",
    re.IGNORECASE,
)
"""Two numbers that tell of a print, a car, a room or exposures: "8x10", "4x4", "3x4 m", "12 x 300 s"."""
_TO_FORMAT = re.compile(
    r"\b(?:to|into|as|(?<!printed )(?<!scanned )(?<!shot )(?<!taken )at|for|be|fit|(?:make|need|"
    r"want) (?:it|this)|auf|\u00e0|naar|f\u00fcr|para|pour|voor|dla|"
    r"\u0434\u043e|\u0434\u043b\u044f)\s*(?:an? |about |around |una? |une? |eine[nm]? |een |good |"
    r"nice |proper )*$|"
    r"[\u5230\u6210]\s*$",
    re.IGNORECASE,
)
"""What stands before the size that a picture is to get."""
_A_THING = re.compile(r"\b(?:an?|the|my|our|his|her|this|that|these|old|little)\s+$", re.IGNORECASE)
_TO_PRINT = re.compile(
    r"\b(?:(?:to|can|could|will|please|want|let[\u2019']s) (?:be )?print\w*|print(?:ing)? (?:it|this|"
    r"at|in|on|out)|"
    r"frame|canvas|dpi|ppi|drucken|ausdrucken|imprimer|imprimir|stampar\w*|afdrukken|wydruk\w*|"
    r"bas(?:mak|t[\u0131i]r\w*))\b|"
    r"\u043d\u0430\u043f\u0435\u0447\u0430\u0442\w+|\u5370\u5237|\u6253\u5370|"
    r"\u30d7\u30ea\u30f3\u30c8\u3057|\uc778\uc1c4|\ucd9c\ub825",
    re.IGNORECASE,
)
_PAPER = re.compile(
    rf"(?<!\w)({'|'.join(PAPER)})(?!\w)(?:.{{0,30}}?(\d{{2,4}}) ?(?:dpi|ppi))?|(\d{{2,4}}) ?(?:dpi|"
    rf"ppi).{{0,20}}?(?<!\w)({'|'.join(PAPER)})(?!\w)",
    re.IGNORECASE,
)
_PRINT = re.compile(
    r"\b(?:print\w*|dpi|ppi|paper|poster|size|sheet|druck\w*|imprim\w*|stamp\w*|"
    r"impr[ei]\w*)\b",
    re.IGNORECASE,
)


def scale_in(text: str) -> str:
    """The size that `text` asks for, as :meth:`instructir.sizes.Size.parse` reads it; empty for none."""
    if alone := _TIMES.fullmatch(text.strip(" .!")):
        return _factor(alone)
    for piece in (text, *(clause.text for clause in clauses(text))):
        if topic(piece) is None and (found := _stated(piece)):
            return found
    return ""


def _factor(found: re.Match[str]) -> str:
    return f"x{next(number for number in found.groups() if number)}"


def _stated(text: str) -> str:
    text = _SHOT.sub(" ", text)
    if _SMALLER.search(text):
        return ""
    if found := _PIXELS.search(text):
        return f"{found[1]}x{found[2]}"
    if (found := _PAPER.search(text)) and _PRINT.search(text):
        paper, dpi = (found[1], found[2]) if found[1] else (found[4], found[3])
        return f"{paper.lower()}@{dpi or 300}"
    if (found := _SCREEN.search(text)) and (_TO_SCREEN.search(text) or text.strip() == found[0]):
        name = found[1].lower().replace(" ", "")
        return _SCREEN_NAMES.get(name, name)
    return _stated_factor(text)


def _stated_factor(text: str) -> str:
    enlarging = re.search(_ENLARGE, text, re.IGNORECASE) is not None
    if enlarging and (found := _TIMES.search(text)):
        return _factor(found)
    if enlarging and (found := _FACTOR.search(text)):
        number = (found[1] or found[2]).lower()
        return f"x{_COUNTED.get(number, number)}"
    for words, factor in _UNSPACED.items() if enlarging else ():
        if re.search(words, text):
            return factor
    if enlarging and (found := _PERCENT.search(text)):
        return f"x{int(found[1]) / 100:g}"
    for words, factor in _WORDED.items():
        alone = rf"\b{words} {_LARGE}\b"
        if re.search(rf"(?<!\w){words}(?!\w)" if enlarging else alone, text, re.IGNORECASE):
            return factor
    return ""


def without_formats(text: str) -> str:
    """`text` without the sizes and counts that it only tells of: "a 4x4 for sale", "8x10, too dark".

    Two numbers ask for enlarging where the words beside them do; else a reader who looks for a factor in them
    would enlarge a car.
    """
    if re.search(rf"(?<![A-Za-z])(?:{_ENLARGE})", text, re.IGNORECASE) or _TO_PRINT.search(text):
        return text
    rest = _FORMAT.sub(_told, text)
    if rest == text:
        return text
    rest = re.sub(r"\s+(?=[,.;:!?])", "", " ".join(rest.split())).strip(" ,;:\u060c\u3001\uff0c")
    return or_all(rest, text)


def _told(found: re.Match[str]) -> str:
    """What is left of a size that is only told of: nothing, or the thing that has it."""
    before = found.string[: found.start()]
    if _TO_FORMAT.search(before):
        return found[0]
    return " photo " if found["print"] or _A_THING.search(before) else " "


def with_scale(plan: Plan, scale: str, text: str = "") -> Plan:
    """`plan` with the picture enlarged: before its step of super-resolution, or one that is put in.

    Args:
        plan: what else is to be done; what a refusal does not understand is the enlarging.
        scale: how far.
        text: the words that ask for it.
    """
    if any(step.task is Task.SUPER_RESOLUTION for step in plan.steps):
        first = next(n for n, step in enumerate(plan.steps) if step.task is Task.SUPER_RESOLUTION)
        steps = [
            replace(step, scale=scale, strength=1.0) if n == first else step
            for n, step in enumerate(plan.steps)
        ]
        return replace(plan, kind="clear", steps=tuple(steps))
    rank = RESTORATION_ORDER.index(Task.SUPER_RESOLUTION)
    at = next(
        (n for n, step in enumerate(plan.steps) if RESTORATION_ORDER.index(step.task) > rank), len(plan.steps)
    )
    step = Step(Task.SUPER_RESOLUTION, _SURE, 1.0, text, scale=scale)
    steps = [*plan.steps[:at], step, *plan.steps[at:]]
    excluded = tuple(task for task in plan.excluded if task is not Task.SUPER_RESOLUTION)
    kind = plan.kind if plan.steps else "clear"
    return replace(
        plan, kind=kind, steps=tuple(steps), excluded=excluded, reason="", refused="", nearest=None
    )
