"""Training data: what is read, how crops are cut, and that a batch depends on its step alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.data.files import list_pictures
from instructir.data.mixture import (
    NO_TASK,
    CropMixture,
    CropPhase,
    DataOptions,
    MixtureEntry,
    validation_crops,
)
from instructir.data.pictures import PictureCache
from instructir.data.sources import Companion, Source, SourceOptions
from instructir.errors import ConfigError, DataError
from instructir.tasks import Task

PHASES = [CropPhase(0, 16, 20), CropPhase(3, 24, 10)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Clean pictures, a listed set of pairs, and a set with depth."""
    rng = np.random.default_rng(0)
    for folder in ("clean", "pairs", "depth/target", "depth/depth"):
        (tmp_path / folder).mkdir(parents=True)
    for index in range(4):
        picture = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
        Image.fromarray(picture).save(tmp_path / "clean" / f"{index}.png")
        Image.fromarray(picture).save(tmp_path / "pairs" / f"{index}.png")
        Image.fromarray(picture).save(tmp_path / "depth/target" / f"{index}.png")
        Image.fromarray(picture[..., 0]).save(tmp_path / "depth/depth" / f"{index}.png")
    (tmp_path / "pairs/pairs.csv").write_text("lq,gt,kind\n0,1,low\n2.png,3.png,over\n")
    return tmp_path


@pytest.fixture
def options(root: Path) -> DataOptions:
    return DataOptions(
        root=str(root),
        sources={
            "clean": SourceOptions("clean", ["clean"]),
            "low": SourceOptions("pairs", ["pairs"], list="pairs.csv", where="low"),
            "depth": SourceOptions("depth", ["depth"], companion="depth"),
        },
        mixture=[
            MixtureEntry("denoising", "clean", 2),
            MixtureEntry("low_light", "low", 1),
            MixtureEntry("dehazing", "depth", 1),
        ],
        compound=0.3,
        identity=0.1,
    )


def test_batches_have_the_weights_and_companions_that_were_declared(options: DataOptions) -> None:
    batch = CropMixture(options, PHASES, seed=0)[0]
    assert batch["clean"].shape == batch["other"].shape == (20, 3, 16, 16)
    assert batch["clean"].dtype == torch.uint8
    counts = {task: int((batch["task"] == task.class_index).sum()) for task in Task}
    assert counts[Task.DENOISING] == 10
    assert counts[Task.LOW_LIGHT] == counts[Task.DEHAZING] == 5
    companions = {
        Task.DENOISING: Companion.NONE, Task.LOW_LIGHT: Companion.DEGRADED, Task.DEHAZING: Companion.DEPTH
    }  # fmt: skip
    for task, companion in companions.items():
        assert (batch["companion"][batch["task"] == task.class_index] == companion).all()
    real = batch["companion"] != Companion.NONE
    assert (batch["further"][real] == NO_TASK).all()
    assert not batch["intact"][real].any()


def test_a_batch_is_a_function_of_seed_step_and_rank(options: DataOptions) -> None:
    first, again = CropMixture(options, PHASES, seed=0), CropMixture(options, PHASES, seed=0)
    again[1], again[2]  # what was drawn before must not matter
    alike: dict[str, Any] = dict(again[5])
    assert all(alike[key].equal(value) for key, value in first[5].items())
    assert not torch.equal(first[5]["clean"], first[6]["clean"])
    assert not torch.equal(
        first[5]["clean"], CropMixture(options, PHASES, seed=0, rank=1, world=2)[5]["clean"]
    )


def test_crops_with_a_margin_are_larger_and_others_lie_in_the_middle(options: DataOptions) -> None:
    options.mixture[0].margin = 4
    batch = CropMixture(options, PHASES, seed=0)[0]
    assert batch["clean"].shape == (20, 3, 24, 24)
    wide = batch["margin"] == 4
    assert torch.equal(wide, batch["task"] == Task.DENOISING.class_index)
    frame = torch.ones(24, 24, dtype=torch.bool)
    frame[4:20, 4:20] = False
    assert (batch["clean"][~wide][..., frame] == 0).all()
    assert (batch["clean"][~wide][..., ~frame] > 0).any((1, 2)).all()
    assert (batch["clean"][wide][..., frame] > 0).any((1, 2)).all()


def test_phases_set_crop_size_and_batch(options: DataOptions) -> None:
    mixture = CropMixture(options, PHASES, seed=0)
    assert mixture[2]["clean"].shape[2] == 16
    assert mixture[3]["clean"].shape == (10, 3, 24, 24)


def test_crops_and_companions_are_cut_and_flipped_alike(root: Path) -> None:
    source = Source(SourceOptions("depth", ["depth"], companion="depth"), root, PictureCache())
    rng = np.random.default_rng(0)
    crops = [source.crop(20, rng) for _ in range(50)]
    assert all(np.array_equal(clean[:1], depth) for clean, depth in crops)
    picture = np.asarray(Image.open(root / "depth/target/0.png"))
    assert any(np.array_equal(clean, picture[y : y + 20, x : x + 20, :][::-1].transpose(2, 0, 1))
               for clean, _ in crops for y in range(21) for x in range(31))  # fmt: skip


def test_shrunk_crops_are_regions_up_to_the_whole_picture_scaled_down_alike(root: Path) -> None:
    options = SourceOptions("depth", ["depth"], companion="depth", shrink=0.5)
    source = Source(options, root, PictureCache())
    rng = np.random.default_rng(0)
    crops = [source.crop(16, rng) for _ in range(200)]
    assert all(clean.shape == (3, 16, 16) and np.array_equal(clean[:1], depth) for clean, depth in crops)
    # Scaling down averages the random pixels: what was scaled is flatter than what was cut.
    deviations = np.array([clean.std() for clean, _ in crops])
    assert 0.3 < (deviations < 60).mean() < 0.6
    assert deviations.min() < 40
    assert source.crop(64, rng)[0].shape == (3, 64, 64)


def test_enlarged_crops_are_regions_down_to_half_scaled_up(root: Path) -> None:
    source = Source(SourceOptions("clean", ["clean"], enlarge=0.5), root, PictureCache())
    rng = np.random.default_rng(0)
    crops = [source.crop(16, rng)[0] for _ in range(200)]
    assert all(clean.shape == (3, 16, 16) for clean in crops)
    # Neighbours of random pixels differ by a third of the range; those between them are means.
    steps = np.array([np.abs(np.diff(clean.astype(float), axis=2)).mean() for clean in crops])
    assert 0.3 < (steps < 75).mean() < 0.6
    assert steps.min() < 50


def test_pictures_smaller_than_the_crop_are_mirrored(root: Path) -> None:
    clean, _ = Source(SourceOptions("clean", ["clean"]), root, PictureCache()).crop(
        64, np.random.default_rng(0)
    )
    assert clean.shape == (3, 64, 64)


def test_the_cache_never_holds_more_than_its_budget(root: Path) -> None:
    cache = PictureCache(budget_mb=0)
    path = root / "clean/0.png"
    assert np.array_equal(cache.load(path), cache.load(path))
    assert cache.load(path) is not cache.load(path)
    roomy = PictureCache(budget_mb=1)
    assert roomy.load(path) is roomy.load(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"folders": ["nowhere"]}, "no such folder"),
        ({"folders": []}, "at least one folder"),
        ({"kind": "pairs", "folders": ["depth"], "companion": "input"}, "no such folder"),
        ({"kind": "pairs", "folders": ["clean"], "list": "pairs.csv"}, "no such file"),
    ],
)
def test_missing_data_is_named(root: Path, change: dict, message: str) -> None:
    with pytest.raises((DataError, ConfigError), match=message):
        Source(SourceOptions(**{"kind": "clean", **change}), root, PictureCache())


def test_references_without_degraded_version_and_those_of_another_size_are_named(root: Path) -> None:
    (root / "depth/depth/2.png").unlink()
    options = SourceOptions("depth", ["depth"], companion="depth")
    with pytest.raises(DataError, match=r"1 references have no depth \(2.png"):
        Source(options, root, PictureCache())
    for index in range(4):
        Image.new("L", (9, 9)).save(root / f"depth/depth/{index}.png")
    with pytest.raises(DataError, match="no pair there can be used"):
        Source(options, root, PictureCache()).crop(8, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (MixtureEntry("deblurring", "clean", strength=[0.5]), r"strength: \[0.5\]; give \[LEAST, GREATEST\]"),
        (MixtureEntry("deblurring", "clean", strength=[0.7, 0.3]), "strength"),
        (MixtureEntry("deblurring", "clean", strength=[0.0, 1.5]), "strength"),
        (MixtureEntry("deblurring", "clean", margin=-1), "margin: -1; give 0 or more"),
        (
            MixtureEntry("deblurring", "clean", after="blur"),
            "after: blur is the entry's own task; name another",
        ),
    ],
)
def test_strengths_and_margins_that_cannot_be_are_named(
    options: DataOptions, entry: MixtureEntry, message: str
) -> None:
    options.mixture.append(entry)
    with pytest.raises(ConfigError, match=message):
        CropMixture(options, PHASES, seed=0)


def test_undecodable_pictures_and_unknown_sources_are_named(root: Path, options: DataOptions) -> None:
    (root / "clean/0.png").write_text("no picture")
    with pytest.raises(DataError, match=r"0.png: cannot be decoded"):
        PictureCache().load(root / "clean/0.png")
    options.mixture.append(MixtureEntry("deblurring", "typo"))
    with pytest.raises(ConfigError, match="typo"):
        CropMixture(options, PHASES, seed=0)


def test_only_pictures_are_listed(root: Path) -> None:
    assert [path.name for path in list_pictures(root / "pairs")] == ["0.png", "1.png", "2.png", "3.png"]
    (root / "empty").mkdir()
    with pytest.raises(DataError, match="holds no picture"):
        list_pictures(root / "empty")


@pytest.mark.parametrize("kept", [False, True])
def test_a_side_of_the_split_that_is_all_damaged_draws_from_the_other(tmp_path: Path, kept: bool) -> None:
    """A small folder, whose one picture to validate on is the damaged one, or the only good one."""
    for name in ("empty", "b", "c"):  # of which a twentieth, by its name, is "empty"
        Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.png")
    for name in ("empty",) if kept else ("b", "c"):
        (tmp_path / f"{name}.png").write_bytes(b"")
    source = Source(SourceOptions("clean", ["."]), tmp_path, PictureCache(), held_out=20, kept=kept)
    assert names(source) == ({"empty.png"} if kept else {"b.png", "c.png"})
    assert source.crop(8, np.random.default_rng(0))[0].shape == (3, 8, 8)


def names(source: Source) -> set[str]:
    return {path.name for path, _ in source._items}


def test_pictures_kept_for_validation_are_not_trained_on(tmp_path: Path) -> None:
    for index in range(40):
        Image.new("RGB", (8, 8), (index, 0, 0)).save(tmp_path / f"{index}.png")
    options = SourceOptions("clean", ["."])
    trained, kept = (Source(options, tmp_path, PictureCache(), 5, aside) for aside in (False, True))
    assert names(trained) | names(kept) == {f"{index}.png" for index in range(40)}
    assert not names(trained) & names(kept)
    assert 3 <= len(kept) <= 15
    assert names(Source(options, tmp_path, PictureCache(), 0)) == names(trained) | names(kept)


def test_validation_crops_are_the_same_whenever_they_are_asked_for(options: DataOptions) -> None:
    first, again = (validation_crops(options, 16, 2, seed=1) for _ in range(2))
    alike: dict[str, Any] = dict(again)
    assert all(alike[key].equal(value) for key, value in first.items())
    assert first["task"].bincount(minlength=7).tolist() == [2, 0, 0, 2, 2, 0, 0]
    assert (first["further"] == NO_TASK).all()
    assert not first["intact"].any()


def test_compound_crops_carry_two_or_three_different_faults(options: DataOptions) -> None:
    options.compound, options.identity = 1.0, 0.0
    mixture = CropMixture(options, PHASES, seed=0)
    rows = [(int(task), *further.tolist()) for step in range(20)
            for task, further in zip(mixture[step]["task"], mixture[step]["further"], strict=True)
            if task == Task.DENOISING.class_index]  # fmt: skip
    assert all(second != NO_TASK for _, second, _ in rows)
    assert all(len({*row} - {NO_TASK}) == (2 if row[2] == NO_TASK else 3) for row in rows)
    assert 0.1 < sum(third != NO_TASK for *_, third in rows) / len(rows) < 0.45


def test_a_source_with_words_of_its_own_has_a_list_of_its_own(root: Path, options: DataOptions) -> None:
    options.sources["low"].instructions = "words.txt"
    batch = CropMixture(options, PHASES, seed=0)[0]
    own = batch["task"] == Task.LOW_LIGHT.class_index
    assert (batch["words"][own] == 7).all()
    assert torch.equal(batch["words"][~own], batch["task"][~own])


def test_a_known_set_is_read_in_its_official_layout(tmp_path: Path) -> None:
    for kind, value in (("low", 10), ("high", 200)):
        (tmp_path / "LOL/our485" / kind).mkdir(parents=True)
        Image.new("RGB", (20, 20), (value, 0, 0)).save(tmp_path / "LOL/our485" / kind / "1.png")
    source = Source(SourceOptions("set", set="LOL-train"), tmp_path, PictureCache())
    assert source.companion is Companion.DEGRADED
    clean, dark = source.crop(8, np.random.default_rng(0))
    assert (clean[0] == 200).all()
    assert (dark[0] == 10).all()
    with pytest.raises(DataError, match="WED: not in"):
        Source(SourceOptions("set", set="WED"), tmp_path, PictureCache())
    with pytest.raises(ConfigError, match="unknown set 'LOL2'"):
        Source(SourceOptions("set", set="LOL2"), tmp_path, PictureCache())


def test_fivek_is_not_trained_on_without_a_list_of_what_to_train_on(tmp_path: Path) -> None:
    for kind in ("input", "expertC"):
        (tmp_path / "FiveK" / kind).mkdir(parents=True)
        Image.new("RGB", (20, 20)).save(tmp_path / "FiveK" / kind / "a1.png")
    with pytest.raises(DataError, match=r"no train\.txt"):
        Source(SourceOptions("set", set="FiveK-train"), tmp_path, PictureCache())


def test_crops_of_a_later_step_have_no_other_faults(options: DataOptions) -> None:
    options.compound = options.identity = 0.5
    options.mixture = [MixtureEntry("deblurring", "clean", after="noise"), MixtureEntry("deraining", "clean")]
    batch = CropMixture(options, [CropPhase(0, 8, 32)], seed=0)[0]
    later = batch["task"] == Task.DEBLURRING.class_index
    assert (batch["after"][later] == Task.DENOISING.class_index).all()
    assert (batch["after"][~later] == NO_TASK).all()
    assert (batch["further"][later] == NO_TASK).all()
    assert not batch["intact"][later].any()
    assert (batch["further"][~later] != NO_TASK).any()
