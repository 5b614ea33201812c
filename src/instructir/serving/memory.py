"""Memory that was freed goes back to the system."""

import ctypes
import ctypes.util
import gc
import sys
from functools import lru_cache


def settle() -> None:
    """Take all that is loaded so far for permanent, so that :func:`trim` need not look through it."""
    gc.collect()
    gc.freeze()


def trim() -> None:
    """Free what circles of references hold, and have the allocator return what it keeps for later.

    A request that was broken off leaves its picture in such a circle, with the traceback of the error, and
    the collector comes by too seldom where objects are few and large. Pictures come in all sizes from several
    threads, so that glibc's heaps grow to several times what is in use; other allocators need no telling.
    """
    gc.collect()
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@lru_cache(maxsize=1)
def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(ctypes.util.find_library("c"))
    return library if hasattr(library, "malloc_trim") else None
