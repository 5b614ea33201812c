"""Variants and experts over the API: a server with one expert, and nothing else that could be loaded."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
from PIL import Image

from helpers.networks import random_network
from helpers.patience import PATIENCE
from helpers.serving import Running, picture, start
from instructir.client import Client, ServerError
from instructir.models.image_network import ImageConfig
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings
from instructir.tasks import Task

NAFNET = ImageConfig(8, (1, 1), 1, (1, 1), text_dim=0)
PHOTO = picture(48, 64, form="JPEG", quality=95)


@pytest.fixture(scope="module")
def expert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("experts") / "NAFNet-tiny.pth"
    torch.save(random_network(NAFNET).state_dict(), path)
    return path


@pytest.fixture(scope="module")
def running(program: Path, expert: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    table = expert.with_name("experts.json")
    table.write_text(json.dumps({"deblurring": expert.name}))
    jobs = tmp_path_factory.mktemp("jobs") / "jobs.sqlite3"
    server = start(program, "--experts", table, "--jobs", jobs, "--no-page")
    yield server
    server.stop()


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with Client(running.url) as client:
        yield client


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def test_an_expert_computes_its_task_unless_another_is_chosen(client: Client, expert: Path) -> None:
    assert client.models()["experts"] == {"deblurring": "NAFNet-tiny.pth"}
    assert client.restore(PHOTO, "remove the blur", expert="").data  # as a form has what is not chosen
    usual, named, ours = (
        client.restore(PHOTO, "remove the blur", format="png", guard=False, expert=name)
        for name in (None, "nafnet", "ours")
    )
    assert usual.data == named.data
    library = Restorer.load(Settings(experts="off", guard=False))
    for restored, experts in ((usual, {Task.DEBLURRING: str(expert)}), (ours, {})):
        wanted = library.with_experts(experts).restore(Image.open(io.BytesIO(PHOTO)), "remove the blur")
        assert np.abs(pixels(restored.data) - wanted.pixels * 255).max() <= 1.5  # 0.5 of it to whole levels
    assert np.abs(pixels(usual.data).astype(int) - pixels(ours.data)).max() > 8


def test_a_job_has_the_expert_that_was_chosen(client: Client) -> None:
    how = {"format": "png", "guard": False, "expert": "ours"}
    name = client.submit(PHOTO, "remove the blur", **how)
    assert client.result(name).data == client.restore(PHOTO, "remove the blur", **how).data


def test_variants_come_on_one_sheet_with_what_was_done(client: Client, running: Running) -> None:
    varied = client.variants(
        PHOTO, '0.5,ours,NAFNet,"remove the noise, please"', "remove the blur", format="png"
    )
    assert [one["variant"] for one in varied.variants] == [
        "0.5",
        "ours",
        "NAFNet",
        "remove the noise, please",
    ]
    tasks = [one["plan"]["steps"][0]["task"] for one in varied.variants]
    assert tasks == ["deblurring", "deblurring", "deblurring", "denoising"]
    by_expert = ["deblurring: computed by NAFNet-tiny (NAFNet)" in one["notes"] for one in varied.variants]
    assert by_expert == [True, False, True, False]
    with Image.open(io.BytesIO(varied.data)) as sheet:
        assert (sheet.format, varied.media_type) == ("PNG", "image/png")
        assert sheet.width == 3 * (640 // 3 + 10) + 10
    answer = httpx.post(
        f"{running.url}/v1/variants",
        files={"image": PHOTO},
        data={"variants": "1,0.5", "instruction": "too dark", "guard": "false"},
        headers={"Accept": "image/*"},
        timeout=PATIENCE,
    )
    assert answer.headers["content-type"] == "image/jpeg"
    assert pixels(answer.content).shape[1] == 2 * (640 // 3 + 10) + 10


@pytest.mark.parametrize(
    ("ask", "code", "says"),
    [
        ({"variants": "instructir-7d"}, "unprocessable", "no expert 'instructir-7d' here; give one of ours"),
        ({"variants": "hub:somebody/something"}, "unprocessable", "there is no expert"),
        ({"variants": "1.5"}, "unprocessable", "out of range"),
        ({"variants": ",".join(f"0.{n}" for n in range(10, 40))}, "unprocessable", "give 1 to 24"),
        ({"variants": ""}, "invalid", "variants"),
        ({}, "invalid", "variants"),
        ({"variants": "ours,add a unicorn"}, "out_of_scope", "variant 'add a unicorn'"),
        ({"variants": "x" * 2000}, "instruction_refused", "2000 characters"),
        ({"variants": "1", "expert": "SwinIR"}, "unprocessable", "no expert 'SwinIR' here; give"),
        ({"variants": "1", "scale": "50"}, "invalid", "scale"),
        ({"variants": "1", "mask": picture(9, 9)}, "image_refused", "mask"),
    ],
)  # fmt: skip
def test_what_makes_no_sheet_is_one_line(running: Running, ask: dict, code: str, says: str) -> None:
    files = {"image": PHOTO, **({"mask": ask["mask"]} if "mask" in ask else {})}
    data = {"instruction": "too dark", **{key: value for key, value in ask.items() if key != "mask"}}
    answer = httpx.post(f"{running.url}/v1/variants", files=files, data=data, timeout=PATIENCE)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert says in problem["detail"]
    assert "\n" not in problem["detail"]


def test_an_unknown_expert_is_refused_at_once_for_restorations_and_jobs(client: Client) -> None:
    for ask in (client.restore, client.submit):
        with pytest.raises(
            ServerError, match=r"no expert 'gone' here; give one of ours, NAFNet-tiny\.pth"
        ) as refused:
            ask(PHOTO, "remove the blur", expert="gone")
        assert refused.value.status == 422
