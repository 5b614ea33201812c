"""Folder jobs in this process: which files, which names, what a second run does."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from instructir.errors import ConfigError, ImageFileError
from instructir.images import read
from instructir.jobs.folders.job import FolderJob, local_engine
from instructir.jobs.folders.journal import NAME
from instructir.jobs.folders.stores.local import PART, LocalStore
from instructir.jobs.folders.worker import Restored
from instructir.restoration.result import Failure
from instructir.settings import Settings
from instructir.wording import together

WISH = "take the noise away"


def put(path: Path, seed: int = 0, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.random.default_rng(seed).integers(0, 256, (10, 14, 3), dtype=np.uint8)
    kind = options.pop("format", None)
    Image.fromarray(array).save(path, kind, **options)
    return path


def run(
    model: str, source: Path | str, target: Path | str, instruction: str | None = WISH, **options: Any
) -> tuple[list[str], list[Failure], int]:
    """Names that were restored, failures, and how many were done before."""
    settings = Settings(model=model, device="cpu", strength=options.pop("strength", 1.0))
    job = FolderJob(str(source), str(target), instruction, settings, **options)
    engine = local_engine(job.restorer())
    with job.opened() as pending:
        outcomes = [*job.listing.faults, *engine(job, pending.to_do, pending.journal)]
        done = len(pending.done)
    restored = [Path(outcome.target).name for outcome in outcomes if isinstance(outcome, Restored)]
    return sorted(restored), [outcome for outcome in outcomes if isinstance(outcome, Failure)], done


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_tree_is_mirrored_and_other_files_are_left_alone(plain_model: str, tmp_path: Path) -> None:
    names = ["a.png", "sub/b c.jpg", "sub/ünter/😀 ☀.webp", "sub/d.TIF", "e.gif", "f"]
    for number, name in enumerate(names):
        put(tmp_path / "in" / name, number, **({"format": "PNG"} if "." not in name else {}))
    (tmp_path / "in" / "notes.txt").write_text("not a picture")
    put(tmp_path / "in" / ".thumbnails" / "hidden.png")
    restored, failures, _ = run(plain_model, tmp_path / "in", tmp_path / "out", recursive=True)
    assert not failures
    assert len(restored) == len(names)
    expected = [NAME, "a.png", "e.png", "f.png", "sub/b c.jpg", "sub/d.TIF", "sub/ünter/😀 ☀.webp"]
    assert files(tmp_path / "out") == sorted(expected)
    top, _, _ = run(plain_model, tmp_path / "in", tmp_path / "flat")
    assert top == ["a.png", "e.png", "f.png"]


def test_names_that_are_no_unicode(plain_model: str, tmp_path: Path) -> None:
    try:
        put(tmp_path / "in" / os.fsdecode(b"od\xffd.png"))
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    for expected in (([os.fsdecode(b"od\xffd.png")], 0), ([], 1)):
        restored, failures, done = run(plain_model, tmp_path / "in", tmp_path / "out")
        assert (restored, done) == expected
        assert not failures


def test_links_circles_pipes_and_dead_ends(plain_model: str, tmp_path: Path) -> None:
    source = tmp_path / "in"
    real = put(tmp_path / "elsewhere" / "real.png")
    put(source / "a.png")
    (source / "link.png").symlink_to(real)
    (source / "folder").symlink_to(real.parent)
    (source / "circle").symlink_to(source)
    (source / "dead.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(source / "pipe.png")
    (source / "folder.jpg").mkdir()
    restored, failures, _ = run(plain_model, source, tmp_path / "out", recursive=True)
    assert restored == ["a.png", "link.png", "real.png"]
    assert [Path(failure.source).name for failure in failures] == ["dead.png", "pipe.png"]
    assert not (tmp_path / "out" / "link.png").is_symlink()


def test_a_second_run_does_only_what_is_missing_or_changed(plain_model: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    for number in range(5):
        put(source / f"{number}.png", number)
    (source / "bad.png").write_text("no")
    assert run(plain_model, source, target)[0] == [f"{number}.png" for number in range(5)]
    before = {name: (target / name).stat().st_mtime_ns for name in files(target) if name != NAME}
    (target / "1.png").unlink()
    (target / "2.png").write_bytes(b"somebody wrote here")
    put(source / "3.png", 33)
    put(source / "new.png", 9)
    restored, failures, done = run(plain_model, source, target)
    assert restored == ["1.png", "2.png", "3.png", "new.png"]
    assert [Path(failure.source).name for failure in failures] == ["bad.png"]
    assert done == 2
    assert {name: (target / name).stat().st_mtime_ns for name in ("0.png", "4.png")} == {
        name: before[name] for name in ("0.png", "4.png")
    }
    assert run(plain_model, source, target)[::2] == ([], 6)
    assert len(run(plain_model, source, target, strength=0.5)[0]) == 6
    assert len(run(plain_model, source, target, "another wish", strength=0.5)[0]) == 6


def test_a_kill_between_the_journal_and_the_name_costs_nothing(
    plain_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    put(source / "a.png")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            run(plain_model, source, target)
    assert [name for name in files(target) if name.endswith(PART)]
    assert run(plain_model, source, target)[::2] == ([], 1)
    assert files(target) == [NAME, "a.png"]
    assert read(target / "a.png").pixels.shape == (10, 14, 3)


def test_a_kill_before_the_journal_leaves_nothing_behind(plain_model: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    put(source / "a.png")
    (target / "sub").mkdir(parents=True)
    (target / "sub" / f".0123456789abcdef{PART}").write_bytes(b"half")
    (target / NAME).write_bytes(b'{"source": "a.png", "target": "a.p')
    assert run(plain_model, source, target)[0] == ["a.png"]
    assert files(target) == [NAME, "a.png"]
    assert run(plain_model, source, target)[::2] == ([], 1)


def test_suffixes_beside_the_inputs(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "a.png")
    put(tmp_path / "b.jpg")
    for expected in (["a_clean.png", "b_clean.jpg"], []):
        assert run(plain_model, tmp_path, tmp_path, suffix="_clean")[0] == expected
    with pytest.raises(ConfigError, match="suffix"):
        run(plain_model, tmp_path, tmp_path, suffix="/x")


def test_an_output_folder_among_the_inputs_is_no_input(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "a.png")
    for _ in range(2):
        run(plain_model, tmp_path, tmp_path / "restored", recursive=True)
    assert files(tmp_path) == ["a.png", f"restored/{NAME}", "restored/a.png"]


def test_outputs_never_share_a_name(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png", 1)
    put(tmp_path / "in" / "a.gif", 2)
    put(tmp_path / "in" / "b.gif", 3)
    run(plain_model, tmp_path / "in", tmp_path / "out")
    assert files(tmp_path / "out") == [NAME, "a.gif.png", "a.png", "b.png"]


def test_the_format_is_kept_whatever_a_picture_is_called(plain_model: str, tmp_path: Path) -> None:
    for number, name in enumerate(["a.jfif", "a.jpg", "b.mpo", "c", "d.jpe"]):
        put(tmp_path / "in" / name, number, format="JPEG")
    put(tmp_path / "in" / "e.jfif", 5, format="PNG")
    _, failures, _ = run(plain_model, tmp_path / "in", tmp_path / "out")
    assert not failures
    names = ["a.jfif.jpg", "a.jpg", "b.jpg", "c.jpg", "d.jpe", "e.png"]
    assert files(tmp_path / "out") == [NAME, *names]
    for name in names:
        with Image.open(tmp_path / "out" / name) as image:
            assert image.format == ("PNG" if name == "e.png" else "JPEG")


def test_a_wrong_suffix_loses_nothing(plain_model: str, tmp_path: Path) -> None:
    source = tmp_path / "in" / "transparent.jpg"
    source.parent.mkdir()
    alpha = np.full((8, 8, 4), 77, np.uint8)
    Image.fromarray(alpha).save(source, "PNG")
    run(plain_model, tmp_path / "in", tmp_path / "out")
    with Image.open(tmp_path / "out" / "transparent.jpg") as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        assert (np.asarray(image)[..., 3] == 77).all()


def test_skip_existing_counts_any_file(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png")
    put(tmp_path / "in" / "b.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"mine")
    restored, _, done = run(plain_model, tmp_path / "in", tmp_path / "out", skip_existing=True)
    assert (restored, done) == (["b.png"], 1)
    assert (tmp_path / "out" / "a.png").read_bytes() == b"mine"


def test_object_stores(plain_model: str, tmp_path: Path) -> None:
    """The same job on fsspec's store in memory: same files, same second run."""
    import fsspec

    memory = fsspec.filesystem("memory")
    for number in range(4):
        path = put(tmp_path / "in" / f"sub/{number}.png", number)
        memory.pipe_file(f"/pictures/in/sub/{number}.png", path.read_bytes())
    memory.pipe_file("/pictures/in/bad.png", b"no picture")
    run(plain_model, tmp_path / "in", tmp_path / "out", recursive=True)
    source, target = "memory://pictures/in", "memory://pictures/out"
    restored, failures, done = run(plain_model, source, target, recursive=True)
    assert (restored, done) == ([f"{number}.png" for number in range(4)], 0)
    assert [failure.source for failure in failures] == ["memory://pictures/in/bad.png"]
    for number in range(4):
        local = (tmp_path / "out" / f"sub/{number}.png").read_bytes()
        assert memory.cat_file(f"/pictures/out/sub/{number}.png") == local
    memory.rm_file("/pictures/out/sub/2.png")
    assert run(plain_model, source, target, recursive=True)[::2] == (["2.png"], 3)
    assert run(plain_model, source, tmp_path / "mixed", recursive=True)[0] == restored
    with pytest.raises(ImageFileError, match="nothing under this address"):
        run(plain_model, "memory://pictures/none", target)
    with pytest.raises(ConfigError, match="nonsense://"):
        run(plain_model, "nonsense://bucket/x", target)


def test_a_journal_cut_off_anywhere_is_read(tmp_path: Path) -> None:
    from instructir.jobs.folders.journal import FileJournal, Record
    from instructir.jobs.folders.stores import FileState

    records = [Record(f"{n}.png", f"{n}.png", "key", FileState(n, "1"), FileState(n, "2")) for n in range(3)]
    path = tmp_path / "journal"
    with FileJournal(path) as journal:
        for record in records:
            journal.add(record)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with FileJournal(path) as journal:
            complete = whole[:length].count(b"\n")
            assert [journal.get(record.target) for record in records[:complete]] == records[:complete]
            assert all(journal.get(r.target) in (None, r) for r in records[complete:])
            journal.add(records[2])
        with FileJournal(path) as journal:
            assert journal.get("2.png") == records[2]


def test_new_files_of_a_store_pass_permissions_on(tmp_path: Path) -> None:
    store = LocalStore(str(tmp_path))
    store.write("a", b"1")
    (tmp_path / "a").chmod(0o640)
    store.write("a", b"2")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert files(tmp_path) == ["a"]


def test_an_animation_is_a_video_and_left_alone(plain_model: str, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.png")
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "in" / "b.gif", save_all=True, append_images=frames[1:], duration=100)
    job = FolderJob(str(tmp_path / "in"), str(tmp_path / "out"), WISH, Settings(model=plain_model))
    assert [item.source for item in job.listing.items] == ["a.png"]
    assert (job.listing.videos, job.listing.faults) == (1, ())


def test_notes_that_differ_in_their_numbers_are_one() -> None:
    notes = [*(f"dots replaced: {share} %" for share in (0.3, 12, 2)), "8-bit h264 becomes yuv420p10"]
    assert together(notes) == {"dots replaced: 0.3\u201312 %": 3, "8-bit h264 becomes yuv420p10": 1}
    assert together(["3 of them"] * 2) == {"3 of them": 2}
