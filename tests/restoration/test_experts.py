"""Experts: single tasks computed by other models, from any kind of file, safely, exactly where possible."""

import dataclasses
import json
import sys
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from helpers.networks import exact, random_network
from instructir.errors import CheckpointError, ConfigError, InstructIRError
from instructir.images import Photo
from instructir.inference.foreign import OpaqueNetwork, from_onnx
from instructir.instructions.plan import Plan, Step
from instructir.jobs.folders.worker import result_key
from instructir.models.checkpoint import Model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.restoration import passes
from instructir.restoration.batch import restore_batch
from instructir.restoration.expert_table import experts_of, own_table, read_table, write_table
from instructir.restoration.experts import load_expert
from instructir.restoration.guard import Verdict
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings, per_picture
from instructir.tasks import Task

BLUR, NOISE = Task.DEBLURRING, Task.DENOISING
CPU = torch.device("cpu")
NAFNET = ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0)
PLAN = Plan("clear", (Step(NOISE, 1.0, 1.0, "the noise"), Step(BLUR, 1.0, 1.0, "the blur")))


@pytest.fixture(scope="module")
def nafnet() -> ImageNetwork:
    return random_network(NAFNET)


@pytest.fixture
def checkpoint(nafnet: ImageNetwork, tmp_path: Path) -> Path:
    """As the authors of NAFNet write theirs."""
    path = tmp_path / "NAFNet-GoPro.pth"
    torch.save({"params": nafnet.state_dict()}, path)
    return path


def table(folder: Path, **models: object) -> str:
    path = folder / "table.json"
    path.write_text(json.dumps({task: str(model) for task, model in models.items()}))
    return str(path)


def with_experts(tiny: Restorer, path: str, **more: Any) -> Restorer:
    return Restorer(tiny.model, Settings(device="cpu", precision="fp32", guard=False, experts=path, **more))


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(pixels, np.float32).copy()).permute(2, 0, 1)[None]


def test_the_expert_of_a_step_computes_it_and_the_model_the_others(
    tiny: Restorer, nafnet: ImageNetwork, checkpoint: Path, photo_array: np.ndarray, tmp_path: Path
) -> None:
    alone = Restorer(tiny.model, Settings(device="cpu", precision="fp32", guard=False))
    result = with_experts(tiny, table(tmp_path, deblurring=checkpoint)).restore(photo_array, plan=PLAN)
    first = alone.restore(photo_array, plan=dataclasses.replace(PLAN, steps=PLAN.steps[:1])).pixels
    assert np.array_equal(result.stages[0].pixels, first)
    expected = exact(nafnet, tensor(first), None).clamp(0, 1)
    torch.testing.assert_close(tensor(result.pixels), expected, atol=1e-5, rtol=0)
    assert np.abs(result.pixels - first).max() > 0.05
    assert "deblurring: computed by NAFNet-GoPro (NAFNet)" in result.notes
    assert not any(note.startswith("denoising: computed") for note in result.notes)
    assert 'deblurring 100% by NAFNet-GoPro (NAFNet) ("the blur")' in result.history
    assert 'denoising 100% ("the noise")' in result.history


def test_a_nafnet_is_exact_in_bounded_memory(tiny: Restorer, checkpoint: Path, tmp_path: Path) -> None:
    """It runs as our own network does: over strips, and in tiles that share the means of the picture."""
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    path = table(tmp_path, deblurring=checkpoint)
    whole, tiled = (with_experts(tiny, path, tile=tile).restore(pixels, plan=one) for tile in ("off", 64))
    assert np.sqrt(np.square(whole.pixels - tiled.pixels).mean()) < 0.01


def test_the_guard_judges_experts_too(
    tiny: Restorer, checkpoint: Path, photo_array: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "judge", lambda *rest: Verdict(0.0, "taken back"))
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    settings = dataclasses.replace(restorer.settings, guard=True)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    result = restorer.restore(photo_array, plan=one, settings=settings)
    assert np.array_equal(np.asarray(result.image), photo_array)
    assert "deblurring: taken back" in result.notes


def test_pictures_of_a_batch_are_computed_by_their_own_experts(
    tiny: Restorer, checkpoint: Path, tmp_path: Path
) -> None:
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    plans = [dataclasses.replace(PLAN, steps=PLAN.steps[number:][:1]) for number in (1, 0, 1)]
    photos = [Photo(np.random.default_rng(seed).random((40, 30, 3), np.float32)) for seed in range(3)]
    together = restore_batch(restorer, photos, plans, [restorer.settings] * 3)
    for photo, plan, result in zip(photos, plans, together, strict=True):
        alone = restorer.restore(photo, plan=plan)
        np.testing.assert_allclose(result.pixels, alone.pixels, atol=1e-5)
        assert result.experts == alone.experts


def test_a_model_with_text_is_given_words_and_keeps_its_own_tasks(
    tiny: Restorer, photo_array: np.ndarray, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    other = dataclasses.replace(
        tiny.model, name="other", image=random_network(tiny.model.image.config, seed=5)
    )
    save_model(other, tmp_path / "other.safetensors", torch.float32)
    restorer = with_experts(tiny, table(tmp_path, deblurring=tmp_path / "other.safetensors"))
    one = dataclasses.replace(PLAN, steps=PLAN.steps[1:])
    result = restorer.restore(photo_array, plan=one)
    alone = Restorer(other, Settings(device="cpu", precision="fp32", guard=False))
    assert np.array_equal(result.pixels, alone.restore(photo_array, plan=one).pixels)
    fewer = dataclasses.replace(other, tasks=tuple(Task)[:1] + tuple(Task)[2:], text=None)
    save_model(dataclasses.replace(fewer, name="free"), tmp_path / "free.safetensors")
    assert isinstance(load_expert(str(tmp_path / "free.safetensors"), CPU, BLUR), Model)


def test_a_bare_prediction_is_the_models_own(tiny: Restorer, checkpoint: Path, tmp_path: Path) -> None:
    restorer = with_experts(tiny, table(tmp_path, deblurring=checkpoint))
    pixels = torch.rand(1, 3, 24, 24)
    assert torch.equal(restorer.predict(pixels, "remove the blur"), tiny.predict(pixels, "remove the blur"))


def test_from_the_hub_by_name(
    nafnet: ImageNetwork, tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    for repository in ("someone--NAFNet", "someone--own"):
        snapshot = tmp_path / f"models--{repository}" / "snapshots" / ("a" * 40)
        (snapshot / "weights").mkdir(parents=True)
        (snapshot.parents[1] / "refs").mkdir()
        (snapshot.parents[1] / "refs" / "main").write_text("a" * 40)
        if repository.endswith("own"):
            save_model(tiny.model, snapshot / "tiny.safetensors")
        else:
            torch.save(nafnet.state_dict(), snapshot / "weights" / "GoPro.pth")
    found = load_expert("hub:someone/NAFNet/weights/GoPro.pth", CPU)
    assert isinstance(found, Model)
    assert found.name == "GoPro (NAFNet)"
    own = load_expert("hub:someone/own", CPU, BLUR)
    assert isinstance(own, Model)
    assert own.name == "tiny"
    with pytest.raises(CheckpointError, match=r"hub:nobody/nothing/x\.pth: cannot be fetched"):
        load_expert("hub:nobody/nothing/x.pth", CPU)


def spandrel_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spandrel, with the names that it imports from torchvision for networks not asked for here."""
    try:
        import torchvision.transforms.functional  # noqa: F401
    except ImportError:
        for name in ("torchvision", "torchvision.transforms", "torchvision.transforms.functional"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        functional = vars(sys.modules["torchvision.transforms.functional"])
        functional |= {"InterpolationMode": Enum("Mode", "BILINEAR"), "rotate": None, "normalize": None}
    pytest.importorskip("spandrel", reason='needs the extra "networks"')


def test_what_spandrel_knows_is_tiled_with_overlap(
    tiny: Restorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spandrel_here(monkeypatch)
    from spandrel.architectures.DnCNN import DnCNN

    torch.manual_seed(0)
    network = DnCNN(in_nc=3, out_nc=3, nc=8, nb=8, act_mode="R").eval()
    torch.save({"state_dict": network.state_dict()}, tmp_path / "dncnn.pth")
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[:1])
    path = table(tmp_path, denoising=tmp_path / "dncnn.pth")
    whole, tiled = (with_experts(tiny, path, tile=tile).restore(pixels, plan=one) for tile in ("off", 128))
    with torch.inference_mode():
        expected = network(tensor(pixels)).clamp(0, 1)
    inside = np.s_[8:-8, 8:-8]
    found = tensor(whole.pixels)[0].permute(1, 2, 0)[inside]
    torch.testing.assert_close(found, expected[0].permute(1, 2, 0)[inside], atol=1e-5, rtol=0)
    np.testing.assert_allclose(tiled.pixels, whole.pixels, atol=1e-5)  # it looks no farther than the overlap
    assert "dncnn (DnCNN): in tiles of 128 pixels, blended where they overlap" in tiled.notes
    assert "denoising: computed by dncnn (DnCNN)" in whole.notes


def test_spandrels_own_nafnet_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spandrel_here(monkeypatch)
    from spandrel.architectures.NAFNet import NAFNet

    torch.manual_seed(0)
    theirs = NAFNet(width=8, middle_blk_num=1, enc_blk_nums=[1, 1], dec_blk_nums=[1, 1]).eval()
    for name, weights in theirs.named_parameters():
        if name.endswith(("beta", "gamma")):
            weights.data.normal_(0, 0.3)
    torch.save({"params": theirs.state_dict()}, tmp_path / "theirs.pth")
    found = load_expert(str(tmp_path / "theirs.pth"), CPU)
    assert isinstance(found, Model)
    image = torch.rand(1, 3, 36, 44)
    with torch.inference_mode():
        torch.testing.assert_close(found.image(image), theirs(image), atol=1e-5, rtol=0)


def graph(path: Path, *, size: object = None, inputs: int = 1, stride: int = 1, channels: object = 3) -> Path:
    """A graph that averages three by three pixels."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    helper, floats = onnx.helper, onnx.TensorProto.FLOAT
    shape = [1, channels, size or "height", size or "width"]
    given = [helper.make_tensor_value_info(f"in{number}", floats, shape) for number in range(inputs)]
    weight = np.zeros((3, 3, 3, 3), np.float32)
    weight[range(3), range(3)] = 1 / 9
    node = helper.make_node("Conv", ["in0", "w"], ["out"], pads=[1, 1, 1, 1], strides=[stride, stride])
    out = helper.make_tensor_value_info("out", floats, [1, 3, None, None])
    made = helper.make_graph([node], "blur", given, [out], [onnx.numpy_helper.from_array(weight, "w")])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("size", [None, 64])
def test_an_onnx_graph_computes_a_step(tiny: Restorer, tmp_path: Path, size: int | None) -> None:
    path = table(tmp_path, denoising=graph(tmp_path / "blur.onnx", size=size))
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    one = dataclasses.replace(PLAN, steps=PLAN.steps[:1])
    result = with_experts(tiny, path).restore(pixels, plan=one)
    mirrored = torch.nn.functional.pad(tensor(pixels), [1, 1, 1, 1], mode="reflect")
    expected = torch.nn.functional.avg_pool2d(mirrored, 3, stride=1)
    torch.testing.assert_close(tensor(result.pixels), expected, atol=1e-5, rtol=0)
    assert "denoising: computed by blur (ONNX)" in result.notes


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"inputs": 2}, "give a graph that takes one picture"),
        ({"channels": 1}, "give a graph that takes one picture"),
        ({"stride": 2}, "made 32x32 of 64x64: give a network that keeps the size"),
    ],
)
def test_graphs_that_do_not_restore_pictures_are_refused(tmp_path: Path, choices: dict, says: str) -> None:
    path = graph(tmp_path / "odd.onnx", **choices)
    with pytest.raises(CheckpointError, match=says) as caught:
        from_onnx(path)
    assert str(path) in str(caught.value)


def test_an_onnx_file_of_nonsense_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    (tmp_path / "odd.onnx").write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match=r"odd\.onnx: not a readable ONNX graph"):
        load_expert(str(tmp_path / "odd.onnx"), CPU)


class Trap:
    """A pickle that would run code."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".ckpt"])
def test_files_that_would_run_code_are_refused(tmp_path: Path, suffix: str) -> None:
    torch.save(
        {"params": {"weight": torch.zeros(3), "trap": Trap(tmp_path / "sprung")}}, tmp_path / f"trap{suffix}"
    )
    with pytest.raises(CheckpointError, match="not readable as plain weights"):
        load_expert(str(tmp_path / f"trap{suffix}"), CPU)
    assert not (tmp_path / "sprung").exists()


def test_files_that_hold_no_network_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.pth").write_text("no weights")
    torch.save([1, 2], tmp_path / "list.pth")
    torch.save({"weight": torch.zeros(3)}, tmp_path / "unknown.pth")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    says = {
        "text.pth": "not readable as plain weights",
        "list.pth": "holds something other than named tensors",
        "photo.jpg": "not a file of weights by its name",
        "missing.pth": "no such file",
    }
    for name, reason in says.items():
        with pytest.raises(CheckpointError, match=reason) as caught:
            load_expert(str(tmp_path / name), CPU)
        assert str(tmp_path / name) in str(caught.value)
        assert "\n" not in str(caught.value)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "spandrel", None)
        with pytest.raises(ConfigError, match=r"unknown\.pth: no model of InstructIR.*pip install"):
            load_expert(str(tmp_path / "unknown.pth"), CPU)
    spandrel_here(monkeypatch)
    with pytest.raises(CheckpointError, match=r"unknown\.pth: neither a model of InstructIR nor known"):
        load_expert(str(tmp_path / "unknown.pth"), CPU)


def test_a_network_that_enlarges_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spandrel_here(monkeypatch)
    from spandrel.architectures.Compact import Compact

    torch.save(Compact(num_feat=8, num_conv=2, upscale=4).state_dict(), tmp_path / "x4.pth")
    with pytest.raises(CheckpointError, match=r"x4\.pth: enlarges by 4"):
        load_expert(str(tmp_path / "x4.pth"), CPU)


def test_memory_that_runs_out_makes_tiles_smaller() -> None:
    def function(pictures: torch.Tensor) -> torch.Tensor:
        if pictures[0, 0].numel() > 110 * 110:
            raise RuntimeError("out of memory")
        return pictures * 0.5

    network = OpaqueNetwork("other", function, multiple=4)
    image = torch.rand(2, 3, 200, 150)
    restored, notes = network.run(image, ensemble=2)
    torch.testing.assert_close(restored, image * 0.5, atol=1e-6, rtol=0)
    assert any("out of memory; repeated in tiles of" in note for note in notes)
    with pytest.raises(InstructIRError, match="other: out of memory: allow tiles"):
        network.run(image, "off")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no table", "not a table of experts"),
        ("[]", "not a table of experts"),
        ('{"deblurring": 3}', "not a table of experts"),
        ('{"ironing": "x.pth"}', "unknown task 'ironing'"),
        ('{"blur": "x.pth", "deblurring": "y.pth"}', "names deblurring twice"),
    ],
)
def test_tables_that_are_none_are_refused_before_any_picture(
    tiny: Restorer, tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        with_experts(tiny, str(path))
    assert str(caught.value).startswith(f"{path}: ")


def test_a_table_that_is_not_there_is_named(tiny: Restorer, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: no table of experts"):
        with_experts(tiny, str(tmp_path / "none.json"))


def test_the_users_own_table_is_used_unless_it_is_turned_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTRUCTIR_EXPERTS", str(tmp_path / "own" / "experts.json"))
    assert experts_of("auto") == {}
    write_table(own_table(), {BLUR: "hub:a/b"})
    assert experts_of("auto") == {BLUR: "hub:a/b"}
    assert experts_of("off") == {}
    write_table(own_table(), {})
    assert not own_table().exists()


def test_files_are_taken_relative_to_the_table(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "table.json").write_text('{"blur": "NAFNet-GoPro.pth", "noise": "instructir-7d-lite"}')
    assert read_table(tmp_path / "table.json") == {BLUR: str(checkpoint), NOISE: "instructir-7d-lite"}


def test_other_experts_are_other_results(checkpoint: Path, tmp_path: Path) -> None:
    """A folder job restores again what it restored with another expert, or another file of its name."""
    settings = Settings(experts=table(tmp_path, deblurring=checkpoint))
    before = result_key(settings, "sharpen it")
    assert result_key(settings, "sharpen it") == before
    checkpoint.write_bytes(checkpoint.read_bytes() + b"more")
    after = result_key(settings, "sharpen it")
    table(tmp_path, denoising=checkpoint)
    assert len({before, after, result_key(settings, "sharpen it")}) == 3


def test_who_sends_a_picture_cannot_name_experts() -> None:
    """The API takes settings of a picture; which files a server loads is its operator's choice."""
    assert "experts" not in per_picture()
