"""Image network and text head as the one module that training updates, and its moving average."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.models.text_head import TextHead
from instructir.training.options import ModelOptions

Weights = tuple[Tensor, ...] | list[Tensor]


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


def training_losses(
    restored: Tensor,
    logits: Tensor | None,
    target: Tensor,
    task: Tensor,
    kind: str = "l1",
    weights: Tensor | None = None,
    *,
    grid_weight: float = 0.0,
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
        grid_weight: weight of what :func:`woven` measures beside the error that it is part of.
    """
    error = restored.float() - target
    grid = grid_weight * woven(error) if grid_weight else error.new_zeros(())
    each = error.abs().mean((1, 2, 3)) + grid.sqrt() if kind == "l1" else _log_error(error, grid)
    pixels = (each if weights is None else each * weights[task]).mean()
    if logits is None:
        return pixels, torch.zeros_like(pixels)
    return pixels, F.cross_entropy(logits.float(), task)


def _log_error(error: Tensor, grid: Tensor) -> Tensor:
    # The floor, 40 dB, keeps crops that are all but perfect from outweighing the rest.
    return 0.1 * torch.log(error.square().mean((1, 2, 3)) + grid + 1e-4)


def woven(error: Tensor, period: int = 16) -> Tensor:
    """How much of an error repeats every `period` pixels: the grid that a strided network weaves, (B,).

    The error's fine part (less its mean over a window one pixel wider than the period) is averaged over all
    places of equal phase; the mean square of that is multiplied by the number of places, so that an error
    without any pattern gives its own mean square.

    Args:
        error: (B, C, H, W), output less reference, H and W at least `period`.
        period: the network's size multiple, in pixels.
    """
    window = period + 1
    smooth = error
    for across in (0, 1):  # rows of means, then means of those: a thirtieth of the sums that a square takes
        extent, padding = [1, 1], [0, 0]
        extent[across], padding[across] = window, window // 2
        smooth = F.avg_pool2d(smooth, extent, stride=1, padding=padding, count_include_pad=False)
    height, width = (extent // period * period for extent in error.shape[-2:])
    fine = (error - smooth)[..., :height, :width]
    rows, columns = height // period, width // period
    phases = fine.reshape(*fine.shape[:2], rows, period, columns, period).mean((2, 4))
    measured: Tensor = phases.square().mean((1, 2, 3)) * (rows * columns)
    return measured


class MovingAverage:
    """Exponential moving average of a module's parameters."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self._averaged = AveragedModel(module, multi_avg_fn=self._follow)
        self._averaged.requires_grad_(False)

    @property
    def weights(self) -> dict[str, Tensor]:
        """The averages by the names of the module's parameters."""
        return dict(self._averaged.module.state_dict())

    @property
    def parameters(self) -> list[Tensor]:
        """The averages in the order of the module's parameters."""
        return [average.detach() for average in self._averaged.module.parameters()]

    def update(self, module: nn.Module, step: int) -> None:
        """Take one step towards the module's weights; young averages follow faster."""
        self._averaged.n_averaged.fill_(step + 1)  # of which the first is what the module began with
        self._averaged.update_parameters(module)

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Continue from saved weights."""
        self._averaged.module.load_state_dict(weights)

    def _follow(self, averages: Weights, current: Weights, count: Tensor | int) -> None:
        decay = min(self.decay, int(count) / (9 + int(count)))
        get_ema_multi_avg_fn(decay)(averages, current, count)  # type: ignore[no-untyped-call]
