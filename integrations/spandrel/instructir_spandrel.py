"""InstructIR as a ``spandrel.ImageModelDescriptor``: one sentence, read once, for any number of pictures."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

import torch

if TYPE_CHECKING:
    from spandrel import ImageModelDescriptor

    from instructir.restoration.restorer import Restorer


class Restoring(torch.nn.Module):
    """Restores pictures as one sentence says; the whole picture at once, over strips where it is large."""

    def __init__(self, restorer: "Restorer", instruction: str) -> None:
        super().__init__()
        self.network = restorer.model.image  # whose parameters and size can be asked for
        self.instruction = instruction
        self._restorer = restorer

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Restore pictures (B, 3, H, W) in [0, 1], of any size; the same comes out, where they lay."""
        restored = self._restorer.predict(images.float(), self.instruction)
        return restored.to(images.device, images.dtype)

    def _apply(self, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True) -> Self:  # noqa: ARG002
        """Stay: programs move models about between pictures, but this one computes where it was loaded."""
        return self


def describe(model: str, instruction: str, *, device: str = "auto") -> "ImageModelDescriptor[Restoring]":
    """A model of InstructIR as spandrel describes one.

    There is no plan and no second look: the sentence conditions the network, nothing else.

    Args:
        model: what :func:`instructir.load` takes: a name, a file, a folder, or ``hub:ORG/REPO``.
        instruction: what is wrong with the pictures, or what to do.
        device: where to compute: auto, cpu, cuda, cuda:N or mps.

    Raises:
        CheckpointError: if there is no such model, or it is damaged.
        InstructionError: if the instruction is empty or too long.
    """
    from spandrel import Architecture, ImageModelDescriptor, ModelTiling

    import instructir
    from instructir.instructions.planner import checked

    class InstructIR(Architecture[Restoring]):
        """Known by its descriptor: a sentence is no part of a file's tensors."""

        def __init__(self) -> None:
            super().__init__(id="InstructIR", detect=lambda state: "image.intro.weight" in state)

        def load(self, state_dict: dict[str, torch.Tensor]) -> "ImageModelDescriptor[Restoring]":
            """Refuse: what else is needed stands in the file's metadata, which does not come here."""
            raise NotImplementedError("call describe() with the file and a sentence")

    restorer = instructir.load(model, device)
    if restorer.tasks is not None:
        instruction = checked(instruction)
    module = Restoring(restorer, instruction).eval()
    return ImageModelDescriptor(
        module,
        module.state_dict(),  # which it loads again
        InstructIR(),
        purpose="Restoration",
        tags=[restorer.name, f"{restorer.model.image.config.width}nf"],
        supports_half=False,
        supports_bfloat16=False,
        scale=1,
        input_channels=3,
        output_channels=3,
        tiling=ModelTiling.INTERNAL,
    )
