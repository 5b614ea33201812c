"""What the page tells in its own languages is what the rest of the package says in English."""

import ast
import errno
import io
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from PIL import Image

import instructir
from instructir.errors import ImageFileError, InstructIRError
from instructir.images import Photo, read
from instructir.images.codecs.jpeg_scan import damaged
from instructir.images.codecs.pillow import INKS, animated
from instructir.images.codecs.tiff_decoder import FURTHER_CHANNELS
from instructir.images.raster import (
    WITHOUT_COMPANIONS,
    WITHOUT_CREDENTIALS,
    WITHOUT_PROFILE,
    checked_size,
    of_array,
    photo_of,
)
from instructir.images.refusals import extra
from instructir.instructions.locales import locale
from instructir.instructions.refusing.acceptable import checked
from instructir.instructions.tone.adjustment import Adjustment, Operation
from instructir.restoration import guard
from instructir.restoration.diagnosis import Findings
from instructir.restoration.enlarging import enlarged, enlarged_size
from instructir.restoration.grain import with_grain
from instructir.restoration.tone import adjusted
from instructir.serving.engine import shutting_down
from instructir.serving.page import languages
from instructir.serving.page.messages import told
from instructir.serving.problems import problem_of
from instructir.sizes import Size
from instructir.tasks import TASKS, Task

OTHERS = [code for code in languages.codes() if code != "en"]
BLACK = Photo(np.zeros((32, 32, 3), np.float32))
GREY = Photo(np.full((32, 32, 3), 0.5, np.float32))
LIGHT = Photo(np.full((32, 32, 3), 0.6, np.float32))


LEFT_OUT = {"fault", "reason", "operation", "figures", "sizes"}
"""Slots that hold English words."""


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_has_every_message_and_no_slot_of_its_own(code: str) -> None:
    english, own = languages.words("en")["messages"], languages.words(code)["messages"]
    assert own.keys() == english.keys()
    for key, text in english.items():
        assert slots(own[key]) <= slots(text), key
        # Of a fault, other languages may speak as "that"; names and numbers are never left out.
        assert slots(text) - slots(own[key]) <= LEFT_OUT, key


def texts(source: str) -> Iterator[str]:
    """The texts in a module, with an ellipsis for each value that is put into them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            values = node.values
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "\u2026" for one in values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def parts(sentence: str) -> list[str]:
    """What is put together to a sentence in more than one place."""
    return re.split("[:;] ", sentence.strip())


def test_every_message_is_one_that_the_code_makes() -> None:
    """Who words a note or a refusal anew has to do so in the page's strings, too."""
    modules = Path(instructir.__file__).parent.rglob("*.py")
    made = "\n".join(
        part for path in modules for text in texts(path.read_text("utf-8")) for part in parts(text)
    )
    slot = re.compile("|".join([r"\\\{\w+\\\}", *map(re.escape, guard.FAULTS.values())]))
    for key, message in languages.words("en")["messages"].items():
        for part in parts(message):
            assert re.search(f"^{slot.sub('.+', re.escape(part))}$", made, re.MULTILINE), (key, part)


def findings(**seen: float) -> Findings:
    probabilities = {task: seen.get(task.value, 0.0) for task in TASKS}
    return Findings(probabilities, dict.fromkeys(TASKS, 0.5), dict.fromkeys(TASKS, 0.5))


def verdicts() -> list[tuple[Task, str]]:
    """One of each kind that the guard gives, by what it sees before and after."""
    cases = [
        (Task.LOW_LIGHT, BLACK, GREY, findings(low_light=0.9), findings()),
        (Task.DERAINING, GREY, GREY, findings(), findings()),
        (Task.LOW_LIGHT, GREY, LIGHT, findings(), findings()),
        (Task.SUPER_RESOLUTION, GREY, LIGHT, findings(), findings()),
        (Task.DERAINING, GREY, Photo(GREY.pixels + 0.02), findings(deraining=0.9), findings(deraining=0.9)),
        (Task.DEBLURRING, GREY, LIGHT, findings(deblurring=0.9), findings(deraining=0.9)),
    ]
    found = []
    for task, before, after, was, now in cases:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(guard, "examine", lambda _, now=now: now)
            found.append((task, guard.judge(task, before, after, was).text))
    return found


def test_what_the_guard_says_is_told_in_each_language() -> None:
    shown = (Task.DENOISING, Task.DERAINING, Task.DEHAZING)
    said = [*verdicts(), *((Task.LOW_LIGHT, guard.cleared(fault)) for fault in shown)]
    assert len({text for _, text in said}) == 9
    for task, text in said:
        note = f"{task.value.replace('_', ' ')}: {text}"
        for code in OTHERS:
            assert locale(code).task[task] in told(note, code), (code, note)
        assert told(note, "en") == note


def test_enlarging_is_told_with_its_numbers() -> None:
    for size, numbers in (("x2", ("32x32", "64x64")), ("32x32", ("32x32",))):
        _, note = enlarged(GREY, Size.parse(size))
        for code in OTHERS:
            answer = told(note, code)
            assert answer != note
            assert all(number in answer for number in numbers)


NOISY = Photo(np.random.default_rng(0).random((32, 32, 3), np.float32))


def of_files() -> tuple[list[str], list[str]]:
    """What is said of unusual files that are read, and of those that are not."""
    light = np.full((8, 8, 3), 0.5, np.float32)
    light[0, 0], light[1, 1] = np.nan, 3.0
    twice = light.copy()
    twice[2, 2] = np.inf
    deep = [
        photo_of(of_array(array), "TIFF", "a.tif").notes
        for array in (light, twice)  # one pixel, and several
    ]
    faint = photo_of(of_array(np.full((8, 8, 3), 200, np.uint16)), "TIFF", "a.tif").notes
    dark = photo_of(of_array(light * -1), "TIFF", "a.tif").notes
    said = [*sum(deep, ()), *faint, *dark, *FURTHER_CHANNELS, "its 10 bits a sample are read as 8"]
    said += [*damaged("end before the picture does"), WITHOUT_CREDENTIALS, WITHOUT_PROFILE]
    why = "it was not saved or copied whole, and parts of the picture may be wrong"
    said += [
        f"the file ends in zeros: {why}",
        f"zeros stand in a part of the file: {why}",
        "the file lacks its last scans: the picture is coarser than it was made",
        "20 bytes behind the end of the picture are left out",
        "the picture is turned upright; regions, a map or a panorama stated for it as it lay are left out",
        "the file does not state its colour model: read as greyscale, 0 being black",
    ]
    nothing, ones = np.full((8, 8, 3), np.nan, np.float32), np.ones((8, 8), np.uint32)
    stream = io.BytesIO()
    Image.fromarray(ones.astype(np.int32)).save(stream, "TIFF")
    asked = [
        lambda: photo_of(of_array(nothing), "TIFF", "a.tif"),
        lambda: checked_size("a.png", 0, 8, 100),
        lambda: read(stream),
    ]
    refused = [str(animated("a.gif", 2))]
    for ask in asked:
        stream.seek(0)
        with pytest.raises(ImageFileError) as caught:
            ask()
        refused.append(str(caught.value))
    hint = "save it as PNG or TIFF"
    refused += [
        "a.jxl: holds several frames or pages and only single pictures can be restored; export one of them "
        "to a file of its own",
        f"a.jxl: states its colours by a profile inside the compressed data, which cannot be read; {hint}",
        "a.cr2: cannot be developed (unknown camera); convert it to DNG or TIFF",
        "a.tif: has signed integer samples; save it as 8-bit, 16-bit or float RGB or greyscale",
        "a.jp2: has deep samples that are not RGB; save it as RGB or with 8 bits",
        "a.tif: does not state its colour model (the field PhotometricInterpretation is missing); save it "
        "again as RGB or greyscale",
        "a.tif: is larger than the memory; use a smaller picture",
    ]
    return said, refused


def notes() -> list[str]:
    """What restoring can say of a photo beside what the guard says, one of each kind."""
    soft = Photo(NOISY.pixels * 0.5 + 0.2)
    operations = [
        (NOISY, Operation.WHITE_BALANCE, 1.0),
        (GREY, Operation.SATURATION, 0.5),
        (soft, Operation.FADE, -1.0),
        (GREY, Operation.FADE, -1.0),
    ]
    toned = [adjusted(photo, Adjustment(operation, amount))[1] for photo, operation, amount in operations]
    grain = [with_grain(GREY, noisy, GREY, 0.5)[1] for noisy in (NOISY, GREY)]
    computed = "deblurring: computed by NAFNet-GoPro (NAFNet)"
    darker = "enhancement: I saw no excess of light; made darker all the same"
    filled = "low light: the picture is not dark all over; its dark parts alone were lifted"
    detail = "deblurring: the picture lacks detail alone; left to that step"
    pixels = [
        "single black and white pixels replaced: 0.4 % of the picture",
        "hot and dead pixels replaced: 7",
    ]
    said = [computed, darker, filled, detail, *pixels]
    return [*toned, *grain, *of_files()[0], WITHOUT_COMPANIONS, *INKS, *said]


def refusals() -> list[str]:
    """What is said where it cannot be restored, one of each kind."""
    asked = [
        lambda: enlarged_size(GREY, Size.parse("x8"), 100),
        lambda: Size.parse("3000x2000").of(32, 32),
        lambda: Size.parse("x50"),
        lambda: checked("...!"),
        lambda: checked("noise " * 1000),
        lambda: extra("no_such_module", "a.heic", "HEIC"),
    ]
    full = OSError(errno.ENOSPC, "No space left on device")
    found = [str(problem_of(KeyError())), str(problem_of(full)), str(shutting_down()), *of_files()[1]]
    for ask in asked:
        with pytest.raises(InstructIRError) as refused:
            ask()
        found.append(str(refused.value))
    return found


@pytest.mark.parametrize("text", [*notes(), *refusals()])
def test_nothing_that_a_visitor_is_told_is_english_alone(text: str) -> None:
    for code in OTHERS:
        answer = told(text, code)
        assert answer != text, code
        assert "{" not in answer


def broken(kind: str) -> bytes:
    if kind == "letter.jpg":
        return b"dear all, this is no picture"
    if kind == "film.jpg":
        return b"\0\0\0\x20ftypisom" + bytes(99)
    if kind == "empty.png":
        return b""
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 60).save(buffer, "PNG")
    return buffer.getvalue()[: -len(buffer.getvalue()) // 2] if kind == "cut.png" else buffer.getvalue()


@pytest.mark.parametrize("name", ["letter.jpg", "film.jpg", "empty.png", "cut.png", "large.png"])
def test_files_that_are_refused_are_told_with_their_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(broken(name))
    with pytest.raises(ImageFileError) as refused:
        read(path, max_pixels=1000)
    for code in OTHERS:
        answer = told(str(refused.value), code)
        assert str(path) in answer
        assert answer != str(refused.value)


def test_what_the_page_does_not_know_is_told_in_english() -> None:
    assert told("something new happened", "de") == "something new happened"
