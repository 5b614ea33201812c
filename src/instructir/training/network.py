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


def losses(restored: Tensor, logits: Tensor | None, target: Tensor, task: Tensor) -> tuple[Tensor, Tensor]:
    """L1 and the intent's cross-entropy (zero for the text-free network), both float32."""
    l1 = F.l1_loss(restored.float(), target)
    if logits is None:
        return l1, torch.zeros_like(l1)
    return l1, F.cross_entropy(logits.float(), task)


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
