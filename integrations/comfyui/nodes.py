"""The node: pictures and a sentence in, restored pictures and what was understood out."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from instructir.restoration.restorer import Restorer


@lru_cache(maxsize=2)
def _loaded(model: str) -> "Restorer":
    import instructir

    return instructir.load(model)


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
                "ensemble": ("INT", {"default": 1, "min": 1, "max": 16}),
            },
        }

    def restore(
        self,
        image: "torch.Tensor",
        instruction: str,
        strength: float,
        model: str = "",
        ensemble: int = 1,
    ) -> "tuple[torch.Tensor, str]":
        """Restore pictures.

        Args:
            image: (B, H, W, C) float in [0, 1]; channels beyond the third (alpha) are kept.
            instruction: what is wrong with them; empty lets each picture decide.
            strength: fraction of the restoration that is applied, from 0 to 1.
            model: what :func:`instructir.load` takes; empty for the default.
            ensemble: runs to average.

        Returns:
            Pictures (B, H, W, C) float32 in [0, 1], and what was understood, a line each.

        Raises:
            InstructIRError: if the instruction asks for what cannot be done.
        """
        import dataclasses

        import torch

        from instructir.settings import DEFAULT_MODEL

        restorer = _loaded(model or DEFAULT_MODEL)
        settings = dataclasses.replace(restorer.settings, strength=strength, ensemble=ensemble)
        results = [
            restorer.restore(one, instruction.strip() or None, settings=settings)
            for one in image[..., :3].float().clamp(0, 1).cpu().numpy()
        ]
        restored = torch.stack([torch.from_numpy(result.pixels) for result in results])
        rest = image[..., 3:].float().cpu()
        return torch.cat([restored, rest], -1), "\n".join(result.plan.summary() for result in results)
