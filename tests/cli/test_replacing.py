"""What `restore` replaces, and what it takes a file for, whatever it is called."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.commands import call, refused

WISH = "remove the noise"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "x.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)).save(path)
    return path


def restore(*arguments: object) -> str:
    result = call("restore", *arguments, "--runtime", "torch", "--device", "cpu")
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_mask_is_not_replaced(photo: Path, tmp_path: Path) -> None:
    mask = tmp_path / "m.png"
    Image.new("L", (32, 24), 255).save(mask)
    before = mask.read_bytes()
    refused(call("restore", photo, WISH, "--mask", mask, "-o", mask), f"{mask}: is the mask", "--overwrite")
    out = tmp_path / "o.png"
    refused(
        call("restore", photo, WISH, "--mask", mask, "-o", out, "--compare", mask), f"{mask}: is the mask"
    )
    assert mask.read_bytes() == before
    assert not out.exists()


def test_a_name_that_nobody_gave_replaces_only_what_was_made_here(photo: Path, tmp_path: Path) -> None:
    target = tmp_path / "x_restored.png"
    for _ in range(2):
        assert restore(photo, WISH) == str(target)
    Image.new("RGB", (5, 5), "red").save(target)
    foreign = target.read_bytes()
    for dry in ((), ("--dry-run",)):
        refused(call("restore", photo, WISH, *dry), f"{target}: is there already", "-o", "--overwrite")
    (tmp_path / "out").mkdir()
    Image.new("RGB", (5, 5), "red").save(tmp_path / "out" / "x.png")
    refused(call("restore", photo, WISH, "-o", tmp_path / "out"), "is there already")
    assert target.read_bytes() == foreign
    restore(photo, WISH, "--overwrite")
    assert target.read_bytes() != foreign
    assert restore(photo, WISH, "-o", tmp_path / "out" / "x.png")


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tif", ".avif"])
def test_a_result_says_so_in_every_format_with_metadata(photo: Path, suffix: str) -> None:
    source = photo.with_suffix(suffix)
    Image.open(photo).save(source)
    assert restore(source, WISH) == restore(source, WISH)


def test_a_sheet_of_variants_is_made_again(photo: Path) -> None:
    assert restore(photo, WISH, "--variants", "0.5,1") == restore(photo, WISH, "--variants", "0.5,1")


def test_a_picture_called_a_video_is_a_picture(photo: Path, tmp_path: Path) -> None:
    source, exif = tmp_path / "misnamed.mp4", Image.Exif()
    exif[271] = "Maker"
    Image.open(photo).save(source, "JPEG", exif=exif)
    assert restore(source, WISH) == str(tmp_path / "misnamed_restored.jpg")


def test_a_video_is_a_video_whatever_it_is_called(tmp_path: Path) -> None:
    pytest.importorskip("av", reason='needs the extra "video"')
    from helpers.videos import make_clip

    data = make_clip(tmp_path / "a.mp4", frames=3, audio=None).read_bytes()
    for name in ("clip", "named.jpg"):
        (tmp_path / name).write_bytes(data)
        expected = tmp_path / f"{Path(name).stem}_restored.mp4"
        assert restore(tmp_path / name, WISH, "--dry-run") == str(expected)
    assert restore(tmp_path / "clip", WISH, "--strength", "0") == str(tmp_path / "clip_restored.mp4")
    refused(call("restore", tmp_path / "a.mp4", WISH, "-o", tmp_path / "a.mp4"), "is the input itself")
    (tmp_path / "a_restored.mp4").write_bytes(b"mine")
    refused(call("restore", tmp_path / "a.mp4", WISH), "is there already", "--overwrite")
    for command in (("restore", "-", WISH, "-o", tmp_path / "o.png"), ("diagnose", "-")):
        refused(call(*command, stdin=data), "is a video", "instructir restore FILE")


def test_diagnose_reads_standard_input(photo: Path) -> None:
    assert call("diagnose", "-", stdin=photo.read_bytes()).stdout == call("diagnose", photo).stdout


def test_what_is_too_long_for_a_format_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instructir.restoration.restorer import Restorer

    monkeypatch.setattr(Restorer, "load", lambda *_: pytest.fail("a model was loaded"))
    Image.new("L", (17000, 2)).save(tmp_path / "long.png")
    out = tmp_path / "o.webp"
    refused(call("restore", tmp_path / "long.png", WISH, "-o", out), "16383 pixels a side", "TIFF or PNG")
    Image.new("L", (9000, 2)).save(tmp_path / "half.png")
    for more in (("--scale", "x2", "-o", out), ("-o", tmp_path / "o.png", "--compare", out)):
        refused(call("restore", tmp_path / "half.png", WISH, *more), "16383 pixels a side")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["half.png", "long.png"]
