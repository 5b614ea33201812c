"""A routed model, as users put it together, look at it, restore with it and export it."""

import copy
import json
from pathlib import Path

import pytest
import torch

from helpers.commands import call
from instructir.inference.runtimes import export
from instructir.models.checkpoint import Model, load_model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.routing import for_task
from instructir.models.text_head import TextHead


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, and what noise and rain made of it."""
    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    image, text = ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=8)), TextHead(384, 8, 7)
    for seed, name in enumerate(("base", "noise", "rain")):
        torch.manual_seed(seed)
        network = copy.deepcopy(image)
        for value in network.parameters():
            value.data += 0.1 * seed * torch.randn_like(value)
        save_model(Model(name, network, text, "all-MiniLM-L6-v2"), folder / f"{name}.safetensors")
    return folder


@pytest.fixture(scope="module")
def routed(folder: Path) -> Path:
    path = folder / "routed.safetensors"
    tuned = (f"denoising={folder / 'noise.safetensors'}", f"rain={folder / 'rain.safetensors'}")
    done = call("models", "route", folder / "base.safetensors", *tuned, "-o", path, "--name", "mine")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(path)
    return path


def test_show_lists_the_deltas(routed: Path) -> None:
    shown = json.loads(call("models", "show", routed).stdout)
    assert shown["name"] == "mine"
    assert list(shown["deltas"]) == ["denoising", "deraining"]
    assert shown["deltas"]["denoising"]["bits"] == 4
    assert shown["deltas"]["denoising"]["provenance"] == {"name": "noise"}
    assert 0 < shown["deltas"]["denoising"]["bytes"] < routed.stat().st_size


def test_a_routed_model_can_be_routed_again(folder: Path, routed: Path, tmp_path: Path) -> None:
    path = tmp_path / "again.safetensors"
    done = call("models", "route", routed, f"haze={folder / 'rain.safetensors'}", "-o", path)
    assert done.returncode == 0, done.stderr
    again = load_model(path)
    assert [task.value for task in again.deltas] == ["denoising", "deraining", "dehazing"]
    assert again.name == "again", "two models are not called the same"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["noise.safetensors"], "'noise.safetensors': name a task and what it gets, such as denoising=own"),
        (["ironing=noise.safetensors"], "unknown task 'ironing'"),
        (["noise=none.safetensors"], "unknown model 'none.safetensors'"),
        (["noise=noise.safetensors", "denoising=rain.safetensors"], "denoising is named twice"),
        (["--window", "blur"], "'blur': name a task and what it gets, such as deblurring=384"),
        (["--window", "blur=wide"], "a window of 'wide' is impossible"),
        (["--window", "blur=384"], "base has no delta of deblurring"),
        (["noise=noise.safetensors", "-o", "out.bin"], "out.bin: name a .safetensors file"),
    ],
)
def test_mistakes_are_one_line_and_nothing_is_written(
    folder: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    for name in ("base", "noise", "rain"):
        (tmp_path / f"{name}.safetensors").symlink_to(folder / f"{name}.safetensors")
    output = [] if "-o" in arguments else ["-o", "out.safetensors"]
    done = call("models", "route", "base.safetensors", *arguments, *output, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(list(tmp_path.iterdir())) == 3


def test_export_wants_one_task_of_a_routed_model(
    routed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = call("export", routed, "-o", tmp_path / "none")
    assert done.returncode == 2
    assert "mine is routed, with weights for each task: give --task and one of denoising" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()
    written: list[ImageNetwork] = []

    def write(network: ImageNetwork, path: Path) -> None:
        """Exporting takes seconds, and that of a network without deltas is tested elsewhere."""
        written.append(network)
        path.touch()

    monkeypatch.setattr(export, "export_onnx", write)
    done = call("export", routed, "-o", tmp_path, "--task", "noise")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine-denoising.json", "mine-denoising.onnx"]
    assert list(json.loads((tmp_path / "mine-denoising.json").read_text())["text_embedding"]) == ["denoising"]
    (exported,) = (network.state_dict() for network in written)
    model = load_model(routed)
    assert all(torch.equal(exported[k], v) for k, v in for_task(model, "noise").image.state_dict().items())
    assert not all(torch.equal(exported[k], v) for k, v in model.image.state_dict().items())
