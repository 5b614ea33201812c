"""Whether a picture that is to be sharpened and to gain detail is blurred, or only too small.

Words such as "low resolution, make it sharp" ask for both, and the fault network often sees both. What was
too small is soft as well, but not blurred: what deblurring makes of it is hard, and detail brought out of
that is harder still. Of a picture that is blurred, the network that brings out detail changes next to
nothing, even where the picture was small before. So what both change of the picture as it is tells which of
them it needs.
"""

from collections.abc import Callable

from torch import Tensor

Detailed = Callable[[Tensor], Tensor]
"""Brings out detail in a picture (1, 3, H, W)."""

_AS_MUCH = 0.65
"""Root mean square change by bringing out detail, in units of that by deblurring, from which a picture is
only too small."""


def only_small(detailed: Detailed, given: Tensor, deblurred: Tensor) -> bool:
    """Whether a picture lacks detail alone, so that it should not be deblurred as well.

    Args:
        detailed: the network, as it is run for detail.
        given: (3, H, W) in [0, 1].
        deblurred: what deblurring makes of it, of the same shape.
    """
    return _change(given, detailed(given[None])[0]) >= _AS_MUCH * _change(given, deblurred)


def _change(before: Tensor, after: Tensor) -> float:
    return float((after.clamp(0, 1) - before).square().mean().sqrt())
