"""Tiling by plain arithmetic: no network is involved."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from instructir.inference.tiling import run_tiled, spans


def identity(x: torch.Tensor) -> torch.Tensor:
    return x


@st.composite
def layouts(draw):
    overlap = draw(st.integers(0, 20))
    multiple = draw(st.sampled_from([1, 2, 4, 16]))
    return {
        "length": draw(st.integers(1, 400)),
        "tile": overlap + multiple + draw(st.integers(0, 60)),
        "overlap": overlap,
        "blend": draw(st.integers(0, overlap)),
        "multiple": multiple,
    }


@settings(max_examples=300)
@given(layouts())
def test_spans_cover_the_axis_with_weights_of_one(layout):
    length, tile, multiple = layout["length"], layout["tile"], layout["multiple"]
    found = spans(**layout)
    total = torch.zeros(length, dtype=torch.float64)
    for span in found:
        assert len(span.weight) == span.stop - span.start
        assert span.start % multiple == 0
        assert 0 <= span.weight.min() <= span.weight.max() <= 1
        total[span.start : span.stop] += span.weight.double()
    torch.testing.assert_close(total, torch.ones(length, dtype=torch.float64), atol=1e-6, rtol=0)
    assert found[0].start == 0
    assert found[-1].stop == length
    if len(found) > 1:
        assert all(span.stop - span.start == tile for span in found[:-1])
        assert tile <= found[-1].stop - found[-1].start < tile + multiple
    for left, right in itertools.pairwise(found):
        assert left.stop - right.start >= layout["overlap"]


def test_margin_of_a_tile_is_thrown_away():
    first, second = spans(100, tile=60, overlap=20, blend=4)
    assert (first.stop, second.start) == (60, 40)
    assert first.weight[:48].eq(1).all()
    assert first.weight[-8:].eq(0).all()
    assert second.weight[:8].eq(0).all()


@pytest.mark.parametrize(
    "layout",
    [
        {"length": 0, "tile": 64, "overlap": 8, "blend": 4},
        {"length": 100, "tile": 20, "overlap": 20, "blend": 4},
        {"length": 100, "tile": 64, "overlap": 8, "blend": 9},
    ],
)
def test_contradictions_are_refused(layout):
    with pytest.raises(ValueError, match="cannot cover"):
        spans(**layout)


@pytest.mark.parametrize("size", [(1, 1), (5, 200), (64, 64), (65, 63), (130, 257)])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("multiple", [1, 16])
def test_identity_gives_the_picture_back(size, batch, multiple):
    image = torch.rand(3, *size)
    output = torch.full((3, *size), torch.nan)
    run_tiled(identity, image, output, tile=64, overlap=16, multiple=multiple, batch=batch)
    torch.testing.assert_close(output, image, atol=1e-6, rtol=0)


def test_local_function_gives_the_same_as_without_tiles():
    def blur(x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(x, 5, 1, 2, count_include_pad=False)

    image, output = torch.rand(1, 150, 170), torch.empty(1, 150, 170)
    run_tiled(blur, image, output, tile=64, overlap=12, blend=4)
    torch.testing.assert_close(output, blur(image[None])[0], atol=1e-6, rtol=0)


def test_arrays_and_memory_maps_stream(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 90, 140), np.uint8)
    np.save(tmp_path / "in.npy", pixels)
    source = np.load(tmp_path / "in.npy", mmap_mode="r")
    target = np.lib.format.open_memmap(tmp_path / "out.npy", "w+", np.float32, (1, 90, 140))
    run_tiled(lambda x: x.mean(1, keepdim=True) / 255, source, target, tile=50, overlap=10, batch=4)
    expected = pixels.astype(np.float32).mean(0, keepdims=True) / 255
    np.testing.assert_allclose(target, expected, atol=1e-6)


def test_no_more_than_a_batch_of_tiles_is_held():
    seen = []

    def watch(x: torch.Tensor) -> torch.Tensor:
        seen.append(tuple(x.shape))
        return x

    run_tiled(watch, torch.rand(3, 200, 300), torch.empty(3, 200, 300), tile=64, overlap=16, batch=2)
    assert max(shape[0] for shape in seen) == 2
    assert max(shape[-1] * shape[-2] for shape in seen) == 64 * 64


def test_sizes_must_agree():
    with pytest.raises(ValueError, match="the output is"):
        run_tiled(identity, torch.rand(3, 10, 10), torch.rand(3, 10, 11), tile=64, overlap=8)
