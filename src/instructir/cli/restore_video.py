"""A video."""

from instructir.cli.restore_options import RestoreOptions

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".3gp", ".wmv"}
)
"""Suffixes of videos, in lower case."""


def run(options: RestoreOptions) -> None:
    """Restore it."""
    raise NotImplementedError
