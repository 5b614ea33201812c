"""Runs the image network on a picture of any size with the memory there is.

A runtime of whole pictures computes those that fit it. Larger ones are computed exactly, over strips, as the
native kernel, and PyTorch on a CPU, compute all of them. One that is larger still is cut into tiles that
share the means of the whole picture (see :mod:`instructir.inference.sampling`). Where memory runs out all the
same, the size is halved and the run repeated; no other error is.
"""

import copy
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from instructir.inference.borders import Surrounded, placements, runs_of
from instructir.inference.memory import (
    MEMORY_FRACTION,
    exact_bytes,
    free_bytes,
    largest_tile,
    ran_out_of_memory,
)
from instructir.inference.native.executor import NativeExecutor, usable_kernel
from instructir.inference.native.maps import release_memory
from instructir.inference.networks import Networks, Ready
from instructir.inference.progress import scaled_progress
from instructir.inference.runtimes.autotune import fastest
from instructir.inference.runtimes.choice import (
    ANY_SIZE,
    RuntimeName,
    build_runtime,
    choose_dtype,
    choose_runtime,
)
from instructir.inference.runtimes.interface import Runtime
from instructir.inference.runtimes.precision import has_fast_bf16
from instructir.inference.runtimes.whole import WholeNetwork
from instructir.inference.sampling import run_in_tiles
from instructir.inference.strips import StripExecutor
from instructir.inference.tile_choice import TileChoice, TileSides, checked_tile
from instructir.models.deltas import BASE, Delta, Route
from instructir.models.image_network import ImageNetwork
from instructir.tasks import Task

_logger = logging.getLogger(__name__)


# Largest root mean square difference, of pixels in [0, 1], to float32 that is rounding and not a defect.
_ROUNDING = 0.02
_PROBE = 64
_OVER_STRIPS = "exactly, over strips, by torch"


class Outcome(NamedTuple):
    """What a run gives.

    Attributes:
        restored: (B, 3, H, W) float32 on the CPU, not clamped.
        notes: what was decided and the user should know, a sentence each.
    """

    restored: Tensor
    notes: tuple[str, ...]


class Execution:
    """The network, or those that a routed model merges, ready to run on one device in one precision.

    Runs that several threads ask for take turns: one uses the whole device, and memory is planned for one.

    Attributes:
        dtype: the precision that is used.
        runtime: the runtime that is used.
    """

    def __init__(
        self,
        network: ImageNetwork,
        device: torch.device | str = "cpu",
        precision: str = "auto",
        runtime: str = "auto",
        tile: TileChoice = "auto",
        *,
        pictures: int = 1,
        memory: int | None = None,
        deltas: Mapping[Task, Delta] | None = None,
    ) -> None:
        """Prepare the weights.

        Args:
            network: trained image network; its weights are copied.
            device: where to compute.
            precision: fp32, bf16, fp16 or auto (bf16 or, by the kernel, fp16 where the device is fast in it).
            runtime: what computes: native, torch, compiled, onnx, openvino, or auto
                (see :func:`instructir.inference.runtimes.choice.choose_runtime`).
            tile: ``auto`` cuts a picture into tiles only where it does not fit the memory, ``off`` never, a
                number always, into squares of that many pixels a side.
            pictures: how many there will be, as far as is known; ``auto`` goes by it.
            memory: bytes to plan with, instead of what is free at the time of a run.
            deltas: of the network's weights, for routes that lead elsewhere.

        Raises:
            ConfigError: for a precision that the device cannot compute in, a runtime that is unknown or not
                installed, or an impossible tile.
        """
        self.device = torch.device(device)
        self.runtime = choose_runtime(runtime, self.device, pictures, precision)
        self.dtype = choose_dtype(precision, self.device, self.runtime)
        self._notes: list[str] = []
        self._turn = threading.Lock()
        self._tile = checked_tile(tile)
        self._memory = memory
        self._size = 0, 0  # of the picture in hand, without what surrounds it
        self._networks = Networks(network, deltas)
        self._config = network.config
        exact_products = self.runtime == "native" and self.dtype != torch.bfloat16
        if runtime == precision == "auto" and exact_products and has_fast_bf16(self.device):
            self._calibrate(network)
        self._strips_only = False  # once something else has been found to compute wrongly
        self._route, self._ready = BASE, Ready()
        if self.runtime not in ANY_SIZE or not deltas:
            self._take(BASE)  # what is missing is found now; a routed model's base may never be asked for
        # Float32 of PyTorch on the CPU is what everything else is compared with; the kernel has been.
        exact = self.dtype == torch.float32 and self.device.type == "cpu" and self.runtime == "torch"
        self._trusted = exact or self.runtime == "native"

    def _calibrate(self, network: ImageNetwork) -> None:
        """Take torch in bfloat16 where it is faster than the kernel."""
        low = StripExecutor(network, dtype=torch.bfloat16, device=self.device)
        candidates = {"native": self._new_executor(network), "torch": low}
        if fastest(network.config, candidates) == "torch":
            self.runtime, self.dtype = "torch", torch.bfloat16

    def _take(self, route: Route) -> None:
        """Have the network that `route` leads to, in the form that is computed with now."""
        form = self.runtime, self.dtype, self.device, self._strips_only
        self._route, self._ready = route, self._networks.ready(route, form, self._prepare)

    def _prepare(self, network: ImageNetwork, alike: Ready | None) -> Ready:
        if alike is not None and isinstance(alike.whole, WholeNetwork):
            return Ready(alike.whole.variant(network))
        whole = None if self._strips_only else build_runtime(self.runtime, network, self.dtype, self.device)
        return Ready(whole, self._new_executor(network) if whole is None else None)

    @property
    def _whole(self) -> Runtime | None:
        """What computes whole pictures, if anything but strips does."""
        return self._ready.whole

    @property
    def _executor(self) -> StripExecutor | NativeExecutor:
        """What computes over strips, made when it is needed first."""
        if self._ready.strips is None:
            self._ready.strips = self._new_executor(self._networks.network(self._route))
        return self._ready.strips

    def _new_executor(self, network: ImageNetwork) -> StripExecutor | NativeExecutor:
        kernel = usable_kernel(self.dtype) if self.runtime == "native" else None
        if kernel is not None:
            return NativeExecutor(network, kernel)
        return StripExecutor(network, dtype=self.dtype, device=self.device)

    def replica(self) -> "Execution":
        """The same weights with turns of their own, for pictures that run side by side.

        Whoever runs several at a time sees to it that the memory suffices for all of them.
        """
        other = copy.copy(self)
        other._turn, other._notes = threading.Lock(), []
        return other

    def run(
        self,
        image: Tensor,
        text_embedding: Tensor | None = None,
        routes: Sequence[Route] = (BASE,),
        *,
        ensemble: int = 1,
    ) -> Outcome:
        """Restore pictures, surrounded by their reflections.

        Args:
            image: (B, 3, H, W) float32 in [0, 1], any height and width from 1 up.
            text_embedding: (B, text_dim), or (1, text_dim) for all; none for a text-free network.
            routes: to the network for each picture, or one for all. Those that share one run together.
            ensemble: runs to average (see :mod:`instructir.inference.borders`), which the time goes with; 0
                for two of a small picture and one of others.

        Raises:
            InstructIRError: if the memory does not suffice, even for the smallest tile.
        """
        image = image.detach().to("cpu", torch.float32)
        if text_embedding is not None:
            text_embedding = text_embedding.detach().expand(len(image), -1)
        with self._turn:
            self._notes.clear()
            restored = self._by_route(image, text_embedding, routes, ensemble)
            return Outcome(restored, tuple(dict.fromkeys(self._notes)))

    def _by_route(self, image: Tensor, text: Tensor | None, routes: Sequence[Route], ensemble: int) -> Tensor:
        if len(set(routes)) == 1:
            self._take(routes[0])
            return self._average(image, text, ensemble)
        restored = torch.empty_like(image)
        for route in dict.fromkeys(routes):
            rows = [row for row, own in enumerate(routes) if own == route]
            self._take(route)
            restored[rows] = self._average(image[rows], None if text is None else text[rows], ensemble)
        return restored

    def _average(self, image: Tensor, text: Tensor | None, ensemble: int) -> Tensor:
        """The mean of runs with the picture in different places."""
        multiple = self._config.size_multiple
        self._size = image.shape[-2], image.shape[-1]
        runs, total = runs_of(ensemble, *self._size), None
        for placement in placements(runs):
            seen = Surrounded(image, multiple, placement)
            with scaled_progress(image.numel() / seen.shape.numel()):
                own = seen.cut_out(self._run(seen, text))
            total = own if total is None else total + own
        assert total is not None
        return total if runs == 1 else total / runs

    def _run(self, seen: Surrounded, text: Tensor | None) -> Tensor:
        if not self._trusted:
            self._probe(seen[0][None], None if text is None else text[:1])
        restored = self._run_within_memory(seen, text)
        if self.dtype != torch.float32 and not restored.isfinite().all():
            # For this picture alone: the next one is likely to do well.
            exact = self.replica()
            exact._to_float32("gave values that are not finite")
            restored = exact._run_within_memory(seen, text)
            self._notes += exact._notes
        return restored

    def _run_within_memory(self, seen: Surrounded, text: Tensor | None) -> Tensor:
        budget = self._memory or MEMORY_FRACTION * free_bytes(self.device)
        sides = TileSides(self._tile, self._size, budget, self._note)
        if self._whole is not None and self._fits_whole(seen, sides):
            try:
                return self._whole(seen.all(), text)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
            self._release()
            self._note(f"out of memory; repeated {_OVER_STRIPS}")
        side = self._first_side(seen, sides)
        while True:
            try:
                return self._attempt(seen, text, side)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
            # Out of the handler: the traceback would keep the maps of the failed attempt.
            self._release()
            side = sides.smaller(side, self.device)

    def _release(self) -> None:
        release_memory()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _fits_whole(self, seen: Surrounded, sides: TileSides) -> bool:
        """Whether the runtime can have the whole of each picture, by what the user wants and the memory."""
        assert self._whole is not None
        if sides.cut:
            return False
        batch, _, height, width = seen.shape
        needed = self._whole.bytes_needed(batch, height, width)
        if needed <= sides.budget:
            return True
        if self.runtime not in ANY_SIZE:
            takes = f"{sides.shown} takes {needed / 1e9:.1f} GB with the runtime {self.runtime}"
            self._note(f"{takes}, more than may be used; computed {_OVER_STRIPS}")
        return False

    def _first_side(self, seen: Surrounded, sides: TileSides) -> int | None:
        """Side of the tiles to begin with, None for the whole picture."""
        overhead, config, stream = self._executor.scratch_bytes, self._executor.config, self._executor.stream

        def largest(budget: float) -> int:
            return largest_tile(config, self.dtype, budget - overhead, stream)

        needed = overhead + exact_bytes(config, self.dtype, seen.shape[-2], seen.shape[-1], stream)
        return sides.first(needed, largest)

    def _attempt(self, seen: Surrounded, text: Tensor | None, side: int | None) -> Tensor:
        if side is None:
            return self._executor(seen, text)
        image = seen.all()
        restored = torch.empty_like(image)
        for index in range(len(image)):
            one = None if text is None else text[index : index + 1]
            run_in_tiles(self._executor, image[index : index + 1], one, side, restored[index])
        return restored

    def _probe(self, image: Tensor, text: Tensor | None) -> None:
        """Compare with float32 on the CPU, on the middle of the first picture, once.

        Reduced precision and young devices have failed silently before, on drivers and builds that compute
        wrongly; a black or speckled picture must not be the way to find out.
        """
        height, width = image.shape[-2:]
        top, left = max(0, (height - _PROBE) // 2), max(0, (width - _PROBE) // 2)
        patch = image[..., top : top + _PROBE, left : left + _PROBE]
        exact = StripExecutor(self._networks.network(self._route), device="cpu")(patch, text)
        if not exact.isfinite().all():
            return  # such a picture says nothing about the device
        for fall_back in (self._to_float32, self._to_cpu):
            compute = self._whole or self._executor
            error = (compute(patch, text) - exact).square().mean().sqrt().item()
            if error <= _ROUNDING:  # not if it is NaN
                break
            fall_back(f"differs from float32 on the CPU by {error:.2g} on average")
        self._trusted = True

    def _to_float32(self, reason: str) -> None:
        name = str(self.dtype).removeprefix("torch.")
        kind: RuntimeName = "native" if self.runtime == "native" else "torch"
        self._note(
            f"{name} with the runtime {self.runtime} {reason} on this device; {kind} in float32 is used"
        )
        self._use_strips(kind)

    def _to_cpu(self, reason: str) -> None:
        self._note(f"float32 on {self.device} {reason}, which is used instead")
        self.device = torch.device("cpu")
        self._use_strips()

    def _use_strips(self, runtime: RuntimeName = "torch") -> None:
        self.dtype, self.runtime, self._strips_only = torch.float32, runtime, True
        self._take(self._route)

    def _note(self, text: str) -> None:
        _logger.warning(text)
        self._notes.append(text)
