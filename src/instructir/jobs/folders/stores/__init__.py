"""Trees of files, local or in an object store, as a folder job sees them: names, bytes, and what is there.

Names are relative to the tree's root, with forward slashes. A file appears under its name complete or not at
all: locally it is written under another name and moved, and object stores do the same by themselves.
"""

import os

from instructir.jobs.folders.stores.interface import FileState, Store, StoredFile

__all__ = ["FileState", "Store", "StoredFile", "below", "is_url", "open_store", "same_tree"]


def is_url(path: str) -> bool:
    """Whether a path names an object store, such as ``s3://bucket/folder``."""
    return "://" in path


def open_store(path: str) -> Store:
    """The tree at a local path or URL.

    Raises:
        ConfigError: if no package for this kind of URL is installed.
    """
    from instructir.jobs.folders.stores.local import LocalStore
    from instructir.jobs.folders.stores.remote import RemoteStore

    return RemoteStore(path) if is_url(path) else LocalStore(path)


def same_tree(a: str, b: str) -> bool:
    """Whether two roots are one."""
    return _real(a) == _real(b)


def below(inner: str, outer: str) -> str | None:
    """What the names in `outer` begin with that lie in `inner`; None if it does not lie within."""
    outer, inner = _real(outer).rstrip("/") + "/", _real(inner) + "/"
    return inner[len(outer) :] if inner != outer and inner.startswith(outer) else None


def _real(root: str) -> str:
    return root.rstrip("/") if is_url(root) else os.path.realpath(root).replace(os.sep, "/")
