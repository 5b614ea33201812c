"""Runs networks of other projects, of which no more is known than that they map pictures to pictures.

Nobody can say how far they look or what memory they take, so a large picture is cut into tiles that overlap.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from instructir.errors import CheckpointError, InstructIRError
from instructir.extras import require
from instructir.inference.borders import Surrounded, placements
from instructir.inference.execution import Outcome
from instructir.inference.memory import ran_out_of_memory
from instructir.inference.progress import advance, scaled_progress
from instructir.inference.sampling import OVERLAP, RAMP
from instructir.inference.tile_choice import SMALLEST_TILE, TileChoice
from instructir.inference.tiling import run_tiled

SIDE = 512
"""Pixels a side of a tile unless another is asked for."""

_MULTIPLE = 64
"""What sizes are made a multiple of for a graph that does not say: few networks halve a picture oftener."""


@dataclass(frozen=True)
class OpaqueNetwork:
    """A network of another project.

    Attributes:
        name: what it is called, for people.
        function: maps (1, 3, H, W) float32 in [0, 1] on the CPU to the same.
        multiple: what height and width have to be a multiple of.
        side: the only height and width that it takes; 0 for any.
        whole: whether it has to see the whole picture at once.
        turn: held while it runs.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    multiple: int = 1
    side: int = 0
    whole: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def run(self, images: Tensor, tile: TileChoice = "auto", ensemble: int = 1) -> Outcome:
        """Restore pictures, surrounded by their reflections.

        Args:
            images: (B, 3, H, W) float32 in [0, 1], any size.
            tile: side of tiles in pixels, ``auto`` or ``off``.
            ensemble: runs to average (see :mod:`instructir.inference.borders`); 0 for one: such networks may
                be slow.

        Raises:
            InstructIRError: if the memory does not suffice, or the network gives another size back.
        """
        notes: dict[str, None] = {}
        runs = ensemble or 1
        total = torch.zeros_like(images)
        multiple = self.side or self.multiple
        with self.turn:
            for placement in placements(runs):
                seen = Surrounded(images.clamp(0, 1), multiple, placement)
                with scaled_progress(images.numel() / seen.shape.numel()):
                    restored = torch.stack([self._one(image, tile, notes) for image in seen.all()])
                total.add_(seen.cut_out(restored), alpha=1 / runs)
        return Outcome(total, tuple(notes))

    def _one(self, image: Tensor, tile: TileChoice, notes: dict[str, None]) -> Tensor:
        """One picture (3, H, W), in smaller tiles where the memory runs out."""
        side = self._side(image, tile)
        if side and max(image.shape[-2:]) > side:
            notes[f"{self.name}: in tiles of {side} pixels, blended where they overlap"] = None
        while True:
            try:
                return self._attempt(image, side)
            except (RuntimeError, MemoryError) as error:
                if not ran_out_of_memory(error):
                    raise
            smaller = (side or max(image.shape[-2:])) // 2
            if self.side or self.whole or tile == "off" or smaller < SMALLEST_TILE:
                hint = "allow tiles (auto)" if tile == "off" else "free some memory or give a smaller picture"
                raise InstructIRError(f"{self.name}: out of memory: {hint}")
            notes[f"{self.name}: out of memory; repeated in tiles of {smaller} pixels"] = None
            side = smaller

    def _side(self, image: Tensor, tile: TileChoice) -> int:
        """Side of the tiles to begin with; 0 for the whole picture."""
        if self.side:
            return self.side
        if self.whole or tile == "off":
            return 0
        side = SIDE if isinstance(tile, str) else tile
        return side if max(image.shape[-2:]) > side else 0

    def _attempt(self, image: Tensor, side: int) -> Tensor:
        if not side:
            return self._call(image[None])[0]
        # Of tiles that start at multiples the last may be longer; a network of one size takes none such.
        multiple = 1 if self.side else self.multiple
        side = side // multiple * multiple
        restored = torch.empty_like(image)
        overlap = min(OVERLAP, side // 4) // multiple * multiple
        blend = min(RAMP, overlap // 2)
        run_tiled(self._call, image, restored, tile=side, overlap=overlap, blend=blend, multiple=multiple)
        return restored

    def _call(self, pictures: Tensor) -> Tensor:
        restored = self.function(pictures)
        if restored.shape != pictures.shape:
            was, became = (f"{size[-1]}x{size[-2]}" for size in (pictures.shape, restored.shape))
            raise InstructIRError(f"{self.name} made {became} of {was}: give a network that keeps the size")
        advance(pictures[0, 0].numel())
        return restored


def from_spandrel(network: Any, name: str, device: torch.device) -> OpaqueNetwork:
    """A network that spandrel built, ready to run."""

    @torch.inference_mode()
    def function(pictures: Tensor) -> Tensor:
        restored: Tensor = network(pictures.to(device)).float().cpu()
        return restored

    needs = getattr(network, "size_requirements", None)
    tiling = getattr(getattr(network, "tiling", None), "name", "")
    multiple = max(1, int(getattr(needs, "multiple_of", 1)))
    return OpaqueNetwork(name, function, multiple, whole=tiling == "INTERNAL")


def from_onnx(path: Path) -> OpaqueNetwork:
    """The network of an ONNX file, on the CPU.

    Raises:
        ConfigError: if the extra ``onnx`` is not installed.
        CheckpointError: if it is no graph from one RGB picture to another.
    """
    runtime = require("onnxruntime", "instructir[onnx]", f"{path}: an ONNX file")
    faults = _faults(runtime)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 4
    try:
        session = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except faults as error:
        raise CheckpointError(
            f"{path}: not a readable ONNX graph ({_short(error)}); export it again"
        ) from None
    inputs = session.get_inputs()
    if (
        len(inputs) != 1
        or len(inputs[0].shape) != 4
        or inputs[0].shape[1] not in (3, None, *_names(inputs[0]))
    ):
        shapes = ", ".join(f"{one.name} {list(one.shape)}" for one in inputs)
        raise CheckpointError(f"{path}: takes {shapes}; give a graph that takes one picture (1, 3, H, W)")
    (given,) = inputs
    kinds = {"tensor(float)": np.float32, "tensor(float16)": np.float16}
    if given.type not in kinds:
        raise CheckpointError(f"{path}: takes {given.type}; give a graph that takes floats")
    height, width = (extent if isinstance(extent, int) else 0 for extent in given.shape[2:])
    if height != width:
        raise CheckpointError(f"{path}: takes pictures of {width}x{height} alone; give one for any size")

    def function(pictures: Tensor) -> Tensor:
        try:
            output = session.run(None, {given.name: pictures.numpy().astype(kinds[given.type])})[0]
        except faults as error:
            raise InstructIRError(f"{path}: cannot compute this picture ({_short(error)})") from None
        return torch.from_numpy(np.asarray(output, np.float32))

    network = OpaqueNetwork(f"{path.stem} (ONNX)", function, _MULTIPLE, side=height)
    try:
        network.run(torch.full((1, 3, 48, 48), 0.5))
    except InstructIRError as error:
        raise CheckpointError(f"{path}: {_short(error)}") from None
    return network


def _names(given: Any) -> tuple[str, ...]:
    """Names of the extents that are free."""
    return tuple(extent for extent in given.shape if isinstance(extent, str))


def _short(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:160]


def _faults(runtime: Any) -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises; its exceptions have no common ancestor of their own."""
    known = vars(runtime.capi.onnxruntime_pybind11_state).values()
    own = [one for one in known if isinstance(one, type) and issubclass(one, Exception)]
    return (*own, RuntimeError, ValueError)
