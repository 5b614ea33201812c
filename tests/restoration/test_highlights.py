"""What is bright already while the dark is lifted."""

import numpy as np

from instructir.restoration.highlights import with_highlights


def room(window: float, share: float = 0.1) -> np.ndarray:
    picture = np.full((40, 50, 3), 0.1, np.float32)
    picture[:, : round(50 * share)] = window
    return picture


def test_a_window_stays_and_the_room_is_lifted() -> None:
    before = room(0.95)
    lifted = np.minimum(3 * before, 1)
    made = with_highlights(before, lifted)
    assert np.allclose(made[:, :5], before[:, :5])
    assert np.array_equal(made[:, 5:], lifted[:, 5:])


def test_a_picture_that_is_dark_all_over_is_lifted_as_a_whole() -> None:
    for before in (room(0.7), room(0.95, share=0.0)):
        lifted = np.minimum(1.3 * before, 1)
        assert with_highlights(before, lifted) is lifted


def test_what_is_brighter_stays_brighter() -> None:
    ramp = np.linspace(0, 1, 400, dtype=np.float32)[None, :, None].repeat(3, 2).repeat(20, 0)
    made = with_highlights(ramp, ramp**0.5)
    assert (np.diff(made[0, :, 0]) >= 0).all()
