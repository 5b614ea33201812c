"""What asks for tone or colour in numbers: darker, less saturated, cooler, more contrast, a white balance.

The words for a direction are few and regular, so rules know them. What nobody can put into numbers ("nicer
colours") stays with the learnt enhancement.
"""

import math
import re
from dataclasses import dataclass

from instructir.instructions.ruling_out.leaving import topic
from instructir.instructions.tone.adjustment import CASTS, Adjustment, Light, Operation
from instructir.instructions.tone.amounts import fraction_in, stops_in, without_stops
from instructir.instructions.tone.degree import degree, degree_of_excess
from instructir.instructions.tone.stops_abroad import stops_abroad
from instructir.instructions.tone.words import Tones, cast_in, tones

_TOO_BRIGHT = re.compile(
    r"\b(?:too|overly|excessively)\b|over[- ]?expos|blown|burn|clipped|expuest|espost|expost|"
    r"surexpos|überbelicht|overbelicht|prześwietl|"
    r"pozlan|пересве|переэкс|过|太|オーバー|すぎ|飛び|과다|오버|너무|지나치|زائد|جدا|أكثر|للغاية|बहुत|ज़्यादा|"
    r"quemad|reventad|alt[ae]s? lu[czi]|cram|brûl|grill|hautes lumi|ausgefressen|ausgebrannt|"
    r"lichter|luci|bruciat|"
    r"estourad|realces|przepa[lł]|światła|patla|parlak alan|vurgular|uitgebeten|hooglicht|света|"
    r"светлые|хайлайт|"
    r"高光|死白|爆|ハイライト|飛ん|하이라이트|날아|محروق|هايلايت|जल|उड़|हाइलाइट|demasiad|demais|\b(?:muy|muito|trop|zu|troppo|te|za|zbyt|çok|fazla|a\u015f\u0131r\u0131|слишком)\b",
    re.IGNORECASE,
)
"""What says that there is too much light: a fault that the learnt enhancement undoes better than numbers."""
_DENIED = re.compile(
    r"\b(?:not|isn[\u2019']?t|aren[\u2019']?t|wasn[\u2019']?t|never|don[\u2019']?t|without|no)\b(?: "
    r"\w+){0,2}$",
    re.IGNORECASE,
)

_FULL = {
    "exposure_less": -2 / 3,
    "saturation_less": 0.6,
    "saturation_more": 1.4,
    "warmth_less": -0.5,
    "warmth_more": 0.5,
    "contrast_less": 0.75,
    "contrast_more": 1.35,
    "white_balance": 1.0,
    "fade_less": -1.0,
    "fade_more": 0.6,
}
"""How much is done where nobody says how much."""
_HUNDRED = {
    "saturation_less": 0.0,
    "saturation_more": 2.0,
    "warmth_less": -1.0,
    "warmth_more": 1.0,
    "contrast_less": 0.0,
    "contrast_more": 2.0,
}
"""What 100 % stands for where a fraction is given as a number."""
_EMPHASIS = 1.5


@dataclass(frozen=True)
class Wish:
    """A clause that asks for an operation.

    Attributes:
        adjustment: what is asked for at full strength; None for what is left to the learnt enhancement: too
            much light, and colours that are off, unless the picture has a cast.
        strength: fraction of it, in (0, 1].
        rest: the clause without the words that asked for it.
        light: which of these it is; empty where there is an adjustment.
        measured: whether the clause states how much, in stops or as a fraction.
    """

    adjustment: Adjustment | None
    strength: float
    rest: str
    light: Light = ""
    measured: bool = False


def wish(clause: str, code: str = "en", a_little: re.Pattern[str] | None = None) -> Wish | None:
    """What `clause` asks of tone, or None.

    Args:
        clause: a piece of a sentence, or all of it.
        code: its language.
        a_little: that language's words for a part of the work.
    """
    said = tones(code)
    # What leaves something alone in one language ("deixa") makes it so in another.
    left = topic(clause) is not None if said.negated is None else said.negated.search(clause) is not None
    if left:
        return None
    stops = stops_in(clause) if code == "en" else stops_abroad(clause, code)
    if stops is not None:
        # Less than a stop is a part of one.
        whole = math.copysign(max(1.0, abs(stops)), stops)
        rest = without_stops(clause) if code == "en" else ""
        return Wish(Adjustment(Operation.EXPOSURE, whole), stops / whole, rest, measured=True)
    found = _named_in(clause, said, code)
    if found is None and a_little and said.much:
        # In other languages the degree stands where it likes: "baja un poco el brillo".
        found = _named_in(_collapsed(said.much.sub(" ", a_little.sub(" ", clause))), said, code)
    if found is None:
        return None
    name, words, rest = found
    cast = ""
    if name in CASTS:
        name, cast = "white_balance", name
    elif name == "white_balance":
        cast = cast_in(words[0])
    too_bright = any(_TOO_BRIGHT.search(each) for each in words)
    if name == "exposure_less" and fraction_in(clause) is None and too_bright:
        return Wish(None, degree_of_excess(clause, a_little), rest, "less")
    if name == "colours_off":
        return Wish(None, degree(clause, a_little), rest, "colours")
    return _measured(name, cast, clause, rest, a_little, said)


def _named_in(clause: str, said: Tones, code: str) -> tuple[str, list[str], str] | None:
    """What a clause asks for by name, all words of it that do, and the clause without the first of them."""
    for name, pattern in said.words.items():
        found = pattern.search(clause)
        if found is None or (code == "en" and _DENIED.search(clause[: found.start()].rstrip())):
            continue
        words = [each[0] for each in pattern.finditer(clause)]
        return name, words, _collapsed(f"{clause[: found.start()]} {clause[found.end() :]}")
    return None


def _collapsed(text: str) -> str:
    """`text` with single spaces, as is left where words are taken out."""
    return " ".join(text.split())


def _measured(
    name: str, cast: str, clause: str, rest: str, a_little: re.Pattern[str] | None, said: Tones
) -> Wish:
    """The wish that a clause is, with how much of it."""
    operation = Operation(name.rpartition("_")[0] if name != "white_balance" else name)
    fraction = fraction_in(clause)
    if fraction is not None:
        if operation is Operation.EXPOSURE:
            # A fraction of the light, exactly.
            amount = math.log2(1 - min(fraction, 0.95)) / fraction
        else:
            amount = _HUNDRED.get(name, _FULL[name])
        return Wish(Adjustment(operation, amount, cast), fraction, rest, measured=True)
    amount = _FULL[name]
    strength = degree(clause, a_little)
    if (
        strength == 1
        and said.much is not None
        and said.much.search(clause)
        and name in (*_HUNDRED, "exposure_less")
    ):
        amount = Adjustment(operation, amount).scaled(_EMPHASIS).amount
    return Wish(Adjustment(operation, amount, cast), strength, rest)
