"""Training of the planner's readers and of its language identifier.

They learn from the corpus alone (:mod:`instructir.instructions.corpus.examples`). A tenth of the hand-written
lines and of the requests made from phrases is kept aside, and the temperatures are fitted on it, never on a
held-out list.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save
from torch import Tensor

from instructir.instructions.corpus.examples import Example, english, languages, multilingual
from instructir.instructions.language import BUCKETS, LATIN, score
from instructir.instructions.language import LANGUAGE_WEIGHTS as IDENTIFIER
from instructir.instructions.reader import ENGLISH, MULTILINGUAL, ReaderSource
from instructir.models.bundled import packaged, put
from instructir.models.encoders import load_encoder
from instructir.models.planner_network import KINDS, Reader, ngrams
from instructir.models.tensors import read_tensors
from instructir.tasks import TASKS

_log = logging.getLogger(__name__)


@dataclass
class PlannerOptions:
    """What is trained, and how.

    Attributes:
        out: folder that the weights are written to; in ``src/instructir/models/weights`` their records are
            brought up to date.
        parts: the identifier of languages in Latin letters, the reader of English, and that of the others.
        refine: let the readers go on from the package's weights.
        keep: fraction of those weights in the result of refining. The mean reads what is new nearly as well,
            and forgets less of the rest (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
        epochs: of the readers.
        batch: sentences a step.
        lr: highest learning rate of the readers; that of their n-grams is three times as high.
        identifier_epochs: of the identifier.
        seed: of weights and order.
        threads: CPU threads; sentences are too short for more.
    """

    out: str = "runs/planner"
    parts: list[Literal["identifier", "english", "multilingual"]] = field(
        default_factory=lambda: ["identifier", "english", "multilingual"]
    )
    refine: bool = False
    keep: float = 0.5
    epochs: int = 8
    batch: int = 64
    lr: float = 1.5e-3
    identifier_epochs: int = 6
    seed: int = 0
    threads: int = 1


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


def prepare(items: Sequence[Example], source: ReaderSource) -> Prepared:
    """Encode examples."""
    texts = [item.text for item in items]
    return Prepared(
        load_encoder(source.encoder).token_states(texts, source.layers),
        [list(ngrams(text)) for text in texts],
        torch.tensor([[float(task in item.tasks) for task in TASKS] for item in items]),
        torch.tensor([[float(task in item.excluded) for task in TASKS] for item in items]),
        torch.tensor([KINDS.index(item.kind) for item in items]),
        torch.tensor([item.weight for item in items]),
    )


def _loss_of(logits: Tensor, batch: Prepared) -> Tensor:
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


def _fit(
    data: Prepared, heads: int, options: PlannerOptions, start: Mapping[str, Tensor] | None = None
) -> Reader:
    """Train a reader, from the weights `start` where there are some."""
    epochs, rate = options.epochs, options.lr
    torch.manual_seed(options.seed)
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
    steps, step = epochs * -(-len(lengths) // options.batch), 0
    reader.train()
    for epoch in range(epochs):
        for index in batches(lengths, options.batch, np.random.default_rng([options.seed, epoch])):
            for group in optimiser.param_groups:
                group["lr"] = rate * group["scale"] * min(1, (step + 1) / 100) * (1 - step / steps)
            batch = data.rows(index)
            loss = torch.stack(
                [_loss_of(each, batch) for each in reader.each(batch.states, batch.bags)]
            ).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            step += 1
        _log.info("epoch %d of %d: loss %.3f", epoch + 1, epochs, loss.item())
    return reader.eval()


def batches(lengths: np.ndarray, size: int, rng: np.random.Generator) -> list[list[int]]:
    """Random batches of sentences of like length, so that little is padded."""
    order = rng.permutation(len(lengths))
    pools = [pool[np.argsort(lengths[pool], kind="stable")] for pool in np.array_split(order, 12)]
    ordered = np.concatenate(pools)
    cut = [ordered[start : start + size].tolist() for start in range(0, len(ordered), size)]
    return [cut[i] for i in rng.permutation(len(cut))]


@torch.inference_mode()
def _logits_of(reader: Reader, data: Prepared) -> Tensor:
    """Logits (N, OUTPUTS) of all examples."""
    count = len(data.bags)
    return torch.cat([reader(data.states[i : i + 256], data.bags[i : i + 256]) for i in range(0, count, 256)])


def _calibrate(logits: Tensor, data: Prepared) -> dict[str, float]:
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


def _write(reader: Reader, calibration: dict[str, float], path: Path) -> Path:
    """Store a reader, its tensors in half precision."""
    tensors = {name: value.half().contiguous() for name, value in reader.state_dict().items()}
    digest = hashlib.sha256(save(tensors)).hexdigest()[:12]
    about = {"calibration": calibration, "digest": digest}
    return put(tensors, {"planner": json.dumps(about)}, path)


def train_planner(options: PlannerOptions) -> list[Path]:
    """Train the parts that `options` name, calibrate them, and return the files of their weights."""
    torch.set_num_threads(options.threads)
    written = []
    if "identifier" in options.parts:
        written.append(_train_identifier(options))
    if "english" in options.parts:
        written.append(_train_reader(ENGLISH, english, options))
    if "multilingual" in options.parts:
        written.append(_train_reader(MULTILINGUAL, multilingual, options))
    return written


def _train_reader(
    source: ReaderSource, examples: Callable[[], list[Example]], options: PlannerOptions
) -> Path:
    """Train the reader of `source` on examples, calibrate it, and write its weights."""
    start = time.process_time()
    items = examples()
    data = prepare(items, source)
    _log.info("%d examples encoded, %.0f s of processor time", len(items), time.process_time() - start)
    aside = data.rows([i for i, item in enumerate(items) if item.aside])
    known = data.rows([i for i, item in enumerate(items) if not item.aside])
    before = read_tensors(packaged(source.weights))[1] if options.refine else None
    reader = _fit(known, source.heads, options, before)
    if before is not None:
        after = reader.state_dict()
        reader.load_state_dict(
            {name: value.lerp(before[name].float(), options.keep) for name, value in after.items()}
        )
    path = _write(reader, _calibrate(_logits_of(reader, aside), aside), Path(options.out) / source.weights)
    _log.info("%s written, %.0f s of processor time", path, time.process_time() - start)
    return path


def _train_identifier(options: PlannerOptions) -> Path:
    """Train what tells the languages in Latin letters apart, and write its weights."""
    lines = languages()
    own = [text for code in LATIN[1:] for text in lines[code]]
    # English has many more lines than the others together; each language weighs the same.
    counts = {code: len(texts) for code, texts in lines.items()}
    texts = [*lines["en"], *own]
    labels = torch.tensor([LATIN.index(code) for code in LATIN for _ in lines[code]])
    balance = torch.tensor([1 / counts[code] for code in LATIN for _ in lines[code]])
    balance = balance / balance.mean()
    weights = torch.zeros(BUCKETS, len(LATIN), requires_grad=True)
    optimiser = torch.optim.Adam([weights], lr=0.02)
    rng = np.random.default_rng(options.seed)
    for _ in range(options.identifier_epochs):
        for index in np.array_split(rng.permutation(len(texts)), len(texts) // 256):
            # Some n-grams are hidden, so that no single word decides.
            rows = F.dropout(weights, 0.2)
            losses = F.cross_entropy(score(rows, [texts[i] for i in index]), labels[index], reduction="none")
            optimiser.zero_grad()
            (losses * balance[index]).mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return put({"weights": weights.detach()}, None, Path(options.out) / IDENTIFIER)
