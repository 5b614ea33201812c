"""The sentences that instructions are drawn from, as vectors of the frozen encoder."""

from functools import cached_property
from pathlib import Path

import torch
from torch import Generator, Tensor

from instructir.data.mixture import DataOptions, sources_with_words
from instructir.errors import ConfigError
from instructir.instructions.corpus import CORPUS_LEVELS, corpus, read_lines
from instructir.models.embedding_cache import embed
from instructir.models.encoders import encoder_record
from instructir.tasks import TASKS, Task
from instructir.training.options import TextOptions


class InstructionBank:
    """Sentence vectors in lists: one for each task's corpus, then one for each source with its own words."""

    def __init__(self, text: TextOptions, data: DataOptions, device: torch.device) -> None:
        """List the sentences; their vectors are made when they are asked for.

        Raises:
            ConfigError: if a source's file of instructions is missing or empty.
            EncoderError: if no encoder has this name.
        """
        lists = sentence_lists(text, data)
        self.dim = encoder_record(text.encoder).dim
        self.counts = torch.tensor([len(lines) for lines in lists], device=device)
        self.starts = self.counts.cumsum(0) - self.counts
        self.noise = text.noise
        self._sentences = [line for lines in lists for line in lines]
        self._encoder, self._device = text.encoder, device

    @cached_property
    def vectors(self) -> Tensor:
        """Vectors (sentences, dim), encoded the first time, which takes minutes, or from the cache.

        Raises:
            EncoderError: if the encoder is needed and cannot be loaded.
        """
        return embed(self._sentences, self._encoder).to(self._device)

    def draw(self, words: Tensor, generator: Generator) -> Tensor:
        """One sentence vector (B, dim) for each number of a list in `words` (B,)."""
        fraction = torch.rand(len(words), generator=generator, device=words.device)
        vectors: Tensor = self.vectors[self.starts[words] + (fraction * self.counts[words]).long()]
        if not self.noise:
            return vectors
        shaken = vectors + self.noise * torch.randn(vectors.shape, generator=generator, device=vectors.device)
        scale: Tensor = vectors.norm(dim=-1, keepdim=True) / shaken.norm(dim=-1, keepdim=True)
        return shaken * scale


def sentence_lists(text: TextOptions, data: DataOptions) -> list[list[str]]:
    """The sentences of each list that :attr:`~instructir.data.mixture.CropBatch.words` can name.

    The list of a task that the mixture does not hold is empty.
    """
    lines = corpus(tuple(level for level in CORPUS_LEVELS if level in text.levels))
    if not all(lines[task] for task in TASKS):
        raise ConfigError(f"text.levels: name at least one of {', '.join(CORPUS_LEVELS)}")
    drawn = {Task.parse(entry.task) for entry in data.mixture}
    lists = [lines[task][: text.limit or None] if task in drawn else [] for task in TASKS]
    root = Path(data.root).expanduser()
    return lists + [_own(root / data.sources[name].instructions) for name in sources_with_words(data)]


def _own(path: Path) -> list[str]:
    try:
        lines = read_lines(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        if not path.parent.is_dir():
            raise ConfigError(
                f"{path.parent}: no such folder; set data.root to where your pictures are"
            ) from None
        reason = "it is not in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ConfigError(f"{path}: cannot be read ({reason}); give a text file, a sentence a line") from None
    if not lines:
        raise ConfigError(f"{path}: holds no instruction; write one sentence a line")
    return lines
