"""The routes that answer at once: restore, plan, diagnose, models."""

from fastapi import APIRouter, Request, Response

from instructir.restoration.expert_table import name_of
from instructir.serving.bodies import upload
from instructir.serving.negotiation import Accepted, accepted_by
from instructir.serving.openapi import picture, request_body, sheet
from instructir.serving.pictures import refuse_too_large, resolve_format
from instructir.serving.problems import documented
from instructir.serving.replies import ServiceOf, reply, while_connected
from instructir.serving.requests import RestoreRequest
from instructir.serving.schemas import (
    DiagnoseBody,
    DiagnoseDocument,
    ModelDocument,
    ModelsDocument,
    PlanBody,
    PlanDocument,
    RestoreBody,
    RestoreOptions,
    VariantsBody,
    VariantsOptions,
    plan_document,
)
from instructir.serving.service import Service, forced
from instructir.serving.variants import sheet_of

router = APIRouter(prefix="/v1")

READING = ("bad_request", "upload_timeout", "too_large", "unsupported_media_type", "invalid", "disk_full")
_WORKING = ("busy", "internal", "worker_died", "shutting_down", "model_unavailable", "deadline_exceeded")
_RESTORING = (
    *(*READING, "not_acceptable", "image_refused", "instruction_refused", "out_of_scope", "unprocessable"),
    *_WORKING,
)


@router.post(
    "/restore",
    summary="Restore a picture",
    response_class=Response,
    openapi_extra=request_body(RestoreBody),
    responses={
        **picture(),
        **documented(*_RESTORING),
    },
)
async def restore(request: Request, service: ServiceOf) -> Response:
    """The restored picture with the plan in a header, or all in JSON if that is accepted or was sent."""
    options, sent = await upload(request, RestoreOptions)
    assert sent is not None
    async with service.place():
        accepted = accepted_by(request, options, sent_json=sent.as_json)
        return await while_connected(request, _restored(service, options, sent.data, sent.name, accepted))


async def _restored(
    service: Service, options: RestoreOptions, data: bytes, name: str | None, accepted: Accepted
) -> Response:
    deadline = service.deadline(options)
    instruction = service.instruction(options.instruction)
    service.log_content(instruction=instruction)
    experts = service.experts(options)
    photo = await service.decode(data, name or options.name)
    chosen = service.chosen(options)
    refuse_too_large(photo, resolve_format(photo, options.format, accepted.formats), chosen.scale)
    plan = None if options.task is None else forced(options.task)
    result = await service.restore(RestoreRequest(photo, instruction, chosen, plan, experts, deadline))
    return await reply(service, result, options, accepted)


@router.post(
    "/variants",
    summary="Restore a picture in several ways",
    response_class=Response,
    openapi_extra=request_body(VariantsBody),
    responses={
        **sheet(),
        **documented(*_RESTORING),
    },
)
async def variants(request: Request, service: ServiceOf) -> Response:
    """One labelled sheet, with what was done if JSON is accepted or was sent. `format` is the sheet's."""
    options, sent = await upload(request, VariantsOptions)
    assert sent is not None
    async with service.place():
        accepted = accepted_by(request, options, sent_json=sent.as_json)
        name = sent.name or options.name
        return await while_connected(request, sheet_of(service, options, sent.data, name, accepted))


@router.post(
    "/plan",
    summary="Understand an instruction",
    openapi_extra=request_body(PlanBody, form=False),
    responses=documented(
        *READING, "instruction_refused", "busy", "internal", "shutting_down", "model_unavailable"
    ),
)
async def plan(request: Request, service: ServiceOf) -> PlanDocument:
    """What would be done, without a picture."""
    options, _ = await upload(request, PlanBody, required=False)
    async with service.place():
        service.log_content(instruction=options.instruction)
        return plan_document(await service.plan(options.instruction))


@router.post(
    "/diagnose",
    summary="Look at a picture",
    openapi_extra=request_body(DiagnoseBody),
    responses=documented(*READING, "image_refused", "busy", "internal", "shutting_down"),
)
async def diagnose(request: Request, service: ServiceOf) -> DiagnoseDocument:
    """How probable each fault is in a picture, in [0, 1]."""
    options, sent = await upload(request, _Named)
    assert sent is not None
    async with service.place():

        async def look() -> DiagnoseDocument:
            photo = await service.decode(sent.data, sent.name or options.name)
            found = await service.diagnose(photo)
            return DiagnoseDocument(
                degradations={task: round(probability, 4) for task, probability in found.items()}
            )

        return await while_connected(request, look())


class _Named(DiagnoseBody):
    """What comes with a picture to be looked at; the picture itself is taken apart from it before."""

    image: str = ""


@router.get("/models", summary="The models that are loaded")
async def models(service: ServiceOf) -> ModelsDocument:
    """One model, and what it can do."""
    restorer = service.restorer
    model = ModelDocument(
        name=restorer.name,
        tasks=list(restorer.model.tasks),
        device=str(restorer.device),
        parameters=sum(weight.numel() for weight in restorer.model.image.parameters()),
    )
    experts = {task: name_of(named) for task, named in restorer.experts.items()}
    return ModelsDocument(models=[model], experts=experts)
