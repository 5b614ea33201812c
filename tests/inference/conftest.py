"""The kernel, and processors as others have them."""

import pytest
import torch

from instructir.inference.native.executor import usable_kernel
from instructir.inference.native.library import Library, compiled_kernel
from instructir.inference.runtimes import choice


@pytest.fixture
def plain_processor(monkeypatch):
    """As on a processor without a matrix unit."""
    monkeypatch.setattr(
        choice, "usable_kernel", lambda dtype: None if dtype == torch.bfloat16 else usable_kernel(dtype)
    )


@pytest.fixture(scope="module")
def kernel() -> Library:
    """The kernel; where there is no compiler, what needs it is skipped."""
    found = compiled_kernel()
    if found is None:
        pytest.skip("no C++ compiler")
    return found


@pytest.fixture(scope="module")
def half() -> Library:
    """The kernel that keeps its maps in half precision."""
    found = compiled_kernel(torch.float16)
    if found is None:
        pytest.skip("no C++ compiler, or a processor that does not convert half precision")
    return found
