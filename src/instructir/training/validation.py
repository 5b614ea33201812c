"""How far the averaged model is: the same few crops of every task, restored now and then."""

import torch
from torch import Tensor, nn

from instructir.data.mixture import DataOptions, validation_crops
from instructir.tasks import TASKS
from instructir.training.bank import InstructionBank
from instructir.training.batches import EarlierStep, synthesise
from instructir.training.options import ValidationOptions

_SEED = 2024


class Validation:
    """Crops kept from training, degraded once and for all."""

    def __init__(
        self,
        options: ValidationOptions,
        data: DataOptions,
        bank: InstructionBank | None,
        device: torch.device,
        earlier: EarlierStep | None = None,
    ) -> None:
        """Cut and degrade the crops.

        Args:
            options: their size and number.
            data: the mixture that they are of.
            bank: where their instructions come from; None for the text-free network.
            device: on which they lie.
            earlier: removes the faults that are to be removed before.
        """
        crops = validation_crops(data, options.size, options.crops, _SEED)
        generator = torch.Generator(device).manual_seed(_SEED)
        self._batch = synthesise(crops, generator, device, earlier)
        self._sentences = bank.draw(crops["words"].to(device), generator) if bank else None

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> tuple[dict[str, tuple[float, float]], Tensor]:
        """Restore the crops.

        Returns:
            PSNR in dB of input and restored crop by task, and a picture (3, H, W): a row for each task with
            an input, what became of it, and the reference.
        """
        gains, rows = {}, []
        for index, task in enumerate(TASKS):
            chosen = (self._batch.task == index).nonzero().flatten()
            if not len(chosen):
                continue
            degraded, target = self._batch.degraded[chosen], self._batch.target[chosen]
            sentences = None if self._sentences is None else self._sentences[chosen]
            restored = network(degraded, sentences)[0]
            gains[task.value] = _psnr(degraded, target), _psnr(restored, target)
            rows.append(torch.cat([degraded[0], restored[0], target[0]], dim=2))
        return gains, torch.cat(rows, dim=1)


def _psnr(images: Tensor, target: Tensor) -> float:
    error = (images - target).square().mean((1, 2, 3)).clamp_min(1e-10)
    return float(-10 * torch.log10(error).mean())
