"""Damaged and hostile files by the hundred through the folder job, as a process of its own.

With INSTRUCTIR_FULL=1: 2,000 files.
"""

import json
import os
import random
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from test_images_fuzz import mutated, seeds

from helpers import images as make
from helpers import needs
from instructir.errors import ImageFileError
from instructir.images import read

FULL = bool(os.environ.get("INSTRUCTIR_FULL"))
COUNT = 2000 if FULL else 150
MOST_MEMORY = 2.5e9
"""Bytes at the peak, of which torch and its libraries take half a gigabyte."""

SUFFIXES = {"jpeg": ".jpg", "progressive": ".jpg", "png": ".png", "png16": ".png", "webp": ".webp"}
SUFFIXES |= {"webp-lossless": ".webp", "tiff": ".tif", "tiff-lzw": ".tiff", "tiff16": ".tif"}
SUFFIXES |= {"bmp": ".bmp", "gif": ".gif", "avif": ".avif", "jp2": ".jp2", "jxl": ".jxl", "heic": ".heic"}


def png_bomb(width, height, data):
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(make.png_chunk(kind, body) for kind, body in parts)


def text_bomb():
    """A picture with a compressed text of 200 megabytes."""
    body = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    return make.png_with(make.saved(make.picture(16, 16), "PNG"), (b"zTXt", body))


def hostile():
    """Headers that promise too much, and files that are none."""
    good = make.saved(make.picture(16, 16), "PNG")
    return {
        "bomb-over-limit.png": png_bomb(60_000, 60_000, b""),
        "bomb-below-limit.png": png_bomb(19_000, 19_000, bytes(1000)),
        "text-bomb.png": text_bomb(),
        "tiff-loop.tif": struct.pack("<2sHLHHHLLL", b"II", 42, 8, 1, 256, 3, 1, 9, 8),
        "gif-canvas.gif": b"GIF89a\xff\xff\xff\xff\xf7\0\0" + bytes(900),
        "bmp-size.bmp": b"BM"
        + struct.pack("<LLLLllHHLLllLL", 54, 0, 54, 40, 30_000, -30_000, 1, 24, *[0] * 6),
        "empty.jpg": b"",
        "text.webp": b"I am no picture.",
        "html.avif": b"<html><body>404</body></html>",
        "zeros.tif": bytes(4096),
        "good-but-misnamed.jpg": good,
        "good-but-misnamed.tiff": make.saved(make.picture(16, 16), "JPEG"),
        "good-without-suffix": good,
        "good-called-text.txt": make.saved(make.picture(16, 16), "BMP"),
        "twice.png": good + good,
        "quoted\"'`$(touch x);&|*?.png": good,
        "very-" + "long-" * 45 + ".png": good,
    }


def fill(folder):
    """Write the files; what they hold does not depend on their number."""
    rng = random.Random(2024)
    originals = list(seeds().items())
    for name, data in hostile().items():
        (folder / name).write_bytes(data)
    for number in range(COUNT - len(hostile())):
        kind, data = originals[number % len(originals)]
        # Kinds of one format are called FORMAT-KIND.
        suffix = SUFFIXES.get(kind) or SUFFIXES.get(kind.partition("-")[0], f".{kind}")
        if number % 5:
            data = mutated(data, rng)
        if number % 7 == 3:
            suffix = rng.choice([*SUFFIXES.values(), ".dng", ".heic", ".jfif"])
        (folder / f"{number:04}-{kind}{suffix}").write_bytes(data)


def verdicts(folder):
    """Which files can be read, by the library in this process."""
    good, bad = set(), set()
    for path in folder.iterdir():
        try:
            photo = read(path)
        except ImageFileError:
            bad.add(path.name)
            continue
        assert np.isfinite(photo.pixels.astype(np.float64)).all() or photo.depth == 32
        good.add(path.name)
    return good, bad


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="measures the memory of a process through wait4")
@needs("formats")
def test_every_good_file_is_restored_and_every_bad_one_listed(plain_model, tmp_path):
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    fill(source)
    command = [sys.executable, "-m", "instructir", "restore", source, "remove the noise", "-o", target]
    start = time.monotonic()
    out, err = tmp_path / "stdout", tmp_path / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        options = ["--json", "--device", "cpu", "--runtime", "torch", "--model", plain_model]
        process = subprocess.Popen([*command, *options], stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    told = err.read_text()
    assert "Traceback" not in told
    assert "Warning" not in told
    assert process.returncode == 1
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    restored = {Path(line["input"]).name for line in lines if line["status"] == "restored"}
    failed = {Path(line["input"]).name: line["reason"] for line in lines if line["status"] == "failed"}
    good, bad = verdicts(source)
    assert restored == good
    assert set(failed) == bad
    assert all(str(source / name) in reason and "\n" not in reason for name, reason in failed.items())
    assert len(good) > COUNT / 5
    assert len(bad) > COUNT / 10
    for line in lines:
        if line["status"] == "restored":
            assert read(line["output"]).pixels.size
    assert not [path for path in target.rglob("*") if path.name.endswith("-part")]
    assert usage.ru_maxrss * 1024 < MOST_MEMORY
    if FULL:
        figures = {"files": COUNT, "restored": len(good), "failed": len(bad), "seconds": round(seconds, 1)}
        (Path(os.environ["INSTRUCTIR_FULL"]) / "hostile.json").write_text(
            json.dumps(figures | {"peak_megabytes": round(usage.ru_maxrss / 1024)})
        )
