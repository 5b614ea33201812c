"""Memory that was freed goes back to the system."""

import ctypes
import ctypes.util
import sys
from functools import lru_cache


def trim() -> None:
    """Have the allocator return what it holds for later.

    Pictures are large and come in all sizes from several threads, so that glibc's heaps grow to several times
    what is in use. Other allocators need no telling.
    """
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(ctypes.util.find_library("c"))
    return library if hasattr(library, "malloc_trim") else None
