"""One picture of a benchmark as tensors: degraded input and reference, as the protocol wants them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from instructir.data.benchmarks import Benchmark, PairFiles
from instructir.data.pictures import decode_file
from instructir.degradations.resampling import bicubic
from instructir.errors import DataError
from instructir.evaluation.protocols import Protocol


@dataclass(frozen=True)
class Pair:
    """A degraded picture and its reference, float32 (3, H, W)."""

    name: str
    input: Tensor
    target: Tensor


def load_pair(files: PairFiles, benchmark: Benchmark, sigma: float | None, protocol: Protocol) -> Pair:
    """Read one pair; upscale the input, or add noise, as the benchmark says; crop as the protocol says.

    Args:
        files: where it is.
        benchmark: whose `scale` and `border` apply.
        sigma: noise to add to the reference, on the 8-bit scale, where there is no input file.
        protocol: what it stores and crops comes after the noise, so that the protocols see the same noise.

    Raises:
        DataError: naming the file, if it cannot be decoded, or the sizes do not fit.
    """
    target = _read(files.target)
    if files.input is not None:
        degraded = _read(files.input)
        if benchmark.scale > 1:
            degraded, target = _upscaled(degraded, target, benchmark.scale, files.input)
        target = _without_border(target, degraded, benchmark.border)
    elif sigma is not None:
        degraded = target + benchmark_noise(tuple(target.shape), files.name, sigma)
    else:
        raise DataError(
            f"{files.target}: has no degraded version; give the folder of inputs, or a noise level"
        )
    if degraded.shape != target.shape:
        sizes = " and ".join(f"{image.shape[2]}x{image.shape[1]}" for image in (degraded, target))
        raise DataError(f"{files.input}: input and reference differ in size ({sizes})")
    try:
        return Pair(files.name, protocol.given(degraded), protocol.crop(target))
    except DataError as error:
        raise DataError(f"{files.target}: {error}") from None


def benchmark_noise(shape: tuple[int, ...], name: str, sigma: float) -> Tensor:
    """Gaussian noise of standard deviation ``sigma / 255`` that depends on nothing but its arguments.

    The stream is that of NumPy's ``RandomState``, which is frozen for good; torch promises equal numbers
    neither between releases nor between devices: two machines measure the same thing.
    """
    digest = hashlib.sha256(f"{name}/{sigma:g}".encode()).digest()
    seed = np.frombuffer(digest, dtype="<u4")
    noise = np.random.RandomState(seed).standard_normal(shape)
    return torch.from_numpy((noise * (sigma / 255)).astype(np.float32))


def digest(files: PairFiles) -> str:
    """SHA-256 of the pair's files, by which finished work is recognised.

    Raises:
        DataError: if a file cannot be read.
    """
    total = hashlib.sha256()
    for path in (files.target, files.input):
        if path is not None:
            try:
                total.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as error:
                raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    return total.hexdigest()


def _read(path: Path) -> Tensor:
    return torch.tensor(decode_file(path)).permute(2, 0, 1).float() / 255


def _upscaled(small: Tensor, target: Tensor, scale: int, path: Path) -> tuple[Tensor, Tensor]:
    """Enlarge `small`; a target that is no multiple of `scale` loses its last rows and columns."""
    height, width = (length * scale for length in small.shape[1:])
    spare = target.shape[1] - height, target.shape[2] - width
    if small.shape == target.shape:
        return small, target
    if not all(0 <= pixels < scale for pixels in spare):
        raise DataError(f"{path}: enlarged by {scale} it does not have the size of its reference")
    return bicubic(small[None], height, width)[0].clamp(0, 1), target[:, :height, :width]


def _without_border(target: Tensor, degraded: Tensor, border: int) -> Tensor:
    framed = tuple(length + 2 * border for length in degraded.shape[1:])
    if border and tuple(target.shape[1:]) == framed:
        return target[:, border:-border, border:-border]
    return target
