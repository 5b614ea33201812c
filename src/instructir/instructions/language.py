"""Which language a request is written in: by its script, and among Latin letters by its n-grams."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from instructir.models.bundled import packaged
from instructir.models.planner_network import ngrams
from instructir.models.tensors import read_tensors

LANGUAGE_WEIGHTS = "languages.safetensors"
"""Packaged weights; ``instructir train planner`` makes them."""
LATIN = ("en", "es", "fr", "de", "it", "pt", "nl", "pl", "tr")
"""Languages in Latin letters, in the order of the trained weights."""
BUCKETS = 8192
_SURE = 0.6
"""Probability from which a sentence in Latin letters is taken not to be English."""
_LIKELY, _UNLIKELY = 0.4, 0.15
"""Probability from which a language is taken for it where English is less likely than that."""
_POSSIBLE = 0.05
"""Probability from which a few words may be of a language."""
_OWN_LETTERS = {
    "tr": "[\u011f\u0131\u0130\u015f\u011e\u015e]",
    "pl": "[\u0142\u0105\u0119\u0144\u015b\u017a\u017c]",
    "es": "[\u00bf\u00a1\u00f1]",
    "pt": "[\u00e3\u00f5]|\\b[Hh]\u00e1\\b",
    "de": "\u00df",
    "fr": r"\b[Ii]l y a\b",
}
"""Letters that one of the languages has alone, and words that begin what somebody tells in it."""


_SCRIPTS = {
    "ja": r"[\u3040-\u30ff]",
    "ko": r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]",
    "zh": r"[\u3400-\u9fff]",
    "ar": r"[\u0600-\u06ff\u0750-\u077f]",
    "hi": r"[\u0900-\u097f]",
    "ru": r"[\u0400-\u04ff]",
    "latin": r"[A-Za-z\u00c0-\u024f]",
}
"""Letters by which a script is known; kana before Chinese characters, since Japanese uses both."""
_ENGLISH = ("grain", "grains", "film grain", "contrast", "saturation", "exposition", "zoom", "vignette")
"""English words of pictures that other languages have as well, and that nobody writes alone in them here."""
_TRADE = re.compile(r"\b(?:chroma|luma|luminance)\b.*\b(?:NR|noise)\b|^(?:chroma|luma|luminance) NR\b")
"""Terms that nobody translates, of words that look like another language."""
_MARKS = re.compile(r"[\u064b-\u0652\u0670\u0640]")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str | None:
    """Code of the language of `text`, one of the fifteen; None where its script belongs to none of them."""
    found = Counter(_script(letter) for letter in _LETTER.findall(text))
    if not found:
        return "en"
    if found["ja"] and found["ja"] + found["zh"] >= found["latin"]:
        return "ja"
    script = found.most_common(1)[0][0]
    if script == "latin" and (text.strip(" .!?").lower() in _ENGLISH or _TRADE.search(text)):
        return "en"
    if script == "latin":
        scores = _latin_scores(text)
        best = max(scores, key=scores.__getitem__)
        if scores[best] >= _SURE or (scores[best] >= _LIKELY and scores["en"] < _UNLIKELY):
            return best
        return _by_letters(text) or "en"
    return script or None


def likely(text: str) -> list[str]:
    """Codes of the languages that a few words may be of, the likeliest first."""
    found = Counter(_script(letter) for letter in _LETTER.findall(text))
    script = found.most_common(1)[0][0] if found else "latin"
    if script in ("zh", "ja"):
        return ["ja", "zh"] if found["ja"] else ["zh", "ja"]
    if script != "latin":
        return [script] if script else []
    scores = _latin_scores(text)
    return [code for code in sorted(LATIN, key=lambda code: -scores[code]) if scores[code] >= _POSSIBLE]


def _by_letters(text: str) -> str | None:
    """The language that alone has a letter or a word of `text`."""
    return next((code for code, own in _OWN_LETTERS.items() if re.search(own, text)), None)


def unmarked(text: str) -> str:
    """`text` without the vowel marks of Arabic, which people write or leave out."""
    return _MARKS.sub("", text)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return next((name for name, letters in _SCRIPTS.items() if re.match(letters, letter)), "")


def _latin_scores(text: str) -> dict[str, float]:
    """Probabilities of the languages in Latin letters."""
    logits = score(_weights(), [text])[0]
    return dict(zip(LATIN, logits.softmax(0).tolist(), strict=True))


def score(weights: Tensor, texts: Sequence[str]) -> Tensor:
    """Logits (N, len(LATIN)) by weights (BUCKETS, len(LATIN))."""
    bags = [[bucket % BUCKETS for bucket in ngrams(text)] for text in texts]
    lengths = torch.tensor([len(bag) for bag in bags])
    return F.embedding_bag(
        torch.tensor([bucket for bag in bags for bucket in bag]),
        weights,
        lengths.cumsum(0) - lengths,
        mode="sum",
        per_sample_weights=lengths.float().rsqrt().repeat_interleave(lengths),
    )


@lru_cache(maxsize=1)
def _weights() -> Tensor:
    return read_tensors(packaged(LANGUAGE_WEIGHTS))[1]["weights"].float()
