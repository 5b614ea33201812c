"""The compiled kernel computes what the network computes, and its absence is no failure."""

import dataclasses
import os
import subprocess
import sys
import time

import pytest
import torch

from helpers.networks import SMALL, exact, random_input, random_network
from helpers.tolerances import CLOSE, SHARE, error_share
from instructir.inference import execution as module_of_execution
from instructir.inference.execution import Execution
from instructir.inference.native import compiler as module
from instructir.inference.native import library
from instructir.inference.native.executor import NativeExecutor, usable_kernel
from instructir.inference.native.library import Library, compiled_kernel
from instructir.inference.runtimes import autotune
from instructir.inference.strips import StripExecutor
from instructir.models.image_network import ImageConfig

FOUR_STAGES = ImageConfig(16, (1, 1, 1, 1), 1, (1, 1, 1, 1), text_dim=16)
SHAPES = {
    "two": SMALL,
    "text-free": ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0),
    "four": FOUR_STAGES,
    "windows": dataclasses.replace(FOUR_STAGES, window=64),
    "odd": ImageConfig(3, (1,), 1, (1,), text_dim=5),  # channels that fill no group of outputs
}
# Widths of one pixel, of less and more than a tile, and of several tasks side by side.
SIZES = [(1, 1), (1, 17), (33, 5), (40, 56), (129, 67), (17, 300), (20, 700)]


@pytest.fixture(scope="module")
def matrices() -> Library:
    """The kernel whose products a matrix unit computes."""
    found = compiled_kernel(torch.bfloat16)
    if found is None:
        pytest.skip("no C++ compiler, or a processor without a matrix unit for bfloat16")
    return found


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_exact(kernel, shape, size):
    network = random_network(SHAPES[shape])
    image, text = random_input(SHAPES[shape], *size, batch=2)
    expected = network(image, text)
    assert (expected - image).abs().mean() > 0.01, "the network does nothing"
    torch.testing.assert_close(NativeExecutor(network, kernel)(image, text), expected, **CLOSE[torch.float32])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rounding", ["half", "matrices"])
def test_numbers_of_16_bits_are_close(request, rounding, shape, size):
    library = request.getfixturevalue(rounding)
    network = random_network(SHAPES[shape])
    image, text = random_input(SHAPES[shape], *size, batch=2)
    expected = network(image, text)
    restored = NativeExecutor(network, library)(image, text)
    assert 0 < error_share(restored, expected, image) < SHARE["native", library.dtype]


def test_a_matrix_unit_rounds_without_a_shift(matrices):
    # Rounded weights would: each is off in the same way for all pixels.
    network = random_network(FOUR_STAGES)
    image, text = random_input(FOUR_STAGES, 256, 256)
    difference = NativeExecutor(network, matrices)(image, text) - network(image, text)
    assert difference.mean((0, 2, 3)).abs().max() < 0.1 * difference.square().mean().sqrt()


def test_the_system_may_keep_the_matrix_unit_to_itself(monkeypatch):
    class Kept:
        def usable(self):
            return 0

    monkeypatch.setattr(library, "compiled", lambda source, *macros: Kept())
    assert compiled_kernel(torch.bfloat16) is None


@pytest.mark.usefixtures("half", "plain_processor")
def test_what_half_precision_cannot_hold_is_computed_in_float32():
    network = random_network()
    for parameter in network.intro.parameters():
        parameter.mul_(1e5)
    image, text = random_input(SMALL, 40, 40)
    execution = Execution(network)
    restored, notes = execution.run(image, text)
    assert notes == (
        "float16 with the runtime native gave values that are not finite on this device; "
        "native in float32 is used",
    )
    exactly, notes = Execution(network, precision="fp32").run(image, text)
    assert notes == ()
    assert torch.equal(restored, exactly)
    assert execution.dtype == torch.float16  # for other pictures


def test_the_paper_network(kernel):
    network = random_network(ImageConfig(), scale=0.1)
    image, text = random_input(ImageConfig(), 48, 80)
    expected = network(image, text)
    torch.testing.assert_close(NativeExecutor(network, kernel)(image, text), expected, **CLOSE[torch.float32])


def test_pictures_that_are_no_contiguous_floats(kernel):
    network = random_network()
    image, text = random_input(SMALL, 40, 30)
    turned = image.transpose(-1, -2).double()
    expected = network(turned.float(), text)
    torch.testing.assert_close(
        NativeExecutor(network, kernel)(turned, text), expected, **CLOSE[torch.float32]
    )


@pytest.mark.parametrize("count", [1, 2, 3, 16])
def test_threads_share_the_work_and_leave_no_trace(kernel, threads, count):
    network = random_network(FOUR_STAGES)
    image, text = random_input(FOUR_STAGES, 200, 330)
    threads(1)
    alone = NativeExecutor(network, kernel)(image, text)
    threads(count)
    torch.testing.assert_close(NativeExecutor(network, kernel)(image, text), alone, atol=1e-6, rtol=0)


def test_two_runs_are_the_same_whichever_thread_takes_what(half, threads):
    network = random_network(FOUR_STAGES)
    image, text = random_input(FOUR_STAGES, 200, 330)
    threads(3)
    executor = NativeExecutor(network, half)
    first = executor(image, text)
    assert all(torch.equal(executor(image, text), first) for _ in range(5))


def test_means_are_measured_and_taken_as_strips_do(kernel):
    network = random_network()
    image, text = random_input(SMALL, 90, 70)
    measured: dict[type, list[torch.Tensor]] = {NativeExecutor: [], StripExecutor: []}
    native, over_strips = NativeExecutor(network, kernel), StripExecutor(network)
    native(image, text, record=measured[NativeExecutor])
    over_strips(image, text, record=measured[StripExecutor])
    for ours, theirs in zip(*measured.values(), strict=True):
        torch.testing.assert_close(ours, theirs, **CLOSE[torch.float32])
    others = [mean + 0.1 for mean in measured[NativeExecutor]]
    torch.testing.assert_close(
        native(image, text, means=others), over_strips(image, text, means=others), **CLOSE[torch.float32]
    )


def test_later_changes_to_the_network_have_no_effect(kernel):
    network = random_network()
    image, text = random_input(SMALL, 12, 12)
    executor = NativeExecutor(network, kernel)
    before = executor(image, text)
    for parameter in network.parameters():
        parameter.zero_()
    assert torch.equal(executor(image, text), before)


def test_a_network_that_reads_text_needs_it(kernel):
    with pytest.raises(ValueError, match="text_embedding"):
        NativeExecutor(random_network(), kernel)(torch.rand(1, 3, 8, 8))


@pytest.mark.usefixtures("kernel", "plain_processor")
def test_it_is_what_auto_takes_and_what_tiles_are_made_with():
    network = random_network()
    image, text = random_input(SMALL, 150, 130)
    execution = Execution(network)
    assert (execution.runtime, execution.dtype) == ("native", torch.float16)
    restored, notes = execution.run(image, text)
    assert notes == ()
    expected = exact(network, image, text)
    assert 0 < error_share(restored, expected, image) < SHARE["native", torch.float16]
    tiles = [Execution(network, precision="fp32", runtime=name, tile=96) for name in ("native", "torch")]
    ours, theirs = (execution.run(image, text).restored for execution in tiles)
    torch.testing.assert_close(ours, theirs, **CLOSE[torch.float32])


@pytest.mark.usefixtures("kernel")
def test_checking_the_kernel_leaves_torch_s_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    assert usable_kernel.__wrapped__() is not None
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("wrong", [0.001, float("nan")])
def test_a_kernel_that_computes_something_else_is_not_used(monkeypatch, caplog, wrong):
    assert usable_kernel.__wrapped__() is not None
    call = NativeExecutor.__call__
    monkeypatch.setattr(NativeExecutor, "__call__", lambda *rest, **more: call(*rest, **more) + wrong)
    assert usable_kernel.__wrapped__() is None
    assert "is not used" in caplog.text


def apart(tmp_path, **environment: str) -> str:
    """What another process says of its kernel."""
    script = (
        "import logging; logging.basicConfig(level=logging.INFO)\n"
        "from instructir.inference.native.library import compiled_kernel\n"
        "print(compiled_kernel() is not None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"INSTRUCTIR_CACHE": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip() + done.stderr


def test_without_a_compiler_or_a_cache_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_compiler", lambda: None)
    assert module._compiled.__wrapped__(library._SOURCE, (), tmp_path) is None
    monkeypatch.undo()
    assert module._compiled.__wrapped__(library._SOURCE, (), None) is None
    assert not list(tmp_path.iterdir())


def test_a_compiler_that_fails_is_asked_once(tmp_path):
    compiler = tmp_path / "c++"
    compiler.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\necho no such option >&2\nexit 1\n")
    compiler.chmod(0o755)
    said = [apart(tmp_path / "cache", CXX=str(compiler)) for _ in range(2)]
    assert all(line.startswith("False") for line in said)
    assert (tmp_path / "asked").read_text() == "asked\n"
    (reason,) = (tmp_path / "cache" / "kernels").glob("*.failed")
    assert "no such option" in reason.read_text()
    assert [path.suffix for path in reason.parent.iterdir()] == [".failed"]


def test_a_library_that_cannot_be_loaded_is_none(tmp_path, monkeypatch):
    def broken(command, path, failed):
        path.write_bytes(b"no library")

    monkeypatch.setattr(module, "_compile", broken)
    monkeypatch.setattr(module, "_compiler", lambda: ["c++"])
    assert module._compiled.__wrapped__(library._SOURCE, (), tmp_path) is None


@pytest.mark.usefixtures("kernel", "plain_processor")
@pytest.mark.parametrize(
    ("slower", "runtime", "dtype"), [("native", "torch", "bfloat16"), ("torch", "native", "float16")]
)
def test_where_bfloat16_is_fast_both_are_timed_once(monkeypatch, tmp_path, slower, runtime, dtype):
    monkeypatch.setenv("INSTRUCTIR_CACHE", str(tmp_path))
    monkeypatch.setattr(module_of_execution, "has_fast_bf16", lambda device: True)
    timed = []

    def seconds(config, compute):
        timed.append(type(compute))
        return 2.0 if isinstance(compute, NativeExecutor) is (slower == "native") else 1.0

    monkeypatch.setattr(autotune, "_seconds", seconds)
    network = random_network()
    for _ in range(2):
        execution = Execution(network)
        assert (execution.runtime, execution.dtype) == (runtime, getattr(torch, dtype))
    assert sorted(kind.__name__ for kind in timed) == ["NativeExecutor", "StripExecutor"]
    assert Execution(network, precision="fp32").runtime == "native"
    (record,) = (tmp_path / "calibration").iterdir()
    record.write_text("{}")
    assert Execution(network).runtime == runtime
    assert len(timed) == 4


def test_what_is_timed_is_the_time_of_a_run(monkeypatch):
    ticks = iter([0.0, 5.0, 10.0, 12.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    seen = []

    def compute(image, text_embedding=None):
        seen.append((image.shape, text_embedding.shape))
        return image

    assert autotune._seconds(SMALL, compute) == 2.0
    assert [shape[-1] for shape, _ in seen] == [64, 256, 256]
    assert all(text == (1, SMALL.text_dim) for _, text in seen)
