"""Several faults in one picture: what is made of a photo, and what is said of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers import needs
from instructir.evaluation.metrics import psnr
from instructir.evaluation.render import figures as rendering
from instructir.evaluation.understanding import composites
from instructir.tasks import PLAIN_INSTRUCTIONS, Task


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    made = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        small = Image.fromarray(np.random.default_rng(number).integers(0, 255, (6, 6, 3), dtype=np.uint8))
        small.resize((48, 40)).save(path)
        made.append(path)
    monkeypatch.setattr(composites, "clean_photos", lambda data: made)
    return made


class Half:
    """Undoes nothing, but half of all for the sentence that names everything."""

    name = "half"

    def __init__(self, clean: dict[bytes, np.ndarray]) -> None:
        self.clean = clean

    def plan(self, sentence: str) -> Any:
        return SimpleNamespace(steps=[SimpleNamespace(task=Task.DENOISING)])

    def restore(self, worse: np.ndarray, sentence: str) -> Any:
        named = sentence not in (*PLAIN_INSTRUCTIONS.values(), composites.BLIND)
        mixed = (worse.astype(float) + self.clean[worse.tobytes()]) / 2
        return SimpleNamespace(image=mixed.round().astype(np.uint8) if named else worse)


@needs("evaluate")
def test_eleven_composites_and_each_is_the_same_at_every_call(photos: list[Path]) -> None:
    assert len({composite.name for composite in composites.COMPOSITES}) == 11
    for composite in composites.COMPOSITES:
        worse, clean = composites.spoilt(photos[0], composite, 1)
        again, _ = composites.spoilt(photos[0], composite, 1)
        np.testing.assert_array_equal(worse, again)
        assert psnr(worse, clean, peak=255) < 40
        assert all(task in Task for task in composite.tasks)


@needs("evaluate")
def test_the_gain_is_that_of_the_sentence_for_all_over_the_best_of_one(photos: list[Path]) -> None:
    pictures = {}
    for composite in composites.COMPOSITES:
        for number, path in enumerate(photos):
            worse, clean = composites.spoilt(path, composite, number)
            pictures[worse.tobytes()] = clean
    figures = composites.measure_composites(Half(pictures), Path(), limit=3)  # type: ignore[arg-type]
    for row in figures["composites"].values():
        assert row["gain"] == pytest.approx(6.02, abs=0.1)  # half of the error
        assert row["psnr"]["blind"] == row["psnr"]["input"] == row["psnr"][row["best"]]
    assert figures["gain"] == pytest.approx(6.02, abs=0.1)
    text = rendering.composites(figures)
    assert text.count("\n| ") == 11 + 1
    assert "mean gain of two faults +6.0" in text
