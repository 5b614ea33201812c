"""Kernels in C++: compiled once for this processor, and kept in the user's cache.

A library that is made on the machine that runs it may use all that the processor has, and the package stays
pure Python. It takes a C++ compiler, a few seconds, and no header but the standard library's.
"""

import ctypes
import hashlib
import logging
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from instructir.models.embedding_cache import cache_folder

_logger = logging.getLogger(__name__)

_HEADERS = Path(__file__).parent
_COMPILERS = ("c++", "g++", "clang++")
_FLAGS = (
    "-std=c++17",
    "-O3",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-shared",
    "-fPIC",
)
_PATIENCE = 300  # seconds that a compiler may take


def compiled(source: Path, *defined: str) -> ctypes.CDLL | None:
    """The library of `source`, compiled now if it is not in the cache yet; None where that cannot be done.

    That is: no compiler, caches turned off, or a compiler that failed, which is remembered until the source,
    the headers of its folder and of this one, or the compiler change.

    Args:
        source: in C++.
        defined: macros of the preprocessor.
    """
    return _compiled(source, defined, cache_folder())


@cache
def _compiled(source: Path, defined: tuple[str, ...], folder: Path | None) -> ctypes.CDLL | None:
    compiler = _compiler()
    if folder is None or compiler is None:
        return None
    command = [*compiler, *_FLAGS, _tuning(), *(f"-D{name}" for name in defined)]
    identity = hashlib.sha256(source.read_bytes())
    for header in sorted({*_HEADERS.glob("*.h"), *source.parent.glob("*.h")}):
        identity.update(header.read_bytes())
    identity.update("\n".join([*command, platform.machine(), processor()]).encode())
    path = folder / "kernels" / f"{identity.hexdigest()[:32]}{'.dll' if os.name == 'nt' else '.so'}"
    failed = path.with_suffix(".failed")
    try:
        if not path.exists() and not failed.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _compile([*command, f"-I{_HEADERS}", str(source)], path, failed)
        return ctypes.CDLL(str(path)) if path.exists() else None
    except OSError as error:  # a cache that cannot be written to, or a library that cannot be loaded
        _logger.info("the compiled kernel cannot be used: %s", error)
        return None


def _compile(command: Sequence[str], path: Path, failed: Path) -> None:
    _logger.info("compiling the network's kernel for this processor, once")
    with TemporaryDirectory(dir=path.parent) as draft:
        made = Path(draft) / path.name
        try:
            subprocess.run(
                [*command, "-o", str(made)],
                check=True,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
            )
        except subprocess.TimeoutExpired as error:
            _logger.info("the network's kernel was not compiled: %s", error)
        except subprocess.CalledProcessError as error:
            failed.write_text(f"{error}\n{error.stderr}", encoding="utf-8")
            _logger.info("the network's kernel was not compiled, see %s", failed)
        else:
            made.replace(path)


def _compiler() -> list[str] | None:
    """The command of a C++ compiler: what ``CXX`` names, the system's, or that of the extra ``fast``."""
    for name in filter(None, (os.environ.get("CXX"), *_COMPILERS)):
        found = shutil.which(name)
        if found:
            return [found]
    if find_spec("ziglang") is None:
        return None
    # The kernel needs no C++ library, which that compiler would build first, in minutes.
    return [sys.executable, "-m", "ziglang", "c++", "-nostdlib++"]


def _tuning() -> str:
    """The option by which a compiler may use all that this processor has."""
    return "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"


def processor() -> str:
    """What tells processors apart that share a folder of caches, as the machines of a cluster do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
