"""What runs where: memory, tiles, precision, runtimes, threads."""

import dataclasses
import threading
from typing import Any

import pytest
import torch

from helpers.networks import SMALL, exact, random_input, random_network
from helpers.tolerances import CLOSE
from instructir.errors import ConfigError, InstructIRError
from instructir.inference import execution as module
from instructir.inference.execution import Execution
from instructir.inference.memory import exact_bytes, ran_out_of_memory
from instructir.inference.runtimes import choice
from instructir.inference.strips import StripExecutor
from instructir.inference.tile_choice import checked_tile

OUT_OF_MEMORY = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 1 TB")


@pytest.fixture(scope="module")
def network():
    return random_network()


@pytest.fixture(autouse=True)
def without_kernel(monkeypatch):
    """What is tested here is what strips do; test_native.py has the kernel."""
    monkeypatch.setattr(choice, "usable_kernel", lambda *_: None)


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(-10 * (a - b).square().mean().log10())


@pytest.mark.parametrize("size", [(1, 1), (33, 50), (80, 64)])
def test_float32_is_the_network_and_says_nothing(network, size):
    image, text = random_input(SMALL, *size, batch=2)
    restored, notes = Execution(network, precision="fp32").run(image, text)
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])
    assert notes == ()


def test_one_embedding_serves_a_batch(network):
    image, text = random_input(SMALL, 20, 30, batch=3)
    restored = Execution(network, precision="fp32").run(image, text[:1]).restored
    torch.testing.assert_close(
        restored, exact(network, image, text[:1].expand(3, -1)), **CLOSE[torch.float32]
    )


@pytest.mark.parametrize(("given", "taken"), [("auto", "auto"), ("off", "off"), (64, 64), ("512", 512)])
def test_tiles_that_are_allowed(given, taken):
    assert checked_tile(given) == taken


@pytest.mark.parametrize("tile", [0, 63, -5, "12", "big", "", "1.5", 300.5])
def test_impossible_tiles_are_refused_in_one_line(network, tile):
    with pytest.raises(ConfigError, match="use auto, off or a number from 64 up"):
        Execution(network, tile=tile)


@pytest.mark.parametrize("choice", [{"precision": "fp8"}, {"precision": "fp16"}, {"runtime": "tensorrt"}])
def test_impossible_choices_are_refused(network, choice):
    with pytest.raises(ConfigError, match="use "):
        Execution(network, **choice)


def test_tiles_of_a_given_side_are_close_to_exact(network):
    image, text = random_input(SMALL, 200, 300)
    tiled = Execution(network, precision="fp32", tile=128).run(image, text).restored
    whole = exact(network, image, text)
    assert not torch.equal(tiled, whole)
    assert psnr(tiled, whole) > 50


def test_tiles_of_a_network_that_attends_within_windows_are_close_to_exact(monkeypatch):
    network = random_network(dataclasses.replace(SMALL, window=32))
    monkeypatch.setattr("instructir.inference.sampling._estimate_means", None)  # they need not agree on any
    image, text = random_input(SMALL, 200, 300)
    tiled = Execution(network, precision="fp32", tile=128).run(image, text).restored
    whole = exact(network, image, text)
    assert not torch.equal(tiled, whole)
    assert psnr(tiled, whole) > 50


def test_picture_within_one_tile_is_exact(network):
    image, text = random_input(SMALL, 100, 128)
    tiled = Execution(network, precision="fp32", tile=128).run(image, text).restored
    torch.testing.assert_close(tiled, exact(network, image, text), **CLOSE[torch.float32])


def small_strips(monkeypatch):
    monkeypatch.setattr("instructir.inference.strips.CPU_STRIP_BYTES", 1024)


def test_too_large_for_the_memory_becomes_tiles_and_is_said(network, monkeypatch):
    small_strips(monkeypatch)
    image, text = random_input(SMALL, 256, 256)
    memory = exact_bytes(SMALL, torch.float32, 256, 256) // 2
    restored, notes = Execution(network, precision="fp32", memory=memory).run(image, text)
    assert len(notes) == 1
    assert "256x256 takes" in notes[0]
    assert "tiles of" in notes[0]
    assert psnr(restored, exact(network, image, text)) > 50


def test_tiles_off_tries_the_whole_all_the_same(network, monkeypatch):
    small_strips(monkeypatch)
    image, text = random_input(SMALL, 64, 64)
    restored, notes = Execution(network, precision="fp32", tile="off", memory=10).run(image, text)
    assert "tried all the same" in notes[0]
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])


class Scarce(StripExecutor):
    """Runs out of memory above so many pixels."""

    limit = 100 * 100

    def __call__(self, image, *rest, **more):
        if image.shape[-1] * image.shape[-2] > self.limit:
            raise OUT_OF_MEMORY
        return super().__call__(image, *rest, **more)


def test_out_of_memory_halves_the_size_until_it_fits_and_says_so(network, monkeypatch):
    monkeypatch.setattr(module, "StripExecutor", Scarce)
    image, text = random_input(SMALL, 300, 180)
    restored, notes = Execution(network, precision="fp32").run(image, text)
    assert [note.split(",")[0] for note in notes] == [
        "out of memory; repeated in tiles of 150 pixels",
        "out of memory; repeated in tiles of 75 pixels",
    ]
    assert psnr(restored, exact(network, image, text)) > 40


@pytest.mark.parametrize(("tile", "mend"), [("auto", "free some memory"), ("off", "allow tiles")])
def test_no_smaller_size_left_is_one_line(network, monkeypatch, tile, mend):
    monkeypatch.setattr(module, "StripExecutor", Scarce)
    monkeypatch.setattr(Scarce, "limit", 0)
    with pytest.raises(InstructIRError, match=f"out of memory on cpu at 90x70: .*{mend}"):
        Execution(network, precision="fp32", tile=tile).run(*random_input(SMALL, 70, 90))


def test_other_errors_are_not_retried(network, monkeypatch):
    calls = []

    class Broken(StripExecutor):
        def __call__(self, *arguments, **more):
            calls.append(1)
            raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(module, "StripExecutor", Broken)
    with pytest.raises(RuntimeError, match="shapes"):
        Execution(network, precision="fp32").run(*random_input(SMALL, 16, 16))
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OUT_OF_MEMORY, True),
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("size mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_only_memory_counts_as_memory(error, expected):
    assert ran_out_of_memory(error) is expected


class Black(StripExecutor):
    """Computes bfloat16 as a broken driver does."""

    value = 0.0

    def __call__(self, image, *rest, **more):
        restored = super().__call__(image, *rest, **more)
        return restored if self.dtype == torch.float32 else restored * 0 + self.value


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_precision_that_fails_is_found_and_replaced(network, monkeypatch, value):
    monkeypatch.setattr(module, "StripExecutor", Black)
    monkeypatch.setattr(Black, "value", value)
    image, text = random_input(SMALL, 40, 40)
    execution = Execution(network, precision="bf16")
    restored, notes = execution.run(image, text)
    assert "bfloat16 with the runtime torch differs from float32" in notes[0]
    assert execution.dtype == torch.float32
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])
    assert execution.run(image, text).notes == ()


def test_values_that_are_not_finite_later_are_replaced(network, monkeypatch):
    execution = Execution(network, precision="bf16")
    image, text = random_input(SMALL, 40, 40)
    execution.run(image, text)  # passes the check at the first picture
    whole = execution._executor
    broken: Any = lambda *rest, **more: whole(*rest, **more) * torch.inf  # noqa: E731
    broken.scratch_bytes, broken.config, broken.stream = 1000, whole.config, torch.float32
    monkeypatch.setattr(execution._ready, "strips", broken)
    restored, notes = execution.run(image, text)
    assert "not finite" in notes[0]
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])


class FakeRuntime:
    """A runtime for whole pictures whose memory and results are made up."""

    def __init__(self, compute, needed=0):
        self.dtype, self.compute, self.needed, self.calls = torch.float32, compute, needed, 0

    def __call__(self, image, text_embedding=None):
        self.calls += 1
        return self.compute(image, text_embedding)

    def bytes_needed(self, batch, height, width):
        return self.needed


def with_runtime(monkeypatch, network, runtime, **choices):
    monkeypatch.setattr(module, "build_runtime", lambda *rest: runtime)
    return Execution(network, precision="fp32", runtime="onnx", memory=10**9, **choices)


def test_runtime_computes_what_fits(network, monkeypatch):
    runtime = FakeRuntime(network)
    execution = with_runtime(monkeypatch, network, runtime)
    image, text = random_input(SMALL, 30, 40)
    for _ in range(2):
        restored, notes = execution.run(image, text)
        assert notes == ()
    torch.testing.assert_close(restored, exact(network, image, text))
    assert runtime.calls == 3  # one of them the check against float32


def test_too_large_for_the_runtime_goes_over_strips_exactly(network, monkeypatch):
    execution = with_runtime(monkeypatch, network, FakeRuntime(network, needed=10**10))
    image, text = random_input(SMALL, 30, 40)
    restored, notes = execution.run(image, text)
    assert "40x30 takes 10.0 GB with the runtime onnx" in notes[0]
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])


def test_runtime_out_of_memory_goes_over_strips(network, monkeypatch):
    def compute(image, text):
        if image.shape[-1] > 64:
            raise OUT_OF_MEMORY
        return network(image, text)

    image, text = random_input(SMALL, 30, 80)
    restored, notes = with_runtime(monkeypatch, network, FakeRuntime(compute)).run(image, text)
    assert "out of memory; repeated exactly, over strips" in notes[0]
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])


def test_runtime_that_computes_something_else_is_replaced(network, monkeypatch):
    execution = with_runtime(monkeypatch, network, FakeRuntime(lambda image, text: image + 0.1))
    image, text = random_input(SMALL, 30, 40)
    restored, notes = execution.run(image, text)
    assert "with the runtime onnx differs from float32" in notes[0]
    assert execution.runtime == "torch"
    torch.testing.assert_close(restored, exact(network, image, text), **CLOSE[torch.float32])


def test_threads_take_turns_and_keep_their_own_notes(network, monkeypatch):
    small_strips(monkeypatch)
    execution = Execution(network, precision="fp32", memory=exact_bytes(SMALL, torch.float32, 128, 128) // 2)
    outcomes = {}

    def run(side):
        image, text = random_input(SMALL, side, side)
        outcomes[side] = (execution.run(image, text), image, text)

    threads = [threading.Thread(target=run, args=(side,)) for side in (32, 48, 128, 144)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for side, (outcome, image, text) in outcomes.items():
        assert bool(outcome.notes) is (side >= 128)
        assert all(f"{side}x{side}" in note for note in outcome.notes)
        assert psnr(outcome.restored, exact(network, image, text)) > 50


def test_replicas_share_the_weights(network):
    execution = Execution(network, precision="fp32")
    assert execution.replica()._executor is execution._executor
