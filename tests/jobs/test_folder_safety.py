"""Folder jobs: what they must not replace, and what must not end them."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from test_folder import WISH, files, put, run

from instructir.errors import ConfigError, ImageFileError
from instructir.jobs.folders.job import FolderJob
from instructir.jobs.folders.journal import NAME
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings


def test_a_file_with_the_name_of_an_output_is_no_output(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "a.png", 1)
    own = put(tmp_path / "a_edit.png", 2)
    before = own.read_bytes()
    with pytest.raises(ConfigError, match=r"a_edit\.png: is there already, written by no earlier run"):
        run(plain_model, tmp_path, tmp_path, suffix="_edit")
    assert (own.read_bytes(), files(tmp_path)) == (before, ["a.png", "a_edit.png"])
    restored, _, _ = run(plain_model, tmp_path, tmp_path, suffix="_edit", skip_existing=True)
    assert restored == ["a_edit_edit.png"]
    assert own.read_bytes() == before
    restored, _, _ = run(plain_model, tmp_path, tmp_path, suffix="_edit", overwrite=True)
    assert restored == ["a_edit.png"]
    assert own.read_bytes() != before
    assert run(plain_model, tmp_path, tmp_path, suffix="_edit")[::2] == ([], 1)


def test_a_folder_that_was_not_named_is_looked_at_first(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png", 1)
    put(tmp_path / "in_restored" / "a.png", 2)
    options: dict[str, Any] = {"derived": True}
    with pytest.raises(ConfigError, match="written by no earlier run"):
        run(plain_model, tmp_path / "in", tmp_path / "in_restored", **options)
    (tmp_path / "in_restored" / "a.png").unlink()
    for done in (0, 1):
        assert run(plain_model, tmp_path / "in", tmp_path / "in_restored", **options)[2] == done


def test_a_mask_is_read_before_anything_is_made_and_never_replaced(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png")
    mask = put(tmp_path / "out" / "a.png")
    before = mask.read_bytes()

    def begun(target: str, mask: Path) -> None:
        settings = Settings(model=plain_model, mask=str(mask))
        FolderJob(str(tmp_path / "in"), str(tmp_path / target), WISH, settings)

    with pytest.raises(ImageFileError, match=r"none\.png: there is no such file"):
        begun("new", tmp_path / "none.png")
    with pytest.raises(ConfigError, match="is the mask"):
        begun("out", mask)
    assert mask.read_bytes() == before
    assert files(tmp_path) == ["in/a.png", "out/a.png"]


def test_a_defect_that_one_picture_meets_ends_no_job(
    plain_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in" / "a.png")
    Image.new("RGB", (3, 3)).save(tmp_path / "in" / "b.png")
    real = Restorer.restore

    def restore(self: Restorer, image: Any, *arguments: Any, **options: Any) -> Any:
        if image.width == 3:
            raise ZeroDivisionError("too\nsmall")
        return real(self, image, *arguments, **options)

    monkeypatch.setattr(Restorer, "restore", restore)
    restored, (failure,), _ = run(plain_model, tmp_path / "in", tmp_path / "out")
    assert restored == ["a.png"]
    assert failure.reason.startswith(f"{tmp_path / 'in' / 'b.png'}: met a defect of this program")
    assert "ZeroDivisionError: too small" in failure.reason
    assert files(tmp_path / "out") == [NAME, "a.png"]


def test_the_content_of_files_says_which_are_pictures(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "misnamed.mp4", format="JPEG")
    (tmp_path / "in" / "film").write_bytes(b"\0\0\0\x20ftypisom" + bytes(99))
    (tmp_path / "in" / "film.jpg").write_bytes(b"\0\0\0\x20ftypisom" + bytes(99))
    job = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), WISH, Settings(model=plain_model))
    assert [(item.source, item.target) for item in job.listing.items] == [("misnamed.mp4", "misnamed.jpg")]
    assert job.listing.videos == 2
