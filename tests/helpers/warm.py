"""``instructir`` as a program for tests that call it many times: each call is forked from a warm process.

A new process loads torch and the sentence encoder for seconds before it does anything. Here one does so and
waits; the program that stands in for ``instructir`` hands it its words, folder, environment and streams, and
ends as the fork ends.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({place!r})
    order = {{"words": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(warm, [json.dumps(order).encode()], [0, 1, 2])
    status = warm.recv(1)
sys.exit(status[0] if status else "instructir: was killed")
"""
STREAMS = (("stdin", "r", "strict"), ("stdout", "w", "strict"), ("stderr", "w", "backslashreplace"))


@contextmanager
def warm_program() -> Iterator[Path]:
    """The folder of a program ``instructir``, to be put first into PATH."""
    with tempfile.TemporaryDirectory(prefix="instructir-") as name:
        folder = Path(name)
        place, program = folder / "socket", folder / "instructir"
        program.write_text(PROGRAM.format(python=sys.executable, place=str(place)))
        program.chmod(0o755)
        # A fork has none of the threads of its parent, and would wait for them for ever.
        alone = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        server = subprocess.Popen([sys.executable, __file__, place], env=os.environ | alone)
        try:
            while not place.exists():
                assert server.poll() is None, "the warm process ended"
                time.sleep(0.05)
            yield folder
        finally:
            server.kill()
            server.wait()


def serve(place: str) -> None:
    """Load what every call needs, then fork for each."""
    from instructir.instructions import planner
    from instructir.restoration import restorer

    planner.plan("Remove the noise from this photo")
    assert restorer.Restorer
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        draft = f"{place}.new"
        listener.bind(draft)
        listener.listen()
        Path(draft).rename(place)
        while True:
            caller, _ = listener.accept()
            if os.fork() == 0:
                order, streams, _, _ = socket.recv_fds(caller, 2**20, 3)
                caller.sendall(bytes([_status(json.loads(order), streams)]))
                os._exit(0)
            caller.close()


def _status(order: dict[str, Any], streams: list[int]) -> int:
    from instructir import cli

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, (name, mode, errors) in enumerate(STREAMS):
        os.dup2(streams[number], number)
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
