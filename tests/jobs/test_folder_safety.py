"""Folder jobs: what they must not replace, and what must not end them."""

import os
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


def test_two_jobs_do_not_write_to_one_place(plain_model: str, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    put(tmp_path / "in" / "a.png")
    job = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), WISH, Settings(model=plain_model))
    with job.opened(), pytest.raises(ConfigError, match="another job is writing there"):
        run(plain_model, tmp_path / "in", tmp_path / "out")
    assert run(plain_model, tmp_path / "in", tmp_path / "out")[0] == ["a.png"]


def test_inputs_are_not_replaced_unless_asked(plain_model: str, tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "sub" / "a.png")
    before = path.read_bytes()
    aliases = tmp_path / "out"
    aliases.mkdir()
    (aliases / "sub").symlink_to(path.parent)
    for target in (tmp_path / "in", tmp_path / "in" / ".", aliases):
        with pytest.raises(ConfigError, match="would replace the input"):
            run(plain_model, tmp_path / "in", target, recursive=True)
    assert path.read_bytes() == before
    options: dict[str, Any] = {"recursive": True, "overwrite": True}
    assert run(plain_model, tmp_path / "in", tmp_path / "in", **options)[0] == ["a.png"]
    once = path.read_bytes()
    assert once != before
    assert run(plain_model, tmp_path / "in", tmp_path / "in", **options)[::2] == ([], 1)
    assert path.read_bytes() == once


def test_a_link_in_the_output_is_replaced_not_followed(plain_model: str, tmp_path: Path) -> None:
    path = put(tmp_path / "in" / "a.png")
    before = path.read_bytes()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").symlink_to(path)
    assert run(plain_model, tmp_path / "in", tmp_path / "out")[0] == ["a.png"]
    assert path.read_bytes() == before


def test_what_cannot_be_written_is_a_failure(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "sub" / "a.png")
    put(tmp_path / "in" / "b.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").write_text("a file where a folder should be")
    restored, failures, _ = run(plain_model, tmp_path / "in", tmp_path / "out", recursive=True)
    assert restored == ["b.png"]
    assert len(failures) == 1
    assert "cannot be written" in failures[0].reason
    with pytest.raises(ImageFileError, match="cannot be made a folder"):
        run(plain_model, tmp_path / "in", tmp_path / "out" / "sub")


def test_read_only_places(plain_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "in" / "a.png")
    real = os.access
    with monkeypatch.context() as patch:  # the administrator may write everywhere
        patch.setattr(
            os, "access", lambda path, mode: False if Path(path).name == "out" else real(path, mode)
        )
        with pytest.raises(ImageFileError, match="read-only"):
            run(plain_model, tmp_path / "in", tmp_path / "out")
    (tmp_path / "in").chmod(0o555)
    assert run(plain_model, tmp_path / "in", tmp_path / "out")[0] == ["a.png"]
    (tmp_path / "in").chmod(0o755)


def test_pictures_within_the_tree_that_no_job_has_written_are_not_replaced(
    plain_model: str, tmp_path: Path
) -> None:
    put(tmp_path / "in" / "a.png", 1)
    before = put(tmp_path / "in" / "sub" / "a.png", 2).read_bytes()
    with pytest.raises(ConfigError, match="written by no earlier run"):
        run(plain_model, tmp_path / "in", tmp_path / "in" / "sub")
    assert (tmp_path / "in" / "sub" / "a.png").read_bytes() == before
    restored, _, _ = run(plain_model, tmp_path / "in", tmp_path / "in" / "clean")
    assert restored == ["a.png"]
    put(tmp_path / "in" / "a.png", 3)  # changed since: what the job wrote itself may be replaced
    restored, _, _ = run(plain_model, tmp_path / "in", tmp_path / "in" / "clean")
    assert restored == ["a.png"]
