"""Train the planner's reader: ``python -m instructir.instructions.training``.

From the corpus alone: its lines, the requests that :mod:`instructir.instructions.compounds` strings together,
and the lists in other languages. A tenth of the hand-written lines and of the requests is kept aside, and the
temperatures are fitted on it, never on a held-out list; then the reader is trained once more, on all of them.
Requests that a held-out line resembles are left out.
"""

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save, save_file
from torch import Tensor

from instructir.instructions.checking import fold_of, heldout_lines, leaks
from instructir.instructions.compounds import Request, make_all
from instructir.instructions.corpus import blind, exclusions, foreign, labelled, out_of_scope
from instructir.instructions.network import KINDS, LAYERS, Reader, ngrams
from instructir.instructions.reader import WEIGHTS
from instructir.models.encoders import DEFAULT_ENCODER, load_encoder
from instructir.tasks import TASKS, Task

EPOCHS, BATCH, RATE = 8, 64, 1.5e-3
WEIGHTS_OF = {("hand", "precise"): 1.0, ("hand", "ambiguous"): 1.8, ("grammar", "precise"): 0.5}
"""Share of a line in the loss; ambiguous ones are few and short."""
OFTEN = 3
"""How often lines in other languages are seen: n-grams carry them, and learn slowly."""
FOLDS = 10
"""One fold of so many is kept aside."""


@dataclass(frozen=True)
class Example:
    """A text with all that the reader is to say of it; ``weight`` is its share in the loss."""

    text: str
    kind: str
    tasks: tuple[Task, ...] = ()
    excluded: tuple[Task, ...] = ()
    weight: float = 1.0
    aside: bool = False


def examples() -> list[Example]:
    """Everything that the reader is trained on, always the same."""
    found = [
        Example(
            item.text,
            item.level,
            (item.task,),
            weight=WEIGHTS_OF[item.origin, item.level],
            aside=item.origin == "hand" and kept_aside(item.text),
        )
        for item in labelled()
    ]
    found += [Example(text, "blind", weight=1.5, aside=kept_aside(text)) for text in blind()]
    found += [Example(text, "out_of_scope", weight=1.2, aside=kept_aside(text)) for text in out_of_scope()]
    found += OFTEN * [Example(text, "precise", (task,), weight=1.5) for _, task, text in foreign()]
    found += [
        Example(text, "precise", asked, barred, weight=1.5, aside=kept_aside(text))
        for asked, barred, text in exclusions()
    ]
    return found + [_from_request(request) for request in unleaked(list(make_all()))]


def kept_aside(text: str) -> bool:
    """Whether a line calibrates, and is not seen by the reader that is calibrated."""
    return fold_of(text, FOLDS) == 0


def unleaked(requests: Sequence[Request]) -> list[Request]:
    """The requests that no held-out line resembles."""
    leaked = {complaint.line for complaint in leaks([request.text for request in requests], heldout_lines())}
    return [request for request in requests if request.text not in leaked]


def _from_request(request: Request) -> Example:
    return Example(
        request.text, "precise", request.tasks, request.excluded, weight=0.7, aside=kept_aside(request.text)
    )


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


def prepare(items: Sequence[Example]) -> Prepared:
    """Encode examples."""
    texts = [item.text for item in items]
    return Prepared(
        load_encoder(DEFAULT_ENCODER).token_states(texts, LAYERS),
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


def fit(data: Prepared, epochs: int = EPOCHS, seed: int = 0) -> Reader:
    """Train a reader."""
    torch.manual_seed(seed)
    reader = Reader()
    named = dict(reader.named_parameters())
    grams = [value for name, value in named.items() if "grams" in name]
    dense = [value for name, value in named.items() if "grams" not in name]
    groups = [
        {"params": dense, "weight_decay": 0.02, "scale": 1.0},
        {"params": grams, "weight_decay": 0.0, "scale": 3.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    lengths = np.array([len(state) for state in data.states])
    steps, step = epochs * -(-len(lengths) // BATCH), 0
    reader.train()
    for epoch in range(epochs):
        for index in batches(lengths, np.random.default_rng([seed, epoch])):
            for group in optimiser.param_groups:
                group["lr"] = RATE * group["scale"] * min(1, (step + 1) / 100) * (1 - step / steps)
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


def write(reader: Reader, calibration: dict[str, float], path: Path = WEIGHTS) -> None:
    """Store a reader, its tensors in half precision."""
    tensors = {name: value.half().contiguous() for name, value in reader.state_dict().items()}
    digest = hashlib.sha256(save(tensors)).hexdigest()[:12]
    about = {"calibration": calibration, "digest": digest}
    save_file(tensors, path, metadata={"planner": json.dumps(about)})


def main() -> None:
    """Train, calibrate and write the weights into the package."""
    torch.set_num_threads(1)
    start = time.process_time()
    items = examples()
    data = prepare(items)
    sys.stdout.write(
        f"{len(items)} examples encoded, {time.process_time() - start:.0f} s of processor time\n"
    )
    aside = data.rows([i for i, item in enumerate(items) if item.aside])
    calibrated = fit(data.rows([i for i, item in enumerate(items) if not item.aside]))
    write(fit(data), calibrate(logits_of(calibrated, aside), aside))
    sys.stdout.write(f"{WEIGHTS.name} written, {time.process_time() - start:.0f} s of processor time\n")


if __name__ == "__main__":
    main()
