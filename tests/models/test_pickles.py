"""Checkpoints that are no pickles, or damaged ones: one line, whatever the unpickler makes of them."""

import random
import struct
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from instructir.errors import CheckpointError
from instructir.models.pickles import load_pickle
from instructir.training.checkpoints import load_latest


@pytest.mark.parametrize(
    "data", [b"junk", b"", b"[", b"\x80\x02}q\x00.", b"(dp0\n", b"J\1", b"G", b"\0" * 40]
)
def test_what_is_no_checkpoint_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "step-00000004.pt").write_bytes(data)
    with pytest.raises(CheckpointError, match=r"step-00000004\.pt: .*delete it to go on") as caught:
        load_latest(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("is_zip", [True, False])
def test_damaged_checkpoints_are_refused_or_read(tmp_path: Path, is_zip: bool) -> None:
    path, rng = tmp_path / "a.pt", random.Random(0)
    torch.save({"a": torch.ones(3), "step": 3}, path, _use_new_zipfile_serialization=is_zip)
    good = path.read_bytes()
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(rng.choice((1, 8))):
            bad[rng.randrange(min(len(bad), 500))] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        with suppress(CheckpointError):  # and nothing else
            load_pickle(path, "fetch it again")


def test_whatever_is_raised_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in (struct.error("short"), OverflowError("large"), MemoryError(), RecursionError("deep")):

        def fails(*_: object, fault: Exception = fault, **__: object) -> None:
            raise fault

        monkeypatch.setattr(torch, "load", fails)
        with pytest.raises(CheckpointError, match="not readable as plain weights"):
            load_pickle(tmp_path / "a.pt", "fetch it again")
