"""What the earlier step of a plan leaves: the model that training begins with removes a fault beforehand."""

import torch
from torch import Tensor

from instructir.inference.execution import Execution
from instructir.models.checkpoint import Model
from instructir.models.deltas import route_to
from instructir.restoration.conditioning import Conditioning
from instructir.tasks import PLAIN_INSTRUCTIONS, Task
from instructir.training.batches import EarlierStep


def earlier_step(model: Model, device: torch.device) -> EarlierStep:
    """Removes faults as `model` does, told by the plain instruction of each.

    Args:
        model: as it is when training begins; later changes to it have no effect.
        device: where to compute.
    """
    conditioning = Conditioning(model)
    execution = Execution(model.image, device, "fp32", tile="off", deltas=model.deltas)

    def remove(task: Task, images: Tensor) -> Tensor:
        text = conditioning.understand(PLAIN_INSTRUCTIONS[task])[0]
        count = len(images)
        routes = [route_to(task, model.deltas)] * count
        restored = execution.run(images, text.expand(count, -1), routes).restored
        return restored.to(images.device).clamp(0, 1)

    return remove
