import shutil

import pytest


@pytest.fixture
def exiftool():
    path = shutil.which("exiftool")
    if path is None:
        pytest.skip("exiftool, the independent reader of metadata, is not installed")
    return path
