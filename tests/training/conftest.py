"""What the tests of training share."""

from pathlib import Path

import pytest

from helpers.training import stand_in_encoder, tiny_options
from instructir.training import bank
from instructir.training.options import TrainOptions


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank, "embed", stand_in_encoder)


@pytest.fixture
def options(tmp_path: Path) -> TrainOptions:
    return tiny_options(tmp_path)
