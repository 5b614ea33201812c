"""Operations of tone and colour do to the light what they say, at any depth and in any primaries."""

from typing import Any

import numpy as np
import pytest

from instructir.images import Photo
from instructir.images.colour import samples
from instructir.images.colour.cicp import Codes, cicp_space
from instructir.images.colour.spaces import SRGB_CURVE
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.restorer import Restorer
from instructir.restoration.tone import adjusted, luminance_weights, measured_cast
from instructir.tasks import Task


def light(photo: Photo) -> np.ndarray:
    return SRGB_CURVE.forward(photo.pixels.astype(np.float64))


def picture(low: float = 0.2, high: float = 0.6, **about: Any) -> Photo:
    values = np.random.default_rng(0).uniform(low, high, (40, 50, 3)).astype(np.float32)
    return Photo(values, **about)


def done(photo: Photo, operation: Operation, amount: float, cast: str = "") -> Photo:
    return adjusted(photo, Adjustment(operation, amount, cast))[0]


@pytest.mark.parametrize("depth", [8, 16, 32])
@pytest.mark.parametrize("stops", [-1.5, 0.5])
def test_exposure_multiplies_light(stops: float, depth: int) -> None:
    photo = picture(depth=depth)
    assert np.allclose(light(done(photo, Operation.EXPOSURE, stops)), light(photo) * 2**stops, rtol=1e-5)


def test_light_beyond_white_is_exposed_too() -> None:
    photo = picture(0.5, 2.0, depth=32)
    assert np.allclose(light(done(photo, Operation.EXPOSURE, -2)), light(photo) / 4, rtol=1e-5)


def test_warmth_raises_red_over_blue_and_keeps_the_light_of_grey() -> None:
    grey = Photo(np.full((4, 4, 3), 0.4, np.float32) + np.array([0.0, 0.0, 0.06], np.float32))
    before, after = light(grey)[0, 0], light(done(grey, Operation.WARMTH, 0.5))[0, 0]
    assert after[0] / after[2] == pytest.approx(before[0] / before[2] * 2**0.5, rel=1e-5)
    gains = after / before
    assert luminance_weights(grey) @ gains == pytest.approx(1, rel=1e-5)


def test_saturation_scales_the_distance_from_grey_of_the_pictures_own_primaries() -> None:
    photo = picture(space=cicp_space(Codes(12, 13)))
    weights = luminance_weights(photo)
    assert weights[0] > 0.225  # Display P3, whose red is lighter than sRGB's 0.2126
    before, after = light(photo), light(done(photo, Operation.SATURATION, 0.5))
    grey = (before @ weights)[..., None]
    assert np.allclose(after - grey, 0.5 * (before - grey), atol=1e-6)


def test_contrast_has_the_slope_it_says_at_the_middle_and_its_inverse_undoes_it() -> None:
    ramp = np.repeat(np.linspace(0.02, 0.98, 97, dtype=np.float32)[None, :, None], 3, axis=2)
    photo = Photo(np.repeat(ramp, 9, axis=0))
    after = done(photo, Operation.CONTRAST, 1.3)
    slope = (after.pixels[0, 49, 0] - after.pixels[0, 47, 0]) / (ramp[0, 49, 0] - ramp[0, 47, 0])
    assert slope == pytest.approx(1.3, rel=0.01)
    assert after.pixels[0, 48, 0] == pytest.approx(ramp[0, 48, 0], abs=1e-4)
    assert np.allclose(done(after, Operation.CONTRAST, 1 / 1.3).pixels, photo.pixels, atol=2e-4)


def test_colours_that_would_leave_the_range_keep_their_luminance() -> None:
    photo = picture(0.05, 0.95)
    weights = luminance_weights(photo)
    after = done(photo, Operation.SATURATION, 3.0)
    assert after.pixels.min() >= 0
    assert after.pixels.max() <= 1
    assert np.allclose(light(after) @ weights, light(photo) @ weights, atol=1e-4)


@pytest.mark.parametrize("operation", list(Operation))
def test_blocks_of_rows_give_what_the_whole_gives(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = picture(0.1, 0.9)
    amount = -1.0 if operation is Operation.FADE else 1.2
    whole = done(photo, operation, amount)
    monkeypatch.setattr(samples, "_BLOCK", 150)
    assert np.array_equal(done(photo, operation, amount).pixels, whole.pixels)


@pytest.mark.parametrize("operation", list(Operation))
def test_nothing_is_done_at_a_share_of_nothing(operation: Operation) -> None:
    photo = picture(0.1, 0.9)
    after, _ = adjusted(photo, Adjustment(operation, 0.7).scaled(0))
    assert np.allclose(after.pixels, photo.pixels, atol=2e-6)


def test_transparency_is_untouched() -> None:
    alpha = np.random.default_rng(1).integers(0, 65536, (40, 50), dtype=np.uint16)
    photo = picture(alpha=alpha, depth=16)
    assert np.array_equal(done(photo, Operation.EXPOSURE, -1).alpha, alpha)


def test_a_picture_without_colours_gets_none() -> None:
    grey = Photo(np.repeat(picture().pixels[..., :1], 3, axis=2))
    after, said = adjusted(grey, Adjustment(Operation.WARMTH, 1.0))
    assert after is grey
    assert "no colours" in said


def natural() -> Photo:
    """Grey edges of many strengths under a soft light."""
    random = np.random.default_rng(3)
    steps = random.uniform(0.05, 0.6, (16, 16)).repeat(12, 0).repeat(12, 1)
    colour = 1 + 0.1 * random.standard_normal((16, 16, 3)).repeat(12, 0).repeat(12, 1)
    return Photo(SRGB_CURVE.backward(np.clip(steps[..., None] * colour, 0, 1)).astype(np.float32))


def test_white_balance_takes_a_known_cast_away() -> None:
    cast = np.array([1.25, 1.0, 0.6])
    photo = natural()
    tinted = photo.with_pixels(SRGB_CURVE.backward(np.clip(light(photo) * cast / 1.25, 0, 1)))
    after, said = adjusted(tinted, Adjustment(Operation.WHITE_BALANCE, 1.0))
    before = light(tinted).mean((0, 1))
    left = light(after).mean((0, 1))
    assert np.log(before).std() > 0.25
    assert np.log(left).std() < 0.12
    assert "blue \u00d7 1" in said


@pytest.mark.parametrize(("glow", "least", "most"), [(0.0, 0.95, 1.001), (0.4, 0.3, 0.8)])
def test_a_cast_counts_the_less_the_further_its_estimates_are_apart(
    glow: float, least: float, most: float
) -> None:
    cast = 0.1 * np.array([1.0, 0.0, -1.0])
    scene = 0.8 * light(natural()).mean(2, keepdims=True) * np.exp(cast)
    hill = np.hanning(scene.shape[0])
    scene[..., 1] += glow * np.outer(hill, hill)  # the brightest pixels see its green, edges do not
    measured = measured_cast(Photo(SRGB_CURVE.backward(np.clip(scene, 0, 1)).astype(np.float32)))
    assert least < measured @ cast / (cast @ cast) < most


def test_a_named_cast_is_always_reduced() -> None:
    photo = natural()
    yellow = np.array([0.5, 0.5, -1.0])
    assert abs(measured_cast(photo) @ yellow) < 0.1
    after = light(done(photo, Operation.WHITE_BALANCE, 1.0, "yellow")).mean((0, 1))
    assert np.log(after) @ yellow < np.log(light(photo).mean((0, 1))) @ yellow - 0.05


def test_fading_is_undone() -> None:
    photo = picture(0.0, 1.0)
    faded = done(photo, Operation.FADE, 0.8)
    assert light(faded).min() > 0.03
    back, said = adjusted(faded, Adjustment(Operation.FADE, -1.0))
    assert np.quantile(light(back), 0.001) < 0.01
    assert np.quantile(light(back), 0.999) > 0.9
    assert said.endswith("black and white brought back")
    half, said = adjusted(faded, Adjustment(Operation.FADE, -0.5))
    errors = [np.abs(one.pixels - photo.pixels).mean() for one in (faded, half, back)]
    assert max(errors[1:]) < 0.8 * errors[0]
    assert said == ""


def test_a_print_whose_dyes_faded_unequally_gets_its_greys_back() -> None:
    photo = natural()
    faded = np.array([0.2, 0.18, 0.1]) + np.array([0.63, 0.6, 0.48]) * photo.pixels
    back = done(Photo(faded.astype(np.float32)), Operation.FADE, -1.0)
    before, after = (
        np.ptp(np.log(light(one).mean((0, 1)) / light(photo).mean((0, 1)))) for one in (Photo(faded), back)
    )
    assert after < before / 2.5


def test_a_print_of_half_its_contrast_gets_it_back() -> None:
    back = done(Photo(0.25 + 0.5 * picture(0.0, 1.0).pixels), Operation.FADE, -1.0).pixels
    assert back.max() - back.min() > 0.82


def test_a_warm_print_keeps_some_of_its_warmth() -> None:
    warm = picture(0.0, 1.0).pixels * np.array([1.0, 0.93, 0.8], np.float32)  # as in the evening
    faded = (0.2 + 0.72 * warm).astype(np.float32)
    back = done(Photo(faded), Operation.FADE, -1.0).pixels
    assert np.square(back - warm).mean() < np.square(faded - warm).mean() / 2
    assert back[..., 2].max() < 0.95 * back[..., 0].max()


def test_what_has_no_tones_is_not_stretched() -> None:
    flat = Photo(np.full((20, 20, 3), 0.6, np.float32))
    after, said = adjusted(flat, Adjustment(Operation.FADE, -1.0))
    assert np.allclose(after.pixels, flat.pixels, atol=2e-6)
    assert "hardly any tones" in said


def test_steps_of_tone_stand_beside_learnt_ones(tiny: Restorer, photo_array: np.ndarray) -> None:
    dark = Step(Task.ENHANCEMENT, 0.95, 0.5, "darker", Adjustment(Operation.EXPOSURE, -1.0))
    noise = Step(Task.DENOISING, 0.9, 1.0, "take the grain out")
    result = tiny.restore(photo_array, plan=Plan("clear", (noise, dark)), strength=0.5)
    assert len(result.stages) == 2
    assert np.allclose(light(result.photo), light(result.stages[0]) * 2**-0.25, rtol=1e-4, atol=1e-6)
    assert "exposure -0.25 EV" in result.history


def test_colours_that_cannot_be_seen_stay() -> None:
    pixels = np.full((8, 8, 3), 0.5, np.float32)
    alpha = np.full((8, 8), 255, np.uint8)
    alpha[:4] = 0
    darker, _ = adjusted(Photo(pixels, alpha=alpha), Adjustment(Operation.EXPOSURE, -1.0))
    assert np.array_equal(darker.pixels[:4], pixels[:4])
    assert (darker.pixels[4:] < 0.4).all()
