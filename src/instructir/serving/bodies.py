"""Request bodies that come as a form or as JSON."""

import base64
import binascii
import json
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from instructir.serving.problems import Problem, invalid
from instructir.settings import Settings, kind_of

_M = TypeVar("_M", bound=BaseModel)

FORM, JSON = "multipart/form-data", "application/json"
FILES = tuple(one.name for one in dataclass_fields(Settings) if kind_of(one).is_file)
"""Fields beside the picture that are files."""
SMALL = 64 * 1024
"""Longest value in a form besides the picture, in bytes."""


@dataclass(frozen=True)
class Upload:
    """A picture as it came.

    Attributes:
        data: the file.
        name: what the client calls it.
        as_json: whether it came in JSON.
    """

    data: bytes
    name: str | None
    as_json: bool


async def upload(request: Request, model: type[_M], *, required: bool = True) -> tuple[_M, Upload | None]:
    """Parse a body.

    Args:
        request: whose body it is.
        model: the fields besides ``image``; the field ``name`` is the picture's.
        required: whether there has to be a picture.

    Raises:
        Problem: ``unsupported_media_type``, ``bad_request`` or ``invalid``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        fields, picture = await _form(request)
    elif kind == JSON:
        fields, picture = await _json(request)
    else:
        raise Problem("unsupported_media_type", f"send {FORM} with the file in image, or {JSON}")
    if picture is None and required:
        raise Problem("invalid", "image: the picture is missing")
    try:
        if kind == FORM:  # which has only strings
            return model.model_validate_strings(fields), picture
        return model.model_validate_json(json.dumps(fields), strict=True), picture
    except ValidationError as error:
        raise invalid(error) from None


async def _form(request: Request) -> tuple[dict[str, Any], Upload | None]:
    picture: Upload | None = None
    fields: dict[str, Any] = {}
    async with request.form(max_files=2, max_fields=24, max_part_size=SMALL) as form:
        for key, value in form.multi_items():
            if key in fields or (key == "image" and picture is not None):
                raise Problem("invalid", f"{key[:40]}: is given twice; send one")
            if key == "image":
                if not isinstance(value, UploadFile):
                    raise Problem("invalid", "image: send the picture as a file")
                picture = Upload(await value.read(), value.filename, as_json=False)
            elif isinstance(value, UploadFile):
                if key not in FILES:
                    raise Problem("invalid", f"{key[:40]}: no file is expected here")
                data = await value.read()
                if data or value.filename:  # a form has neither where no file was chosen
                    fields[key] = base64.b64encode(data).decode("ascii")
            elif key not in FILES:
                fields[key] = value
            elif value:
                raise Problem("invalid", f"{key}: send it as a file")
    return fields, picture


async def _json(request: Request) -> tuple[dict[str, Any], Upload | None]:
    try:
        fields = await request.json()
    except (ValueError, RecursionError):
        raise Problem("bad_request", "the body is not valid JSON") from None
    if not isinstance(fields, dict):
        raise Problem("invalid", "body: an object is expected")
    if "image" not in fields:
        return fields, None
    encoded = fields.pop("image")
    if not isinstance(encoded, str):
        raise Problem("invalid", "image: the file in base64 is expected")
    try:
        data = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Problem("invalid", "image: not valid base64") from None
    name = fields.get("name")
    return fields, Upload(data, name if isinstance(name, str) else None, as_json=True)
