"""The average of two models; ``instructir models average`` writes it.

Weights between those of a model and of what further training made of it keep much of what either does well
(Wortsman et al., "Robust fine-tuning of zero-shot models", 2022). Models that were trained apart from the
start have nothing between them.
"""

import copy

from torch import nn

from instructir.errors import CheckpointError
from instructir.models.checkpoint import Model


def average(first: Model, second: Model, weight: float) -> Model:
    """Weights ``(1 - weight) * first + weight * second``, under the name of `second`.

    Args:
        first: a model.
        second: one of the same shape, encoder and tasks.
        weight: of the second, 0 to 1.

    Raises:
        CheckpointError: if the two do not fit together.
    """
    compatible = first.image.config == second.image.config and first.encoder == second.encoder
    if not compatible or first.tasks != second.tasks or (first.text is None) != (second.text is None):
        raise CheckpointError(
            f"{first.name} and {second.name} are not of one kind; average stages of one model"
        )
    if first.deltas or second.deltas:
        name = first.name if first.deltas else second.name
        raise CheckpointError(f"{name} is routed; average models without deltas, and route what comes of it")
    made = copy.deepcopy(second)
    _blend(first.image, made.image, weight)
    if first.text is not None and made.text is not None:
        _blend(first.text, made.text, weight)
    parts = (round(1 - weight, 4), first.provenance), (weight, second.provenance)
    made.provenance = {"average": [{"weight": part, **about} for part, about in parts]}
    return made


def _blend(start: nn.Module, end: nn.Module, weight: float) -> None:
    """Move the weights of `end` back towards those of `start`."""
    weights = start.state_dict()
    end.load_state_dict({name: weights[name].lerp(last, weight) for name, last in end.state_dict().items()})
