"""The trainable text head: sentence vector to text embedding and intent (paper, section 3.2).

The paper's text says two-layer MLP; the released head is ``fc1``, l2 normalisation, ``fc2``, and so is ours.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from instructir.errors import CheckpointError


class TextHeadOutput(NamedTuple):
    """What the head says of a batch of sentences.

    Attributes:
        embedding: unit vectors (B, text_dim) that condition the image network.
        logits: unnormalised class scores (B, classes) of the intent.
    """

    embedding: Tensor
    logits: Tensor


class TextHead(nn.Module):
    """Projects a frozen encoder's sentence vectors and classifies the intent."""

    def __init__(self, sentence_dim: int = 384, text_dim: int = 256, classes: int = 7) -> None:
        super().__init__()
        self.fc1 = nn.Linear(sentence_dim, text_dim)
        self.fc2 = nn.Linear(text_dim, classes)

    def forward(self, sentences: Tensor) -> TextHeadOutput:
        """Map sentence vectors (B, sentence_dim) to the embedding and the intent's logits."""
        embedding = F.normalize(self.fc1(sentences), dim=-1)
        return TextHeadOutput(embedding, self.fc2(embedding))

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Tensor]) -> "TextHead":
        """Build the head whose parameters `state` holds, sizes inferred, and load them.

        Raises:
            CheckpointError: if the names or shapes are not those of a text head.
        """
        try:
            text_dim, sentence_dim = state["fc1.weight"].shape
            head = cls(sentence_dim, text_dim, classes=state["fc2.weight"].shape[0])
            head.load_state_dict(dict(state))
        except (KeyError, ValueError, RuntimeError):
            raise CheckpointError("these are not the weights of an InstructIR text head") from None
        return head
