"""Made pages: of all kinds, of any size, and the same again."""

import numpy as np
import pytest

from instructir.training.pages import made_page


@pytest.mark.parametrize("size", [32, 97, 224])
def test_pages_have_the_size_and_are_repeatable(size: int) -> None:
    first, again = (
        [made_page(rng, size) for _ in range(12)]
        for rng in (np.random.default_rng(4), np.random.default_rng(4))
    )
    for one, other in zip(first, again, strict=True):
        assert one.shape == (size, size, 3)
        assert one.dtype == np.uint8
        assert np.array_equal(one, other)


def test_there_are_pale_dark_and_coloured_ones() -> None:
    rng = np.random.default_rng(0)
    means = np.array([made_page(rng, 64).mean() for _ in range(200)])
    assert (means < 40).mean() > 0.1
    assert (means > 200).mean() > 0.2
