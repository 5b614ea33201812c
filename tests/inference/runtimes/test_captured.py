"""What a GPU captures as graphs, on a CPU, where the same code runs without them."""

import copy

import pytest
import torch

from helpers.networks import random_input, random_network
from helpers.tolerances import CLOSE
from instructir.inference.runtimes import captured
from instructir.inference.runtimes import whole as module
from instructir.inference.runtimes.captured import CapturedForward
from instructir.inference.runtimes.whole import WholeNetwork

CPU = torch.device("cpu")


@pytest.mark.parametrize("size", [(16, 24), (21, 18), (1, 5)])
def test_it_computes_what_the_network_computes(size):
    network = random_network()
    forward = CapturedForward(network, torch.float32, compiled=False)
    for _ in range(2):
        image, text = random_input(network.config, *size)
        torch.testing.assert_close(forward(image, text), network(image, text), **CLOSE[torch.float32])


def test_the_sizes_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(captured, "_KEPT", 2)
    network = random_network()
    forward = CapturedForward(network, torch.float32, compiled=False)
    for size in (8, 24, 8, 40, 16):  # 8 and 16 are padded differently, 8 was used again before 40 came
        image, text = random_input(network.config, size, size)
        torch.testing.assert_close(forward(image, text), network(image, text), **CLOSE[torch.float32])
        assert len(forward._graphs) <= 2
    assert [shape[-1] for shape, *_ in forward._graphs] == [40, 16]
    forward.forget()
    assert not forward._graphs


def test_weights_of_a_variant_take_effect_in_graphs_that_are_there(monkeypatch):
    network = random_network()
    other = copy.deepcopy(network)
    for value in other.parameters():
        value.mul_(1.2)
    monkeypatch.setattr(
        WholeNetwork, "_compile", lambda self, ready: CapturedForward(ready, self.dtype, compiled=False)
    )
    runtime = WholeNetwork(network, torch.float32, CPU, compiled=True)
    variant = runtime.variant(other)
    image, text = random_input(network.config, 20, 24)
    for chosen, expected in ((runtime, network), (variant, other), (runtime, network)):
        restored = chosen(image, text)
        torch.testing.assert_close(restored, expected(image, text), **CLOSE[torch.float32])
    assert isinstance(runtime._forward, CapturedForward)
    assert len(runtime._forward._graphs) == 1


def test_graphs_are_let_go_where_memory_runs_out(monkeypatch):
    network = random_network()
    forward = CapturedForward(network, torch.float32, compiled=False)
    monkeypatch.setattr(WholeNetwork, "_compile", lambda self, ready: forward)
    runtime = WholeNetwork(network, torch.float32, CPU, compiled=True)
    image, text = random_input(network.config, 16, 16)
    runtime(image, text)

    def out_of_memory(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(captured._Graph, "__call__", out_of_memory)
    with pytest.raises(torch.OutOfMemoryError):
        runtime(image, text)
    assert not forward._graphs


def test_on_cuda_the_runtime_compiled_captures(monkeypatch):
    made = []

    def forward(network, dtype):
        made.append(dtype)
        return network

    monkeypatch.setattr(module, "CapturedForward", forward)
    network = random_network()
    runtime = WholeNetwork(network, torch.bfloat16, CPU)
    runtime.device = torch.device("cuda")
    runtime._compile(network)
    assert made == [torch.bfloat16]
