"""Which number formats a device computes well in, and what ``auto`` stands for on it."""

from pathlib import Path
from typing import Literal, cast, get_args

import torch

from instructir.errors import ConfigError

Precision = Literal["fp32", "bf16", "fp16", "auto"]

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_BF16_INSTRUCTIONS = {"avx512_bf16", "amx_bf16", "bf16"}  # the last is Arm's


def resolve_precision(precision: str, device: torch.device) -> torch.dtype:
    """Data type for a precision on a device.

    ``auto`` is bfloat16 where the hardware multiplies it faster than float32, else float32.

    Raises:
        ConfigError: for an unknown word, or a precision that the device cannot compute well in.
    """
    if precision not in get_args(Precision):
        choices = ", ".join(get_args(Precision))
        raise ConfigError(f"precision {precision!r} is unknown: use one of {choices}")
    if precision == "auto":
        return torch.bfloat16 if has_fast_bf16(device) else torch.float32
    if precision == "fp16" and device.type == "cpu":
        raise ConfigError("the CPU computes in fp16 by the runtime native alone: use bf16, fp32 or auto")
    if precision == "bf16" and device.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise ConfigError(f"{device} does not compute in bf16: use fp16, fp32 or auto")
    return _DTYPES[precision]


def has_fast_bf16(device: torch.device) -> bool:
    """Whether the device has instructions for bfloat16 products. False where it cannot be told."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device.type == "cpu" and not _BF16_INSTRUCTIONS.isdisjoint(_cpu_instructions())


def _cpu_instructions() -> set[str]:
    """Instruction sets of the CPU: from torch where it tells, else from Linux."""
    capabilities = getattr(torch.cpu, "get_capabilities", None)
    if capabilities is not None:
        found = cast(dict[str, object], capabilities())
        return {name for name, present in found.items() if present is True}
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return set()
    fields = (line.partition(":") for line in text.splitlines())
    return set(next((value for key, _, value in fields if key.strip() in ("flags", "Features")), "").split())
