"""The network in channels-last layout: the same function and gradients as the plain module, on a CPU."""

import importlib.util
import os
import subprocess
import sys

import pytest
import torch
import torch.nn.functional as F

from instructir.models.channels_last import depthwise
from instructir.models.channels_last.network import ChannelsLast
from instructir.models.image_network import ImageConfig, ImageNetwork


def network(text_dim=8):
    torch.manual_seed(0)
    made = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim))
    for parameter in made.parameters():  # scales begin at zero, which would hide the blocks
        torch.nn.init.normal_(parameter, 0, 0.3)
    return made


def gradients(function, parameters):
    return torch.autograd.grad(function().square().mean(), parameters)


def test_the_depthwise_convolution_is_torchs_forward_and_backward():
    torch.manual_seed(0)
    x = torch.randn(2, 9, 11, 6, requires_grad=True)
    weight, bias = torch.randn(6, 1, 3, 3, requires_grad=True), torch.randn(6, requires_grad=True)

    def theirs():
        return F.conv2d(x.permute(0, 3, 1, 2), weight, bias, padding=1, groups=6).permute(0, 2, 3, 1)

    def ours():
        return depthwise.depthwise(x, weight, bias)

    torch.testing.assert_close(ours(), theirs(), atol=1e-5, rtol=1e-5)
    places = (x, weight, bias)
    for mine, other in zip(gradients(ours, places), gradients(theirs, places), strict=True):
        torch.testing.assert_close(mine, other, atol=1e-5, rtol=1e-4)


KERNEL = """
import torch
from instructir.models.channels_last.depthwise import weight_gradients
from instructir.models.channels_last.kernels import launch
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
for shape in ((2, 9, 11, 24), (1, 40, 33, 64), (2, 4, 8, 40)):
    x, gradient = torch.randn(shape, device=device), torch.randn(shape, device=device)
    for mine, plain in zip(launch(x, gradient), weight_gradients(x, gradient), strict=True):
        torch.testing.assert_close(mine, plain, atol=1e-3, rtol=1e-4)
print("alike")
"""


@pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="Triton is not installed here")
def test_the_kernel_sums_what_the_plain_code_sums():
    interpreted = {} if torch.cuda.is_available() else {"TRITON_INTERPRET": "1"}  # read at its import
    done = subprocess.run(
        [sys.executable, "-c", KERNEL],
        env=os.environ | interpreted,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "alike\n", done.stderr


@pytest.mark.parametrize("text_dim", [8, 0])
def test_channels_last_is_the_same_function_with_the_same_gradients(text_dim):
    plain = network(text_dim)
    fast = ChannelsLast(plain, torch.float32, compiled=False)
    image, text = torch.rand(2, 3, 16, 24), F.normalize(torch.randn(2, 8), dim=-1) if text_dim else None
    torch.testing.assert_close(fast(image, text), plain(image, text), atol=1e-5, rtol=1e-5)
    parameters = list(plain.parameters())
    mine = gradients(lambda: fast(image, text), parameters)
    for one, other in zip(mine, gradients(lambda: plain(image, text), parameters), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-3)
