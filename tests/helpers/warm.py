"""``instructir`` as processes that are forked from a warm one, for tests that start it many times.

A new process loads torch and the sentence encoder for seconds before it does anything. Here one does so and
waits; each call hands it words, folder, environment and streams, and is a process of its own from there on.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PROGRAM = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({place!r})
    order = {{"words": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(warm, [json.dumps(order).encode()], [0, 1, 2])
    warm.recv(4)
    status = warm.recv(1)
sys.exit(status[0] if status else "instructir: was killed")
"""
STREAMS = (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))


class Fork:
    """A process that was forked from the warm one; what of ``subprocess.Popen`` servers need."""

    def __init__(self, place: str, words: Sequence[str], environment: dict[str, str]) -> None:
        """Start ``instructir`` with those words; its standard error is read from ``stderr``."""
        reading, writing = os.pipe()
        self._warm = socket.socket(socket.AF_UNIX)
        self._warm.connect(place)
        order = {"words": list(words), "folder": str(Path.cwd()), "environment": environment}
        with Path(os.devnull).open("r+b") as nothing:
            streams = [nothing.fileno(), nothing.fileno(), writing]
            socket.send_fds(self._warm, [json.dumps(order).encode()], streams)
        os.close(writing)
        self.stderr = os.fdopen(reading, encoding="utf-8")
        self.pid = int.from_bytes(self._warm.recv(4), "little")
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        with suppress(TimeoutError):
            self.wait(0.001)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit status.

        Raises:
            TimeoutError: if it still runs then.
        """
        if self.returncode is None:
            self._warm.settimeout(timeout)
            status = self._warm.recv(1)
            self._warm.close()
            self.returncode = status[0] if status else -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)


@contextmanager
def warm_program() -> Iterator[Path]:
    """A program ``instructir``, in a folder to be put first into PATH; beside it the socket for forks."""
    with tempfile.TemporaryDirectory(prefix="instructir-") as name:
        folder = Path(name)
        place, program = socket_of(folder / "instructir"), folder / "instructir"
        program.write_text(PROGRAM.format(python=sys.executable, place=place))
        program.chmod(0o755)
        # A fork has none of the threads of its parent, and would wait for them for ever.
        alone = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        server = subprocess.Popen([sys.executable, __file__, place], env=os.environ | alone)
        try:
            while not Path(place).exists():
                assert server.poll() is None, "the warm process ended"
                time.sleep(0.05)
            yield program
        finally:
            server.kill()
            server.wait()


def socket_of(program: Path) -> str:
    """Where the warm process of a program listens."""
    return str(program.with_name("socket"))


def serve(place: str) -> None:
    """Load what every call needs, then fork for each."""
    from instructir.instructions import planner
    from instructir.restoration import restorer

    with suppress(ImportError):
        import instructir.serving.server

        assert instructir.serving.server
    planner.plan("Remove the noise from this photo")
    assert restorer.Restorer
    tempfile.tempdir = None  # it is asked for anew in each fork's own environment
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        draft = f"{place}.new"
        listener.bind(draft)
        listener.listen()
        listener.settimeout(10)
        Path(draft).rename(place)
        tests = os.getppid()
        while os.getppid() == tests:
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                listener.close()
                order, streams, _, _ = socket.recv_fds(caller, 2**20, 3)
                caller.sendall(os.getpid().to_bytes(4, "little"))
                caller.sendall(bytes([_status(json.loads(order), streams)]))
                os._exit(0)
            caller.close()


def _status(order: dict[str, Any], streams: list[int]) -> int:
    from instructir import cli

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, (name, mode, errors) in enumerate(STREAMS):
        os.dup2(streams[number], number)
        os.close(streams[number])
        # Anew, as the objects know what kind of file they were opened on.
        setattr(sys, name, open(number, mode, encoding="utf-8", errors=errors, closefd=False))  # noqa: SIM115
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["instructir", *order["words"]]
    try:
        cli.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except BaseException:  # noqa: BLE001 - whatever it is, the caller is to see it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 1


if __name__ == "__main__":
    serve(sys.argv[1])
