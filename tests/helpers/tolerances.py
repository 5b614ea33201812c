"""How far what computes the network may be from PyTorch in float32: by precision, and by runtime."""

from typing import Any

import torch

CLOSE: dict[torch.dtype, dict[str, Any]] = {
    torch.float32: {"atol": 1e-5, "rtol": 0},
    torch.bfloat16: {"atol": 0.02, "rtol": 0},
}
"""For :func:`torch.testing.assert_close`, of pixels in [0, 1]; every runtime is held to them."""

SHARE: dict[tuple[str, torch.dtype], float] = {
    ("native", torch.float16): 0.01,
    ("native", torch.bfloat16): 0.02,
    ("strips", torch.float16): 0.01,
    ("strips", torch.bfloat16): 0.01,
    ("whole", torch.bfloat16): 0.02,
    ("openvino", torch.bfloat16): 0.02,
}
"""Root mean square error as a fraction of that of the change that the network makes."""


def error_share(restored: torch.Tensor, expected: torch.Tensor, image: torch.Tensor) -> float:
    """The error of `restored` as :data:`SHARE` has it."""
    error, change = ((one.double() ** 2).mean().sqrt() for one in (restored - expected, expected - image))
    return float(error / change)
