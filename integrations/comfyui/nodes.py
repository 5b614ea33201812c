"""The node: pictures and a sentence in, restored pictures and what was understood out."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from instructir.restoration.progress import Progress
    from instructir.restoration.restorer import Restorer
    from instructir.restoration.result import Restoration

PARTS = 100
"""Of the bar, for each picture."""


@lru_cache(maxsize=2)
def _loaded(model: str) -> "Restorer":
    import instructir

    return instructir.load(model)


def _bar(pictures: int) -> "Callable[[int, Progress], None]":
    """What moves ComfyUI's bar for picture `n`; it raises once Cancel is pressed."""
    try:
        from comfy.utils import ProgressBar
    except ImportError:  # called from elsewhere
        return lambda *_: None
    bar = ProgressBar(PARTS * pictures)
    return lambda n, progress: bar.update_absolute(round(PARTS * (n + progress.fraction)))


def _as_tensor(result: "Restoration", channels: int) -> "torch.Tensor":
    """Pixels (H, W, C) float32 in [0, 1], with alpha where there were four channels."""
    import torch

    alpha = result.photo.alpha
    parts = [result.pixels] if channels < 4 or alpha is None else [result.pixels, alpha[..., None]]
    return torch.cat([torch.from_numpy(part) for part in parts], -1).clamp(0, 1)


class InstructIRRestore:
    """Restores each picture of a batch; the attributes are those that ComfyUI asks a node for."""

    CATEGORY = "image/restoration"
    FUNCTION = "restore"
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("image", "understood")
    DESCRIPTION = "Restores a photo from a sentence. Leave the sentence empty, and the photo decides."

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 - ComfyUI calls it so
        """The node's sockets and widgets."""
        from instructir.settings import DEFAULT_MODEL

        fraction = {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.05}
        return {
            "required": {
                "image": ("IMAGE",),
                "instruction": ("STRING", {"default": "", "multiline": True}),
                "strength": ("FLOAT", fraction),
            },
            "optional": {
                "model": ("STRING", {"default": DEFAULT_MODEL}),
                "ensemble": ("INT", {"default": 0, "min": 0, "max": 16}),
            },
        }

    def restore(
        self,
        image: "torch.Tensor",
        instruction: str,
        strength: float,
        model: str = "",
        ensemble: int = 0,
    ) -> "tuple[torch.Tensor, str]":
        """Restore pictures.

        Args:
            image: (B, H, W, C) float in [0, 1]; a fourth channel is alpha, which is kept.
            instruction: what is wrong with them; empty lets each picture decide.
            strength: fraction of the restoration that is applied, from 0 to 1.
            model: what :func:`instructir.load` takes; empty for the default.
            ensemble: runs to average; 0 for two of small pictures, and one of others.

        Returns:
            Pictures (B, H, W, C) float32 in [0, 1], larger where the sentence enlarges, and what was
            understood, a line each.

        Raises:
            InstructIRError: if the instruction asks for what cannot be done.
        """
        import dataclasses

        import torch

        from instructir.settings import DEFAULT_MODEL

        restorer = _loaded(model.strip() or DEFAULT_MODEL)
        settings = dataclasses.replace(restorer.settings, strength=strength, ensemble=ensemble)
        bar = _bar(len(image))
        results = [
            restorer.restore(
                one, instruction.strip() or None, settings=settings, progress=partial(bar, number)
            )
            for number, one in enumerate(image.float().clamp(0, 1).cpu().numpy())
        ]
        restored = torch.stack([_as_tensor(result, image.shape[-1]) for result in results])
        return restored, "\n".join(result.plan.summary() for result in results)
