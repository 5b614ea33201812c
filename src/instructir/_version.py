"""The version, read by the build and by ``instructir --version``."""

__version__ = "0.1.0"
