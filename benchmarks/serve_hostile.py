"""Hostile requests against ``instructir serve``: does it keep answering, does its memory return?

    python benchmarks/serve_hostile.py --requests 500

Bombs, wrong types, huge heads, slow uploads, path tricks, requests cancelled half-way, from eight sides at
once. After every tenth one the server has to say that it is well, and at the end to restore a picture as if
nothing had been.
"""

import argparse
import asyncio
import io
import json
import random
import signal
import struct
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import psutil
from PIL import Image
from serve_load import ROOT, serve

CAT = (ROOT / "examples" / "grainy_cat.jpg").read_bytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG that states many pixels and holds few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10 * 2**20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SETTLING = 5.0
"""Seconds after which the server has returned what it freed."""
BOMBS = [bomb(60_000, 60_000), bomb(2**31 - 1, 2**31 - 1), bomb(4000, 4000)]


class Attacker:
    """One that means harm."""

    def __init__(self, url: str, seed: int) -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=120)
        self.host, port = url.removeprefix("http://").split(":")
        self.port = int(port)
        self.random = random.Random(seed)
        self.deeds: tuple[Callable[[], Awaitable[str]], ...] = (
            self.explode,
            self.lie_about_types,
            self.huge_head,
            self.slow_upload,
            self.path_tricks,
            self.leave,
            self.garble,
            self.huge_body,
            self.raw_bytes,
            self.nonsense_options,
        )

    async def post(self, path: str = "/v1/restore", **request: object) -> str:
        """Send a request; its status."""
        return str((await self.http.post(path, **request)).status_code)  # type: ignore[arg-type]

    async def explode(self) -> str:
        """A decompression bomb."""
        return await self.post(files={"image": ("a.png", self.random.choice(BOMBS))})

    async def lie_about_types(self) -> str:
        """Content of another type than stated."""
        kind = self.random.choice(
            ["application/json", "multipart/form-data; boundary=x", "image/png", "\xff", ""]
        )
        return await self.post(
            content=self.random.randbytes(2000), headers={"content-type": kind.encode("latin-1")}
        )

    async def huge_head(self) -> str:
        """Headers without end."""
        return str((await self.http.get("/v1/models", headers={"x-junk": "a" * 100_000})).status_code)

    async def slow_upload(self) -> str:
        """A body that drips, then stops."""
        head = f"POST /v1/restore HTTP/1.1\r\nHost: localhost:{self.port}\r\nContent-Length: 1000\r\n"
        return await self.raw((head + "Content-Type: application/json\r\n\r\n").encode(), drip=b'{"image": "')

    async def path_tricks(self) -> str:
        """Ways out of folders."""
        path = self.random.choice(
            [
                "/../../etc/passwd",
                "/page/x/photos/..%2f..%2fetc/view/0/after",
                "/page/..%2f..%2fetc/photos.zip",
                "/static/http://127.0.0.1:1/",
                "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/v1/jobs/..%2f..%2fetc%2fpasswd",
                "/download/..%2f..%2fetc",
                "/v1/jobs/%00/result",
            ]
        )
        answer = await self.http.get(path)
        if "root:" in answer.text:
            raise SystemExit(f"{path} gave a file away")
        return str(answer.status_code)

    async def leave(self) -> str:
        """A request that nobody waits for."""
        try:
            return await asyncio.wait_for(
                self.post(files={"image": ("a.jpg", CAT)}), self.random.uniform(0.01, 1.0)
            )
        except TimeoutError:
            return "left"

    async def garble(self) -> str:
        """A picture with flipped bits, under a bad name."""
        data = bytearray(CAT)
        for _ in range(40):
            data[self.random.randrange(len(data) // 4)] ^= 1 << self.random.randrange(8)
        data = data[: self.random.randrange(10, 3000)] if self.random.random() < 0.9 else data
        name = self.random.choice(["../../x.jpg", "a\x00b.png", "x" * 5000, "a.nef", "👻.tif"])
        return await self.post("/v1/diagnose", files={"image": (name, bytes(data))})

    async def huge_body(self) -> str:
        """More bytes than are taken."""

        async def endless() -> object:
            for _ in range(100):
                yield bytes(2**20)

        return await self.post(content=endless(), headers={"content-type": "application/json"})

    async def raw_bytes(self) -> str:
        """What is no HTTP."""
        return await self.raw(self.random.randbytes(self.random.randrange(1, 4000)))

    async def nonsense_options(self) -> str:
        """Options of every wrong kind."""
        value = self.random.choice([None, [], {}, "NaN", 1e308, -1, "a" * 10**6, True, "\ud800"])
        key = self.random.choice(
            ["instruction", "strength", "format", "quality", "deadline", "task", "name", "x"]
        )
        body = json.dumps({"image": "iVBORw0KGgo=", key: value})
        path = self.random.choice(["/v1/restore", "/v1/jobs", "/v1/plan"])
        return await self.post(path, content=body, headers={"content-type": "application/json"})

    async def raw(self, data: bytes, drip: bytes = b"") -> str:
        """Write bytes to a connection of its own and leave."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(data)
            await writer.drain()
            for byte in drip:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)
            answer = await asyncio.wait_for(reader.read(100), 0.5)
            return answer.split(b" ")[1].decode() if answer.startswith(b"HTTP") else "closed"
        except (TimeoutError, ConnectionError):
            return "silent"
        finally:
            writer.close()

    async def strike(self) -> tuple[str, str]:
        """One deed and how it was answered."""
        deed = self.random.choice(self.deeds)
        try:
            return deed.__name__, await deed()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return deed.__name__, type(error).__name__


async def attack(url: str, requests: int, pid: int) -> dict[str, object]:
    """All of it, eight at a time."""
    outcomes: Counter[str] = Counter()
    health: list[float] = []
    process = psutil.Process(pid)
    async with httpx.AsyncClient(base_url=url, timeout=300) as http:
        for _ in range(3):
            (await http.post("/v1/restore", files={"image": ("a.jpg", CAT)})).raise_for_status()
        await asyncio.sleep(SETTLING)
        before = process.memory_info().rss / 2**20
        highest = before
        left = iter(range(requests))

        async def one(seed: int) -> None:
            nonlocal highest
            attacker = Attacker(url, seed)
            for number in left:
                deed, status = await attacker.strike()
                outcomes[f"{deed} {status}"] += 1
                highest = max(highest, process.memory_info().rss / 2**20)
                if number % 10 == 0:
                    start = time.monotonic()
                    (await http.get("/healthz")).raise_for_status()
                    health.append(time.monotonic() - start)
            await attacker.http.aclose()

        await asyncio.gather(*(one(seed) for seed in range(8)))
        start = time.monotonic()
        answer = await http.post("/v1/restore", files={"image": ("a.jpg", CAT)})
        Image.open(io.BytesIO(answer.raise_for_status().content)).load()
        restored_in = time.monotonic() - start
        await asyncio.sleep(SETTLING)
    return {
        "requests": requests,
        "outcomes": dict(sorted(outcomes.items())),
        "server_errors": sum(count for name, count in outcomes.items() if name.split()[1].startswith("5")),
        "slowest_health_check": round(max(health), 3),
        "restores_after_in": round(restored_in, 2),
        "rss_mib": {
            "before": round(before),
            "highest": round(highest),
            "after": round(process.memory_info().rss / 2**20),
        },
    }


def main() -> None:
    """Attack and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--cpu", type=int, help="core of the server")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        process, url = serve(Path(name), asked.cpu)
        try:
            measured = asyncio.run(attack(url, asked.requests, process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        log = (Path(name) / "server.log").read_text("utf-8")
        tracebacks = [json.loads(line)["traceback"] for line in log.splitlines() if '"traceback"' in line]
        measured["tracebacks"] = len(tracebacks)
        measured["tracebacks_end"] = sorted({trace.splitlines()[-1][:200] for trace in tracebacks})
    print(json.dumps(measured, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
