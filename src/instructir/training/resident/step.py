"""A training step as one graph: forward, backward, clipping, AdamW and moving average in one launch.

Launched one by one, the two thousand kernels of a step keep a fast GPU waiting for Python more than half of
the time. A graph runs on the memory that it was captured with, so batches are copied into place, and weights
and the optimiser's state stay where they are.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from instructir.models.channels_last.network import ChannelsLast
from instructir.training.network import Trainee, training_losses
from instructir.training.options import OptimiserOptions

_WARM_UP = 3
"""Steps before a graph is captured, in which kernels are compiled and memory is found."""


class ResidentBatch(NamedTuple):
    """Pictures (B, 3, S, S), classes (B,) and sentence vectors (B, dim), if any, all on the device."""

    degraded: Tensor
    target: Tensor
    task: Tensor
    sentences: Tensor | None

    def each(self, change: Callable[[Tensor], Tensor]) -> "ResidentBatch":
        """The batch with every tensor changed."""
        degraded, target, task = (change(part) for part in self[:3])
        sentences = None if self.sentences is None else change(self.sentences)
        return ResidentBatch(degraded, target, task, sentences)


class Learner:
    """What a step changes: the weights, the optimiser's state and the moving average."""

    def __init__(
        self,
        trainee: Trainee,
        forward: ChannelsLast,
        average: list[Tensor],
        options: OptimiserOptions,
        task_weights: Tensor,
    ) -> None:
        """Take over weights, which stay where they are in memory from here on.

        Args:
            trainee: what is trained, on the device.
            forward: its image network as it is computed.
            average: the moving average of its parameters, all of them, in their order.
            options: the optimiser, AdamW.
            task_weights: of the loss of each class, (classes,).
        """
        self._trainee, self._forward, self._options = trainee, forward, options
        self._task_weights = task_weights
        self._all, self._average = [weights.detach() for weights in trainee.parameters()], average
        self._trained = [weights for weights in trainee.parameters() if weights.requires_grad]
        self.rate = torch.tensor(options.lr, device=task_weights.device)
        """The learning rate, which a graph reads."""
        self.losses = torch.zeros(2, device=task_weights.device)
        """Of the pictures and of the intent, of the last step."""
        cuda = self.rate.device.type == "cuda"
        first, second = options.betas
        self.optimizer = torch.optim.AdamW(
            self._trained,
            lr=self.rate,
            betas=(first, second),
            weight_decay=options.weight_decay,
            fused=cuda,
            capturable=cuda,
        )

    def step(self, batch: ResidentBatch) -> None:
        """Learn from a batch; where a gradient is not finite the weights stay, and the loss tells."""
        embedding = logits = None
        if self._trainee.text is not None:
            embedding, logits = self._trainee.text(batch.sentences)
        restored = self._forward(batch.degraded, embedding)
        options = self._options
        pixels, intent = training_losses(
            restored,
            logits,
            batch.target,
            batch.task,
            options.loss,
            self._task_weights,
            grid_weight=options.grid_weight,
        )
        (pixels + options.intent_weight * intent).backward()  # type: ignore[no-untyped-call]
        gradients = [weights.grad for weights in self._trained if weights.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients, foreach=True)
        if options.clip:
            torch._foreach_mul_(gradients, (options.clip / (norm + 1e-6)).clamp(max=1.0))
        self._update(norm.isfinite())
        torch._foreach_lerp_(self._average, self._all, 1 - options.ema)
        self.losses.copy_(torch.stack([pixels.detach(), intent.detach()]))

    def _update(self, sound: Tensor) -> None:
        if self.rate.device.type != "cuda":
            if sound:
                self.optimizer.step()
            return
        # The fused optimiser leaves out a step that is marked so, without asking the CPU.
        self.optimizer.grad_scale = None  # type: ignore[attr-defined]
        self.optimizer.found_inf = (~sound).float()  # type: ignore[attr-defined]
        self.optimizer.step()

    def forget_gradients(self) -> None:
        """Let the next backward pass allocate its gradients."""
        self.optimizer.zero_grad(set_to_none=True)

    def kept(self) -> Callable[[], None]:
        """Remember the weights, the average and the optimiser's state; the result puts them back in place."""
        places = [*self._all, *self._average]
        values = [place.clone() for place in places]
        states = [
            {name: value.clone() for name, value in self.optimizer.state[weights].items()}
            for weights in self._trained
            if weights in self.optimizer.state
        ]

        def put_back() -> None:
            for place, value in zip(places, values, strict=True):
                place.copy_(value)
            for index, weights in enumerate(self._trained):
                for name, place in self.optimizer.state[weights].items():
                    if states:
                        place.copy_(states[index][name])
                    else:
                        place.zero_()

        return put_back


class Slot:
    """Where batches of one shape are put, and the step that learns from them."""

    def __init__(self, learner: Learner, like: ResidentBatch) -> None:
        """Take the shapes from a batch, and capture the step on a GPU."""
        self._learner = learner
        self._batch = like.each(torch.clone)
        self._run = self._captured() if like.degraded.is_cuda else self._eager

    def __call__(self, batch: ResidentBatch, rate: float) -> None:
        """Learn from a batch of the slot's shape."""
        for place, part in zip(self._batch, batch, strict=True):
            if place is not None and part is not None:
                place.copy_(part)
        self._learner.rate.fill_(rate)
        self._run()

    def _eager(self) -> None:
        self._learner.forget_gradients()
        self._learner.step(self._batch)

    def _captured(self) -> Callable[[], None]:
        put_back = self._learner.kept()
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(_WARM_UP):
                self._eager()
        torch.cuda.current_stream().wait_stream(aside)
        torch.cuda.synchronize()
        self._learner.forget_gradients()
        graph = torch.cuda.CUDAGraph()
        # The thread that makes batches may allocate meanwhile.
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            self._learner.step(self._batch)
        put_back()
        return graph.replay
