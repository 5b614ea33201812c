"""The page in a real browser, with the shipped model behind it: from photos to results."""

import io
import os
import re
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

import instructir
from helpers.page import SIZES, Visit
from helpers.patience import wait_until
from helpers.serving import CAT, Running, picture


def test_a_visit(visit: Visit, cat: Path, tmp_path: Path) -> None:
    """Upload, instruct, slider, strength, continue, undo, redo, download."""
    visit.choose(cat)
    original = visit.shown()
    said = visit.ask("it's full of grain")
    assert said.startswith("Restored: noise removed")
    restored = visit.shown()
    assert np.abs(np.diff(restored, axis=1)).mean() < 0.6 * np.abs(np.diff(original, axis=1)).mean()
    np.testing.assert_array_equal(visit.pixels("before"), original)
    assert re.search(r"\d of 255 levels.*grainy: \d+\s% →\s\d+\s%", visit.tab.inner_text("#change"))

    handle = visit.tab.locator("#stage [data-testid=slider]")
    place = handle.bounding_box()
    handle.focus()
    for _ in range(3):
        visit.tab.keyboard.press("ArrowRight")
    assert handle.bounding_box()["x"] > place["x"] + 20
    assert int(handle.get_attribute("aria-valuenow")) == 65

    visit.tab.locator("#strength input[type=range]").fill("40")
    visit.tab.wait_for_function("document.querySelector('#stage img.shown').src.includes('strength=0.4')")
    weaker = visit.shown()
    assert np.abs(weaker - (original + 0.4 * (restored - original))).mean() < 6

    assert "brightened" in visit.ask("make it brighter").lower()
    assert visit.tab.locator("#steps input").count() == 3
    brighter = visit.shown()
    visit.tab.select_option("#against", "previous")
    assert np.abs(visit.pixels("before") - weaker).mean() < 6
    visit.tab.click("#undo")
    visit.tab.wait_for_selector("#redo:enabled")
    np.testing.assert_array_equal(visit.shown(), weaker)
    visit.tab.click("#redo")
    visit.tab.wait_for_selector("#redo:disabled")
    np.testing.assert_array_equal(visit.shown(), brighter)
    visit.tab.click("#undo")
    visit.tab.wait_for_selector("#redo:enabled")

    path = visit.download(tmp_path)
    assert path.name == "holiday snap_restored.jpg"
    with Image.open(path) as image:
        assert image.getexif()[0x010E] == "the cat"
        assert b"denoising 40%" in image.info["xmp"]
        saved = np.asarray(image.convert("RGB"), float)
    result = instructir.restore(cat, "it's full of grain")
    start = result.original.pixels
    expected = (start + 0.4 * (result.pixels - start)) * 255
    assert np.abs(saved - expected).mean() < 4  # the noise that is left, as JPEG keeps it
    assert not visit.outside
    assert not visit.errors


def test_second_and_third_photos_are_read_as_the_first(visit: Visit, cat: Path, tmp_path: Path) -> None:
    """Transparency is kept, HEIC is read, and a broken file is refused in words, whatever came before."""
    visit.choose(cat)
    clear = tmp_path / "clear.png"
    pixels = np.asarray(Image.open(cat).convert("RGBA")).copy()
    pixels[:40, :, 3] = 0
    Image.fromarray(pixels).save(clear)
    visit.choose(clear)
    visit.tab.locator("#strip .thumb").nth(1).click()
    visit.ask("it's full of grain")
    with Image.open(visit.download(tmp_path)) as image:
        assert image.format == "PNG"
        np.testing.assert_array_equal(np.asarray(image)[..., 3], pixels[..., 3])

    broken = tmp_path / "letter.jpg"
    broken.write_text("dear all")
    visit.tab.set_input_files("#choose", broken)
    visit.tab.wait_for_selector("#status [role=alert]")
    assert "not a picture" in visit.tab.inner_text("#status")
    assert visit.photos() == 2

    heif = pytest.importorskip("pillow_heif", reason='needs the extra "formats"')
    phone = tmp_path / "phone.heic"
    heif.from_pillow(Image.open(cat).convert("RGB")).save(phone)
    visit.choose(phone)
    visit.tab.locator("#strip .thumb").nth(2).click()
    assert visit.shown().shape == (180, 240, 3)
    assert not visit.errors


def test_several_photos_with_one_sentence_and_a_zip(visit: Visit, cat: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / cat.name  # of the same name
    other.parent.mkdir()
    with Image.open(CAT) as image:
        image.crop((0, 0, 160, 120)).save(other)
    visit.choose(cat, other)
    visit.tab.fill("#wish", "it's full of grain")
    visit.tab.click("#restore-all")
    visit.tab.wait_for_function("document.querySelectorAll('#strip .done').length === 2")
    with visit.tab.expect_download() as waiting:
        visit.tab.click("#zip")
    waiting.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        sizes = [Image.open(archive.open(name)).size for name in archive.namelist()]
    assert sizes == [(240, 180), (160, 120)]
    visit.tab.locator("#strip .remove").first.click()
    visit.tab.wait_for_selector("#strip", state="hidden")


def test_long_and_strange_names_are_kept_as_far_as_disks_take_them(http: httpx.Client) -> None:
    begun = http.post("/page/sessions").json()["token"]
    for name in (f"begin-{'x' * 200}.jpg", "é" * 120 + ".jpg", 'a<b>"c".jpg'):
        added = http.post(f"/page/{begun}/photos", params={"name": name}, content=picture(form="JPEG")).json()
        http.post(f"/page/{begun}/photos/{added['id']}/restore", json={"instruction": "darken it"})
    with zipfile.ZipFile(io.BytesIO(http.get(f"/page/{begun}/photos.zip").content)) as archive:
        names = archive.namelist()
    assert names[0] == f"begin-{'x' * 200}_restored.jpg"
    assert names[1] == "é" * 110 + "_restored.jpg"
    assert names[2] == "a_b__c__restored.jpg"
    assert max(len(name.encode()) for name in names) <= 255
    http.post(f"/page/{begun}/leave")


def test_names_in_a_zip_are_unique(http: httpx.Client) -> None:
    """Also those that only differ in capitals, which many file systems do not tell apart."""
    begun = http.post("/page/sessions").json()["token"]
    for name in ("same.jpg", "3_same.jpg", "same.jpg", "2_same.jpg", "SAME.jpg"):
        added = http.post(f"/page/{begun}/photos", params={"name": name}, content=picture(form="JPEG")).json()
        done = http.post(f"/page/{begun}/photos/{added['id']}/restore", json={"instruction": "darken it"})
        assert '"done"' in done.text
    with zipfile.ZipFile(io.BytesIO(http.get(f"/page/{begun}/photos.zip").content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert names[:3] == ["same_restored.jpg", "3_same_restored.jpg", "2_same_restored.jpg"]
    assert len({name.lower() for name in names}) == 5
    http.post(f"/page/{begun}/leave")


def test_variants_are_shown_side_by_side_and_one_is_chosen(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    tab.fill("#wish", "it's full of grain")
    tab.click("#compare")
    assert tab.locator("#cells fieldset").count() == 4
    tab.click("#show")
    tab.wait_for_function("[...document.querySelectorAll('#cells button')].every((one) => !one.disabled)")
    assert len({tab.locator("#cells img").nth(index).get_attribute("src") for index in range(4)}) == 4
    visit.start("#cells button >> nth=1")
    assert visit.finished().startswith("Restored")
    assert tab.input_value("#strength input") == "50"


def test_a_large_photo_is_shown_small_first(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (1600, 2000, 3), np.uint8)).save(path)
    visit.choose(path)
    visit.tab.fill("#wish", "remove the noise")
    visit.tab.click("#restore")
    visit.tab.wait_for_selector("#stage .badge", state="visible")
    strength = visit.tab.locator("#strength input")
    strength.fill("30")
    assert visit.tab.evaluate("document.querySelector('#stage .live').style.opacity") == "0.3"
    visit.tab.click("#stop")
    visit.understood("Stopped")
    assert visit.tab.locator("#after").is_hidden()


def test_the_runner_up_takes_the_place_of_a_wrong_guess(visit: Visit, cat: Path) -> None:
    visit.choose(cat)
    guess = visit.ask("details are lost")
    assert visit.tab.inner_text("#instead").startswith("No, ")
    visit.start("#instead")
    assert visit.finished().splitlines()[0] != guess.splitlines()[0]
    assert visit.tab.locator("#steps input").count() == 2  # the photo and one step: the guess is gone


def test_the_photo_decides_where_nothing_is_written(visit: Visit) -> None:
    visit.tab.locator("#examples button").nth(1).click()
    visit.understood("bright")
    assert "brightened" in visit.ask("")


def test_a_file_that_is_no_photo_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_text("dear all")
    visit.tab.set_input_files("#choose", path)
    visit.tab.wait_for_selector("#status [role=alert]")
    assert "not a picture" in visit.tab.inner_text("#status")
    assert visit.tab.locator("#drop").is_visible()


def test_files_that_are_refused_are_all_named_beside_the_photos(
    visit: Visit, cat: Path, tmp_path: Path
) -> None:
    letter, notes = tmp_path / "letter.jpg", tmp_path / "notes of May.txt"
    for path in (letter, notes):
        path.write_text("dear all")
    visit.tab.set_input_files("#choose", [letter, cat, notes])
    visit.understood("noise|grain")
    visit.tab.wait_for_selector("#status [role=alert] >> nth=1")
    first, second = visit.tab.locator("#status [role=alert]").all_inner_texts()
    assert first.startswith("letter.jpg: is not a picture")
    assert second.startswith("notes of May.txt: is not a picture")
    assert visit.photos() == 1


def test_nothing_is_kept_once_the_visitor_has_gone(
    browser, server: Running, temporary: Path, tmp_path: Path
) -> None:
    def files() -> set[Path]:
        # Not rglob, which stumbles over folders that go while it looks.
        return {Path(folder, name) for folder, _, names in os.walk(temporary) for name in names}

    Visit(browser, server.url, SIZES["desktop"]).context.close()
    before = files()
    source = tmp_path / "mine.png"
    with Image.open(CAT) as image:
        image.crop((0, 0, 160, 128)).save(source)
    visit = Visit(browser, server.url, SIZES["desktop"])
    visit.choose(source)
    visit.ask("it's full of grain")
    assert files() - before
    visit.context.close()
    wait_until(lambda: not files() - before, pause=0.2)
