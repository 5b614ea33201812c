"""Hidden states of sentences in a row, against transformers' own."""

import pytest
import torch
from torch import nn

from instructir.models import hidden_states
from instructir.models.hidden_states import HiddenStates, Product


def bert() -> nn.Module:
    """A small BERT with random weights."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    for weight in model.parameters():
        nn.init.normal_(weight, std=0.3)
    return model


@pytest.mark.parametrize("packs", [True, False], ids=["half precision", "single precision"])
def test_states_are_those_of_transformers(packs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not packs:
        monkeypatch.setattr(hidden_states, "_FBGEMM", ())
    model = bert()
    row, layers = [[1, 7, 9, 2], [1, 30, 2], [1, 12, 13, 14, 15, 2]], (0, 1, 3)
    found = HiddenStates(model)(row, layers)
    for ids, states in zip(row, found, strict=True):
        with torch.inference_mode():
            expected = model(input_ids=torch.tensor([ids]), output_hidden_states=True).hidden_states
        wanted = torch.stack([expected[layer][0] for layer in layers], dim=1)
        assert states.shape == (len(ids), 3, 32)
        assert states.dtype == torch.float16
        # Half precision rounds by a thousandth, in the states and, where they are packed, in the weights.
        assert torch.allclose(states.float(), wanted, atol=2e-2 if packs else 4e-3)


def test_products_of_one_input_are_taken_together() -> None:
    torch.manual_seed(0)
    first, second, x = nn.Linear(16, 24), nn.Linear(16, 8), torch.randn(5, 16)
    with torch.inference_mode():
        together = Product(first, second)(x)
        assert torch.allclose(together, torch.cat([first(x), second(x)], dim=1), atol=1e-2)
