"""Which number formats a device computes well in, and what ``auto`` stands for on it."""

from pathlib import Path
from typing import Literal, cast, get_args

import torch

from instructir.errors import InstructIRError

Precision = Literal["fp32", "bf16", "fp16", "auto"]

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_BF16_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}  # the last is Arm's


def resolve(precision: str, device: torch.device) -> torch.dtype:
    """Data type for a precision on a device.

    ``auto`` is bfloat16 where the hardware multiplies it faster than float32, else float32.

    Raises:
        InstructIRError: for an unknown word, or a precision that the device cannot compute well in.
    """
    if precision not in get_args(Precision):
        choices = ", ".join(get_args(Precision))
        raise InstructIRError(f"precision {precision!r} is not one of {choices}")
    if precision == "auto":
        return torch.bfloat16 if has_fast_bf16(device) else torch.float32
    if precision == "fp16" and device.type == "cpu":
        raise InstructIRError("a CPU cannot run in fp16; use bf16, fp32 or auto")
    if precision == "bf16" and device.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise InstructIRError(f"{device} cannot run in bf16; use fp16, fp32 or auto")
    return DTYPES[precision]


def has_fast_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16 products. False where it cannot be told."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device.type == "cpu" and bool(_BF16_FLAGS & _cpu_flags())


def _cpu_flags() -> set[str]:
    """Instruction sets of the CPU; from torch where it tells (2.8 on), else from Linux."""
    capabilities = getattr(torch.cpu, "get_capabilities", None)
    if capabilities is not None:
        return {name for name, present in cast(dict[str, object], capabilities()).items() if present is True}
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return set()
    lines = (
        line.partition(":")[2] for line in text.splitlines() if line.lower().startswith(("flags", "features"))
    )
    return set(next(lines, "").split())
