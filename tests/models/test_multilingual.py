"""The encoder out of packed weights."""

from pathlib import Path

import numpy as np
import pytest
import torch

from instructir.errors import EncoderError
from instructir.models.encoders import MULTILINGUAL_ENCODER, load_encoder, local
from instructir.models.multilingual import (
    BLOCK_BYTES,
    QUANTISATION_BLOCK,
    PackedEmbedding,
    load_packed,
    unpacked,
)


def packed(weights: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Blocks of whole numbers from -8 to 7, as the file stores them."""
    nibbles = (weights + 8).astype(np.uint8).reshape(-1, QUANTISATION_BLOCK)
    halves = nibbles[:, : QUANTISATION_BLOCK // 2] | nibbles[:, QUANTISATION_BLOCK // 2 :] << 4
    return np.concatenate([scales.astype(np.float16).view(np.uint8).reshape(-1, 2), halves], axis=1).ravel()


def test_blocks_are_unpacked() -> None:
    rng = np.random.default_rng(0)
    whole = rng.integers(-8, 8, (6, 2 * QUANTISATION_BLOCK))
    scales = rng.random(12).astype(np.float16)
    blocks = packed(whole, scales)
    assert len(blocks) == 12 * BLOCK_BYTES
    expected = whole.reshape(12, QUANTISATION_BLOCK) * scales[:, None].astype(np.float32)
    assert torch.equal(
        unpacked(blocks, 2 * QUANTISATION_BLOCK), torch.from_numpy(expected.reshape(6, -1)).float()
    )
    table = PackedEmbedding(blocks, 2 * QUANTISATION_BLOCK)
    ids = torch.tensor([[5, 0], [3, 3]])
    assert torch.equal(table(ids), unpacked(blocks, 2 * QUANTISATION_BLOCK)[ids])


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    for content in (b"something else entirely", b"E5S1 cut short"):
        path.write_bytes(content)
        with pytest.raises(EncoderError, match=r"weights\.bin"):
            load_packed(path)


def test_sentences_that_mean_the_same_are_near_in_any_language() -> None:
    if not local(MULTILINGUAL_ENCODER):
        pytest.skip('needs the extra "languages"')
    encoder = load_encoder(MULTILINGUAL_ENCODER)
    dark, rain, same = encoder.encode(["the photo is too dark", "remove the rain", "照片太暗了"])
    assert dark.norm().item() == pytest.approx(1, abs=1e-4)
    assert dark @ same > rain @ same
    alone = encoder.token_states(["remove the rain"], (0, 12))[0]
    beside = encoder.token_states(["a", "remove the rain"], (0, 12))[1]
    assert torch.allclose(alone.float(), beside.float(), atol=2e-2)
