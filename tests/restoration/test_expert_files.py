"""Files of experts: graphs of ONNX, and what is refused because it would run code or restores nothing."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers.networks import spandrel_here
from instructir.errors import CheckpointError, ConfigError
from instructir.inference.foreign import from_onnx
from instructir.instructions.plan import Plan, Step
from instructir.restoration.experts import load_expert
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task

CPU = torch.device("cpu")


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
    table = tmp_path / "table.json"
    table.write_text(json.dumps({"denoising": str(graph(tmp_path / "blur.onnx", size=size))}))
    settings = Settings(device="cpu", precision="fp32", guard=False, experts=str(table))
    pixels = np.random.default_rng(0).random((150, 170, 3), np.float32)
    plan = Plan("clear", (Step(Task.DENOISING, 1.0, 1.0, "the noise"),))
    result = Restorer(tiny.model, settings).restore(pixels, plan=plan)
    given, found = (torch.from_numpy(values).permute(2, 0, 1)[None] for values in (pixels, result.pixels))
    mirrored = torch.nn.functional.pad(given, [1, 1, 1, 1], mode="replicate")  # as far as it sees
    expected = torch.nn.functional.avg_pool2d(mirrored, 3, stride=1)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
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
