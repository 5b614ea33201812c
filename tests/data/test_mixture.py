"""Training data: what is read, how crops are cut, and that a batch depends on its step alone."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.data.files import list_pictures
from instructir.data.mixture import NO_TASK, CropMixture, CropPhase, DataOptions, Share
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
        mixture=[Share("denoising", "clean", 2), Share("low_light", "low", 1), Share("dehazing", "depth", 1)],
        compound=0.3,
        identity=0.1,
    )


def test_batches_have_the_shares_and_companions_that_were_declared(options: DataOptions) -> None:
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
    for key, value in first[5].items():
        assert torch.equal(value, again[5][key])
    assert not torch.equal(first[5]["clean"], first[6]["clean"])
    assert not torch.equal(
        first[5]["clean"], CropMixture(options, PHASES, seed=0, rank=1, world=2)[5]["clean"]
    )


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


def test_references_without_twin_and_twins_of_another_size_are_named(root: Path) -> None:
    (root / "depth/depth/2.png").unlink()
    options = SourceOptions("depth", ["depth"], companion="depth")
    with pytest.raises(DataError, match=r"1 references have no depth \(2.png"):
        Source(options, root, PictureCache())
    for index in range(4):
        Image.new("L", (9, 9)).save(root / f"depth/depth/{index}.png")
    with pytest.raises(DataError, match="not of the size"):
        Source(options, root, PictureCache()).crop(8, np.random.default_rng(0))


def test_undecodable_pictures_and_unknown_sources_are_named(root: Path, options: DataOptions) -> None:
    (root / "clean/0.png").write_text("no picture")
    with pytest.raises(DataError, match=r"0.png: cannot be decoded"):
        PictureCache().load(root / "clean/0.png")
    options.mixture.append(Share("deblurring", "typo"))
    with pytest.raises(ConfigError, match="typo"):
        CropMixture(options, PHASES, seed=0)


def test_only_pictures_are_listed(root: Path) -> None:
    assert [path.name for path in list_pictures(root / "pairs")] == ["0.png", "1.png", "2.png", "3.png"]
    (root / "empty").mkdir()
    with pytest.raises(DataError, match="holds no picture"):
        list_pictures(root / "empty")
