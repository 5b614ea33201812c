"""Light that is said to be wrong, but not in which way: whether there is too little, the picture tells."""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from instructir.instructions.plan import Plan, Step
from instructir.instructions.tables import table_beside
from instructir.tasks import Task

_LIGHT = r"(?:exposure|lighting|light(?: levels?)?|brightness(?: levels?)?|luminosity)"
_FIX = (
    r"(?:fix|correct|adjust|sort(?: out)?|repair|balance|even out|improve|rescue|save|restore|tweak|tune|"
    r"mend|optimi[sz]e|normali[sz]e|handle|deal with|compensate|re-?do|get|set)"
)
_GOOD = r"(?:right|correct|good|great|ideal|ok(?:ay)?)"
_WRONG = (
    r"(?:wrong|off|bad|terrible|awful|horrible|horrid|poor|incorrect|rubbish|crap|weird|strange|uneven|"
    r"harsh|dreadful|inconsistent|(?:a )?mess(?:ed up)?|screwed(?: up)?|botched|all over the place|"
    rf"(?:not|n[\u2019']?t) {_GOOD})"
)
_THE = r"(?:(?:the|my|its|it'?s|this|that|overall|photo(?:'s)?|picture(?:'s)?|image(?:'s)?) )*"
_VERY = r"(?:(?:\w+ly|all|just|way|so|very|too|quite|a bit|kind of|kinda) )*"
_IS = r"(?:(?:[\u2019']s|is|was|looks?|seems?|are|were|came out) )?"
_UNTOLD = re.compile(
    rf"\b{_FIX} {_THE}(?:{_WRONG} )?{_LIGHT}\b|"
    rf"^{_THE}{_LIGHT}(?: in (?:the|this|my) \w+)? ?{_IS}{_VERY}{_WRONG}\b|"
    rf"^(?:(?:a|an|the|such|really|very|with) )*{_WRONG} {_LIGHT}\b|"
    r"\b(?:poorly|badly|wrongly|incorrectly|improperly) (?:exposed|lit)\b|"
    r"\bn(?:ot|[\u2019']t) (?:properly|correctly|well|evenly) (?:exposed|lit)\b|"
    r"\bn(?:ot|[\u2019']t) (?:exposed|lit) (?:properly|correctly|well|evenly|right)\b|"
    r"\b(?:got|messed up|screwed up|botched|missed|misjudged|blew) (?:the |my )?(?:exposure|lighting)\b|"
    r"^(?:an? |the )?(?:exposure|brightness|lighting) (?:correction|compensation|fix|adjustment|problem|"
    r"issue|error|mistake)s?\b|"
    r"\bexpose (?:(?:it|this|that|the \w+) )?(?:properly|correctly|right|better)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"[ ,]*\b(?:please|bitte|por favor|per (?:favore|piacere|cortesia)|"
    r"s[\u2019']il (?:te|vous) pla[i\u00ee]t|stp|svp|"
    r"alsjeblieft|alstublieft|a[ju]b|prosz\u0119|l\u00fctfen|"
    r"\u043f\u043e\u0436\u0430\u043b\u0443\u0439\u0441\u0442\u0430|"
    r"\u0645\u0646 \u0641\u0636\u0644\u0643|\u0915\u0943\u092a\u092f\u093e)(?!\w)[ ,]*",
    re.IGNORECASE,
)
_ENDS = " .!?\u3002\uff01\uff1f\u0964\u061f"
_TOLD = re.compile(
    r"\b(?:dark\w*|dim\w*|under\w*|black\w*|night\w*|shad\w+|silhouett\w*|backlit|gloom\w*|flash|candle\w*|"
    r"bright(?!ness)\w*|over\w*|blown|burn\w*|white\w*|wash\w*|glar\w*|blind\w*|pale|more|less|"
    r"up(?! the| my)|down\w*|rais\w*|lift\w*|low\w*|boost\w*|increas\w*|reduc\w*|higher|stops?|ev|by \d+|"
    r"[-+\u2212]\d+|too (?:little|much)|not enough|insufficient|lack\w*)\b|n[\u2019']?t enough\b",
    re.IGNORECASE,
)
"""What says in which way the light is wrong, or how it is to be changed."""


def is_untold(clause: str, code: str = "en") -> bool:
    """Whether `clause`, of a language, says that the light is wrong and not in which way."""
    if code == "en":
        return _UNTOLD.search(clause) is not None and _TOLD.search(clause) is None
    pattern = _others().get(code)
    return (
        pattern is not None
        and pattern.fullmatch(_COURTESY.sub(" ", unicodedata.normalize("NFC", clause)).strip(_ENDS))
        is not None
    )


def of_untold_light(plan: Plan, text: str, code: str = "en") -> Plan:
    """`plan` with its step against darkness left to the picture, where `text` says no more of the light."""
    if not is_untold(text, code) or plan.kind == "out_of_scope":
        return plan
    light = Step(Task.LOW_LIGHT, 0.95, 1.0, "", light="untold")
    if not plan.steps or code != "en":  # of other languages all of a sentence is known
        return Plan("clear", (light,), region=plan.region)
    steps = tuple(
        replace(step, text="", light="untold")
        if step.task is Task.LOW_LIGHT and step.adjustment is None
        else step
        for step in plan.steps
    )
    if len(steps) == 1 and steps[0].task is Task.ENHANCEMENT and steps[0].adjustment is None:
        steps = (replace(light, confidence=steps[0].confidence, strength=steps[0].strength),)
    return replace(plan, steps=steps)


@lru_cache(maxsize=1)
def _others() -> dict[str, re.Pattern[str]]:
    """The same of other languages: all of a sentence."""
    found = table_beside(__file__)
    return {code: re.compile("|".join(patterns), re.IGNORECASE) for code, patterns in found.items()}
