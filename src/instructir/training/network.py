"""Image network and text head as the one module that training updates, and its moving average."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.text_head import TextHead
from instructir.training.options import ModelOptions


class Trainee(nn.Module):
    """Both trained parts of the system (paper, equation 2)."""

    def __init__(self, options: ModelOptions, sentence_dim: int, classes: int) -> None:
        super().__init__()
        self.image = ImageNetwork(
            ImageConfig(
                options.width,
                tuple(options.encoder_blocks),
                options.middle_blocks,
                tuple(options.decoder_blocks),
                options.text_dim,
            )
        )
        self.text = TextHead(sentence_dim, options.text_dim, classes) if options.text_dim else None

    def forward(self, degraded: Tensor, sentences: Tensor) -> tuple[Tensor, Tensor | None]:
        """Restore `degraded` (B, 3, H, W) as `sentences` (B, dim) say; also the intent's logits."""
        if self.text is None:
            return self.image(degraded), None
        embedding, logits = self.text(sentences)
        return self.image(degraded, embedding), logits


def losses(
    restored: Tensor,
    logits: Tensor | None,
    target: Tensor,
    task: Tensor,
    kind: str = "l1",
    weights: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Loss of the pictures and the intent's cross-entropy (zero for the text-free network), both float32.

    Args:
        restored: (B, 3, H, W).
        logits: (B, classes), or none for the text-free network.
        target: (B, 3, H, W).
        task: class indices (B,).
        kind: ``l1``, or ``psnr``, the logarithm of each picture's mean square error (Chen et al., NAFNet,
            ECCV 2022), in which a decibel counts the same for every task.
        weights: of each class (classes,), all one by default.
    """
    error = restored.float() - target
    each = error.abs().mean((1, 2, 3)) if kind == "l1" else _log_error(error)
    pixels = (each if weights is None else each * weights[task]).mean()
    if logits is None:
        return pixels, torch.zeros_like(pixels)
    return pixels, F.cross_entropy(logits.float(), task)


def _log_error(error: Tensor) -> Tensor:
    # The floor, 40 dB, keeps crops that are all but perfect from outweighing the rest.
    return 0.1 * torch.log(error.square().mean((1, 2, 3)) + 1e-4)


class MovingAverage:
    """Exponential moving average of a module's parameters."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {name: value.detach().clone() for name, value in module.state_dict().items()}

    def update(self, module: nn.Module, step: int) -> None:
        """Take one step towards the module's weights; young averages follow faster."""
        decay = min(self.decay, (1 + step) / (10 + step))
        current = module.state_dict()
        torch._foreach_lerp_(  # one fused call instead of hundreds
            list(self.weights.values()), [current[name] for name in self.weights], 1 - decay
        )

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Continue from saved weights."""
        for name, value in weights.items():
            self.weights[name].copy_(value)
