"""Every configuration that is shipped trains, on pictures laid out as it wants them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructir.data.manifest import BENCHMARKS, TRAINING_SETS
from instructir.errors import ConfigError
from instructir.models.checkpoint import Model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.text_head import TextHead
from instructir.training.bank import sentence_lists
from instructir.training.configuration import find, load_configuration, load_options, shipped
from instructir.training.deblocking import DeblockingOptions
from instructir.training.faults import FaultOptions
from instructir.training.planner import PlannerOptions
from instructir.training.run import train

pytest.importorskip("accelerate", reason='needs the extra "train"')
CONFIGS = Path(__file__).parents[2] / "configs"
OTHERS = {"planner": PlannerOptions, "faults": FaultOptions, "deblocking": DeblockingOptions}
IMAGE = sorted(path for path in CONFIGS.glob("*.yaml") if path.stem not in OTHERS)
SMALL = [
    "model.width=4",
    "model.encoder_blocks=[1, 1]",
    "model.middle_blocks=1",
    "model.decoder_blocks=[1, 1]",
    "steps=2",
    "compile=false",
    "phases=[{size: 16, batch: 14}]",
    "data.workers=0",
    "log_every=1",
    "tensorboard=false",
    "threads=1",
    "validation={every: 2, size: 16, crops: 1}",
    "text.limit=3",
    "precision=fp32",
]
FILES = {
    "BSD400": "BSD400/1.png",
    "WED": "WED/1.bmp",
    "GoPro-train": "GOPRO_Large/train/GOPR1/blur/1.png GOPRO_Large/train/GOPR1/sharp/1.png",
    "Rain100L-train": "rain_data_train_Light/rain/norain-1x2.png rain_data_train_Light/norain/norain-1.png",
    "RESIDE-OTS": "OTS/hazy/part1/0001_0.8_0.2.jpg OTS/clear/0001.jpg",
    "LOL-train": "LOL/our485/low/1.png LOL/our485/high/1.png",
    "DIV2K": "DIV2K/DIV2K_train_HR/0001.png",
    "FiveK-train": "FiveK/input/a1.jpg FiveK/expertC/a1.jpg",
}
LITE = """clean-bsds/1.jpg clean-imagenet/1.png clean-cid22/1.jpg clean-photos/1.jpg noise-polyu/input/1.jpg
    noise-polyu/target/1.jpg sice/1.jpg sots-indoor/target/1.png
    sots-indoor/depth/1.png blur-flow/input/1.png blur-flow/input2/1.png blur-flow/target/1.png
    blur-reds/input/1.png blur-reds/target/1.png"""
OWN = "clean/1.png pairs/input/1.png pairs/target/1.png"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (24, 28, 3), dtype=np.uint8))
    for name in (*" ".join(FILES.values()).split(), *LITE.split(), *OWN.split()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(tmp_path / name)
    (tmp_path / "sice/pairs.csv").write_text("lq,gt,kind\n1,1,low\n1,1,over\n")
    (tmp_path / "FiveK/train.txt").write_text("a1\n")
    (tmp_path / "words.txt").write_text("# mine\nmake it lighter\n")
    return tmp_path


def test_every_training_set_is_laid_out_here() -> None:
    assert set(FILES) == set(TRAINING_SETS)


@pytest.mark.parametrize("path", IMAGE, ids=lambda path: path.stem)
def test_a_shipped_configuration_trains(path: Path, root: Path) -> None:
    places = [f"data.root={root}", f"out={root / 'run'}", "model.initial=''", "text.encoder=all-MiniLM-L6-v2"]
    options = load_options(path, [*SMALL, *places])
    deltas = {run.model.delta for run in options.runs()} - {""}
    if deltas:
        initial = root / "initial.safetensors"
        image, text = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1))), TextHead()
        save_model(Model("initial", image, text, options.text.encoder), initial)
        options = load_options(path, [*SMALL, *places, f"model.initial={initial}"])
    model = train(options)
    assert {task.value for task in model.deltas} == deltas
    assert (model.text is None) == ("text-free" in path.stem)
    assert load_options(root / "run" / "config.yaml") == options
    assert (root / "run" / f"{options.name}.safetensors").is_file()
    for run in options.runs():
        out = Path(run.out)
        assert (out / "curves.png").is_file()
        tasks = {entry.task for entry in run.data.mixture}
        with Image.open(out / "validation" / "step-00000002.png") as picture:
            assert picture.size == (3 * 16, 16 * len(tasks))
        assert load_options(out / "config.yaml") == run


def test_no_recipe_trains_on_the_scenes_that_are_kept_to_test_on() -> None:
    kept = {known.folders[0]: set(known.only) for known in BENCHMARKS.values() if known.only}
    assert set(kept) == {"noise-polyu", "blur-reds"}
    for path in IMAGE:
        for run in load_options(path).runs():
            for source in run.data.sources.values():
                for folder in set(source.folders) & set(kept):
                    assert kept[folder] <= set(source.leave_out), (path.name, folder)


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_trainers_have_their_configuration(name: str) -> None:
    assert load_configuration(OTHERS[name], CONFIGS / f"{name}.yaml").out == f"runs/{name}"


def test_a_configuration_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert {path.stem for path in CONFIGS.glob("*.yaml")} == set(shipped())
    assert find("own") == find("own.yaml") == shipped()["own"]
    (tmp_path / "own.yaml").write_text("steps: 1")
    assert find("own.yaml") == Path("own.yaml")
    with pytest.raises(ConfigError, match=r"oven: no such configuration; name a YAML file, or one of .*own"):
        find("oven")


def test_a_source_with_its_own_words_is_told_them_alone(root: Path) -> None:
    options = load_options(CONFIGS / "smoke.yaml", [f"data.root={root}"])
    lists = sentence_lists(options.text, options.data)
    assert len(lists) == 8
    assert lists[7] == ["make it lighter"]
