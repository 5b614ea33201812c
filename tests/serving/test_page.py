"""The page in a real browser, with the shipped model behind it."""

import io
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import instructir
from helpers.serving import CAT, Running

PATIENCE = 60_000
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


class Visit:
    """One tab, and what a visitor can do in it."""

    def __init__(
        self,
        browser,
        url: str,
        size: tuple[int, int],
        scheme: str = "light",
        *,
        locale: str = "en-US",
        touch: bool = False,
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            accept_downloads=True,
            locale=locale,
            has_touch=touch,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(PATIENCE)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.tab.on("request", lambda request: self._note(request.url, url))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.goto(url)
        self.tab.wait_for_selector("#restore")

    def _note(self, address: str, url: str) -> None:
        if not address.startswith((url, "data:", "blob:")):
            self.outside.append(address)

    def choose(self, *paths: Path) -> None:
        """Choose files, and wait until the last is there or refused."""
        count = self.photos() + len(paths)
        self.tab.set_input_files("#choose", list(paths))
        if count == 1:
            self.tab.wait_for_selector("#stage img.shown[src]")
        else:
            self.tab.wait_for_selector(f"#strip li:nth-child({count})")
        self.tab.wait_for_function("document.querySelector('#status .understood, #status [role=alert]')")

    def photos(self) -> int:
        return self.tab.locator("#strip li").count() or int(self.tab.locator("#stage").is_visible())

    def ask(self, sentence: str) -> str:
        """Restore, and return what was said to be done."""
        self.tab.fill("#wish", sentence)
        self.tab.click("#restore")
        self.tab.wait_for_selector("#stop", state="visible")
        return self.finished()

    def finished(self) -> str:
        """What is said once nothing runs any more."""
        self.tab.wait_for_selector("#stop", state="hidden")
        return self.tab.inner_text("#status")

    def understood(self, word: str) -> None:
        """Wait until a word is in what was understood."""
        self.tab.wait_for_function(f"/{word}/i.test(document.querySelector('#status').innerText)")

    def pixels(self, layer: str) -> np.ndarray:
        address = self.tab.locator(f"#stage img.{layer}").get_attribute("src")
        body = self.context.request.get(self.tab.url + address).body()
        return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"), float)

    def shown(self) -> np.ndarray:
        """The picture after the step, as the browser got it."""
        return self.pixels("shown")

    def download(self, folder: Path) -> Path:
        with self.tab.expect_download() as waiting:
            self.tab.click("#download")
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return target

    def violations(self) -> list[str]:
        """What axe-core finds serious or critical."""
        import axe_playwright_python

        (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
        self.tab.evaluate(script.read_text("utf-8"))
        found = self.tab.evaluate("axe.run()")["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['html']}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def sideways(self) -> bool:
        """Whether the page is wider than the window."""
        return self.tab.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def visit(browser, server: Running):
    opened = Visit(browser, server.url, SIZES["desktop"])
    yield opened
    opened.context.close()


@pytest.fixture
def cat(tmp_path: Path) -> Path:
    """A small grainy photo with EXIF data."""
    source = tmp_path / "holiday snap.jpg"
    exif = Image.Exif()
    exif[0x010E] = "the cat"
    with Image.open(CAT) as image:
        image.crop((100, 40, 340, 220)).save(source, quality=95, subsampling=0, exif=exif)
    return source


def test_a_visit(visit: Visit, cat: Path, tmp_path: Path) -> None:
    """Upload, instruct, slider, strength, continue, undo, redo, download."""
    visit.choose(cat)
    original = visit.shown()
    said = visit.ask("it's full of grain")
    assert said.startswith("Restored: noise removed")
    restored = visit.shown()
    assert np.abs(np.diff(restored, axis=1)).mean() < 0.6 * np.abs(np.diff(original, axis=1)).mean()
    np.testing.assert_array_equal(visit.pixels("before"), original)
    assert re.search(r"\d of 255 levels.*grainy: \d+ % → \d+ %", visit.tab.inner_text("#change"))

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


def test_what_is_understood_follows_every_way_of_writing(visit: Visit, cat: Path) -> None:
    """Paste, dictation and phone keyboards (text without keys), Backspace, cut: the last text wins."""
    tab = visit.tab
    visit.choose(cat)
    tab.focus("#wish")
    tab.keyboard.insert_text("remove the rain")  # as dictation and phone keyboards do
    visit.understood("rain")
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.type("clear the haze", delay=15)
    visit.understood("haze")
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.press("ControlOrMeta+x")
    visit.understood("looks|picture|noise")  # empty: the photo decides
    tab.keyboard.press("ControlOrMeta+v")
    visit.understood("clear the haze")
    for _ in range(len("clear the haze")):
        tab.keyboard.press("Backspace")
    visit.understood("noise")
    for text in ("too dark", "remove the rain", "it is blurred"):  # faster than answers come
        tab.fill("#wish", text)
    visit.understood("blur")
    tab.wait_for_timeout(1500)
    assert "blur" in tab.inner_text("#status")
    assert not visit.errors


def test_the_picture_is_zoomed_moved_and_held(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    visit.ask("it's full of grain")
    box = tab.locator("#stage").bounding_box()
    middle = (box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)

    def width() -> float:
        return tab.locator("#stage img.shown").bounding_box()["width"]

    def split() -> str:
        return tab.evaluate("document.querySelector('#stage .clip').style.clipPath")

    fitted = width()
    assert (
        fitted > 0.95 * box["width"]
        or tab.locator("#stage img.shown").bounding_box()["height"] > 0.95 * (box["height"])
    )
    tab.mouse.move(*middle)
    tab.mouse.wheel(0, -400)
    tab.wait_for_timeout(100)
    assert width() > 1.5 * fitted
    moved = tab.locator("#stage img.shown").bounding_box()["x"]
    tab.mouse.down()
    tab.mouse.move(middle[0] - 60, middle[1], steps=4)
    tab.mouse.up()
    assert tab.locator("#stage img.shown").bounding_box()["x"] < moved - 40
    tab.click("#zoom")
    assert abs(width() - fitted) < 2
    divided = split()
    tab.mouse.move(*middle)
    tab.mouse.down()
    tab.wait_for_function("document.querySelector('#stage .clip').style.clipPath === 'inset(0px)'")
    tab.mouse.up()
    assert split() == divided
    tab.focus("#hold")
    tab.keyboard.down("Space")
    assert split() == "inset(0px)"
    tab.keyboard.up("Space")
    assert split() == divided


def test_one_to_one_shows_the_photo_s_own_pixels(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    pixels = np.random.default_rng(1).integers(0, 256, (400, 2000, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    visit.choose(path)
    assert visit.shown().shape[1] == 1600
    visit.tab.click("#zoom")
    assert abs(visit.tab.locator("#stage img.shown").bounding_box()["width"] - 2000) < 2
    assert visit.shown().shape == (400, 2000, 3)


def test_two_fingers_zoom(browser, server: Running, cat: Path) -> None:
    visit = Visit(browser, server.url, SIZES["phone"], touch=True)
    visit.choose(cat)
    box = visit.tab.locator("#stage").bounding_box()
    assert box["x"] == 0
    assert box["width"] == 390  # edge to edge
    touch = visit.context.new_cdp_session(visit.tab)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = visit.tab.locator("#stage img.shown").bounding_box()["width"]
    for kind, apart in (("touchStart", 30), ("touchMove", 60), ("touchMove", 100)):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert visit.tab.locator("#stage img.shown").bounding_box()["width"] > 1.5 * before
    assert not visit.sideways()
    visit.context.close()


def test_chips_say_what_the_photo_shows_and_a_refusal_what_to_write(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    first = tab.locator("#chips button").first
    assert re.fullmatch(r"grainy: \d+ %", first.inner_text())
    assert tab.locator("#chips button").count() == 7
    first.click()
    assert tab.input_value("#wish") == "it's full of grain"
    tab.fill("#wish", "remove the person on the left")
    tab.wait_for_selector("#status [role=alert]")
    suggestion = tab.locator("#suggestions button").first
    words = suggestion.inner_text()
    suggestion.click()
    assert tab.input_value("#wish") == words
    visit.understood("noise")
    assert tab.locator("#suggestions").is_hidden()


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


def test_variants_are_shown_side_by_side_and_one_is_chosen(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    tab.fill("#wish", "it's full of grain")
    tab.click("#compare")
    assert tab.locator("#cells fieldset").count() == 4
    tab.click("#show")
    tab.wait_for_function("[...document.querySelectorAll('#cells button')].every((one) => !one.disabled)")
    assert len({tab.locator("#cells img").nth(index).get_attribute("src") for index in range(4)}) == 4
    tab.locator("#cells button").nth(1).click()
    tab.wait_for_selector("#stop", state="visible")
    assert visit.finished().startswith("Restored")
    assert tab.input_value("#strength input") == "50"


def test_the_page_speaks_the_browser_s_language(browser, server: Running, cat: Path) -> None:
    for locale, title, side in (("de-AT", "Ein Foto mit einem Satz", "ltr"), ("ar", "رمّم صورة", "rtl")):
        visit = Visit(browser, server.url, SIZES["phone"], locale=locale)
        assert title in visit.tab.inner_text("h1")
        assert visit.tab.evaluate("document.documentElement.dir") == side
        assert visit.violations() == []
        visit.choose(cat)
        assert not visit.sideways()
        visit.context.close()


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
    visit.tab.click("#instead")
    visit.tab.wait_for_selector("#stop", state="visible")
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


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "light"), ("phone", "dark")])
def test_accessible_in_every_state(browser, server: Running, size: str, scheme: str, tmp_path: Path) -> None:
    source = tmp_path / "cat.jpg"
    with Image.open(CAT) as image:
        image.crop((100, 40, 200, 120)).save(source)
    visit = Visit(browser, server.url, SIZES[size], scheme)
    states = [visit.violations()]
    visit.choose(source)
    states.append(visit.violations())
    visit.ask("it's full of grain")
    states.append(visit.violations())
    assert states == [[], [], []]
    assert not visit.sideways()
    dark = visit.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    levels = [int(level) for level in re.findall(r"\d+", dark)[:3]]
    assert (max(levels) < 60) == (scheme == "dark")
    visit.context.close()


def test_nothing_is_kept_once_the_visitor_has_gone(
    browser, server: Running, temporary: Path, tmp_path: Path
) -> None:
    def files() -> set[Path]:
        return {path for path in temporary.rglob("*") if path.is_file()}

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
    limit = time.monotonic() + 30
    while files() - before and time.monotonic() < limit:
        time.sleep(0.2)
    assert not files() - before
