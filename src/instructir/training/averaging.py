"""Average two models: ``python -m instructir.training.averaging FIRST SECOND --share 0.6 --output FILE``.

Weights between those of a model and of what further training made of it keep much of what either does well
(Wortsman et al., "Robust fine-tuning of zero-shot models", 2022). Models that were trained apart from the
start have nothing between them.
"""

import argparse
import copy
import sys
from pathlib import Path

from torch import nn

from instructir.errors import CheckpointError, InstructIRError
from instructir.models.checkpoint import Model, save_model
from instructir.models.pretrained import resolve


def average(first: Model, second: Model, share: float) -> Model:
    """Weights ``(1 - share) * first + share * second``, under the name of `second`.

    Args:
        first: a model.
        second: one of the same shape, encoder and tasks.
        share: of the second, 0 to 1.

    Raises:
        CheckpointError: if the two do not fit together.
    """
    alike = first.image.config == second.image.config and first.encoder == second.encoder
    if not alike or first.tasks != second.tasks or (first.text is None) != (second.text is None):
        raise CheckpointError(
            f"{first.name} and {second.name} are not of one kind; average stages of one model"
        )
    if first.deltas or second.deltas:
        name = first.name if first.deltas else second.name
        raise CheckpointError(f"{name} is routed; average models without deltas, and route what comes of it")
    made = copy.deepcopy(second)
    _blend(first.image, made.image, share)
    if first.text is not None and made.text is not None:
        _blend(first.text, made.text, share)
    shares = (round(1 - share, 4), first.provenance), (share, second.provenance)
    made.provenance = {"average": [{"share": part, **about} for part, about in shares]}
    return made


def _blend(start: nn.Module, end: nn.Module, share: float) -> None:
    """Move the weights of `end` back towards those of `start`."""
    weights = start.state_dict()
    end.load_state_dict({name: weights[name].lerp(last, share) for name, last in end.state_dict().items()})


def main() -> int:
    """Average two model files; 2 if they cannot be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("first", help="file or name of a model")
    parser.add_argument("second", help="file or name of a later stage of it")
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0 to 1")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if not 0 <= options.share <= 1:
        parser.error("--share has to lie between 0 and 1")
    try:
        save_model(average(resolve(options.first), resolve(options.second), options.share), options.output)
    except InstructIRError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
