"""What the tests of training share."""

from pathlib import Path

import pytest

from helpers.training import stand_in_encoder, tiny_options
from instructir.training import bank, record
from instructir.training.options import TrainOptions


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "embed", stand_in_encoder)


@pytest.fixture(autouse=True)
def curves(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Drawn only for whoever asks: that takes most of a second, more than the few steps of a run here."""

    def draw(log: object, validation: object, folder: Path) -> None:
        (folder / "curves.png").touch()

    if "drawn_curves" not in request.fixturenames:
        monkeypatch.setattr(record, "_draw_curves", draw)


@pytest.fixture
def drawn_curves() -> None:
    """Have each run of a test draw its curves."""


@pytest.fixture
def options(tmp_path: Path) -> TrainOptions:
    return tiny_options(tmp_path)
