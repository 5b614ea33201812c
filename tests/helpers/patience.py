"""How long tests wait for what is to come. No measure of speed: where something that hangs is given up."""

import time
from collections.abc import Callable

PATIENCE = 600.0
"""Seconds; a busy machine may take a hundred times as long as an idle one."""


def wait_until(true: Callable[[], object], pause: float = 0.01) -> None:
    """Look every `pause` seconds until `true` is."""
    limit = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < limit, "gave up waiting"
        time.sleep(pause)
