"""Every runtime computes what the network computes, at any size."""

import copy
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import torch.nn.functional as F

from helpers.networks import random_network
from helpers.tolerances import CLOSE, SHARE, error_share
from instructir.errors import CheckpointError, ConfigError
from instructir.inference.runtimes import export
from instructir.inference.runtimes.export import (
    cached_onnx,
    check,
    export_onnx,
    export_openvino,
    network_digest,
)
from instructir.inference.runtimes.onnx import OnnxRuntime
from instructir.inference.runtimes.openvino import OpenVINORuntime
from instructir.inference.runtimes.whole import WholeNetwork
from instructir.models.image_network import ImageConfig, ImageNetwork

CPU = torch.device("cpu")
SIZES = [(1, 1, 1), (3, 5, 7), (1, 16, 16), (2, 33, 70), (1, 130, 64)]


@pytest.fixture(scope="module", params=["whole", "onnx", "openvino"])
def runtime(request, network, graph):
    if request.param == "whole":
        return WholeNetwork(network, torch.float32, CPU)
    if request.param == "onnx":
        return OnnxRuntime(graph, network.config)
    pytest.importorskip("openvino")
    return OpenVINORuntime(graph, network.config, torch.float32)


def sample(batch: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.rand(batch, 3, height, width), F.normalize(torch.randn(batch, 8), dim=1)


@pytest.mark.parametrize("size", SIZES)
def test_float32_is_exact(runtime, network, size):
    image, text = sample(*size)
    expected = network(image, text)
    assert (expected - image).abs().mean() > 0.01, "the network does nothing"
    restored = runtime(image, text)
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])


def test_windows_are_exported(tmp_path, monkeypatch):
    for module in ("onnxruntime", "onnxscript"):
        pytest.importorskip(module)
    network = random_network(ImageConfig(4, (1,), 1, (1,), text_dim=8))  # exporting takes seconds a block
    windowed = copy.deepcopy(network)
    windowed.attend_within(24)
    image, text = sample(1, 70, 50)
    expected = windowed(image, text)
    assert (expected - network(image, text)).abs().max() > 1e-4
    graph = tmp_path / "windows.onnx"
    export_onnx(windowed, graph)  # compares sizes below and above the window
    restored = OnnxRuntime(graph, network.config)(image, text)
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])
    pytest.importorskip("openvino")
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: path.write_bytes(graph.read_bytes()))
    path = tmp_path / "windows.xml"
    export_openvino(windowed, path)
    restored = OpenVINORuntime(path, network.config, torch.float32)(image, text)
    torch.testing.assert_close(restored, expected, **CLOSE[torch.float32])


def test_a_variant_has_its_own_window(network):
    windowed = copy.deepcopy(network)
    windowed.attend_within(24)
    image, text = sample(1, 70, 50)
    runtime = WholeNetwork(network, torch.float32, CPU)
    variant = runtime.variant(windowed)
    for chosen, expected in ((variant, windowed), (runtime, network), (variant, windowed)):
        torch.testing.assert_close(chosen(image, text), expected(image, text), **CLOSE[torch.float32])


def test_one_embedding_may_serve_a_batch(runtime, network):
    image, text = sample(3, 20, 24)
    together = runtime(image, text[:1].expand(3, -1))
    torch.testing.assert_close(together, network(image, text[:1].expand(3, -1)), **CLOSE[torch.float32])


def test_memory_estimate_grows_with_the_picture(runtime):
    assert runtime.bytes_needed(1, 512, 512) == 4 * runtime.bytes_needed(1, 256, 256) > 0


@pytest.mark.parametrize("name", ["whole", "openvino"])
def test_bfloat16_is_close_and_comes_back_as_float32(name, network, graph):
    if name == "openvino":
        pytest.importorskip("openvino")
        runtime: OpenVINORuntime | WholeNetwork = OpenVINORuntime(graph, network.config, torch.bfloat16)
    else:
        runtime = WholeNetwork(network, torch.bfloat16, CPU)
    image, text = sample(1, 40, 48)
    restored, expected = runtime(image, text), network(image, text)
    assert restored.dtype == torch.float32
    assert error_share(restored, expected, image) < SHARE[name, torch.bfloat16]


ELSEWHERE = """
import signal, sys, threading
from pathlib import Path
import torch
from instructir.inference.runtimes.openvino import OpenVINORuntime
from instructir.models.image_network import ImageConfig
held = [OpenVINORuntime(Path(sys.argv[1]), ImageConfig(4, (1, 1), 1, (1, 1), text_dim=8), torch.float32)]
thread = threading.Thread(target=held.clear)
thread.start()
thread.join()
signal.signal(signal.SIGINT, lambda *_: print("heard"))
signal.raise_signal(signal.SIGINT)
"""


def test_a_signal_is_survived_after_openvino_was_released_by_another_thread(graph):
    """Its plugin would take the stack with it on which this thread hears signals."""
    pytest.importorskip("openvino")
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(graph)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "heard\n"), done.stderr


def test_openvino_export_is_two_files_that_compute_the_same(network, graph, tmp_path, monkeypatch):
    pytest.importorskip("openvino")
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: path.write_bytes(graph.read_bytes()))
    export_openvino(network, tmp_path / "small.xml")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["small.bin", "small.xml"]
    runtime = OpenVINORuntime(tmp_path / "small.xml", network.config, torch.float32)
    assert check(network, runtime, tmp_path) < 1e-5


def test_wrong_export_is_refused_and_leaves_nothing(network, graph, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: path.write_bytes(graph.read_bytes()))
    other = ImageNetwork(network.config).eval().requires_grad_(False)
    with pytest.raises(CheckpointError, match=r"bad\.onnx: not written, because .* differs from PyTorch"):
        export.export_onnx(other, tmp_path / "bad.onnx")
    assert list(tmp_path.iterdir()) == []


def test_not_a_number_is_a_difference(network, tmp_path):
    with pytest.raises(CheckpointError, match="nan"):
        check(network, lambda image, text: image * torch.nan, tmp_path / "x.onnx")


def test_export_to_nowhere_is_one_line(network, tmp_path):
    pytest.importorskip("onnxruntime")
    with pytest.raises(CheckpointError, match=r"none.x\.onnx: cannot be written .*choose another place"):
        export.export_onnx(network, tmp_path / "none" / "x.onnx")


def test_cached_graph_is_written_once(network, graph, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path))
    writes = []

    def write(network, path):
        writes.append(path)
        path.write_bytes(graph.read_bytes())

    monkeypatch.setattr(export, "_write_onnx", write)
    assert (
        cached_onnx(network) == cached_onnx(network) == tmp_path / "onnx" / f"{network_digest(network)}.onnx"
    )
    assert len(writes) == 1
    assert [file.name for file in (tmp_path / "onnx").iterdir()] == [f"{network_digest(network)}.onnx"]


def test_networks_of_one_shape_are_exported_once(network, graph, tmp_path, monkeypatch):
    """Merged networks differ in nothing but weights, and exporting takes seconds a block."""
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path))
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: path.write_bytes(graph.read_bytes()))
    cached_onnx(network)
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: pytest.fail("exported again"))
    other = copy.deepcopy(network)
    for value in other.parameters():
        value.add_(0.1 * torch.randn_like(value))
    image, text = sample(1, 20, 24)
    assert (network(image, text) - other(image, text)).abs().max() > 0.01
    path = cached_onnx(other)
    assert path.name == f"{network_digest(other)}.onnx"
    assert check(other, OnnxRuntime(path, other.config), path) < 1e-5


def test_a_graph_without_all_weights_is_exported_anew(network, graph, tmp_path, monkeypatch):
    onnx = pytest.importorskip("onnx")
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path))
    model = onnx.load(graph)
    renamed = next(tensor for tensor in model.graph.initializer if tensor.name == "intro.weight")
    renamed.name = "folded"
    writes = []

    def write(network, path):
        writes.append(path)
        path.write_bytes(model.SerializeToString())

    monkeypatch.setattr(export, "_write_onnx", write)
    cached_onnx(network)
    cached_onnx(ImageNetwork(network.config).eval().requires_grad_(False))
    assert len(writes) == 2


def test_the_cache_keeps_the_graphs_used_last(network, graph, tmp_path, monkeypatch):
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path))
    monkeypatch.setattr(export, "KEPT_GRAPHS", 2)
    monkeypatch.setattr(export, "_write_onnx", lambda network, path: path.write_bytes(graph.read_bytes()))
    others = []
    for seed in range(3):
        torch.manual_seed(seed)
        others.append(ImageNetwork(network.config).eval().requires_grad_(False))
    first, second = cached_onnx(others[0]), cached_onnx(others[1])
    assert cached_onnx(others[0]) == first
    third = cached_onnx(others[2])
    assert sorted((tmp_path / "onnx").iterdir()) == sorted([first, third])
    assert second not in (first, third)


def test_cache_may_be_off(network, monkeypatch):
    monkeypatch.setenv("INSTRUCTIR_CACHE", "")
    with pytest.raises(ConfigError, match="INSTRUCTIR_CACHE"):
        cached_onnx(network)


def test_digest_tells_weights_and_shapes_apart(network):
    torch.manual_seed(1)
    assert network_digest(ImageNetwork(network.config)) != network_digest(network)
    assert network_digest(network) == network_digest(network)


def test_compiling_needs_a_compiler(network, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ConfigError, match=r"needs a C\+\+ compiler"):
        WholeNetwork(network, torch.float32, CPU, compiled=True)


@pytest.mark.skipif("INSTRUCTIR_COMPILE" not in os.environ, reason="takes minutes: set INSTRUCTIR_COMPILE=1")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_network_computes_the_same(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    torch.manual_seed(0)
    network = ImageNetwork(ImageConfig(4, (1,), 1, (1,), text_dim=0)).eval().requires_grad_(False)
    for name, value in network.named_parameters():
        if name.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
    runtime = WholeNetwork(network, torch.float32, CPU, compiled=True)
    image = torch.rand(2, 3, 21, 18)
    torch.testing.assert_close(runtime(image), network(image), **CLOSE[torch.float32])
    other = copy.deepcopy(network)
    for value in other.parameters():
        value.mul_(1.1)
    with torch.compiler.set_stance("fail_on_recompile"):
        variant = runtime.variant(other)
        torch.testing.assert_close(variant(image), other(image), **CLOSE[torch.float32])
        torch.testing.assert_close(runtime(image), network(image), **CLOSE[torch.float32])


def test_variants_of_a_whole_network_take_turns_in_one_module(network):
    other = copy.deepcopy(network)
    for value in other.parameters():
        value.mul_(1.2)
    runtime = WholeNetwork(network, torch.float32, CPU)
    variant = runtime.variant(other)
    assert variant._forward is runtime._forward
    image, text = sample(2, 20, 24)
    assert (network(image, text) - other(image, text)).abs().max() > 0.01
    wanted = {id(runtime): network(image, text), id(variant): other(image, text)}

    def run(chosen):
        torch.testing.assert_close(chosen(image, text), wanted[id(chosen)], **CLOSE[torch.float32])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, [runtime, variant, variant, runtime] * 4))
