"""Crop, clamp and luma, checked by hand."""

import numpy as np
import pytest
import torch

from instructir.errors import ConfigError, DataError
from instructir.evaluation.protocols import PROTOCOLS, get_protocol

REFERENCE, STRICT = PROTOCOLS["reference"], PROTOCOLS["strict"]


def test_the_reference_crop_is_centred_and_a_multiple_of_16():
    image = torch.arange(37 * 50.0).reshape(1, 37, 50).expand(3, -1, -1)
    cropped = REFERENCE.crop(image)
    assert cropped.shape == (3, 32, 48)
    # 5 rows too many: 2 above, 3 below; 2 columns too many: 1 on each side.
    assert cropped[0, 0, 0] == 2 * 50 + 1
    assert cropped[0, -1, -1] == 33 * 50 + 48


def test_the_strict_protocol_keeps_the_full_frame():
    image = torch.rand(3, 37, 50)
    assert torch.equal(STRICT.crop(image), image)


def test_a_picture_smaller_than_the_crop_is_refused():
    with pytest.raises(DataError, match="10x40 pixels are fewer than the 16"):
        REFERENCE.crop(torch.zeros(3, 40, 10))


def test_only_the_strict_protocol_clamps_and_rounds():
    image = torch.tensor([-0.2, 0.5, 1.3]).reshape(3, 1, 1)
    np.testing.assert_allclose(REFERENCE.measured(image)[0, 0], [-0.2, 0.5, 1.3], rtol=1e-6)
    np.testing.assert_allclose(STRICT.measured(image)[0, 0], [0, 128 / 255, 1], rtol=1e-6)


def test_luma_of_a_red_pixel():
    red = torch.tensor([1.0, 0, 0]).reshape(3, 1, 1)
    assert STRICT.measured_luma(red).item() == pytest.approx(65.481 + 16)
    # The reference code reads RGB as BGR, so red gets the weight of blue.
    assert REFERENCE.measured_luma(red).item() == pytest.approx(24.966 + 16)


def test_the_reference_luma_truncates_where_the_strict_one_rounds():
    grey = torch.full((3, 1, 1), 100.7 / 255)
    assert REFERENCE.measured_luma(grey).item() == pytest.approx(100 * 219 / 255 + 16)
    assert STRICT.measured_luma(grey).item() == pytest.approx(101 * 219 / 255 + 16)


def test_a_protocol_says_what_it_is():
    assert str(REFERENCE) == f"reference: {REFERENCE.summary}"
    assert STRICT.to_dict()["eight_bit"] is True


def test_an_unknown_protocol_is_refused():
    with pytest.raises(ConfigError, match="use one of strict, reference, unclipped"):
        get_protocol("paper")
