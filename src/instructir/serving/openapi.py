"""The OpenAPI document, with the bodies that FastAPI cannot describe by itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from instructir._version import __version__
from instructir.serving.problems import documented
from instructir.serving.schemas import (
    DiagnoseBody,
    PlanBody,
    ProblemDocument,
    RestoreBody,
    RestoreDocument,
    VariantsBody,
    VariantsDocument,
)

_MODELS: tuple[type[BaseModel], ...] = (
    RestoreBody,
    VariantsBody,
    DiagnoseBody,
    PlanBody,
    ProblemDocument,
    RestoreDocument,
    VariantsDocument,
)
_REF = "#/components/schemas/{model}"

DESCRIPTION = """Restore photographs from sentences.

Pictures come as `multipart/form-data` with the file in `image`, or in base64 in JSON. Errors are
`application/problem+json`; their `code` does not change. `429` and `503` say in `Retry-After` when to try
again.
"""


def request_body(model: type[BaseModel], *, form: bool = True) -> dict[str, Any]:
    """The `openapi_extra` of a route that takes `model` as a form or as JSON."""
    reference = {"$ref": _REF.format(model=model.__name__)}
    content: dict[str, Any] = {"application/json": {"schema": reference}}
    if form:
        content = {"multipart/form-data": {"schema": _as_form(model)}, **content}
    return {"requestBody": {"required": True, "content": content}}


def _as_form(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=_REF)
    fields = {name: _without_null(field) for name, field in schema["properties"].items()}
    for name, field in fields.items():
        if field.get("format") == "byte":
            fields[name] = {**field, "format": "binary"}
    required = schema.get("required", [])
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """`field` as a form can have it: it is left out where JSON has null."""
    if "anyOf" not in field:
        return field
    (kind,) = (kind for kind in field["anyOf"] if kind != {"type": "null"})
    return {**{key: value for key, value in field.items() if key not in ("anyOf", "default")}, **kind}


def picture(*, or_json: bool = True) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a route that sends a picture, or the same in JSON."""
    text = {"schema": {"type": "string"}}
    content: dict[str, Any] = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
    if or_json:
        content["application/json"] = {"schema": {"$ref": _REF.format(model="RestoreDocument")}}
    return {
        200: {
            "description": "The restored picture.",
            "headers": {
                "X-InstructIR-Plan": {"description": "What was done but for its words, as JSON.", **text},
                "X-InstructIR-Model": {"description": "Which model did it.", **text},
                "X-InstructIR-Seconds": {"description": "How long it took.", **text},
                "X-InstructIR-Notes": {"description": "What there is to know, as a JSON list.", **text},
                "X-InstructIR-Change": {"description": "How much it was changed, as JSON.", **text},
            },
            "content": content,
        }
    }


def sheet() -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a route that sends a sheet of variants, or the same in JSON."""
    content: dict[str, Any] = {
        "image/*": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": {"$ref": _REF.format(model="VariantsDocument")}},
    }
    return {200: {"description": "The labelled sheet.", "content": content}}


def install_openapi(app: FastAPI, *, secured: bool) -> None:
    """Give `app` its document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, secured=secured)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _only_what_is_sent(document: dict[str, Any]) -> None:
    """Have the framework's own refusal of parameters as a problem, and only where there is one to refuse."""
    foreign = _REF.format(model="HTTPValidationError")
    for operations in document["paths"].values():
        for operation in operations.values():
            answer = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
            if answer.get("schema", {}).get("$ref") == foreign:
                del operation["responses"]["422"]
                if any(parameter["in"] != "path" for parameter in operation["parameters"]):
                    operation["responses"]["422"] = documented("invalid")[422]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


def _document(app: FastAPI, *, secured: bool) -> dict[str, Any]:
    made = get_openapi(
        title="InstructIR",
        version=__version__,
        description=DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    _, extra = models_json_schema([(model, "validation") for model in _MODELS], ref_template=_REF)
    components = made.setdefault("components", {})
    components["schemas"] = {**extra["$defs"], **components.get("schemas", {})}
    _only_what_is_sent(made)
    if secured:
        components["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        made["security"] = [{"key": []}, {"header": []}]
    return made
