"""What a client accepts, by the quality values of its headers (RFC 9110, section 12)."""

from typing import NamedTuple

from fastapi import Request

from instructir.serving.bodies import JSON
from instructir.serving.pictures import FORMAT_SUFFIXES
from instructir.serving.problems import Problem
from instructir.serving.schemas import RestoreOptions


class Accepted(NamedTuple):
    """What is to be sent: a picture in a JSON envelope, or by itself in one of some formats, any if none."""

    as_json: bool
    formats: tuple[str, ...] = ()


def weighted(header: str) -> dict[str, float]:
    """The entries of a header such as ``Accept``, in its order and in lower case, with their quality values.

    Those are from 0 (refused) to 1, which is what an entry without one has. Other parameters are left out,
    and so are entries whose quality value is none.
    """
    found: dict[str, float] = {}
    for entry in header.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        values = dict(one.partition("=")[::2] for one in parameters)
        try:
            quality = float(values.get("q", 1))
        except ValueError:
            continue
        if name and 0 <= quality <= 1:
            found[name] = quality
    return found


def accepted_by(request: Request, options: RestoreOptions, *, sent_json: bool) -> Accepted:
    """What is to be sent: what the client accepts most, or where that leaves a choice, as it asked.

    Of a media type the range counts that names it most exactly. A format that was asked for counts for more
    than those that are accepted.

    Raises:
        Problem: ``not_acceptable`` if it accepts neither JSON nor pictures of a format that is written.
    """
    accepted = weighted(",".join(request.headers.getlist("accept"))) or {"*/*": 1.0}
    order = list(accepted)

    def covering(kind: str) -> str:
        ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
        return next((one for one in ranges if one in accepted), "")

    by_form = {form: covering(f"image/{form}") for form in FORMAT_SUFFIXES}
    named = [name for name, quality in accepted.items() if quality and name.startswith("image/")]
    asked = "format" in options.model_fields_set
    usable = {*named, "*/*"} if asked else {*by_form.values()}
    picture = max(accepted.get(name, 0.0) for name in usable)
    document = accepted.get(covering(JSON), 0.0)
    if not picture and not document:
        raise Problem(
            "not_acceptable", f"accept {JSON}, image/* or one of image/{', image/'.join(FORMAT_SUFFIXES)}"
        )
    if picture != document:
        as_json = document > picture
    else:
        as_json = not named and (sent_json or covering(JSON) != "*/*")
    best = [form for form, name in by_form.items() if picture and accepted.get(name) == picture]
    formats = () if asked or as_json else sorted(best, key=lambda form: order.index(by_form[form]))
    return Accepted(as_json, tuple(formats))
