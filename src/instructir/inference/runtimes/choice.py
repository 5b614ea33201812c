"""Which runtime and precision are used, and what ``auto`` stands for."""

from typing import Literal, get_args

import torch

from instructir.errors import ConfigError
from instructir.inference.native.executor import usable_kernel
from instructir.inference.runtimes.interface import Runtime
from instructir.inference.runtimes.precision import resolve_precision
from instructir.models.image_network import ImageNetwork

RuntimeName = Literal["native", "torch", "compiled", "onnx", "openvino"]
NAMES: tuple[RuntimeName, ...] = get_args(RuntimeName)

# What the kernel may compute in for a precision; the first that it can is taken.
_NATIVE = {
    "auto": (torch.bfloat16, torch.float16, torch.float32),
    "fp32": (torch.float32,),
    "fp16": (torch.float16,),
    "bf16": (torch.bfloat16,),
}
_NO_KERNEL = (
    "the runtime native needs a C++ compiler and a cache: install g++, clang++ or instructir[fast], "
    "or use runtime torch"
)

ANY_SIZE: tuple[RuntimeName, ...] = ("native", "torch")
"""Runtimes that on the CPU take a picture of any size, one thread or all for each."""

BATCH = 64
"""Pictures from which a runtime pays that takes a minute to start."""


def choose_runtime(
    name: str, device: torch.device, pictures: int = 1, precision: str = "auto"
) -> RuntimeName:
    """The runtime that `name` stands for.

    ``auto`` is native on the CPU where its kernel can be compiled and nobody asks for another precision than
    those that it has, else torch, but for a batch on CUDA compiled. OpenVINO in bfloat16 loses too much
    quality to be chosen unasked (``instructir bench`` shows the times, benchmarks/precision_quality.py the
    quality).
    Compiling the whole network for a CPU takes minutes, so it is for those who ask for it.

    Args:
        name: one of `NAMES`, or ``auto``.
        device: where to compute.
        pictures: how many there are to restore, as far as is known.
        precision: that is asked for.

    Raises:
        ConfigError: for an unknown name, or a runtime that does not run on the device.
    """
    if name == "auto":
        if device.type == "cpu" and _native_dtype(precision) is not None:
            return "native"
        return "compiled" if device.type == "cuda" and pictures >= BATCH else "torch"
    for known in NAMES:
        if name == known:
            if known in ("native", "onnx", "openvino") and device.type != "cpu":
                raise ConfigError(f"the runtime {name} computes on the CPU: use device cpu, or runtime torch")
            if known == "compiled" and device.type == "mps":
                raise ConfigError("the runtime compiled does not compute on mps: use torch")
            if known == "native" and precision in _NATIVE and _native_dtype(precision) is None:
                raise ConfigError(_NO_KERNEL)
            return known
    raise ConfigError(f"runtime {name!r} is unknown: use one of {', '.join(NAMES)}, auto")


def choose_dtype(precision: str, device: torch.device, runtime: RuntimeName) -> torch.dtype:
    """Data type for a precision on a device with a runtime.

    Raises:
        ConfigError: for an unknown precision, or one that the device or the runtime cannot compute well in.
    """
    if runtime == "native" and (native := _native_dtype(precision)) is not None:
        return native
    dtype = resolve_precision(precision, device)
    if runtime == "openvino" and precision == "auto":
        return torch.float32
    if runtime in ("native", "onnx"):
        if precision not in ("auto", "fp32"):
            has = "fp32 and fp16 on this processor" if runtime == "native" else "fp32"
            raise ConfigError(
                f"the runtime {runtime} computes in {has}, not {precision}: use auto or another runtime"
            )
        return torch.float32
    return dtype


def _native_dtype(precision: str) -> torch.dtype | None:
    """What the kernel computes in for a precision; None where it cannot."""
    return next((dtype for dtype in _NATIVE.get(precision, ()) if usable_kernel(dtype) is not None), None)


def build_runtime(
    runtime: RuntimeName, network: ImageNetwork, dtype: torch.dtype, device: torch.device
) -> Runtime | None:
    """The runtime of that name for whole pictures; None where none is needed: native, torch but on CUDA.

    Raises:
        ConfigError: if an extra that it needs is not installed, or a compiler.
        CheckpointError: if a graph that it needs cannot be written.
    """
    from instructir.inference.runtimes.export import cached_onnx
    from instructir.inference.runtimes.whole import WholeNetwork

    if runtime == "native":
        return None
    if runtime == "torch":
        return WholeNetwork(network, dtype, device) if device.type == "cuda" else None
    if runtime == "compiled":
        return WholeNetwork(network, dtype, device, compiled=True)
    if runtime == "onnx":
        from instructir.inference.runtimes.onnx import OnnxRuntime

        return OnnxRuntime(cached_onnx(network), network.config)
    assert runtime == "openvino", runtime
    from instructir.inference.runtimes.openvino import OpenVINORuntime

    return OpenVINORuntime(cached_onnx(network), network.config, dtype)
