"""Routed models run: each picture by its network, on every runtime, in bounded memory, by many threads."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from helpers.networks import EXPORTED as TINY
from helpers.networks import exact, random_input, random_network
from helpers.tolerances import CLOSE
from instructir.inference import networks as module
from instructir.inference.borders import Surrounded
from instructir.inference.execution import Execution
from instructir.inference.networks import Networks, Ready
from instructir.inference.strips import StripExecutor
from instructir.models.deltas import BASE, delta_between, merged
from instructir.tasks import Task

NOISE, RAIN = Task.DENOISING, Task.DERAINING
PURE_NOISE, PURE_RAIN, MIXED = ((NOISE, 1.0),), ((RAIN, 1.0),), ((NOISE, 0.625), (RAIN, 0.25))


@pytest.fixture(scope="module")
def network():
    return random_network(TINY)


@pytest.fixture(scope="module")
def deltas(network):
    found = {}
    for seed, task in enumerate((NOISE, RAIN)):
        generator = torch.Generator().manual_seed(seed)
        end = copy.deepcopy(network)
        for value in end.parameters():
            value.add_(torch.randn(value.shape, generator=generator), alpha=0.03)
        found[task] = delta_between(network, end)
    return found


@pytest.fixture(scope="module")
def wanted(network, deltas):
    """What the network at the end of a route makes of a picture."""

    def restore(route, image, text):
        return exact(merged(network, deltas, route), image, text)

    return restore


RUNTIMES = [
    ("torch", {}),
    ("torch", {"tile": 64}),
    ("torch", {"precision": "bf16"}),
    ("onnx", {}),
    ("openvino", {}),
]


@pytest.mark.parametrize(("runtime", "choices"), RUNTIMES)
def test_every_runtime_computes_the_merged_network(network, deltas, wanted, runtime, choices):
    if runtime != "torch":
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime" if runtime == "onnx" else runtime)
    choices = {"precision": "fp32", **choices}
    execution = Execution(network, "cpu", runtime=runtime, deltas=deltas, **choices)
    image, text = random_input(TINY, 60, 70)
    base = exact(network, image, text)
    for route in (BASE, PURE_NOISE, MIXED, PURE_NOISE):
        restored, notes = execution.run(image, text, [route])
        expected = wanted(route, image, text)
        error = (restored - expected).square().mean().sqrt()
        assert error < (0.01 if choices["precision"] == "bf16" or "tile" in choices else 1e-5)
        assert route is BASE or (expected - base).square().mean().sqrt() > 0.05
        assert notes == ()
    assert execution.runtime == runtime


def test_without_deltas_it_is_the_plain_execution_bit_for_bit(network, deltas):
    image, text = random_input(TINY, 50, 40)
    plain = Execution(network, precision="fp32", runtime="torch").run(image, text).restored
    seen = Surrounded(image, TINY.size_multiple)
    assert torch.equal(plain, seen.cut_out(StripExecutor(network)(seen, text)))
    routed = Execution(network, precision="fp32", runtime="torch", deltas=deltas)
    assert torch.equal(plain, routed.run(image, text).restored)
    routed.run(image, text, [MIXED])
    assert torch.equal(plain, routed.run(image, text, [BASE]).restored)


def test_pictures_of_a_batch_have_a_network_each(network, deltas, wanted):
    execution = Execution(network, precision="fp32", deltas=deltas)
    image, text = random_input(TINY, 33, 41, batch=5)
    routes = [PURE_RAIN, BASE, PURE_RAIN, MIXED, BASE]
    restored = execution.run(image, text, routes).restored
    for row, route in enumerate(routes):
        rows = slice(row, row + 1)
        torch.testing.assert_close(
            restored[rows], wanted(route, image[rows], text[rows]), **CLOSE[torch.float32]
        )


def test_pictures_that_share_a_network_run_together(network, deltas, monkeypatch):
    execution = Execution(network, precision="fp32", deltas=deltas)
    batches = []
    run = execution._run

    def counted(seen, text):
        batches.append((execution._route, len(seen)))
        return run(seen, text)

    monkeypatch.setattr(execution, "_run", counted)
    execution.run(*random_input(TINY, 16, 16, batch=4), [PURE_RAIN, BASE, PURE_RAIN, PURE_RAIN])
    assert batches == [(PURE_RAIN, 3), (BASE, 1)]
    batches.clear()
    execution.run(*random_input(TINY, 16, 16, batch=4), [PURE_RAIN])
    assert batches == [(PURE_RAIN, 4)]


def test_a_precision_that_fails_falls_back_on_the_merged_network(network, deltas, wanted):
    execution = Execution(network, precision="bf16", deltas=deltas)
    image, text = random_input(TINY, 40, 40)
    execution.run(image, text, [PURE_NOISE])
    strips = execution._executor
    broken: Any = lambda *rest, **more: strips(*rest, **more) * torch.inf  # noqa: E731
    broken.scratch_bytes, broken.config, broken.stream = 1000, strips.config, torch.float32
    execution._ready.strips = broken
    restored, notes = execution.run(image, text, [PURE_NOISE])
    assert "not finite" in notes[0]
    torch.testing.assert_close(restored, wanted(PURE_NOISE, image, text), **CLOSE[torch.float32])
    # The next picture is computed in the precision that was chosen.
    restored = execution.run(image, text, [MIXED]).restored
    assert execution.dtype == torch.bfloat16
    torch.testing.assert_close(restored, wanted(MIXED, image, text), **CLOSE[torch.bfloat16])


def test_networks_used_last_are_kept_and_no_more(network, deltas, monkeypatch):
    merges = []

    def counted(base, deltas, route):
        merges.append(route)
        return merged(base, deltas, route)

    monkeypatch.setattr(module, "merged", counted)
    networks = Networks(network, deltas, kept=2)

    def ready(route, form="form"):
        return networks.ready(route, form, lambda network, alike: Ready())

    first, second = ready(PURE_NOISE), ready(PURE_RAIN)
    assert ready(PURE_NOISE) is first
    ready(MIXED)
    assert ready(PURE_NOISE) is first  # used since the other was
    assert ready(PURE_RAIN) is not second
    assert merges == [PURE_NOISE, PURE_RAIN, MIXED, PURE_RAIN]
    assert len(networks._ready) == 2
    assert ready(PURE_RAIN, "another form") is not ready(PURE_RAIN)


def test_another_network_is_made_from_one_in_the_same_form(network, deltas):
    networks = Networks(network, deltas)
    seen = []

    def prepare(network, alike):
        seen.append(alike)
        return Ready()

    first = networks.ready(PURE_NOISE, "form", prepare)
    networks.ready(PURE_RAIN, "form", prepare)
    networks.ready(PURE_RAIN, "other", prepare)
    assert seen == [None, first, None]


def test_replicas_in_threads_share_networks_and_compute_their_own(network, deltas, wanted, monkeypatch):
    merges = []
    lock = threading.Lock()

    def counted(base, deltas, route):
        with lock:
            merges.append(route)
        return merged(base, deltas, route)

    monkeypatch.setattr(module, "merged", counted)
    execution = Execution(network, precision="fp32", deltas=deltas)
    replicas = [execution, *(execution.replica() for _ in range(3))]
    image, text = random_input(TINY, 40, 40)
    routes = (PURE_NOISE, PURE_RAIN, MIXED)
    expected = {route: wanted(route, image, text) for route in routes}

    def work(number):
        for turn in range(6):
            route = routes[(number + turn) % 3]
            restored = replicas[number].run(image, text, [route]).restored
            torch.testing.assert_close(restored, expected[route], **CLOSE[torch.float32])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(merges) == sorted(routes)
