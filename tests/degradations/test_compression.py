"""JPEG compression against libjpeg."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from instructir.degradations.compression import jpeg


@pytest.mark.parametrize("subsampled", [False, True])
@pytest.mark.parametrize("quality", [30, 60, 90, 98])
def test_decodes_to_what_libjpeg_decodes(quality: int, subsampled: bool) -> None:
    rng = np.random.default_rng(quality)
    smooth = np.add.outer(np.linspace(30, 150, 61), np.linspace(0, 70, 45))[..., None] * [1, 0.8, 0.6]
    noisy = (smooth + rng.normal(0, 20, smooth.shape)).clip(0, 255).round().astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(noisy).save(file, "JPEG", quality=quality, subsampling=2 if subsampled else 0)
    theirs = np.asarray(Image.open(file)).astype(float)
    images = torch.from_numpy(noisy).permute(2, 0, 1)[None] / 255
    ours = jpeg(images, torch.tensor([float(quality)]), torch.tensor([subsampled]))[0]
    difference = ours.permute(1, 2, 0).numpy() * 255 - theirs
    lost = noisy - theirs
    # Coefficients halfway between two steps may be rounded the other way: a fraction of what the file loses.
    assert difference.std() < 0.2 * lost.std() + 1


def test_pictures_of_one_batch_are_compressed_apart() -> None:
    images = torch.rand(3, 3, 19, 21, generator=torch.Generator().manual_seed(0))
    quality, subsampled = torch.tensor([40.0, 95, 70]), torch.tensor([True, False, True])
    together = jpeg(images, quality, subsampled)
    for row in range(3):
        alone = jpeg(images[row : row + 1], quality[row : row + 1], subsampled[row : row + 1])
        assert torch.equal(together[row : row + 1], alone)
