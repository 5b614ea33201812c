"""What the API refuses, in which words and with which code."""

import base64
import io

import httpx
import pytest
from PIL import Image

from helpers.serving import picture, problem
from instructir.serving.schemas import PIXEL

WISH = "it's full of grain"
FORM = {"files": {"image": ("a.png", picture())}}


@pytest.mark.parametrize(
    ("code", "request_"),
    [
        ("image_refused", {"files": {"image": ("../../etc/passwd", b"root:x:0:0")}}),
        ("image_refused", {"files": {"image": ("a.png", picture()[:200])}}),
        ("image_refused", {"files": {"image": ("a.png", b"")}}),
        ("invalid", {"files": {"image": ("a.png", picture())}, "data": {"strength": "2"}}),
        ("invalid", {"files": {"image": ("a.png", picture())}, "data": {"strength": "nan"}}),
        ("invalid", {"files": {"image": ("a.png", picture())}, "data": {"nonsense": "2"}}),
        ("invalid", {"files": {"picture": ("a.png", picture())}}),
        ("invalid", {"json": {"image": "not base64 !"}}),
        ("invalid", {"json": ["image"]}),
        ("invalid", {"json": {"image": PIXEL, "strength": False}}),
        (
            "invalid",
            {
                "content": b'{"image": "", "instruction": "\\ud800"}',
                "headers": {"content-type": "application/json"},
            },
        ),
        ("invalid", {"json": {"instruction": WISH}}),
        ("bad_request", {"content": b"{", "headers": {"content-type": "application/json"}}),
        ("bad_request", {"content": b"[" * 100_000, "headers": {"content-type": "application/json"}}),
        ("bad_request", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}),
        ("unsupported_media_type", {"content": b"x", "headers": {"content-type": "image/png"}}),
        ("instruction_refused", {**FORM, "data": {"instruction": "noise " * 200}}),
        ("instruction_refused", {**FORM, "data": {"instruction": "...!"}}),
        ("out_of_scope", {**FORM, "data": {"instruction": "remove the person on the left"}}),
        ("not_acceptable", {**FORM, "headers": {"accept": "text/html"}}),
        ("head_too_large", {**FORM, "headers": {"x-junk": "a" * 50_000}}),
        ("too_large", {"json": {"image": "A" * 70 * 2**20}}),
    ],
)
def test_mistakes_are_problems_with_a_stable_code(http: httpx.Client, code: str, request_: dict) -> None:
    problem(http.post("/v1/restore", **request_), code)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"strength": "x"}, "strength: give a number"),
        ({"strength": "nan"}, "strength: give a number"),
        ({"strength": "2"}, "strength: give 1 or less"),
        ({"quality": "1.5"}, "quality: give a whole number"),
        ({"nonsense": "2"}, "nonsense: is not known here"),
    ],
)
def test_parameters_are_refused_in_plain_words(
    http: httpx.Client, fields: dict[str, str], words: str
) -> None:
    answer = http.post("/v1/restore", files={"image": ("a.png", picture())}, data=fields)
    assert problem(answer, "invalid")["detail"].startswith(words)


def test_a_bomb_is_refused_before_it_is_decoded(http: httpx.Client) -> None:
    buffer = io.BytesIO()
    Image.new("1", (9000, 9000)).save(buffer, "PNG")  # 81 megapixels in 10 kB
    answer = http.post("/v1/restore", files={"image": ("bomb.png", buffer.getvalue())})
    detail = problem(answer, "image_refused")["detail"]
    assert detail.startswith("bomb.png: states 9000 x 9000 pixels")


def test_unknown_addresses_and_methods(http: httpx.Client) -> None:
    problem(http.get("/v1/nothing"), "not_found")
    problem(http.get("/v1/jobs/nothing"), "not_found")
    answer = http.put("/v1/restore")
    problem(answer, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    answer = http.put("/v1/jobs/nothing")
    problem(answer, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD"


def test_headers_are_safe_and_other_sites_kept_out(http: httpx.Client) -> None:
    for path in ("/healthz", "/", "/v1/models"):
        answer = http.get(path, headers={"origin": "http://evil.example"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
        assert "server" not in answer.headers
    problem(http.get("/v1/models", headers={"sec-fetch-site": "cross-site"}), "forbidden")
    for origin in ("http://evil.example", "https://evil.example:7860", "null"):
        problem(http.post("/v1/restore", files=FORM["files"], headers={"origin": origin}), "forbidden")
    own = str(http.base_url).rstrip("/")
    assert http.post("/v1/plan", json={"instruction": WISH}, headers={"origin": own}).status_code == 200
    problem(http.get("/v1/models", headers={"host": "evil.example"}), "wrong_host")
    assert http.get("/static/%2e%2e/mounting.py").status_code == 404
    assert http.get("/page/..%2f..%2fetc/photos.zip").status_code in (404, 410)
    assert "unsafe-inline" not in http.get("/").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("option", "value", "code", "words"),
    [
        ("scale", "x50", "invalid", "out of range"),
        ("scale", "huge", "invalid", "no size"),
        ("mask", "???", "invalid", "base64"),
        ("mask", base64.b64encode(picture(8, 8)).decode(), "image_refused", "8x8 pixels"),
    ],
)
def test_impossible_sizes_and_masks(
    http: httpx.Client, option: str, value: str, code: str, words: str
) -> None:
    body = {"image": base64.b64encode(picture(40, 56)).decode(), "instruction": "darken it", option: value}
    assert words in problem(http.post("/v1/restore", json=body), code)["detail"]


def test_what_is_given_twice_is_refused(http: httpx.Client) -> None:
    data = picture(16, 16)
    files = [("image", ("a.png", data)), ("image", ("b.png", data))]
    assert "twice" in problem(http.post("/v1/restore", files=files), "invalid")["detail"]
    wishes = {"instruction": [WISH, "sharpen it"]}
    answer = http.post("/v1/restore", files={"image": data}, data=wishes)
    assert "twice" in problem(answer, "invalid")["detail"]


def test_messages_are_in_our_own_words(http: httpx.Client) -> None:
    data = {"instruction": WISH, "mask": "no picture"}
    answer = http.post("/v1/restore", files={"image": picture(16, 16)}, data=data)
    assert problem(answer, "invalid")["detail"] == "mask: send it as a file"
    data = {"instruction": WISH, "scale": "huge"}
    answer = http.post("/v1/restore", files={"image": picture(16, 16)}, data=data)
    assert "Value error" not in problem(answer, "invalid")["detail"]
