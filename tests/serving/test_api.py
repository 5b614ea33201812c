"""The REST API over a real socket, with the shipped model."""

import base64
import io
import json
import re

import httpx
import numpy as np
import pytest
from PIL import Image

from helpers.patience import wait_until
from helpers.serving import CAT, Running, opened, picture
from instructir.client import AsyncClient, Client, ServerError
from instructir.serving.problems import PROBLEMS

WISH = "it's full of grain"


def assert_same_but_for_rounding(one: Image.Image, other: Image.Image) -> None:
    """A value half-way between two levels may become either: sums depend on how many threads there are, and
    numbers of 16 bits round what is made of them, in bfloat16 by a tenth of a level."""
    difference = np.abs(np.asarray(one, dtype=np.int16) - np.asarray(other, dtype=np.int16))
    assert one.size == other.size
    assert difference.max() <= 1
    assert np.count_nonzero(difference) <= difference.size / 4


def test_restores_as_the_library_does_and_keeps_the_metadata(client: Client, tmp_path) -> None:
    from instructir import load

    exif = Image.Exif()
    exif[0x010E] = "the harbour at noon"
    source = tmp_path / "harbour.jpg"
    source.write_bytes(picture(40, 56, form="JPEG", exif=exif, dpi=(300, 300), quality=95))
    restored = client.restore(source, WISH, format="png")
    assert restored.media_type == "image/png"
    assert restored.model == "instructir-7d-lite"
    assert restored.plan["steps"][0]["task"] == "denoising"
    with opened(restored.data) as image:
        assert image.getexif()[0x010E] == "the harbour at noon"
        ours = load().restore(source, WISH).image
        assert_same_but_for_rounding(image, ours)


def test_jpeg_artefacts_go_by_the_tables_of_the_file(http: httpx.Client, tmp_path) -> None:
    from instructir import load

    source = tmp_path / "small.jpg"
    source.write_bytes(picture(40, 56, form="JPEG", quality=20))
    wish = "remove the JPEG artefacts"
    body = {"image": base64.b64encode(source.read_bytes()).decode(), "instruction": wish, "format": "png"}
    document = http.post("/v1/restore", json=body).json()
    assert document["plan"]["steps"][0]["artefacts"] == "only"
    assert document["notes"] == ["JPEG artefacts of quality 20 removed"]
    ours = load().restore(source, wish).image
    assert_same_but_for_rounding(opened(base64.b64decode(document["image"])), ours)


def test_json_in_and_out(http: httpx.Client) -> None:
    body = {"image": base64.b64encode(picture()).decode(), "instruction": WISH, "strength": 0}
    document = http.post("/v1/restore", json=body).json()
    assert document["plan"]["kind"] == "clear"
    assert document["media_type"] == "image/png"
    assert opened(base64.b64decode(document["image"])).tobytes() == opened(picture()).tobytes()
    raw = http.post("/v1/restore", json=body, headers={"accept": "image/*"})
    assert raw.headers["content-type"] == "image/png"
    assert json.loads(raw.headers["x-instructir-plan"])["kind"] == "clear"


def test_without_instruction_the_picture_decides(client: Client) -> None:
    restored = client.restore(CAT.read_bytes(), format="jpeg")
    assert restored.plan["kind"] == "ambiguous"
    assert client.restore(picture(), "", strength=0.5).data


def test_task_overrides_the_reading(client: Client) -> None:
    assert client.restore(picture(), WISH, task="dehazing").plan["steps"][0]["task"] == "dehazing"


def test_plan_diagnose_models(client: Client, http: httpx.Client) -> None:
    assert client.plan(WISH)["steps"][0]["task"] == "denoising"
    found = client.diagnose(CAT)
    assert max(found, key=lambda task: found[task]) == "denoising"
    assert all(0 <= fraction <= 1 for fraction in found.values())
    (model,) = http.get("/v1/models").json()["models"]
    assert model["name"] == "instructir-7d-lite"
    assert model["parameters"] > 4_000_000
    assert len(model["tasks"]) == 7


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/v1/models", "/v1/openapi.json"])
def test_head_is_get_without_a_body(http: httpx.Client, path: str) -> None:
    head, got = http.head(path), http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == got.headers[name]


def test_jobs_are_accepted_followed_and_fetched(client: Client) -> None:
    name = client.submit(CAT, WISH, format="png")
    seen = list(client.events(name))
    assert seen[-1]["state"] == "done"
    assert seen[-1]["progress"] == 1
    fractions = [one["progress"] for one in seen]
    assert fractions == sorted(fractions)
    assert client.job(name)["report"]["plan"]["steps"][0]["task"] == "denoising"
    assert opened(client.result(name).data).size == opened(CAT.read_bytes()).size
    with pytest.raises(ServerError) as caught:
        client.cancel(name)
    assert caught.value.code == "conflict"


def test_jobs_that_fail_and_jobs_that_are_cancelled(client: Client) -> None:
    name = client.submit(b"nothing", WISH)
    with pytest.raises(ServerError) as caught:
        client.result(name)
    assert caught.value.code == "image_refused"
    long = client.submit(CAT, WISH)
    assert client.cancel(long)["state"] == "cancelled"
    with pytest.raises(ServerError) as caught:
        client.result(long)
    assert caught.value.code == "cancelled"


async def _async_round(url: str) -> None:
    async with AsyncClient(url) as client:
        assert (await client.plan(WISH))["kind"] == "clear"
        assert (await client.restore(picture(), WISH)).media_type == "image/png"
        assert max((await client.diagnose(CAT)).values()) > 0.5
        name = await client.submit(picture(), WISH)
        assert [event async for event in client.events(name)][-1]["state"] == "done"
        assert (await client.result(name)).data
        with pytest.raises(ServerError):
            await client.cancel(name)


def test_async_client(server: Running) -> None:
    import asyncio

    asyncio.run(_async_round(server.url))


def restorations(server: Running) -> list[dict[str, object]]:
    return [entry for entry in server.log if entry.get("route") == "/v1/restore"]


def test_logs_hold_neither_instruction_nor_name(server: Running, client: Client) -> None:
    before = len(restorations(server))
    client.restore(picture(), "my secret grain is showing")
    wait_until(lambda: len(restorations(server)) > before)
    entries = restorations(server)
    assert {"id", "method", "status", "seconds", "bytes_in", "time"} <= set(entries[-1])
    assert "secret" not in json.dumps(server.log)


def test_metrics_are_prometheus(http: httpx.Client) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    names = {family.name for family in text_string_to_metric_families(http.get("/metrics").text)}
    wanted = {"requests", "request_seconds", "pictures", "queue_depth", "worker_deaths", "jobs"}
    assert {f"instructir_{name}" for name in wanted} <= names
    assert "process_resident_memory_bytes" in names


def test_openapi_document_is_complete(http: httpx.Client) -> None:
    document = http.get("/v1/openapi.json").json()
    paths = document["paths"]
    assert {
        "/v1/restore",
        "/v1/plan",
        "/v1/diagnose",
        "/v1/models",
        "/healthz",
        "/readyz",
        "/metrics",
    } <= set(paths)
    body = paths["/v1/restore"]["post"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data", "application/json"}
    for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)):
        assert reference in document["components"]["schemas"]
    for operations in paths.values():  # every refusal is a problem
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                assert status < "400" or set(answer["content"]) == {"application/problem+json"}
    assert not [name for name in document["components"]["schemas"] if "ValidationError" in name]
    for name in ("RestoreBody", "PlanDocument", "JobDocument", "ProblemDocument"):
        assert document["components"]["schemas"][name]["example"]
    codes = re.findall(r"`([a-z_]+)`:", json.dumps(paths))
    assert set(codes) <= set(PROBLEMS)


def test_enlarges(client: Client) -> None:
    restored = client.restore(picture(40, 56), "take the noise out", scale="x2", format="png")
    with opened(restored.data) as image:
        assert image.size == (112, 80)
    assert restored.plan["steps"][-1]["scale"] == "x2"


def test_restores_where_the_mask_is_white(client: Client, http: httpx.Client) -> None:
    data = picture(40, 56)
    white = Image.new("L", (56, 40))
    white.paste(255, (0, 0, 28, 40))
    stream = io.BytesIO()
    white.save(stream, "PNG")
    with (
        opened(data) as before,
        opened(client.restore(data, "darken it", mask=stream.getvalue()).data) as after,
    ):
        assert before.crop((28, 0, 56, 40)).tobytes() == after.crop((28, 0, 56, 40)).tobytes()
        assert before.crop((0, 0, 20, 40)).tobytes() != after.crop((0, 0, 20, 40)).tobytes()
    body = {
        "image": base64.b64encode(data).decode(),
        "instruction": "darken it",
        "mask": base64.b64encode(stream.getvalue()).decode(),
    }
    answer = http.post("/v1/restore", json=body).json()
    assert answer["plan"]["steps"][0]["operation"] == "exposure"
    assert answer["plan"]["steps"][0]["amount"] == pytest.approx(-2 / 3, abs=1e-3)
