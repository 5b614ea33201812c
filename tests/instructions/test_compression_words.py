"""What compression leaves is noise to the planner."""

import pytest

from instructir.instructions.compression import as_noise
from instructir.instructions.planner import understand
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
    ],
)
def test_compression_is_denoised(text: str) -> None:
    assert [step.task for step in understand(text).steps] == [Task.DENOISING]


@pytest.mark.parametrize(
    "text", ["compress it below 1 MB", "I cropped a lot and now it's blocky", "save it as a JPEG"]
)
def test_other_words_stay(text: str) -> None:
    assert as_noise(text) == text


def test_it_stands_beside_other_faults() -> None:
    found = understand("jpeg blocks and it's dark")
    assert [step.task for step in found.steps] == [Task.DENOISING, Task.LOW_LIGHT]
