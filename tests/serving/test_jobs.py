"""Jobs survive what becomes of the process."""

import gc
import re
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.patience import PATIENCE, wait_until
from helpers.serving import picture, start
from instructir.client import Client, ServerError
from instructir.errors import ConfigError
from instructir.serving.job_store import JobStore

OPTIONS = {"instruction": "remove the noise"}


def test_what_was_running_is_queued_again(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite3")
    first, second = store.add(b"one", OPTIONS), store.add(b"two", OPTIONS)
    assert store.begin_next() is not None
    store.close()
    store = JobStore(tmp_path / "jobs.sqlite3")
    assert store.counts() == {"queued": 2}
    taken = store.begin_next()
    assert taken is not None
    job, data = taken
    assert (job.id, data, job.attempts, job.options) == (first.id, b"one", 2, OPTIONS)
    store.finish(job.id, b"result", "image/png", {"model": "m"})
    assert store.result(job.id) == b"result"
    store.cancel(second.id)
    assert store.counts() == {"done": 1, "cancelled": 1}
    store.close()


def test_a_picture_is_gone_from_the_file_once_its_job_is_over(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    store = JobStore(path)
    data = picture(64, 64)
    job = store.add(data, OPTIONS)
    store.begin_next()
    store.finish(job.id, b"result" * 50, "image/png", {})
    store.forget(time.time() + 1)
    assert store.get(job.id) is None
    store.close()
    left = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert data[100:200] not in left
    assert b"result" * 50 not in left
    assert path.stat().st_mode & 0o077 == 0


def test_two_servers_cannot_hold_one_store(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite3")
    store.counts()
    with pytest.raises(ConfigError, match="--jobs"):
        JobStore(tmp_path / "jobs.sqlite3")
    store.close()


def test_an_unusable_place_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be kept there"):
        JobStore(tmp_path / "file" / "jobs.sqlite3")


def test_who_forgets_a_store_or_is_refused_one_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def watched(*place: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*place, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", watched)
    JobStore(None)
    held = JobStore(tmp_path / "jobs.sqlite3")
    held.counts()
    with pytest.raises(ConfigError):
        JobStore(tmp_path / "jobs.sqlite3")
    gc.collect()
    for connection in (opened[0], opened[2]):
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    held.close()


CLIENTS = 16


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_job_accepted_under_load_is_lost_over_a_restart(
    program: Path, tmp_path: Path, end: signal.Signals
) -> None:
    """Sixteen clients send jobs while the server ends; all that it said yes to are done by the next one."""
    path = tmp_path / "jobs.sqlite3"
    running = start(program, "--jobs", path, "--no-page")
    accepted: list[str] = []

    def send(client: Client, seed: int) -> None:
        try:
            while True:
                accepted.append(client.submit(picture(48, 48, seed), "remove the noise"))
                time.sleep(0.2)
        except (ServerError, httpx.HTTPError) as error:
            if isinstance(error, ServerError) and error.code != "shutting_down":
                raise

    with Client(running.url) as client, ThreadPoolExecutor(CLIENTS) as pool:
        senders = [pool.submit(send, client, seed) for seed in range(CLIENTS)]
        wait_until(lambda: len(accepted) > 3 * CLIENTS)
        running.stop(end)
        for sender in senders:
            sender.result()
    running = start(program, "--jobs", path, "--no-page")
    with Client(running.url) as client:
        assert all(client.result(name).data for name in accepted)
    assert running.stop() == 0


def test_shutdown_finishes_the_running_request(program: Path, tmp_path: Path) -> None:
    import threading

    running = start(program, "--no-page", "--jobs", tmp_path / "jobs.sqlite3", "--grace", 100_000)
    answers: list[httpx.Response] = []

    def ask() -> None:
        files = {"image": ("a.png", picture(500, 500))}
        answers.append(httpx.post(f"{running.url}/v1/restore", files=files, timeout=PATIENCE))

    def computed() -> float:
        """Processor time of the server in seconds, by which its load tells what it does."""
        text = httpx.get(f"{running.url}/metrics", timeout=PATIENCE).text
        return float(re.findall(r"^process_cpu_seconds_total (\S+)", text, re.MULTILINE)[0])

    before = computed()
    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(lambda: computed() > before + 0.3, pause=0.2)
    status = running.stop()
    asking.join(PATIENCE)
    assert status == 0
    assert answers[0].status_code == 200


def test_open_pages_do_not_hold_the_shutdown_up(program: Path, tmp_path: Path) -> None:
    running = start(program, "--jobs", tmp_path / "jobs.sqlite3", "--grace", 100_000)
    with httpx.Client(base_url=running.url, timeout=PATIENCE) as http:
        token = http.post("/page/sessions").json()["token"]
        with http.stream("GET", f"/page/{token}/alive") as page:
            assert page.status_code == 200
            assert running.stop() == 0  # or it would wait for longer than tests do


def test_key_is_asked_for(program: Path, tmp_path: Path) -> None:
    running = start(
        program, "--no-page", "--jobs", tmp_path / "jobs.sqlite3", INSTRUCTIR_API_KEY="open: sesame"
    )
    with Client(running.url) as stranger, pytest.raises(ServerError) as caught:
        stranger.plan("remove the noise")
    assert caught.value.code == "unauthorized"
    with httpx.Client(base_url=running.url) as http:
        assert http.get("/healthz").status_code == 200
        assert http.get("/metrics").status_code == 401
        assert http.get("/v1/models", headers={"x-api-key": "wrong"}).status_code == 401
        assert http.get("/v1/models", headers={"x-api-key": "open: sesame"}).status_code == 200
        assert http.get("/v1/models", auth=("anybody", "open: sesame")).status_code == 200
        assert http.get("/v1/openapi.json", auth=("x", "open: sesame")).json()["security"]
    with Client(running.url, api_key="open: sesame") as known:
        assert known.plan("remove the noise")["kind"] == "clear"
    assert running.stop() == 0
