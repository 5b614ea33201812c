"""The image network as an ONNX graph, and that as OpenVINO's format, checked against PyTorch.

The graph takes ``image`` (B, 3, H, W) and, unless it is text-free, ``text_embedding`` (B, text_dim), of any
batch, height and width from 1 up, and gives ``restored``; padding is part of it.
"""

import hashlib
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor

from instructir.errors import CheckpointError, ConfigError
from instructir.extras import require
from instructir.models.embedding_cache import cache_folder
from instructir.models.image_network import ImageNetwork

TOLERANCE = 1e-4
"""Largest difference to PyTorch of any value, of pixels in [0, 1], in float32."""

_CHECKED = ((1, 1, 1), (1, 33, 70), (2, 48, 64), (1, 131, 17))
"""Batch, height and width of the pictures that an export is checked with."""

KEPT_GRAPHS = 32
"""Graphs that the cache holds, those used last; a routed model has one for each merged network."""

_REVISION = 2  # of the way of exporting; a new one makes cached graphs stale


def export_onnx(network: ImageNetwork, path: Path) -> None:
    """Write `network` to the file `path` in ONNX; the file appears only if it computes the same.

    Raises:
        ConfigError: if the extra ``onnx`` is not installed.
        CheckpointError: if the file cannot be written, or computes something else.
    """
    require("onnxruntime", "instructir[onnx]", "exporting to ONNX")
    from instructir.inference.runtimes.onnx import OnnxRuntime

    with _draft(path) as draft:
        _write_onnx(network, draft)
        check(network, OnnxRuntime(draft, network.config), path)
        _publish([draft], path.parent)


def export_openvino(network: ImageNetwork, path: Path) -> None:
    """Write `network` to `path` (.xml) and its weights beside it (.bin), as :func:`export_onnx` does.

    Raises:
        ConfigError: if the extra ``openvino`` is not installed.
        CheckpointError: if a file cannot be written, or computes something else.
    """
    openvino = require("openvino", "instructir[openvino]", "exporting to OpenVINO")
    from instructir.inference.runtimes.openvino import OpenVINORuntime, core

    with _draft(path) as draft:
        graph = draft.with_suffix(".onnx")
        _write_onnx(network, graph)
        openvino.save_model(core().read_model(graph), draft, compress_to_fp16=False)
        check(network, OpenVINORuntime(draft, network.config, torch.float32), path)
        _publish([draft.with_suffix(".bin"), draft], path.parent)


def cached_onnx(network: ImageNetwork) -> Path:
    """The graph of `network` in the user's cache, exported if it is not there yet.

    Raises:
        ConfigError: if an extra that exports is not installed, or caches are turned off.
        CheckpointError: if it cannot be written.
    """
    folder = cache_folder()
    if folder is None:
        raise ConfigError("this runtime keeps its graph in the cache: set INSTRUCTIR_CACHE to a folder")
    path = folder / "onnx" / f"{network_digest(network)}.onnx"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _draft(path) as draft:
            if not _refill(network, path, draft):
                _write_onnx(network, draft)
            _publish([draft], path.parent)
    _keep_newest(path)
    return path


def _refill(network: ImageNetwork, path: Path, draft: Path) -> bool:
    """Write a graph that the cache holds of another network of this shape, with the weights of `network`.

    Exporting takes seconds a block, and the merged networks of a routed model differ in nothing but weights.
    False where there is no such graph, or one that does not have every weight under its name.
    """
    known = next(path.parent.glob(f"{path.stem.partition('-')[0]}-*.onnx"), None)
    if known is None:
        return False
    onnx = require("onnx", "instructir[onnx]", "exporting the network")
    try:
        model = onnx.load(known)
    except FileNotFoundError:  # another process has removed it meanwhile
        return False
    weights = network.state_dict()
    for tensor in model.graph.initializer:
        if tensor.name in weights:
            values = weights.pop(tensor.name).detach().to("cpu", torch.float32).contiguous().numpy()
            tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
    if not weights:
        onnx.save(model, draft)
    return not weights


def _keep_newest(used: Path) -> None:
    """Note that the graph `used` is, and remove those that were not for longest."""
    with suppress(OSError):  # a cache that cannot be written to still serves what it holds
        # The clock of a file system may tick only every few milliseconds.
        os.utime(used, ns=(time.time_ns(), time.time_ns()))
        by_age = sorted(used.parent.glob("*.onnx"), key=lambda path: path.stat().st_mtime_ns)
        for path in by_age[:-KEPT_GRAPHS]:
            path.unlink(missing_ok=True)


def check(network: ImageNetwork, exported: Callable[..., Tensor], path: Path) -> float:
    """Largest difference between what was exported and `network`, over several sizes.

    Raises:
        CheckpointError: if it is more than `TOLERANCE`, naming `path`.
    """
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for batch, height, width in _CHECKED:
        image = torch.rand((batch, network.config.channels, height, width), generator=generator)
        text = _unit_vectors(network, batch, generator)
        with torch.inference_mode():
            difference = (exported(image, text) - network(image, text)).abs().max().item()
        if not difference <= TOLERANCE:  # also if it is NaN
            raise CheckpointError(
                f"{path}: not written, because at {width}x{height} it differs from PyTorch by "
                f"{difference:.2g}; try other versions of the libraries that export and run it"
            )
        worst = max(worst, difference)
    return worst


def network_digest(network: ImageNetwork) -> str:
    """Identity of shape and way of exporting, and after a dash of the weights, for names of files."""
    shape = json.dumps([_REVISION, torch.__version__, network.config.to_dict()])
    found = hashlib.sha256()
    for name, tensor in network.state_dict().items():
        found.update(name.encode())
        found.update(tensor.detach().to("cpu", torch.float32).contiguous().numpy())
    return f"{hashlib.sha256(shape.encode()).hexdigest()[:16]}-{found.hexdigest()[:32]}"


def _write_onnx(network: ImageNetwork, path: Path) -> None:
    require("onnxscript", "instructir[onnx]", "exporting the network")
    generator = torch.Generator().manual_seed(0)
    multiple = network.config.size_multiple
    inputs = {
        "image": torch.rand((2, network.config.channels, 3 * multiple, 5 * multiple), generator=generator)
    }
    free = torch.export.Dim.DYNAMIC
    shapes = {"image": {0: free, 2: free, 3: free}}
    text = _unit_vectors(network, 2, generator)
    if text is not None:
        inputs["text_embedding"] = text
        shapes["text_embedding"] = {0: free}
    # What the exporter warns of are its own internals, and libraries that are not there and not needed.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(network, (), inputs, dynamic_shapes=shapes)
        torch.onnx.export(
            program,
            dynamo=True,
            f=path,
            external_data=False,
            optimize=False,  # which folds weights into others; the runtimes optimise graphs themselves
            input_names=list(inputs),
            output_names=["restored"],
            verbose=False,
        )


def _unit_vectors(network: ImageNetwork, count: int, generator: torch.Generator) -> Tensor | None:
    if not network.config.text_dim:
        return None
    return torch.nn.functional.normalize(torch.randn((count, network.config.text_dim), generator=generator))


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file of the name of `path`, in a folder beside it that goes away with all that was not published."""
    try:
        folder = TemporaryDirectory(prefix=".", suffix=".part", dir=path.parent)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be written ({error.strerror}); choose another place") from None
    with folder:
        yield Path(folder.name) / path.name


def _publish(files: list[Path], folder: Path) -> None:
    for file in files:
        file.replace(folder / file.name)
