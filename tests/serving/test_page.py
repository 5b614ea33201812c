"""The page in a real browser, with the shipped model behind it."""

import io
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from serving_makers import CAT, Running

import instructir

PATIENCE = 60_000
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


class Visit:
    """One tab, and what a visitor can do in it."""

    def __init__(self, browser, url: str, size: tuple[int, int], scheme: str = "light") -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, accept_downloads=True
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

    def upload(self, path: Path) -> None:
        self.tab.set_input_files("#drop input[type=file]", path)
        self.tab.wait_for_selector("#stage img")
        self.tab.wait_for_function("document.querySelector('#status').innerText.length > 0")

    def ask(self, sentence: str) -> str:
        """Restore, and return what was said to be done."""
        # What was done before still stands there; a timer of Gradio's own changes the text beside it.
        understood = "document.querySelector('#status .understood')?.innerText"
        before = self.tab.evaluate(understood)
        self.tab.locator("#sentence textarea, #sentence input").fill(sentence)
        self.tab.click("#restore")
        over = "/Done in/.test(document.querySelector('#status').innerText)"
        self.tab.wait_for_function(f"before => {understood} !== before && {over}", arg=before)
        self.tab.wait_for_function("document.querySelector('#stop') === null")
        return self.tab.inner_text("#status")

    def shown(self) -> np.ndarray:
        """The picture after the step, as the browser got it."""
        address = self.tab.locator("#stage img").nth(1).get_attribute("src")
        return np.asarray(
            Image.open(io.BytesIO(self.context.request.get(address).body())).convert("RGB"), float
        )

    def changed(self, before: np.ndarray) -> np.ndarray:
        """The picture after the step, once it is another."""
        limit = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < limit:
            now = self.shown()
            if now.shape != before.shape or np.abs(now - before).mean() > 0.05:
                return now
            self.tab.wait_for_timeout(50)
        pytest.fail("the picture did not change")

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


def test_a_visit(visit: Visit, tmp_path: Path) -> None:
    """Upload, instruct, slider, strength, continue, undo, download."""
    source = tmp_path / "holiday snap.jpg"
    exif = Image.Exif()
    exif[0x010E] = "the cat"
    with Image.open(CAT) as image:
        image.crop((100, 40, 340, 220)).save(source, quality=95, subsampling=0, exif=exif)
    visit.upload(source)
    original = visit.shown()

    said = visit.ask("it's full of grain")
    assert "noise" in said.lower()
    restored = visit.changed(original)
    assert np.abs(np.diff(restored, axis=1)).mean() < 0.6 * np.abs(np.diff(original, axis=1)).mean()

    handle = visit.tab.locator("#stage [data-testid=slider]")
    place = handle.bounding_box()
    handle.focus()
    for _ in range(3):
        visit.tab.keyboard.press("ArrowRight")
    visit.tab.wait_for_timeout(200)
    assert handle.bounding_box()["x"] > place["x"] + 20
    assert int(handle.get_attribute("aria-valuenow")) > 55

    start = time.monotonic()
    visit.tab.locator("#strength input[type=range]").fill("40")
    weaker = visit.changed(restored)
    assert time.monotonic() - start < 10
    np.testing.assert_allclose(
        weaker.mean((0, 1)), (original + 0.4 * (restored - original)).mean((0, 1)), atol=1.5
    )
    assert np.abs(weaker - (original + 0.4 * (restored - original))).mean() < 6

    second = visit.ask("make it brighter")
    assert "bright" in second.lower()
    brighter = visit.changed(weaker)
    assert visit.tab.locator("#steps input").count() == 3
    visit.tab.click("#undo")
    np.testing.assert_allclose(visit.changed(brighter), weaker, atol=1)

    path = visit.download(tmp_path)
    assert path.name == "holiday snap_restored.jpg"
    with Image.open(path) as image:
        assert image.getexif()[0x010E] == "the cat"
        saved = np.asarray(image.convert("RGB"), float)
    expected = instructir.restore(source, "it's full of grain", strength=0.4).pixels * 255
    assert np.abs(saved - expected).mean() < 4  # the noise that is left, as JPEG keeps it
    assert not visit.outside
    assert not visit.errors


def test_the_runner_up_takes_the_place_of_a_wrong_guess(visit: Visit, tmp_path: Path) -> None:
    source = tmp_path / "cat.jpg"
    with Image.open(CAT) as image:
        image.crop((100, 40, 260, 160)).save(source)
    visit.upload(source)
    original = visit.shown()
    guess = visit.ask("it's kind of murky")
    guessed = visit.changed(original)
    assert visit.tab.inner_text("#instead").startswith("No, ")
    visit.tab.click("#instead")
    visit.changed(guessed)
    visit.tab.wait_for_function("document.querySelector('#stop') === null")
    assert visit.tab.inner_text("#status").splitlines()[0] != guess.splitlines()[0]
    assert visit.tab.locator("#steps input").count() == 2  # the photo and one step: the guess is gone


def test_the_photo_decides_where_nothing_is_written(visit: Visit) -> None:
    visit.tab.locator("#examples button").nth(1).click()
    visit.tab.wait_for_selector("#stage img")
    visit.tab.wait_for_function("document.querySelector('#status').innerText.length > 0")
    assert visit.ask("")
    visit.tab.click("#another")
    visit.tab.wait_for_selector("#drop input[type=file]", state="attached")


def test_a_file_that_is_no_photo_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_text("dear all")
    visit.tab.set_input_files("#drop input[type=file]", path)
    visit.tab.wait_for_selector("#status [role=alert]")
    assert "not a picture" in visit.tab.inner_text("#status")
    assert visit.tab.locator("#drop").is_visible()


def test_stop_breaks_off(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (1200, 1600, 3), np.uint8)).save(path)
    visit.upload(path)
    visit.tab.locator("#sentence textarea, #sentence input").fill("remove the noise")
    visit.tab.click("#restore")
    visit.tab.wait_for_selector("#status [role=progressbar]", state="attached")
    visit.tab.click("#stop")
    visit.tab.wait_for_function("/Stopped/.test(document.querySelector('#status').innerText)")
    assert visit.tab.locator("#steps input").count() == 0


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "light"), ("phone", "dark")])
def test_accessible_in_every_state(browser, server: Running, size: str, scheme: str, tmp_path: Path) -> None:
    source = tmp_path / "cat.jpg"
    with Image.open(CAT) as image:
        image.crop((100, 40, 200, 120)).save(source)
    visit = Visit(browser, server.url, SIZES[size], scheme)
    states = [visit.violations()]
    visit.upload(source)
    states.append(visit.violations())
    visit.ask("it's full of grain")
    visit.tab.wait_for_timeout(500)
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

    Visit(browser, server.url, SIZES["desktop"]).context.close()  # the examples are made ready once
    before = files()
    source = tmp_path / "mine.png"
    with Image.open(CAT) as image:
        image.crop((0, 0, 160, 128)).save(source)
    visit = Visit(browser, server.url, SIZES["desktop"])
    visit.upload(source)
    visit.ask("it's full of grain")
    assert files() - before
    visit.context.close()
    limit = time.monotonic() + 30
    while files() - before and time.monotonic() < limit:
        time.sleep(0.2)
    assert not files() - before
