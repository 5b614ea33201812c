"""For whoever runs the server: health, readiness, metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from instructir.serving.engine import shutting_down
from instructir.serving.problems import documented
from instructir.serving.replies import ServiceOf

router = APIRouter()

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Status(BaseModel):
    """How the server is."""

    status: str


@router.get("/healthz", summary="Whether the process answers")
async def healthz() -> Status:
    """Always ``ok``; if this does not answer, restart the server."""
    return Status(status="ok")


@router.get("/readyz", summary="Whether requests are taken on", responses=documented("shutting_down"))
async def readyz(service: ServiceOf) -> Status:
    """``ready`` once the model is loaded and until the shutdown begins."""
    if service.draining.is_set() or not service.engine.alive:
        raise shutting_down()
    return Status(status="ready")


@router.get(
    "/metrics",
    summary="Measurements for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(service: ServiceOf) -> Response:
    """Requests, times, queue depth, jobs, worker deaths, memory."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)
