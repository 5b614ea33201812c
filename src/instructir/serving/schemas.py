"""The JSON that goes in and comes out, with examples."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from instructir.instructions.plan import Plan
from instructir.instructions.tone.adjustment import Operation
from instructir.restoration.result import Restoration
from instructir.serving.pictures import FORMAT_SUFFIXES, Format
from instructir.serving.setting_fields import none_if_empty, with_setting_fields
from instructir.tasks import Task

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC"
SENTENCE = "it's grainy and a bit too dark"
_PLAN_EXAMPLE: dict[str, Any] = {
    "kind": "clear",
    "steps": [{"task": "denoising", "confidence": 0.98, "strength": 1.0, "text": "it's grainy"}],
    "excluded": ["enhancement"],
    "runner_up": None,
    "language": "en",
    "summary": "I'll remove the noise (sure)",
}


@with_setting_fields
class RestoreOptions(BaseModel):
    """What to do to a picture, and how to send it back."""

    model_config = ConfigDict(extra="forbid")

    instruction: Annotated[
        str | None, Field(description="What is wrong, in your own words. Left out, the picture decides.")
    ] = None
    task: Annotated[
        Task | None,
        BeforeValidator(none_if_empty),
        Field(description="Do exactly this instead of reading the instruction."),
    ] = None
    format: Annotated[Format, Field(description="Of the result; `same` is that of the picture.")] = "same"
    expert: Annotated[
        Annotated[str, Field(max_length=255)] | None,
        BeforeValidator(none_if_empty),
        Field(
            description="The one of the server's experts to use, by the beginning of its name, or `ours` for "
            "none of them; by default each computes its task.",
        ),
    ] = None
    deadline: Annotated[
        Annotated[float, Field(ge=1, le=86400)] | None,
        BeforeValidator(none_if_empty),
        Field(description="Seconds to wait at most; the server's limit holds as well."),
    ] = None
    name: Annotated[
        Annotated[str, Field(max_length=255)] | None,
        Field(description="File name, used in messages and to recognise RAW."),
    ] = None


class RestoreBody(RestoreOptions):
    """A picture in JSON, and what to do to it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"image": PIXEL, "instruction": SENTENCE, "strength": 0.8}},
    )

    image: Annotated[str, Field(description="The file in base64.", json_schema_extra={"format": "byte"})]


class VariantsOptions(RestoreOptions):
    """In which ways to restore a picture, and how to send their sheet back."""

    variants: Annotated[
        str,
        Field(
            min_length=1,
            description="The ways, separated by commas: strengths from 0 to 1, `ours`, the names of experts, "
            "or other instructions; what holds a comma stands in double quotes.",
        ),
    ]


class VariantsBody(VariantsOptions):
    """A picture in JSON, and the ways to restore it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"image": PIXEL, "instruction": SENTENCE, "variants": '0.5,1,"brighter, please"'}
        },
    )

    image: Annotated[str, Field(description="The file in base64.", json_schema_extra={"format": "byte"})]


def _unset(value: object) -> bool:
    return value is None


class StepDocument(BaseModel):
    """One restoration of a plan; what it does not ask for is left out."""

    task: Task
    confidence: float
    strength: float
    text: str
    operation: Annotated[
        Operation | None,
        Field(description="The exact operation that does it, instead of the network.", exclude_if=_unset),
    ] = None
    amount: Annotated[
        float | None,
        Field(
            description="Of the operation: stops of exposure and warmth, a factor of contrast and "
            "saturation, a fraction of white balance and fading.",
            exclude_if=_unset,
        ),
    ] = None
    scale: Annotated[
        str | None, Field(description="How far the picture is enlarged before it.", exclude_if=_unset)
    ] = None
    artefacts: Annotated[
        Literal["only", "also"] | None,
        Field(
            description="Of denoising: what JPEG left is removed, alone or beside noise.", exclude_if=_unset
        ),
    ] = None
    light: Annotated[
        Literal["less", "untold", "colours", "parts"] | None,
        Field(
            description="It must come out darker; or the picture tells whether it is too dark or too bright, "
            "or whether its colours have a cast; or its dark parts alone get light.",
            exclude_if=_unset,
        ),
    ] = None


class PlanDocument(BaseModel):
    """What an instruction is understood to ask for."""

    model_config = ConfigDict(json_schema_extra={"example": _PLAN_EXAMPLE})

    kind: Literal["clear", "ambiguous", "out_of_scope"]
    steps: list[StepDocument]
    excluded: list[Task]
    runner_up: Task | None = None
    language: Annotated[str, Field(description="Code of the language that it was asked in.")]
    summary: str = ""


class ChangeDocument(BaseModel):
    """How much a picture was changed."""

    levels: Annotated[float, Field(ge=0, description="Root mean square, on the 8-bit scale.")]
    word: Literal["not at all", "hardly", "slightly", "clearly", "strongly"]


class RestoreReport(BaseModel):
    """How a restoration came about."""

    plan: PlanDocument
    model: str
    seconds: float
    notes: list[str]
    change: ChangeDocument
    width: int
    height: int


class RestoreDocument(RestoreReport):
    """A restored picture in JSON."""

    image: Annotated[str, Field(description="The file in base64.", json_schema_extra={"format": "byte"})]
    media_type: str


class VariantDocument(RestoreReport):
    """How one of the ways turned out."""

    variant: Annotated[str, Field(description="As it was asked for.")]


class VariantsDocument(BaseModel):
    """A picture restored in several ways, on one labelled sheet."""

    variants: list[VariantDocument]
    image: Annotated[str, Field(description="The sheet in base64.", json_schema_extra={"format": "byte"})]
    media_type: str


class PlanBody(BaseModel):
    """An instruction to be understood."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"instruction": SENTENCE}})

    instruction: Annotated[str, Field(min_length=1)]


class DiagnoseBody(BaseModel):
    """A picture in JSON, to be looked at."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"image": PIXEL}})

    image: Annotated[str, Field(description="The file in base64.", json_schema_extra={"format": "byte"})]
    name: Annotated[Annotated[str, Field(max_length=255)] | None, Field()] = None


class DiagnoseDocument(BaseModel):
    """How probable each fault is in a picture."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"degradations": {"deraining": 0.93, "low_light": 0.12}}}
    )

    degradations: dict[Task, float]


class ModelDocument(BaseModel):
    """A model that the server holds."""

    name: str
    tasks: list[Task]
    device: str
    parameters: int


class ModelsDocument(BaseModel):
    """The models that can be used: one, and the experts that compute single tasks in its place."""

    models: list[ModelDocument]
    experts: Annotated[dict[Task, str], Field(description="What they are called, by task.")]


class JobDocument(BaseModel):
    """A job as it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "6kXc0rYv5n1qZ2wJ8bTt4A",
                "state": "running",
                "progress": 0.4,
                "created": 1790000000.0,
                "finished": None,
                "report": None,
                "problem": None,
            }
        }
    )

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: Annotated[float, Field(ge=0, le=1)]
    created: Annotated[float, Field(description="Seconds since 1970.")]
    finished: float | None
    report: RestoreReport | None
    problem: dict[str, Any] | None


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:instructir:problem:image_refused",
                "title": "The picture cannot be worked on",
                "status": 422,
                "code": "image_refused",
                "detail": "holiday.jpg: is not a picture of a known format; save it as JPEG",
            }
        },
    )

    type: str
    title: str
    status: int
    code: str
    detail: str


def plan_document(plan: Plan) -> PlanDocument:
    """A plan as JSON."""
    return PlanDocument.model_validate(plan.to_dict())


def report(result: Restoration, form: str | None = None) -> dict[str, Any]:
    """What a restoration says of itself, in plain JSON types.

    Args:
        result: the restoration.
        form: the format that it is sent in, so that the notes say what that cannot hold.
    """
    notes = result.notes if form is None else result.all_notes(f"image{FORMAT_SUFFIXES[form]}")
    told = RestoreReport(
        plan=plan_document(result.plan),
        model=result.model,
        seconds=round(result.seconds, 3),
        notes=list(notes),
        change=ChangeDocument.model_validate(result.change.to_dict()),
        width=result.photo.width,
        height=result.photo.height,
    )
    return told.model_dump(mode="json")
