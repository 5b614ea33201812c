"""Processors as others have them."""

import pytest
import torch

from instructir.inference.native.executor import usable_kernel
from instructir.inference.runtimes import choice


@pytest.fixture
def plain_processor(monkeypatch):
    """As on a processor without a matrix unit."""
    monkeypatch.setattr(
        choice, "usable_kernel", lambda dtype: None if dtype == torch.bfloat16 else usable_kernel(dtype)
    )
