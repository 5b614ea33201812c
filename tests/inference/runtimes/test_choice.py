"""Which runtime and precision `auto` stands for, and what is refused."""

import pytest
import torch

from instructir.errors import ConfigError
from instructir.inference.native.executor import usable_kernel
from instructir.inference.runtimes import choice
from instructir.inference.runtimes.choice import BATCH, build_runtime, choose_dtype, choose_runtime
from instructir.inference.runtimes.openvino import core

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


@pytest.mark.parametrize(("device", "expected"), [(CPU, "native"), (CUDA, "torch"), (MPS, "torch")])
def test_single_pictures_take_the_kernel_on_the_cpu(device, expected):
    assert choose_runtime("auto", device, 1) == expected
    assert choose_runtime("auto", device, BATCH - 1) == expected


@pytest.mark.usefixtures("plain_processor")
def test_the_kernel_is_taken_for_its_precisions_and_torch_for_others():
    for precision in ("auto", "fp16", "fp32"):
        assert choose_runtime("auto", CPU, precision=precision) == "native"
    assert choose_runtime("auto", CPU, precision="bf16") == "torch"
    assert choose_dtype("auto", CPU, "native") == choose_dtype("fp16", CPU, "native") == torch.float16
    assert choose_dtype("fp32", CPU, "native") == torch.float32


def test_a_matrix_unit_is_used_where_there_is_one(monkeypatch):
    monkeypatch.setattr(choice, "usable_kernel", lambda dtype: object())
    for precision in ("auto", "bf16"):
        assert choose_runtime("auto", CPU, precision=precision) == "native"
        assert choose_dtype(precision, CPU, "native") == torch.bfloat16
    assert choose_dtype("fp16", CPU, "native") == torch.float16
    assert choose_dtype("fp32", CPU, "native") == torch.float32


def test_where_the_processor_has_no_half_precision_auto_is_exact_and_who_asks_for_it_is_told(monkeypatch):
    without = {torch.float16: None, torch.float32: usable_kernel(torch.float32)}
    monkeypatch.setattr(choice, "usable_kernel", without.get)
    assert (choose_runtime("auto", CPU), choose_dtype("auto", CPU, "native")) == ("native", torch.float32)
    assert choose_runtime("auto", CPU, precision="fp16") == "torch"
    with pytest.raises(ConfigError, match="fp16 by the runtime native alone"):
        choose_dtype("fp16", CPU, "torch")


def test_without_a_kernel_torch_computes_and_who_asks_for_it_is_told_the_mend(monkeypatch):
    monkeypatch.setattr(choice, "usable_kernel", lambda *_: None)
    assert choose_runtime("auto", CPU) == "torch"
    with pytest.raises(ConfigError, match=r"needs a C\+\+ compiler and a cache: install .*, or use"):
        choose_runtime("native", CPU)


@pytest.mark.parametrize(("device", "expected"), [(CUDA, "compiled"), (CPU, "native"), (MPS, "torch")])
def test_batches_are_compiled_where_that_pays(device, expected):
    assert choose_runtime("auto", device, BATCH) == expected


@pytest.mark.parametrize("name", choice.NAMES)
def test_names_stand_for_themselves_on_the_cpu(name):
    assert choose_runtime(name, CPU, 1000) == name


@pytest.mark.parametrize(
    ("name", "device", "reason"),
    [
        ("tensorrt", CPU, "is unknown: use one of native, torch, compiled, onnx, openvino, auto"),
        ("onnx", CUDA, "computes on the CPU"),
        ("native", CUDA, "computes on the CPU"),
        ("openvino", MPS, "computes on the CPU"),
        ("compiled", MPS, "does not compute on mps"),
    ],
)
def test_impossible_runtimes_are_refused_in_one_line(name, device, reason):
    with pytest.raises(ConfigError, match=reason) as error:
        choose_runtime(name, device)
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("plain_processor")
@pytest.mark.parametrize(
    ("precision", "runtime"), [("bf16", "onnx"), ("bf16", "native"), ("fp16", "torch"), ("half", "torch")]
)
def test_impossible_precisions_are_refused(precision, runtime):
    with pytest.raises(ConfigError, match="use "):
        choose_dtype(precision, CPU, runtime)


def test_other_runtimes_compute_in_float32_unless_asked():
    assert choose_dtype("auto", CPU, "onnx") == choose_dtype("fp32", CPU, "onnx") == torch.float32
    assert choose_dtype("auto", CPU, "openvino") == torch.float32
    assert choose_dtype("bf16", CPU, "openvino") == torch.bfloat16


@pytest.mark.parametrize("runtime", ["native", "torch"])
def test_on_the_cpu_there_is_no_runtime_for_whole_pictures_but_others(network, runtime):
    assert build_runtime(runtime, network, torch.float32, CPU) is None


@pytest.mark.parametrize(("runtime", "module"), [("onnx", "onnxruntime"), ("openvino", "openvino")])
def test_missing_extra_is_one_line_that_says_what_to_install(network, monkeypatch, runtime, module):
    monkeypatch.setattr("instructir.inference.runtimes.export.cached_onnx", lambda network: "graph.onnx")
    monkeypatch.setitem(__import__("sys").modules, module, None)
    # The core that OpenVINO has once is kept for good: as if this were the first use.
    monkeypatch.setattr("instructir.inference.runtimes.openvino.core", core.__wrapped__)
    with pytest.raises(ConfigError, match=rf"pip install 'instructir\[{runtime}\]'"):
        build_runtime(runtime, network, torch.float32, CPU)
