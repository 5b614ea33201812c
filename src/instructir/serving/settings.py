"""What ``instructir serve`` can be told."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from instructir.errors import ConfigError

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class ServerSettings:
    """Limits and choices of one server.

    Attributes:
        host: address to listen on; the default is reached from this machine alone.
        port: TCP port.
        api_key: where given, every request but the health checks has to bring it; of printable ASCII
            characters, as a header has to carry it.
        allowed_hosts: names, such as that of a proxy in front, that the server goes by besides localhost.
            Where there are some, or it listens on a loopback address, requests by others are refused.
        jobs: SQLite file that keeps accepted jobs over a restart; None keeps them in memory.
        keep_results: seconds that the result of a finished job can be fetched.
        queue: requests that may be in the works at once; further ones are answered 429.
        batch: most pictures of one size that are restored in one go; 0 chooses by the device.
        deadline: longest time in seconds that a request may take.
        grace: seconds that a shutdown waits for what is running.
        max_bytes: largest request body.
        max_pixels: largest picture.
        max_instruction: longest instruction in characters.
        upload_seconds: time that the head, and then the body, of a request has to arrive in.
        page: whether the web page is there.
        log_content: whether instructions may appear in the log; pictures never do.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    api_key: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    jobs: Path | None = None
    keep_results: float = 3600.0
    queue: int = 32
    batch: int = 0
    deadline: float = 120.0
    grace: float = 30.0
    max_bytes: int = 64 * 2**20
    max_pixels: int = 64_000_000
    max_instruction: int = 1000
    upload_seconds: float = 30.0
    page: bool = True
    log_content: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            ConfigError: for a value out of range.
        """
        positive: tuple[Literal["queue", "deadline", "max_bytes", "max_pixels", "upload_seconds"], ...]
        positive = ("queue", "deadline", "max_bytes", "max_pixels", "upload_seconds")
        for name in positive:
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name.replace('_', '-')} must be above 0, not {getattr(self, name):g}")
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port {self.port} does not exist: use 1 to 65535, or 0 for any free one")
        key = self.api_key
        if key == "":
            raise ConfigError("the API key is empty: give one, or unset INSTRUCTIR_API_KEY to serve without")
        if key and not (key.isascii() and key.isprintable() and key == key.strip()):
            raise ConfigError(
                "the API key cannot stand in a header: use printable ASCII characters, no space at its ends"
            )
        for host in self.allowed_hosts:
            if not _HOST_NAME.fullmatch(host):
                raise ConfigError(
                    f"allowed-host {host!r} is no name of a host: give one such as photos.example.com, "
                    "without scheme and port"
                )

    def goes_by(self, name: str) -> bool:
        """Whether requests may ask for the server by a host's name, in lower case and without a port."""
        is_open = self.host not in _LOOPBACK and not self.allowed_hosts
        return is_open or name in _LOOPBACK or name in map(str.lower, self.allowed_hosts)
