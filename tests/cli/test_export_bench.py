"""``instructir export`` and ``instructir bench`` as users call them."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from helpers.commands import call
from instructir.inference import bench
from instructir.inference.runtimes.onnx import OnnxRuntime
from instructir.models.checkpoint import Model, save_model
from instructir.models.image_network import ImageConfig, ImageNetwork


def test_export_writes_the_graph_of_a_text_free_network_and_how_to_use_it(tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")
    # Exporting takes seconds a block.
    network = ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=0)).eval()
    save_model(Model("plain", network, None, ""), tmp_path / "plain.safetensors", torch.float32)
    done = call("export", tmp_path / "plain.safetensors", "--format", "onnx", "-o", tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "new" / "plain.onnx")
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["plain.json", "plain.onnx"]
    graph = runtime.InferenceSession(tmp_path / "new" / "plain.onnx")
    assert [entry.shape[1] for entry in graph.get_inputs()] == [3]
    assert json.loads((tmp_path / "new" / "plain.json").read_text())["config"]["width"] == 4
    whole = OnnxRuntime(tmp_path / "new" / "plain.onnx", network.config)
    assert whole(torch.rand(1, 3, 9, 9)).shape == (1, 3, 9, 9)


def test_export_of_nothing_is_one_line(tmp_path: Path) -> None:
    done = call("export", tmp_path / "none.safetensors", "-o", tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_bench_measures_against_the_plain_network(plain_model: str, tmp_path: Path) -> None:
    arguments = ("--size", "70x50", "--runs", 1, "--pictures", 2, "--json", tmp_path / "b.json")
    done = call("bench", "torch:fp32", "--model", plain_model, *arguments)
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "b.json").read_text())
    rows = record["rows"]
    assert [row["runtime"] for row in rows] == ["plain", "torch"]
    assert all(row["latency"] > 0 and row["batch"] > 0 and row["start"] > 0 for row in rows)
    assert record["machine"]["processor"] in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("torch:fp8",), "precision 'fp8' is unknown"),
        (("nothing:fp32",), "runtime 'nothing' is unknown"),
        (("--size", "12"), "size '12' is none"),
        (("torch:fp32", "--json", f"{__file__}/b.json"), "b.json: cannot be written"),
        (("torch:fp32", "--device", "cuda:99"), "device 'cuda:99' is not available here"),
    ],
)
def test_bench_refuses_in_one_line(
    plain_model: str, arguments: tuple[str, ...], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = bench.measure_apart

    def measure(name: str, *arguments: Any, **options: Any) -> bench.Measurement:
        """What comes before the refusal takes no process of its own here."""
        return (bench._measure if name.startswith(bench.PLAIN) else apart)(name, *arguments, **options)

    monkeypatch.setattr(bench, "measure_apart", measure)
    done = call(
        "bench", *arguments, "--model", plain_model, *(() if "--size" in arguments else ("--size", "16x16"))
    )
    assert done.returncode == 2
    assert reason in done.stderr.splitlines()[-1]
