"""What compression leaves is noise to the planner."""

import json
from pathlib import Path

import pytest

from instructir.instructions.planner import understand
from instructir.instructions.planning.compression import artefacts_in, as_noise, language_of_artefacts
from instructir.instructions.reader import MULTILINGUAL, available
from instructir.tasks import Task


@pytest.mark.parametrize(
    "text",
    [
        "remove the JPEG artifacts",
        "compression artefacts",
        "there are blocky artifacts",
        "too compressed",
        "sent via WhatsApp",
        "artefacts from the compression",
        "deblock",
        "it's blocky from WhatsApp",
        "compression made it blocky",
        "there are blocks in the sky from compression",
        "the image is a bit compressed",
        "it looks compressed",
    ],
)
def test_compression_is_denoised(text: str) -> None:
    assert [step.task for step in understand(text).steps] == [Task.DENOISING]


@pytest.mark.parametrize(
    "text",
    [
        "a zip is compressed with a tool",
        "compress it below 1 MB",
        "I cropped a lot and now it's blocky",
        "save it as a JPEG",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert as_noise(text) == text


def test_it_stands_beside_other_faults() -> None:
    found = understand("jpeg blocks and it's dark")
    assert [step.task for step in found.steps] == [Task.DENOISING, Task.LOW_LIGHT]


@pytest.mark.parametrize(
    ("text", "artefacts"),
    [
        ("remove the JPEG artifacts", "only"),
        ("it was sent via WhatsApp", "only"),
        ("remove noise and JPEG artefacts", "also"),
        ("grainy, and compression made it blocky", "also"),
        ("remove the noise", ""),
        ("make it brighter", ""),
    ],
)
def test_noise_beside_artefacts_is_heard(text: str, artefacts: str) -> None:
    assert artefacts_in(text) == artefacts
    steps = [step for step in understand(text).steps if step.task is Task.DENOISING]
    assert {step.artefacts for step in steps} == ({artefacts} if "bright" not in text else set())


def test_other_steps_have_no_artefacts() -> None:
    found = understand("remove the jpeg artefacts, then brighten it")
    assert [step.to_dict().get("artefacts") for step in found.steps] == ["only", None]


ELSEWHERE: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[1] / "lists" / "artefacts.json").read_text("utf-8")
)
"""By language a sentence that asks for noise as well, and one that does not."""


@pytest.mark.parametrize("code", ELSEWHERE)
def test_other_languages_call_it_by_their_own_words(code: str) -> None:
    both, alone = ELSEWHERE[code]
    assert language_of_artefacts(both) == language_of_artefacts(alone) == code
    assert artefacts_in(both, code) == "also"
    assert artefacts_in(alone, code) == "only"
    if not available(MULTILINGUAL):
        pytest.skip("needs the extra languages")
    found = understand(alone)
    assert found.language == code
    assert [(step.task, step.artefacts) for step in found.steps] == [(Task.DENOISING, "only")]


@pytest.mark.parametrize(
    "text",
    [
        "jpg artifacts everywhere, blocky mess",
        "saved too many times as jpg, looks blocky",
        "Remove the JPEG blocking",
    ],
)
def test_blocks_of_a_jpeg_are_noise(text: str) -> None:
    assert [step.task for step in understand(text).steps] == [Task.DENOISING]
