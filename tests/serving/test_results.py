"""What is said of a result is the same wherever it is said: in JSON, in headers, of jobs, in Python."""

import base64
import json
from typing import Any, get_args, get_type_hints

import httpx
import pytest

from helpers.serving import opened, picture, problem
from instructir.client import Client, ServerError
from instructir.instructions.plan import Plan, Step
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration.restorer import Restorer
from instructir.serving.schemas import PlanDocument, RestoreReport, StepDocument, plan_document, report
from instructir.tasks import Task

WISH = "mach es dunkler"  # in another language, so that its code is seen to be kept
DATA = picture(40, 56)


def but_for(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}


def without_words(plan: dict[str, Any]) -> dict[str, Any]:
    return {**but_for(plan, "summary"), "steps": [but_for(step, "text") for step in plan["steps"]]}


def test_json_jobs_headers_and_python_say_the_same(http: httpx.Client, client: Client) -> None:
    body = {"image": base64.b64encode(DATA).decode(), "instruction": WISH}
    whole = http.post("/v1/restore", json=body).json()
    assert whole["plan"] == client.plan(WISH)
    assert whole["plan"]["language"] == "de"
    assert whole["plan"]["steps"][0]["operation"] == "exposure"
    assert whole["change"]["levels"] > 5
    assert whole["change"]["word"] in ("slightly", "clearly", "strongly")

    name = client.submit(DATA, WISH)
    *_, last = client.events(name)
    job = client.job(name)
    assert last == job
    assert but_for(job["report"], "seconds") == but_for(whole, "seconds", "image", "media_type")

    (varied,) = client.variants(DATA, "1", WISH).variants
    assert but_for(varied, "seconds", "variant") == but_for(job["report"], "seconds")
    for restored in (client.restore(DATA, WISH), client.result(name)):
        assert restored.plan == without_words(whole["plan"])
        assert restored.change == whole["change"]
        assert restored.model == whole["model"]


def test_the_documents_leave_nothing_out(tiny: Restorer) -> None:
    """A member that the models do not know would be dropped on the way, and lack in the OpenAPI document."""
    adjustment = Adjustment(Operation.EXPOSURE, -1.0)
    step = Step(Task.DENOISING, 0.9, 0.5, "grain", adjustment, "x2", "also", "untold")
    plan = Plan("clear", (step,), (Task.DEHAZING,), Task.DEBLURRING, language="de")
    told = plan.to_dict()
    assert told["steps"][0].keys() == StepDocument.model_fields.keys()
    assert told.keys() == PlanDocument.model_fields.keys()
    assert plan_document(plan).model_dump(mode="json") == told
    assert report(tiny.restore(opened(DATA), "too dark")).keys() == RestoreReport.model_fields.keys()


@pytest.mark.parametrize("name", ["artefacts", "light"])
def test_whatever_a_step_can_say_has_its_place_in_the_document(name: str) -> None:
    said = [word for word in get_args(get_type_hints(Step)[name]) if word]
    steps = tuple(Step(Task.LOW_LIGHT, 0.9, 1.0, "the foreground", **{name: word}) for word in said)
    document = plan_document(Plan("clear", steps))
    assert [getattr(step, name) for step in document.steps] == said


def test_the_openapi_document_has_all_of_it(http: httpx.Client) -> None:
    document = http.get("/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    for name in ("RestoreReport", "RestoreDocument", "VariantDocument"):
        assert {"plan", "change"} <= {*schemas[name]["required"]}
    assert "language" in schemas["PlanDocument"]["required"]
    headers = document["paths"]["/v1/restore"]["post"]["responses"]["200"]["headers"]
    sent = http.post("/v1/restore", files={"image": DATA}, data={"instruction": WISH}).headers
    assert {name.lower() for name in headers} == {name for name in sent if name.startswith("x-instructir-")}
    assert json.loads(sent["x-instructir-change"]).keys() == {"levels", "word"}


def test_an_empty_mask_is_refused_and_none_where_none_was_chosen(client: Client, http: httpx.Client) -> None:
    with pytest.raises(ServerError) as refused:
        client.restore(DATA, WISH, mask=b"")
    assert (refused.value.status, refused.value.code) == (422, "image_refused")
    assert str(refused.value) == "mask: is empty; get a fresh copy"
    body = {"image": base64.b64encode(DATA).decode(), "instruction": WISH, "mask": ""}
    for ask in (
        {"json": body},
        {"files": {"image": DATA, "mask": ("empty.png", b"")}, "data": {"instruction": WISH}},
    ):
        problem(http.post("/v1/restore", **ask), "image_refused")
    with pytest.raises(ServerError, match="mask: is empty"):
        client.result(client.submit(DATA, WISH, mask=b""))
    form = (
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n%b\r\n'
        b'--x\r\nContent-Disposition: form-data; name="mask"; filename=""\r\n\r\n\r\n'
        b'--x\r\nContent-Disposition: form-data; name="instruction"\r\n\r\ndarken it\r\n--x--\r\n'
    ) % DATA  # as a browser sends it
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert http.post("/v1/restore", content=form, headers=headers).status_code == 200
    assert client.restore(DATA, WISH, mask=None).data
