"""Hooks of MkDocs: pages that are made from the code, and links that hold both in the repository and here.

``mkdocs.yml`` names this module. No page that it makes is kept: they are always those of the code.
"""

import dataclasses
import functools
import posixpath
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
DOCS = "docs/"
BROUGHT_IN = ("CHANGELOG.md", "CONTRIBUTING.md", "MODEL_CARD.md")
"""Documents beside the folder of documents that are pages of the site too."""

LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")
ROLE = re.compile(r":(?:class|func|meth|mod|attr|data):<code>(~?)([\w.]+)</code>")


def on_files(files: "Files", config: "MkDocsConfig") -> "Files":
    """Add the generated pages, the documents beside the folder, and the files that any page links to."""
    from mkdocs.structure.files import File

    for uri, make in PAGES.items():
        files.append(File.generated(config, uri, content=make()))
    waiting = [*BROUGHT_IN, *(f"{DOCS}{page.src_uri}" for page in files.documentation_pages())]
    for path in waiting:
        uri = path.removeprefix(DOCS)
        if files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
        if path.endswith(".md") and (ROOT / path).is_file():
            targets = {target for _, target, _ in links((ROOT / path).read_text("utf-8"), path)}
            waiting += sorted(target for target in targets if target not in waiting)
    return files


def on_page_markdown(markdown: str, page: "Page", config: "MkDocsConfig", files: "Files") -> str:
    """Turn links between places in the repository into links between places on the site."""
    del config, files
    uri = page.file.src_uri
    path = uri if uri in BROUGHT_IN else f"{DOCS}{uri}"
    for found, target, end in links(markdown, path):
        there = posixpath.relpath(target.removeprefix(DOCS), posixpath.dirname(uri) or ".")
        markdown = markdown.replace(found, f"]({there}{end}")
    return markdown


def on_page_content(html: str, page: "Page", config: "MkDocsConfig", files: "Files") -> str:
    """Turn the roles of docstrings into links to what they name."""
    del page, config, files

    def reference(found: re.Match[str]) -> str:
        shown = found[2].rpartition(".")[2] if found[1] else found[2]
        return f'<autoref identifier="{found[2]}" optional><code>{shown}</code></autoref>'

    return ROLE.sub(reference, html)


def links(markdown: str, path: str) -> Iterator[tuple[str, str, str]]:
    """Links of the document at `path` to other files: as written, the file in the repository, and the end."""
    for start, target, end in LINK.findall(markdown):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if (ROOT / place).is_file():
            yield f"{start}{target}{end}", place, end


def python() -> str:
    """The public names, each to be described by its docstring."""
    import instructir

    homes = [f"{instructir._HOMES[name]}.{name}" for name in sorted(instructir._HOMES)]
    further = [
        "instructir.settings.Settings",
        "instructir.instructions.plan.Plan",
        "instructir.instructions.plan.Step",
        "instructir.restoration.result.Failure",
        "instructir.restoration.guard.Change",
        "instructir.images.photo.Photo",
        "instructir.client.Client",
        "instructir.client.AsyncClient",
    ]
    listed = "\n\n".join(f"::: {name}" for name in dict.fromkeys([*homes, *further]))
    return f"""# Python

`{"`, `".join(sorted(instructir._HOMES))}` are names of `instructir` itself; the others say where they are.

{listed}

::: instructir.errors
"""


def command_line() -> str:
    """What ``--help`` says of every command, by Typer."""
    typer = [sys.executable, "-m", "typer"]
    command = [*typer, "instructir.cli.commands", "utils", "docs", "--name", "instructir"]
    told = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout
    body = re.sub(r"^(instructir .*)$", r"    \1", told.partition("\n")[2], flags=re.MULTILINE)
    return f"# Command line\n{body}"


def rest() -> str:
    """The server's own OpenAPI document, for people."""
    from instructir.serving.app import create_api

    document = create_api().openapi()
    lines = [f"# REST API\n\n{document['info']['description']}"]
    lines.append(
        "A server has the same as OpenAPI at `/v1/openapi.json`; [serving.md](../serving.md) shows it in use."
    )
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += [f"## {operation['summary']}", f"`{method.upper()} {path}`", operation["description"]]
            lines += _request(operation, document) + _answers(operation)
    lines.append("## Documents")
    for name, schema in document["components"]["schemas"].items():
        if schema.get("properties"):
            lines += [f"### {name}", schema.get("description", ""), *_fields(schema, document)]
    return "\n\n".join(lines)


def _request(operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    if "requestBody" not in operation:
        return []
    content = operation["requestBody"]["content"]
    (_, body), *_ = content.items()
    return [f"Takes `{'` or `'.join(content)}`:", *_fields(body["schema"], document)]


def _answers(operation: dict[str, Any]) -> list[str]:
    lines = []
    for status, answer in sorted(operation["responses"].items()):
        kinds = [kind for kind in answer.get("content", {}) if kind != "application/problem+json"]
        lines.append(f"- **{status}** {answer['description']}" + (f" (`{'`, `'.join(kinds)}`)" * bool(kinds)))
        heads = answer.get("headers", {})
        lines += [f"    - header `{name}`: {head['description']}" for name, head in heads.items()]
    return ["Answers:", "\n".join(lines)]


def _fields(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    required = schema.get("required", ())
    lines = []
    for name, field in schema["properties"].items():
        default = f", default `{field['default']}`" if field.get("default") not in (None, "") else ""
        needed = ", required" if name in required else ""
        text = f": {field['description']}" if "description" in field else ""
        lines.append(f"- `{name}` ({_kind(field, document)}{needed}{default}){text}")
    return ["\n".join(lines)]


def _kind(field: dict[str, Any], document: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(choice, document) for choice in field["anyOf"])
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        named = document["components"]["schemas"][name]
        return _kind(named, document) if "enum" in named else f"[{name}](#{name.lower()})"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field['items'], document)}"
    bounds = [f"{field[key]:g}" for key in ("minimum", "maximum") if key in field]
    return field.get("format") or " ".join([field.get("type", "any"), " to ".join(bounds)]).strip()


def training_options() -> str:
    """The dataclasses that a configuration is read into, with their docstrings."""
    from instructir.training.deblocking import DeblockingOptions
    from instructir.training.faults import FaultOptions
    from instructir.training.options import TrainOptions
    from instructir.training.planner import PlannerOptions

    lines = [
        "# Training options",
        "What a configuration of `instructir train image`, `planner`, `faults` or `deblocking` can say. A "
        "dotted name is what the command line changes: `optimiser.lr=1e-4`. Defaults are the paper's unless "
        "the line says otherwise.",
    ]
    kinds = {"image": TrainOptions, "planner": PlannerOptions, "faults": FaultOptions}
    for name, kind in {**kinds, "deblocking": DeblockingOptions}.items():
        lines += [f"## instructir train {name}", *_options(kind, "")]
    return "\n\n".join(lines)


def _options(kind: type, path: str) -> Iterator[str]:
    from instructir.settings import descriptions

    hints, texts = get_type_hints(kind), descriptions(kind)
    own, inner = [], []
    for one in dataclasses.fields(kind):
        parts = [
            part for part in (hints[one.name], *get_args(hints[one.name])) if dataclasses.is_dataclass(part)
        ]
        if parts and parts[0] is not kind:
            inner.append((parts[0], f"{path}{one.name}"))
        value = one.default if one.default is not dataclasses.MISSING else one.default_factory()
        if not (parts and dataclasses.is_dataclass(value)):
            default = "" if parts or value == "" else f" = `{value}`"
            own.append(f"- **`{path}{one.name}`**{default}: {texts.get(one.name, '')}")
    yield "\n".join(own)
    for below, name in inner:
        yield f"### `{name}`"
        yield (below.__doc__ or "").partition("\n")[0]
        yield from _options(below, f"{name}.")


PAGES: dict[str, Callable[[], str]] = {
    "reference/python.md": python,
    "reference/command_line.md": functools.cache(command_line),
    "reference/rest.md": rest,
    "reference/training_options.md": training_options,
}
