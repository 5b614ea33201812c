"""A written file is complete or not there, with sensible permissions, and every refusal says what to do."""

import dataclasses
import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import READABLE, WRITABLE, Photo, check_writable, losses, read, write
from instructir.images import writing as module


@pytest.fixture
def photo():
    return Photo(make.picture(dtype=np.float32))


def refused(photo, path, *words, **options):
    with pytest.raises(ImageFileError) as caught:
        write(photo, path, **options)
    message = str(caught.value)
    assert message.isprintable(), message
    assert "; " in message
    for word in words:
        assert word in message, message


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_returns_the_path(tmp_path, photo):
    assert write(photo, str(tmp_path / "a.png")) == tmp_path / "a.png"
    assert names(tmp_path) == ["a.png"]


@needs("formats")
def test_suffix_decides_and_case_does_not_matter(tmp_path, photo):
    for suffix in sorted(WRITABLE - {".heic", ".heif"}):
        path = tmp_path / f"a{suffix.upper()}"
        write(photo, path)
        assert read(path).pixels.shape == photo.pixels.shape


def test_suffix_sets():
    assert WRITABLE < READABLE
    assert {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".avif", ".heic"} <= WRITABLE
    assert {".dng", ".cr2", ".cr3", ".nef", ".arw", ".gif"} <= READABLE - WRITABLE


def test_unknown_suffixes(tmp_path, photo):
    refused(photo, tmp_path / "a.xyz", "a.xyz", ".xyz", ".png")
    refused(photo, tmp_path / "a", "without suffix")
    refused(photo, tmp_path / "a.nef", ".nef")
    assert names(tmp_path) == []


def test_missing_folder(tmp_path, photo):
    refused(photo, tmp_path / "new" / "a.png", "folder does not exist", "mkdir -p")
    assert names(tmp_path) == []


def test_folder_instead_of_a_file(tmp_path, photo):
    (tmp_path / "a.png").mkdir()
    refused(photo, tmp_path / "a.png", "is a folder")


def test_file_instead_of_a_folder(tmp_path, photo):
    (tmp_path / "a").write_bytes(b"")
    refused(photo, tmp_path / "a" / "b.png", "b.png")


@pytest.mark.parametrize("name", ["a\0b.png", "x" * 5000 + ".png"])
def test_impossible_names(tmp_path, photo, name):
    refused(photo, tmp_path / name)


def imitate_denial(monkeypatch, denied):
    """Root may write anywhere, so for root the system's answer is imitated."""
    if os.geteuid() == 0:
        real = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != denied and real(path, mode))


def test_read_only_folder(tmp_path, photo, monkeypatch):
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    imitate_denial(monkeypatch, folder)
    refused(photo, folder / "a.png", "read-only", "another folder")
    folder.chmod(0o700)


def test_write_protected_file(tmp_path, photo, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"precious")
    path.chmod(0o400)
    imitate_denial(monkeypatch, path)
    refused(photo, path, "write-protected")
    assert path.read_bytes() == b"precious"


def test_impossible_paths_are_told_before_any_work(tmp_path, photo):
    (tmp_path / "folder.png").mkdir()
    for name in ("a.xyz", "a", "none/a.png", "folder.png", "a\0b.png", "x" * 5000 + ".png"):
        with pytest.raises(ImageFileError) as late:
            write(photo, tmp_path / name)
        with pytest.raises(ImageFileError) as early:
            check_writable(tmp_path / name)
        assert str(early.value) == str(late.value)
    check_writable(tmp_path / "a.png")
    assert names(tmp_path) == ["folder.png"]


@pytest.mark.parametrize("quality", [0, 101, -5])
def test_quality_out_of_range(tmp_path, photo, quality):
    refused(photo, tmp_path / "a.jpg", "quality", "1 to 100", quality=quality)


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif"])
def test_quality_matters(tmp_path, photo, suffix):
    sizes = [len(write(photo, tmp_path / f"a.{suffix}", quality=q).read_bytes()) for q in (10, 60, 98)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


@pytest.mark.parametrize(("suffix", "side"), [("jpg", 65_536), ("webp", 16_384)])
def test_pictures_too_large_for_the_format(tmp_path, suffix, side):
    wide = Photo(np.zeros((1, side, 3), np.float32))
    refused(wide, tmp_path / f"a.{suffix}", f"{side - 1} pixels", "TIFF or PNG")
    write(wide, tmp_path / "a.png")


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_respect_the_umask(tmp_path, photo, mask):
    before = os.umask(mask)
    try:
        write(photo, tmp_path / "a.png")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.png").stat().st_mode) == 0o666 & ~mask


def test_replaced_files_pass_their_permissions_on(tmp_path, photo):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(photo, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert read(path).pixels.shape == photo.pixels.shape


def test_symbolic_links_are_followed(tmp_path, photo):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "real" / "a.png")
    write(photo, link)
    assert link.is_symlink()
    assert names(tmp_path / "real") == ["a.png"]


class Interrupted(BaseException):
    pass


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), Interrupted()])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_failures_leave_the_old_file_and_nothing_else(tmp_path, photo, monkeypatch, call, error):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def fails(*args):
        raise error

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", fails)
    else:
        monkeypatch.setattr(Path, "replace", fails)
    if isinstance(error, OSError):
        refused(photo, path, "a.png", "No space left")
    else:
        with pytest.raises(Interrupted):
            write(photo, path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.png"]


def test_the_file_is_synced_before_it_is_moved(tmp_path, photo, monkeypatch):
    events = []
    sync, replace = os.fsync, Path.replace

    def noted(name, real):
        def call(*arguments):
            events.append(name)
            return real(*arguments)

        return call

    monkeypatch.setattr(os, "fsync", noted("sync", sync))
    monkeypatch.setattr(Path, "replace", noted("move", replace))
    write(photo, tmp_path / "a.png")
    assert events[:2] == ["sync", "move"]


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, photo, monkeypatch):
    real = os.open

    def no_folders(path, flags, *args, **kwargs):
        if Path(path).is_dir():
            raise PermissionError(13, "as on Windows")
        return real(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", no_folders)
    write(photo, tmp_path / "a.png")
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize(
    "error", [ValueError("bad"), OSError("encoder error -2"), MemoryError(), RuntimeError("bad\nlines")]
)
def test_encoder_failures(tmp_path, photo, monkeypatch, error):
    from PIL import Image

    def fails(*args, **kwargs):
        raise error

    monkeypatch.setattr(Image.Image, "save", fails)
    for suffix in ("jpg", "png", "webp", "bmp", "avif"):
        refused(photo, tmp_path / f"a.{suffix}", f"a.{suffix}")
    assert names(tmp_path) == []


def test_our_own_mistakes_keep_their_traceback(tmp_path, photo, monkeypatch):
    def wrong(*args):
        raise TypeError("a defect")

    monkeypatch.setattr(module, "planes_of", wrong)
    with pytest.raises(TypeError, match="a defect"):
        write(photo, tmp_path / "a.png")


def test_many_writers_at_once(tmp_path, photo):
    path = tmp_path / "a.png"
    threads = [threading.Thread(target=write, args=(photo, path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(tmp_path) == ["a.png"]
    assert read(path).pixels.shape == photo.pixels.shape


def test_relative_paths(tmp_path, photo, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write(photo, "a.png") == Path("a.png")
    assert read("a.png").pixels.shape == photo.pixels.shape


def test_a_format_without_a_place_for_exif_says_so() -> None:
    photo = Photo(np.full((4, 4, 3), 0.5, np.float32))
    noted = dataclasses.replace(photo, metadata=dataclasses.replace(photo.metadata, exif=b"MM"))
    assert "EXIF" in " ".join(losses(noted, "a.bmp"))
    assert losses(photo, "a.bmp") == losses(noted, "a.png") == ()
