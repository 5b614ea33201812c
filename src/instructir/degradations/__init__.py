"""Clean pictures to degraded ones: pure functions of (images, strength, generator), batched, on any device.

Images are (B, 3, H, W) in [0, 1], strength is (B,) in [0, 1]. All randomness comes from the generator and
none of it depends on the picture, so the same seed gives the same fault on another picture; compound faults
rely on that (see :mod:`instructir.degradations.compound`).
"""

from instructir.degradations.compound import PHYSICAL_ORDER, compound
from instructir.degradations.families import FAMILIES, Degradation, degrade
from instructir.degradations.noise import gaussian_noise

__all__ = ["FAMILIES", "PHYSICAL_ORDER", "Degradation", "compound", "degrade", "gaussian_noise"]
