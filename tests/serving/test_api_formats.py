"""In which format a picture comes back, and what is said of what that cannot hold."""

import io
import json

import httpx
import numpy as np
import pytest
from PIL import Image

from helpers.serving import opened, picture, problem
from instructir.client import Client
from instructir.images import encode, read

WISH = "it's full of grain"


def test_format_is_the_pictures_own_unless_asked(client: Client) -> None:
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert opened(client.restore(picture(form=form), WISH).data).format == form
    assert opened(client.restore(picture(), WISH, format="webp").data).format == "WEBP"


def test_what_a_format_cannot_hold_is_refused_before_the_work(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("instructir.serving.service.Service.restore", lambda *_: pytest.fail("it was begun"))
    stream = io.BytesIO()
    Image.new("L", (9000, 2)).save(stream, "PNG")
    files = {"image": ("a.png", stream.getvalue())}
    answer = http.post("/v1/restore", files=files, data={"format": "webp", "scale": "x2"})
    assert "WEBP holds at most 16383 pixels" in problem(answer, "image_refused")["detail"]


@pytest.mark.parametrize(("form", "media"), [("HEIF", "heic"), ("JPEG2000", "jp2"), ("JXL", "jxl")])
def test_formats_of_the_extra_are_kept_and_can_be_asked_for(client: Client, form: str, media: str) -> None:
    pytest.importorskip("imagecodecs", reason='needs the extra "formats"')
    pytest.importorskip("pillow_heif", reason='needs the extra "formats"')
    source = encode(read(io.BytesIO(picture())), f"a.{media}")
    for restored in (client.restore(source, WISH), client.restore(picture(), WISH, format=media)):
        assert restored.media_type == f"image/{media}"
        assert read(io.BytesIO(restored.data)).format == form


def test_a_picture_type_that_is_accepted_alone_is_the_format(http: httpx.Client) -> None:
    def sent(accept: str, **data: str) -> httpx.Response:
        asked = {"instruction": WISH, **data}
        files = {"image": ("a.png", picture())}
        return http.post("/v1/restore", files=files, data=asked, headers={"accept": accept})

    kinds = ["image/webp", "Image/WebP", "image/webp, image/png", "image/webp, */*"]
    for accept, media in zip(kinds, ["webp", "webp", "png", "png"], strict=True):
        answer = sent(accept)
        assert answer.headers["content-type"] == f"image/{media}"
        assert opened(answer.content).format == media.upper()
    assert sent("image/webp", format="jpeg").headers["content-type"] == "image/jpeg"
    assert "image/webp" in problem(sent("image/x-portable-pixmap"), "not_acceptable")["detail"]


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("image/webp;q=0, image/png", "image/png"),
        ("image/webp;q=0.1, image/png;q=0.9", "image/png"),
        ("image/webp; Q=0.9,image/png;q=0.1", "image/webp"),
        ("image/jpeg;q=0.2, image/webp", "image/webp"),
        ("image/webp;q=0, */*", "image/jpeg"),
        ("image/*, image/jpeg;q=0", "image/png"),
        ("image/png, image/*;q=0.5", "image/png"),
        ("IMAGE/*", "image/jpeg"),
        ("APPLICATION/JSON", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json, image/webp;q=0.8", "application/json"),
        ("application/json;q=0.5, image/webp;q=0.8", "image/webp"),
        ("application/json, text/plain, */*", "application/json"),
        ("image/webp;q=high, image/png", "image/png"),
        ("text/html, */*;q=0.8", "image/jpeg"),
        (",", "image/jpeg"),
        ("image/webp;q=0", None),
        ("*/*;q=0", None),
        ("text/html, application/json;q=0.0", None),
    ],
)
def test_quality_values_decide_what_is_sent(http: httpx.Client, accept: str, sent: str | None) -> None:
    """As RFC 9110 has it: the most exact range counts, 0 refuses, and capitals do not matter."""
    files = {"image": ("a.jpg", picture(form="JPEG"))}
    data = {"instruction": "darken it"}
    answer = http.post("/v1/restore", files=files, data=data, headers={"accept": accept})
    if sent is None:
        assert "image/webp" in problem(answer, "not_acceptable")["detail"]
    else:
        assert answer.headers["content-type"] == sent
        assert sent == "application/json" or opened(answer.content).format == sent[6:].upper()


def test_a_client_may_say_what_it_accepts_in_several_headers(http: httpx.Client) -> None:
    headers = [("accept", "image/png;q=0.5"), ("accept", "image/webp")]
    answer = http.post("/v1/restore", files={"image": picture()}, data={"strength": "0"}, headers=headers)
    assert answer.headers["content-type"] == "image/webp"


def test_what_the_output_cannot_hold_is_in_the_notes(client: Client, http: httpx.Client) -> None:
    stream = io.BytesIO()
    Image.fromarray(np.full((24, 32, 4), 100, np.uint8)).save(stream, "PNG")
    clear, how = stream.getvalue(), {"instruction": "darken it by one stop", "format": "jpeg"}
    said = ["JPEG holds no transparency: the picture is laid over white"]
    for accept in ("application/json", "*/*"):
        answer = http.post("/v1/restore", files={"image": clear}, data=how, headers={"accept": accept})
        as_json = accept == "application/json"
        assert (
            answer.json()["notes"] if as_json else json.loads(answer.headers["x-instructir-notes"])
        ) == said
    restored = client.restore(clear, **how)
    assert restored.notes == tuple(said)
    assert client.result(client.submit(clear, **how)).notes == tuple(said)
    assert len(repr(restored)) < 1000
