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

    kinds = ["image/webp", "application/json, image/webp;q=0.8", "image/webp, image/png", "image/webp, */*"]
    for accept, media in zip(kinds, ["webp", "webp", "png", "png"], strict=True):
        answer = sent(accept)
        assert answer.headers["content-type"] == f"image/{media}"
        assert opened(answer.content).format == media.upper()
    assert sent("image/webp", format="jpeg").headers["content-type"] == "image/jpeg"
    assert "image/webp" in problem(sent("image/x-portable-pixmap"), "not_acceptable")["detail"]


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
