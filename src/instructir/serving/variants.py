"""The sheet of variants: one picture restored in several ways, one after the other."""

import base64
from typing import Any

from fastapi.responses import JSONResponse, Response

from instructir.restoration.inputs import to_photo
from instructir.restoration.variants import VariantSheet, parse_variants, plan_variants
from instructir.serving.negotiation import Accepted
from instructir.serving.pictures import encode_reply, resolve_format
from instructir.serving.requests import RestoreRequest
from instructir.serving.schemas import VariantsOptions, report
from instructir.serving.service import Service, forced


async def sheet_of(
    service: Service, options: VariantsOptions, data: bytes, name: str | None, accepted: Accepted
) -> Response:
    """The answer: the sheet, alone or in JSON with what is to be said of each variant.

    Of each only what the sheet shows is kept, and no model is loaded beside those that the server has.

    Raises:
        InstructIRError: naming the variant, if one cannot be done.
        Problem: if the server is busy, or the deadline passes.
    """
    deadline = service.deadline(options)
    instruction = service.instruction(options.instruction)
    service.log_content(instruction=instruction, variants=options.variants)
    variants = parse_variants(options.variants, service.restorer.experts, any_model=False)
    for one in variants:
        service.instruction(one.instruction)
    experts, chosen = service.experts(options), service.chosen(options)
    restorer = service.restorer if experts is None else service.restorer.with_experts(experts)
    photo = await service.decode(data, name)
    planned = await service.aside(plan_variants, restorer, photo, instruction, variants, chosen)
    made = VariantSheet(photo)
    told: list[dict[str, Any]] = []
    for one, ready in zip(variants, planned, strict=True):
        is_wording = one.instruction is not None
        plan = ready.plan if options.task is None or is_wording else forced(options.task)
        request = RestoreRequest(
            photo, ready.instruction, ready.settings, plan, ready.restorer.experts, deadline
        )
        result = await service.restore(request)
        await service.aside(made.add, one, result)
        told.append({"variant": one.label, **report(result)})
    form = resolve_format(photo, options.format, accepted.formats)
    sheet = to_photo(await service.aside(made.drawn))
    encoded = await service.aside(encode_reply, sheet, form, chosen.quality)
    if not accepted.as_json:
        return Response(encoded, media_type=f"image/{form}")
    image = base64.b64encode(encoded).decode("ascii")
    return JSONResponse({"variants": told, "image": image, "media_type": f"image/{form}"})
