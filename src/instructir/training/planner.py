"""Train the planner's readers and its language identifier.

From the corpus alone (:mod:`instructir.instructions.corpus.examples`). A tenth of the hand-written lines
and of
the requests made from phrases is kept aside, and the temperatures are fitted on it, never on a held-out list.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save, save_file
from torch import Tensor

from instructir.instructions.corpus.examples import Example, english, languages, multilingual, newer
from instructir.instructions.language import BUCKETS, LATIN, score
from instructir.instructions.language import WEIGHTS as IDENTIFIER
from instructir.instructions.network import KINDS, Reader, ngrams
from instructir.instructions.reader import ENGLISH, MULTILINGUAL, Source
from instructir.models.encoders import load_encoder
from instructir.models.tensors import read_tensors
from instructir.tasks import TASKS

EPOCHS, BATCH, RATE = 8, 64, 1.5e-3
REFINING = (4, 6e-4)
"""Epochs and learning rate of a reader that goes on from its weights."""


@dataclass(frozen=True)
class Prepared:
    """Examples as the reader takes them, and their labels."""

    states: list[Tensor]
    bags: list[list[int]]
    requested: Tensor
    excluded: Tensor
    kinds: Tensor
    weights: Tensor

    def rows(self, index: Sequence[int]) -> "Prepared":
        """Some of them."""
        return Prepared(
            [self.states[i] for i in index],
            [self.bags[i] for i in index],
            *(part[list(index)] for part in (self.requested, self.excluded, self.kinds, self.weights)),
        )


def prepare(items: Sequence[Example], source: Source) -> Prepared:
    """Encode examples."""
    texts = [item.text for item in items]
    return Prepared(
        load_encoder(source.encoder).token_states(texts, source.layers),
        [ngrams(text) for text in texts],
        torch.tensor([[float(task in item.tasks) for task in TASKS] for item in items]),
        torch.tensor([[float(task in item.excluded) for task in TASKS] for item in items]),
        torch.tensor([KINDS.index(item.kind) for item in items]),
        torch.tensor([item.weight for item in items]),
    )


def loss_of(logits: Tensor, batch: Prepared) -> Tensor:
    """Weighted sum of the losses of the three heads."""
    count = len(TASKS)
    asked, barred, kinds = torch.split(logits, [count, count, len(KINDS)], dim=1)
    each = F.binary_cross_entropy_with_logits(asked, batch.requested, reduction="none").sum(1)
    single = batch.requested.sum(1) == 1
    # Among one-task lines the tasks also compete, which is what their accuracy is about.
    rival = F.cross_entropy(asked, batch.requested.argmax(1), reduction="none", label_smoothing=0.05)
    each = each + torch.where(single, rival, 0.0)
    # Few sentences rule anything out, so those that do count more.
    ruled = 1 + 2 * (batch.excluded.sum(1) > 0)
    each = each + ruled * F.binary_cross_entropy_with_logits(barred, batch.excluded, reduction="none").sum(1)
    each = each + 0.5 * F.cross_entropy(kinds, batch.kinds, reduction="none", label_smoothing=0.02)
    return (each * batch.weights).mean()


def fit(
    data: Prepared,
    heads: int,
    start: Mapping[str, Tensor] | None = None,
    epochs: int = EPOCHS,
    rate: float = RATE,
    seed: int = 0,
) -> Reader:
    """Train a reader, from the weights `start` where there are some."""
    torch.manual_seed(seed)
    reader = Reader(heads)
    if start is not None:
        reader.load_state_dict({name: value.float() for name, value in start.items()})
    named = dict(reader.named_parameters())
    grams = [value for name, value in named.items() if "grams" in name]
    dense = [value for name, value in named.items() if "grams" not in name]
    groups = [
        {"params": dense, "weight_decay": 0.02, "scale": 1.0},
        {"params": grams, "weight_decay": 0.0, "scale": 3.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=rate)
    lengths = np.array([len(state) for state in data.states])
    steps, step = epochs * -(-len(lengths) // BATCH), 0
    reader.train()
    for epoch in range(epochs):
        for index in batches(lengths, np.random.default_rng([seed, epoch])):
            for group in optimiser.param_groups:
                group["lr"] = rate * group["scale"] * min(1, (step + 1) / 100) * (1 - step / steps)
            batch = data.rows(index)
            loss = torch.stack([loss_of(each, batch) for each in reader.each(batch.states, batch.bags)]).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
        sys.stdout.write(f"epoch {epoch + 1} of {epochs}: loss {loss.item():.3f}\n")
        sys.stdout.flush()
    return reader.eval()


def batches(lengths: np.ndarray, rng: np.random.Generator) -> list[list[int]]:
    """Random batches of sentences of like length, so that little is padded."""
    order = rng.permutation(len(lengths))
    pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in np.array_split(order, 12)]
    ordered = np.concatenate(pools)
    cut = [ordered[start : start + BATCH].tolist() for start in range(0, len(ordered), BATCH)]
    return [cut[i] for i in rng.permutation(len(cut))]


@torch.inference_mode()
def logits_of(reader: Reader, data: Prepared) -> Tensor:
    """Logits (N, OUTPUTS) of all examples."""
    count = len(data.bags)
    return torch.cat([reader(data.states[i : i + 256], data.bags[i : i + 256]) for i in range(0, count, 256)])


def calibrate(logits: Tensor, data: Prepared) -> dict[str, float]:
    """Temperatures of the heads that make the examples kept aside most probable."""
    count = len(TASKS)
    asked, barred, kinds = torch.split(logits, [count, count, len(KINDS)], dim=1)
    grid = torch.linspace(0.4, 4, 73).tolist()
    bce = F.binary_cross_entropy_with_logits
    single = data.requested.sum(1) == 1
    one, task = asked[single], data.requested[single].argmax(1)
    return {
        "alone": min(grid, key=lambda t: F.cross_entropy(one / t, task).item()),
        "requested": min(grid, key=lambda t: bce(asked / t, data.requested).item()),
        "excluded": min(grid, key=lambda t: bce(barred / t, data.excluded).item()),
        "kinds": min(grid, key=lambda t: F.cross_entropy(kinds / t, data.kinds).item()),
    }


def write(reader: Reader, calibration: dict[str, float], path: Path) -> None:
    """Store a reader, its tensors in half precision."""
    tensors = {name: value.half().contiguous() for name, value in reader.state_dict().items()}
    digest = hashlib.sha256(save(tensors)).hexdigest()[:12]
    about = {"calibration": calibration, "digest": digest}
    save_file(tensors, path, metadata={"planner": json.dumps(about)})


def train(source: Source, examples: Callable[[], list[Example]], *, refine: bool = False) -> None:
    """Train the reader of `source`, calibrate it, and write its weights into the package.

    Args:
        source: which reader.
        examples: what it is trained on.
        refine: go on from the weights that the package has, instead of from nothing.
    """
    start = time.process_time()
    items = examples()
    data = prepare(items, source)
    sys.stdout.write(
        f"{len(items)} examples encoded, {time.process_time() - start:.0f} s of processor time\n"
    )
    aside = data.rows([i for i, item in enumerate(items) if item.aside])
    known = data.rows([i for i, item in enumerate(items) if not item.aside])
    if refine:
        epochs, rate = REFINING
        reader = fit(known, source.heads, read_tensors(source.weights)[1], epochs, rate)
    else:
        reader = fit(known, source.heads)
    write(reader, calibrate(logits_of(reader, aside), aside), source.weights)
    sys.stdout.write(
        f"{source.weights.name} written, {time.process_time() - start:.0f} s of processor time\n"
    )


def train_identifier(epochs: int = 6) -> None:
    """Train what tells the languages in Latin letters apart, and write its weights into the package."""
    lines = languages()
    own = [text for code in LATIN[1:] for text in lines[code]]
    # English has many more lines than the others together; each language weighs the same.
    counts = {code: len(texts) for code, texts in lines.items()}
    texts = [*lines["en"], *own]
    labels = torch.tensor([LATIN.index(code) for code in LATIN for _ in lines[code]])
    shares = torch.tensor([1 / counts[code] for code in LATIN for _ in lines[code]])
    shares = shares / shares.mean()
    weights = torch.zeros(BUCKETS, len(LATIN), requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.02)
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        for index in np.array_split(rng.permutation(len(texts)), len(texts) // 256):
            # Some n-grams are hidden, so that no single word decides.
            rows = F.dropout(weights, 0.2)
            losses = F.cross_entropy(score(rows, [texts[i] for i in index]), labels[index], reduction="none")
            optimiser.zero_grad()
            (losses * shares[index]).mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    save_file({"weights": weights.detach().half()}, IDENTIFIER)


def main() -> None:
    """Train the identifier and both readers, or refine the English one."""
    torch.set_num_threads(1)
    if sys.argv[1:] == ["--refine"]:
        train(ENGLISH, newer, refine=True)
        return
    train_identifier()
    train(ENGLISH, english)
    train(MULTILINGUAL, multilingual)


if __name__ == "__main__":
    main()
