"""Tone and colour by exact operations, in linear light, on all of the picture.

Each works on the light that the samples stand for, in the picture's own primaries, at any depth, and one
pixel at a time, so that blocks of rows give what the whole gives. What is measured of the picture (its cast,
its middle tone, its veil) is measured before. With Y the luminance of a pixel's light (r, g, b):

- exposure by s stops: every channel times 2^s;
- white balance: each channel times the gain that turns the measured cast grey, Y of grey staying as it is;
  of a page, times what turns its paper white (:mod:`instructir.restoration.pages`);
- warmth by s stops: red times 2^(s/2), blue times 2^(-s/2), both over what keeps the Y of grey;
- contrast by a slope c: the logit of Y on the curve of sRGB is stretched c times about that of the picture's
  median, black and white stay, and the channels keep their proportions;
- saturation by a factor f: each channel becomes Y + f (channel - Y);
- fading by a fraction a: each channel goes that fraction of the way into a veil of :data:`VEIL` light under a
  white of :data:`PALE`; where negative, what is measured as black and white goes back towards 0 and 1, on the
  curve of sRGB (:func:`_ends`), and white is balanced, for what dyes that fade unequally leave.

Colours that would leave [0, 1] are brought back: by exposure and gains they clip as in a camera, by contrast
and saturation they lose colour at the same Y. Float pictures keep what lies beyond.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from instructir.images import Photo
from instructir.images.colour.samples import blocks
from instructir.images.colour.spaces import SRGB_CURVE, SRGB_PRIMARIES, matrix_of
from instructir.instructions.tone.adjustment import CASTS, OF_PAPER, Adjustment, Operation
from instructir.restoration.pages import paper_of, whitened

_Array = NDArray[np.float64]
Function = Callable[[_Array], _Array]
"""Light (N, 3) to light (N, 3)."""

VEIL, PALE = 0.06, 0.8
"""Light that black becomes and white becomes by full fading."""
_SAMPLES = 1 << 18
"""Pixels that are measured, evenly over the picture."""
_ENDS = 0.002
"""Fraction of the pixels that lie below the measured black, and above the measured white."""
_LIGHTEST, _PALEST, _HARDLY_ANY = 0.4, 0.7, 0.05
"""The lightest black and the darkest white of a faded print, and what there must be between them."""
_OWN_WHITE, _BROUGHT_BACK = 0.5, 0.8
"""How far a channel's own brightest counts as its white, and how far black and white go back to 0 and 1: not
every scene has both."""
_LEAST_CAST = 0.12
"""Least correction, in logarithms of light, of a cast that somebody sees."""
_MOST_GAIN = 4.0
"""Largest gain of white balance."""
_ORDERS = (4, 8)
"""Of the norms of differences in the measured cast. Higher ones are greyer in a scene without a cast, so what
the second has over the first is carried on as far again."""
_SPREADS, _OF_PRINTS = 2.0, 0.3
"""A cast is halved that is so many times as long as the estimates are apart; and how much longer, in
logarithms of light, one of dyes has to be: who calls a print faded says nothing of a cast, and its scene may
have been warm."""
_CAST_SIDE = 256
"""Longer side at which the cast is measured, in pixels."""
DARKEST, CLIPPED = 0.004, 0.98
"""Light between which a pixel's brightest channel tells a colour."""
_LEAST_PIXELS = 64
"""Fewest pixels that tell a cast."""


def adjusted(photo: Photo, adjustment: Adjustment) -> tuple[Photo, str]:
    """A photo after an operation, and what was measured or left, a sentence or nothing.

    Transparency stays as it is.
    """
    operation = adjustment.operation
    if adjustment.cast == OF_PAPER and (paper := paper_of(photo)) is not None:
        return whitened(photo, paper, adjustment.amount)
    colour = operation in (Operation.WHITE_BALANCE, Operation.WARMTH, Operation.SATURATION)
    if colour and photo.neutral:
        return photo, f"{operation.value.replace('_', ' ')}: the picture has no colours; left as it was"
    weights = luminance_weights(photo)
    function, said = _function(photo, adjustment, weights)
    pixels = np.empty_like(photo.pixels)
    for rows in blocks(photo.pixels.shape):
        light = SRGB_CURVE.forward(photo.pixels[rows].reshape(-1, 3).astype(np.float64))
        made = SRGB_CURVE.backward(function(light))
        pixels[rows] = (made if photo.depth == 32 else np.clip(made, 0, 1)).reshape(pixels[rows].shape)
    if photo.alpha is not None:
        # Colours that cannot be seen are nobody's tone.
        pixels = np.where((photo.alpha > 0)[..., None], pixels, photo.pixels)
    return photo.with_pixels(pixels), said


def luminance_weights(photo: Photo) -> _Array:
    """Weights (3,) of red, green and blue light in the luminance of a picture's primaries."""
    points = photo.space.points() if photo.space is not None else None
    weights = np.asarray(matrix_of(points or SRGB_PRIMARIES)[1], dtype=np.float64)
    scaled: _Array = weights / weights.sum()
    return scaled


def sampled(photo: Photo) -> _Array:
    """Light (N, 3) of pixels evenly over a picture, those left out that cannot be seen."""
    step = max(1, round((photo.width * photo.height / _SAMPLES) ** 0.5))
    pixels = photo.pixels[step // 2 :: step, step // 2 :: step].astype(np.float64)
    if photo.alpha is not None:
        pixels = pixels[photo.alpha[step // 2 :: step, step // 2 :: step] > 0]
    light: _Array = SRGB_CURVE.forward(pixels.reshape(-1, 3))
    return light


def _function(photo: Photo, adjustment: Adjustment, weights: _Array) -> tuple[Function, str]:
    amount = adjustment.amount
    match adjustment.operation:
        case Operation.EXPOSURE:
            return lambda light: light * 2.0**amount, ""
        case Operation.WARMTH:
            gains = _keeping_luminance(np.array([2.0 ** (amount / 2), 1.0, 2.0 ** (-amount / 2)]), weights)
            return lambda light: light * gains, ""
        case Operation.WHITE_BALANCE:
            gains = _keeping_luminance(balance(photo, adjustment.cast) ** amount, weights)
            return lambda light: light * gains, f"white balance: {_figures(gains)} in light"
        case Operation.SATURATION:
            return lambda light: _saturated(light, weights, amount), ""
        case Operation.CONTRAST:
            middle = _middle(sampled(photo), weights)
            return lambda light: _contrasted(light, weights, amount, middle), ""
        case Operation.FADE:
            return _fading(photo, amount, weights)


def _figures(gains: _Array) -> str:
    return ", ".join(
        f"{name} \u00d7 {gain:.2f}" for name, gain in zip(("red", "green", "blue"), gains, strict=True)
    )


def _keeping_luminance(gains: _Array, weights: _Array) -> _Array:
    kept: _Array = gains / (weights @ gains)
    return kept


def _saturated(light: _Array, weights: _Array, factor: float) -> _Array:
    grey = (light @ weights)[:, None]
    return _within(grey + factor * (light - grey), grey)


def _within(light: _Array, grey: _Array) -> _Array:
    """Colours brought back towards the grey of their luminance until they lie in [0, 1].

    Where the luminance is beyond white, it takes the place of 1.
    """
    top = np.maximum(grey, 1.0)
    high, low = light.max(1, keepdims=True), light.min(1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.minimum(
            np.where(high > top, (top - grey) / (high - grey), 1.0),
            np.where(low < 0, grey / (grey - low), 1.0),
        )
    brought: _Array = grey + np.clip(np.nan_to_num(kept, nan=1.0), 0, 1) * (light - grey)
    return brought


def _middle(light: _Array, weights: _Array) -> float:
    """Median of the luminance on the curve of sRGB, kept away from the ends."""
    if not len(light):
        return 0.5
    return float(np.clip(SRGB_CURVE.backward(np.array([np.median(light @ weights)]))[0], 0.2, 0.8))


def _contrasted(light: _Array, weights: _Array, slope: float, middle: float) -> _Array:
    grey = np.maximum(light @ weights, 0.0)[:, None]
    tone = SRGB_CURVE.backward(np.minimum(grey, 1.0))
    high, low = tone**slope, (1 - tone) ** slope
    pivot = (middle / (1 - middle)) ** (slope - 1)
    curved = SRGB_CURVE.forward(high / (high + pivot * low))
    # Light beyond white keeps its distance from it.
    curved += np.maximum(grey - 1.0, 0.0)
    ratio = np.divide(curved, grey, out=np.ones_like(grey), where=grey > 1e-9)
    return _within(light * ratio, curved)


def _fading(photo: Photo, amount: float, weights: _Array) -> tuple[Function, str]:
    if amount >= 0:
        return lambda light: light + amount * (VEIL + light * (PALE - VEIL) - light), ""
    black, white = _ends(photo, weights)
    if not (white > black).all():
        return lambda light: light, "fade: the picture has hardly any tones; left as it was"
    fraction = min(1.0, _BROUGHT_BACK * -amount)
    start = fraction * black
    gain = 1 / (1 - fraction * (1 - white) - start)

    # Means of neighbours may be stretched like the pixels themselves.
    cast = _cast_of(np.clip((_reduced(photo) - start) * gain, 0, 1), _OF_PRINTS)
    gains = _keeping_luminance(_against(cast) ** min(1.0, -amount), weights)

    def restored(light: _Array) -> _Array:
        return SRGB_CURVE.forward((SRGB_CURVE.backward(light) - start) * gain) * gains

    figures = ", ".join(
        f"{name} {low:.0%} to {high:.0%}"
        for name, low, high in zip(
            ("red", "green", "blue"), SRGB_CURVE.forward(black), SRGB_CURVE.forward(white), strict=True
        )
    )
    said = f"fade: the light went from {figures}, then {_figures(gains)}; black and white brought back"
    return restored, said if amount <= -1 else ""


def _ends(photo: Photo, weights: _Array) -> tuple[_Array, _Array]:
    """Black and white (3,) of a faded picture, on the curve of sRGB; the same where it has hardly any tones.

    The darkest of each channel is its black: what lifted it was laid over everything. But the brightest of a
    channel is the print's white only in part: blue that stays low may be the colour of a warm scene. So white
    lies half way between that of luminance and that of the channel. Neither is further off than in prints.
    """
    tones = SRGB_CURVE.backward(sampled(photo))
    if not len(tones):
        return np.zeros(3), np.zeros(3)
    darkest, brightest = (np.quantile(tones, fraction, axis=0) for fraction in (_ENDS, 1 - _ENDS))
    if (brightest - darkest).max() < _HARDLY_ANY:
        return darkest, darkest
    common = np.quantile(tones @ weights, 1 - _ENDS)
    white = common + _OWN_WHITE * (brightest - common)
    return np.minimum(darkest, _LIGHTEST), np.maximum(white, _PALEST)


def balance(photo: Photo, cast: str = "") -> _Array:
    """Gains (3,) of red, green and blue light, their product 1, that take the cast of a picture away.

    Args:
        photo: the picture.
        cast: a key of :data:`~instructir.instructions.tone.adjustment.CASTS` that is seen in it: the gains
            take at least :data:`_LEAST_CAST` of it away.
    """
    found = measured_cast(photo)
    if cast in CASTS:
        direction = np.array(CASTS[cast])
        direction /= np.linalg.norm(direction)
        found = found + max(0.0, _LEAST_CAST - float(found @ direction)) * direction
    return _against(found)


def _against(cast: _Array) -> _Array:
    """Gains (3,) that take a cast in logarithms (3,) away."""
    gains: _Array = np.exp(-np.clip(cast, -np.log(_MOST_GAIN), np.log(_MOST_GAIN)))
    return gains


def measured_cast(photo: Photo) -> _Array:
    """Logarithms (3,), of sum 0, of how much more red, green and blue light there is than on a grey scene.

    By the grey edge (van de Weijer, Gevers and Gijsenij, IEEE Transactions on Image Processing 2007): the
    differences of neighbouring pixels are grey on average, and the larger ones more so. Second differences
    tell it too, and so do the brightest pixels (shades of grey, Finlayson and Trezzi 2004). What is found
    counts the less, the further these three are apart, since they err differently in coloured scenes.
    """
    return _cast_of(_reduced(photo))


def _cast_of(small: _Array, doubt: float = 0.0) -> _Array:
    """The measured cast (3,) of an encoded picture (h, w, 3); one of the length of all doubts is halved."""
    light = SRGB_CURVE.forward(small)
    top = light.max(axis=2)
    seen = (top > DARKEST) & (top < CLIPPED)
    pixels = light[seen]
    first, second = (_differences(light, order)[seen[:-order, :-order]] for order in (1, 2))
    if len(second) < _LEAST_PIXELS:
        return np.zeros(3)
    found = _carried_on(first)
    estimates = np.stack([found, _carried_on(second), _norms(pixels, _ORDERS[1])])
    apart = float(np.sqrt(((estimates - estimates.mean(axis=0)) ** 2).sum(axis=1).mean()))
    length = float(np.linalg.norm(found))
    believed: _Array = found * length / max(length + _SPREADS * apart + doubt, 1e-12)
    return believed


def _differences(light: _Array, order: int) -> _Array:
    """Lengths (h - order, w - order, 3) of the differences of that order of a picture (h, w, 3)."""
    down = np.diff(light, order, axis=0)[:, :-order]
    across = np.diff(light, order, axis=1)[:-order]
    lengths: _Array = np.hypot(down, across)
    return lengths


def _carried_on(edges: _Array) -> _Array:
    """The cast (3,) of differences (N, 3), by two orders."""
    lower, higher = (_norms(edges, order) for order in _ORDERS)
    return 2 * higher - lower


def _norms(values: _Array, order: int) -> _Array:
    """Logarithms (3,), of sum 0, of the Minkowski norms of values (N, 3)."""
    top = max(float(values.max()), 1e-12)
    norms = np.log(np.maximum(((values / top) ** order).mean(axis=0) ** (1 / order), 1e-6))
    found: _Array = norms - norms.mean()
    return found


def _reduced(photo: Photo) -> _Array:
    """The encoded picture (h, w, 3) at a size at which noise averages out."""
    factor = max(1.0, max(photo.width, photo.height) / _CAST_SIDE)
    size = (max(2, round(photo.width / factor)), max(2, round(photo.height / factor)))
    planes = [
        Image.fromarray(np.clip(photo.pixels[..., channel], 0, 1)).resize(size, Image.Resampling.BOX)
        for channel in range(3)
    ]
    return np.stack([np.asarray(plane, dtype=np.float64) for plane in planes], axis=2)
