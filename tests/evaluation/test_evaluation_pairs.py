"""Noise that depends on nothing but name and level, upscaling, borders, and files that do not fit."""

import numpy as np
import pytest
import torch

from helpers.evaluation import picture, save
from instructir.data.benchmarks import PairFiles
from instructir.data.manifest import get_benchmark
from instructir.errors import DataError
from instructir.evaluation.pairs import benchmark_noise, digest, load_pair
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.suites import folder_pairs
from instructir.tasks import Task

STRICT, REFERENCE = PROTOCOLS["strict"], PROTOCOLS["reference"]
CBSD68 = get_benchmark("CBSD68")


def test_noise_is_the_same_whatever_was_drawn_before():
    first = benchmark_noise((3, 8, 8), "101085", 25)
    np.random.seed(5)
    benchmark_noise((3, 8, 8), "other", 25)
    assert torch.equal(first, benchmark_noise((3, 8, 8), "101085", 25.0))


def test_noise_is_pinned_for_all_machines():
    noise = benchmark_noise((3, 2, 2), "101085", 25).flatten()[:3]
    np.testing.assert_allclose(noise, [0.2299761, 0.1101490, -0.0042985], atol=1e-6)


def test_noise_differs_by_picture_and_by_level_and_has_the_level():
    a, b, c = (benchmark_noise((3, 64, 64), *which) for which in (("a", 25), ("b", 25), ("a", 50)))
    assert not torch.allclose(a, b)
    assert not torch.allclose(2 * a, c)
    assert float(a.std()) == pytest.approx(25 / 255, rel=0.03)


def test_all_protocols_see_the_same_noise_which_is_not_clipped_where_no_file_holds_it(tmp_path):
    save(tmp_path / "x.png", np.full((40, 40, 3), 255, np.uint8))
    files = PairFiles("x", tmp_path / "x.png")
    full, cropped, unclipped = (
        load_pair(files, CBSD68, 50, protocol) for protocol in (STRICT, REFERENCE, PROTOCOLS["unclipped"])
    )
    assert torch.equal(full.input[:, 4:36, 4:36], cropped.input)
    assert unclipped.input.max() > 1
    assert torch.equal((unclipped.input.clamp(0, 1) * 255).round() / 255, cropped.input)


def test_the_noise_of_files_is_that_of_the_authors_logs(real_data):
    from instructir.data.benchmarks import find_set
    from instructir.evaluation.metrics import psnr

    pairs = find_set(CBSD68, real_data / "test").pairs
    loaded = [load_pair(files, CBSD68, 15, REFERENCE) for files in pairs]
    values = [psnr(REFERENCE.measured(pair.input), REFERENCE.measured(pair.target)) for pair in loaded]
    assert float(np.mean(values)) == pytest.approx(24.843, abs=0.02)


def test_small_inputs_are_enlarged_and_the_target_loses_what_has_no_counterpart(tmp_path):
    save(tmp_path / "small.png", picture(0, 10, 12))
    save(tmp_path / "large.png", picture(0, 42, 50))
    pair = load_pair(
        PairFiles("x", tmp_path / "large.png", tmp_path / "small.png"), get_benchmark("Set5-x4"), None, STRICT
    )
    assert pair.input.shape == pair.target.shape == (3, 40, 48)
    assert 0 <= pair.input.min() <= pair.input.max() <= 1


def test_the_border_of_reside_references_is_cut(tmp_path):
    clean = picture(0, 60, 70)
    save(tmp_path / "clear.png", clean)
    save(tmp_path / "hazy.png", clean[10:-10, 10:-10])
    files = PairFiles("x", tmp_path / "clear.png", tmp_path / "hazy.png")
    pair = load_pair(files, get_benchmark("SOTS-indoor"), None, STRICT)
    assert torch.equal(pair.input, pair.target)


@pytest.mark.parametrize(("name", "reason"), [("GoPro", "differ in size"), ("Set5-x4", "enlarged by 4")])
def test_sizes_that_do_not_fit_name_the_file(tmp_path, name, reason):
    save(tmp_path / "input.png", picture(0, 20, 20))
    save(tmp_path / "target.png", picture(0, 40, 20))
    files = PairFiles("x", tmp_path / "target.png", tmp_path / "input.png")
    with pytest.raises(DataError, match=rf"input\.png.*{reason}"):
        load_pair(files, get_benchmark(name), None, STRICT)


def test_the_digest_changes_with_the_pixels(tmp_path):
    files = PairFiles("x", tmp_path / "x.png")
    save(files.target, picture(0, 20, 20))
    before = digest(files)
    save(files.target, picture(1, 20, 20))
    assert digest(files) != before
    with pytest.raises(DataError, match=r"gone\.png: cannot be read"):
        digest(PairFiles("x", tmp_path / "gone.png"))


def test_the_folder_that_is_missing_is_named(tmp_path):
    save(tmp_path / "target" / "x.png", np.zeros((8, 8, 3), np.uint8))
    for given, missing in ((("target", "nope"), "nope"), (("none", "target"), "none")):
        with pytest.raises(DataError, match=f"{missing}: no such folder; give --input and --target below"):
            folder_pairs(tmp_path, *given, Task.DENOISING)
