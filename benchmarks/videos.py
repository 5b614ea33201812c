"""Which of a video file's contents survive a restoration: clips of many kinds, looked at by ffprobe.

Makes a short clip of each kind with ffmpeg, restores it with a tiny network, and compares what ffprobe says
of both. Whatever differs must have been said in a note; what is lost in silence makes the run fail. FFmpeg's
programs have to be installed.

    python benchmarks/videos.py [--json benchmarks/results/videos.json] [--only rotated,alpha]
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from instructir.errors import InstructIRError
from instructir.jobs.video.job import restore_video
from instructir.models.checkpoint import Model
from instructir.models.image_network import ImageConfig, ImageNetwork
from instructir.restoration.restorer import Restorer
from instructir.settings import Settings

KINDS = Path(__file__).with_suffix(".csv")
"""A kind a line: ffmpeg's words for its picture, its further inputs, and how it is coded."""

PICTURE = "testsrc2=size=128x96:rate=25:duration=0.4"


@dataclass(frozen=True)
class Kind:
    """A kind of clip.

    Attributes:
        kind: what it is called in the table.
        file: its name.
        output: suffix of the restored file, "" for the same.
        picture: ffmpeg's source of the picture, "" for the usual one.
        inputs: ffmpeg's inputs beside it; "{dir}" is the folder.
        arguments: how it is coded.
    """

    kind: str
    file: str
    output: str
    picture: str
    inputs: str
    arguments: str


def main() -> None:
    """Restore a clip of each kind and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _texts(folder)
        print("| Kind | File | Video | Lost or changed, as the notes say |\n| --- | --- | --- | --- |")
        with KINDS.open(encoding="utf-8", newline="") as stream:
            kinds = [Kind(**row) for row in csv.DictReader(stream)]
        for kind in kinds:
            if any(part in f"{kind.kind} {kind.file}" for part in options.only.split(",")):
                rows.append(_row(kind, folder))
                print(_line(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    sys.exit(any(row["silent"] for row in rows))


def _texts(folder: Path) -> None:
    """Make the files that the arguments name."""
    (folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,300\nGrüße\n\n")
    (folder / "c.txt").write_text(
        ";FFMETADATA1\ntitle=A clip é\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=200\nEND=400\ntitle=Two\n"
    )
    (folder / "font.ttf").write_bytes(bytes(range(256)))
    _run(
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        "color=red:size=32x32:duration=0.04",
        "-frames:v",
        "1",
        str(folder / "cover.jpg"),
    )
    _run(
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        PICTURE,
        "-pix_fmt",
        "yuv420p",
        str(folder / "upright.mp4"),
    )


def _row(kind: Kind, folder: Path) -> dict[str, Any]:
    source = folder / kind.file
    words = f"-f lavfi -i {kind.picture or PICTURE} {kind.inputs} {kind.arguments}".replace(
        "{dir}", str(folder)
    )
    try:
        _run("ffmpeg", "-v", "error", "-y", *words.split(), str(source))
    except subprocess.CalledProcessError as error:
        return {"kind": kind.kind, "file": kind.file, "error": error.stderr.strip(), "silent": ["not made"]}
    target = folder / f"out_{source.stem}{kind.output or source.suffix}"
    row: dict[str, Any] = {"kind": kind.kind, "file": kind.file, "output": target.suffix}
    try:
        result = restore_video(_restorer(), source, target)
    except InstructIRError as error:
        return {**row, "error": str(error), "silent": [str(error)]}
    before, after = _facts(source), _facts(target)
    if target.suffix != source.suffix:
        before["tag"] = after["tag"] = None
    after["times"] = after["times"][: len(before["times"])]
    changed = {key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value}
    said = " ".join(result.notes)
    silent = [
        f"{key}: {a} is {b}"
        for key, (a, b) in changed.items()
        if not any(word in said for word in _WORDS[key])
    ]
    return {
        **row,
        "codec": [before["codec"], after["codec"]],
        "kept": [key for key in before if key not in changed],
        "changed": {key: list(pair) for key, pair in changed.items()},
        "notes": list(result.notes),
        "silent": silent,
    }


_RECODED = ("the video was",)
_WORDS = {
    "codec": _RECODED,
    "frames": (),
    "times": (),
    "size": (),
    "pixel format": (*_RECODED, "bits a sample"),
    "aspect": (),
    "colours": _RECODED,
    "interlaced": ("interlaced",),
    "side data": ("does not keep",),
    "timecode": ("timecode",),
    "chapters": ("chapters",),
    "tags": ("tags",),
    "tag": _RECODED,
    "audio": ("sound track",),
    "subtitle": ("subtitle track",),
    "attachment": ("attachment",),
    "covers": ("cover picture",),
    "data": ("data track",),
}
"""Words of a note that says of a fact that it changed; a note of another kind does not count."""


def _facts(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file, as far as it has to be kept."""
    probed = json.loads(
        _run(
            "ffprobe",
            "-v",
            "error",
            "-show_streams",
            "-show_format",
            "-show_chapters",
            "-show_frames",
            "-of",
            "json",
            str(path),
        )
    )
    streams = probed["streams"]
    video = next(s for s in streams if s["codec_type"] == "video" and not s["disposition"]["attached_pic"])
    frames = [f for f in probed["frames"] if f.get("stream_index") == video["index"]]
    times = [float(f.get("pts_time", f.get("best_effort_timestamp_time", "nan"))) for f in frames]
    first = frames[0]
    facts: dict[str, Any] = {
        "codec": video["codec_name"],
        "frames": len(frames),
        "times": [round(time - times[0], 2) for time in times if time == time],  # the last may have none
        "size": (video["width"], video["height"]),
        "pixel format": video["pix_fmt"],
        "aspect": video.get("sample_aspect_ratio", "1:1"),
        "colours": [video.get(f"color_{what}") for what in ("range", "space", "primaries", "transfer")],
        "interlaced": (first["interlaced_frame"], first["top_field_first"])
        if first["interlaced_frame"]
        else 0,
        "side data": sorted(
            {
                json.dumps(data)
                for data in [*first.get("side_data_list", []), *video.get("side_data_list", [])]
                if "nregistered" not in data["side_data_type"]
                and "CPB" not in data["side_data_type"]
                and "GOP" not in data["side_data_type"]
                and "Pan" not in data["side_data_type"]
            }
        ),
        "timecode": video.get("tags", {}).get("timecode"),
        "chapters": [chapter.get("tags", {}).get("title") for chapter in probed["chapters"]],
        "tags": _tags(probed["format"]),
        "tag": video["codec_tag_string"] if path.suffix in (".mp4", ".mov") else None,
    }
    for kind in ("audio", "subtitle", "attachment"):
        some = [s for s in streams if s["codec_type"] == kind]
        facts[kind] = [(s.get("codec_name"), _tags(s), _flags(s, some)) for s in some]
    facts["covers"] = sum(s["disposition"]["attached_pic"] for s in streams)
    facts["data"] = [
        s.get("codec_name", s.get("codec_tag_string")) for s in streams if s["codec_type"] == "data"
    ]
    return facts


def _flags(stream: dict[str, Any], beside: list[Any]) -> list[str]:
    """What a track is marked as; which of one is the default is no question."""
    flags = [flag for flag, is_set in stream["disposition"].items() if is_set]
    return [flag for flag in flags if flag != "default" or len(beside) > 1]


_MADE_UP = {
    "encoder",
    "major_brand",
    "minor_version",
    "compatible_brands",
    "duration",
    "handler_name",
    "vendor_id",
    "software",
}


def _tags(part: dict[str, Any]) -> dict[str, str]:
    tags = {key.lower(): value for key, value in part.get("tags", {}).items() if key.lower() not in _MADE_UP}
    return {key: value for key, value in tags.items() if (key, value) != ("language", "und")}


def _restorer() -> Restorer:
    torch.manual_seed(0)
    network = ImageNetwork(ImageConfig(4, (1, 1), 1, (1, 1), text_dim=0)).eval()
    return Restorer(Model("tiny", network, None, ""), Settings(device="cpu"))


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _line(row: dict[str, Any]) -> str:
    name = (
        row["file"]
        if row.get("output") in (None, Path(row["file"]).suffix)
        else f"{row['file']} to {row['output']}"
    )
    if "error" in row:
        return f"| {row['kind']} | {name} | | {row['error']} |"
    codecs = " to ".join(dict.fromkeys(row["codec"]))
    said = "; ".join([*row["notes"], *(f"NOT SAID: {what}" for what in row["silent"])]) or "nothing"
    return f"| {row['kind']} | {name} | {codecs} | {said} |"


if __name__ == "__main__":
    main()
