"""The picture on the page: looked at, painted, enlarged; for everybody."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from helpers.page import SIZES, Visit
from helpers.serving import CAT, Running


def test_the_picture_is_zoomed_moved_and_held(visit: Visit) -> None:
    tab = visit.tab
    visit.choose(CAT)  # large enough to fill its place
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


def test_what_is_held_is_the_original_whatever_the_slider_compares_with(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    assert tab.locator("#hold").is_disabled()
    assert tab.locator("#against").is_disabled()
    visit.ask("it's full of grain")
    visit.ask("a bit brighter")
    tab.select_option("#against", "previous")
    visit.settled()
    before = tab.locator("#stage img.before")
    compared = before.get_attribute("src")
    tab.focus("#hold")
    tab.keyboard.down("Space")
    assert "/view/0/after" in before.get_attribute("src")
    tab.keyboard.up("Space")
    assert before.get_attribute("src") == compared
    assert "/view/0/" not in compared


def test_variants_stand_side_by_side_on_a_phone(browser, server: Running, cat: Path) -> None:
    phone = Visit(browser, server.url, SIZES["phone"], touch=True)
    phone.choose(cat)
    phone.tap("#compare")
    first, second = (phone.tab.locator("#cells fieldset").nth(index).bounding_box() for index in (0, 1))
    assert first["y"] == second["y"]
    assert first["x"] + first["width"] < second["x"]
    phone.context.close()


def test_one_to_one_shows_the_photo_s_own_pixels(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    pixels = np.random.default_rng(1).integers(0, 256, (400, 2000, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    visit.choose(path)
    assert visit.shown().shape[1] == 1600
    visit.tab.click("#zoom")
    assert abs(visit.tab.locator("#stage img.shown").bounding_box()["width"] - 2000) < 2
    assert visit.shown().shape == (400, 2000, 3)


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


def test_only_what_is_painted_changes(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    original = visit.shown()
    tab.click("#brush")
    assert tab.locator("#brushing").is_visible()
    tab.locator("#brush-size").fill("20")
    box = tab.locator("#stage img.shown").bounding_box()
    height = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + 0.15 * box["width"], height)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.3 * box["width"], height, steps=5)
    tab.mouse.up()
    assert visit.ask("it's full of grain").startswith("Restored")
    changed = np.abs(visit.shown() - original).mean(axis=2)
    width = changed.shape[1]
    assert changed[80:100, int(0.18 * width) : int(0.28 * width)].mean() > 2
    assert changed[:, width // 2 :].max() <= 1
    assert tab.locator("#brushing").is_hidden()  # the next sentence means the whole photo again
    assert visit.ask("it is too dark").startswith("Restored")
    assert np.abs(visit.shown() - original)[:, width // 2 :].mean() > 2
    assert not visit.errors


def test_the_brush_is_led_by_the_keyboard_and_each_photo_keeps_its_painting(
    visit: Visit, cat: Path, tmp_path: Path
) -> None:
    def painted() -> int:
        return tab.evaluate(
            "(() => { const all = document.querySelector('#stage .paint'); return all.getContext('2d')"
            ".getImageData(0, 0, all.width, all.height).data.filter((_, at) => at % 4 === 3)"
            ".reduce((sum, lit) => sum + (lit > 127), 0); })()"
        )

    tab = visit.tab
    other = tmp_path / "other.png"
    with Image.open(cat) as image:
        image.crop((0, 0, 90, 160)).save(other)
    visit.choose(cat, other)
    tab.click("#brush")
    tab.keyboard.press("Space")
    dab = painted()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Space")
    assert 1.1 * dab < painted() < 2 * dab
    tab.locator("#strip .thumb").nth(1).click()
    assert painted() == 0
    tab.locator("#strip .thumb").nth(0).click()
    assert painted() > dab
    tab.click("#erase")
    tab.focus("#stage")
    tab.keyboard.press("Space")
    assert painted() < 1.1 * dab
    tab.click("#clear")
    assert painted() == 0
    assert visit.violations() == []
    assert not visit.errors


def test_photos_that_still_come_in_leave_the_visitor_where_they_are(
    visit: Visit, cat: Path, tmp_path: Path
) -> None:
    tab = visit.tab
    tab.route("**/understand", lambda route: None)  # no answer yet, as on a slow line
    tab.set_input_files("#choose", [cat])
    tab.wait_for_selector("#stage img.shown[src]")
    assert tab.evaluate("document.activeElement.id") == "wish"
    tab.click("#brush")
    tab.unroute("**/understand")  # lets those that wait go on
    tab.wait_for_function("document.querySelector('#status .understood')")
    assert tab.evaluate("document.activeElement.id") == "stage"
    assert not visit.errors


def test_on_a_phone_the_result_is_to_be_seen(browser, server: Running, cat: Path) -> None:
    visit = Visit(browser, server.url, SIZES["phone"], touch=True)
    visit.choose(cat)
    visit.tab.fill("#wish", "it's full of grain")
    visit.tap("#restore")
    visit.tab.wait_for_selector("#after", state="visible")
    visit.finished()
    top = visit.tab.locator("#stage").bounding_box()["y"]
    assert 0 <= top < 200
    visit.context.close()


def test_enlarged_and_with_grain_put_back(visit: Visit, tmp_path: Path) -> None:
    source = tmp_path / "small.png"
    with Image.open(CAT) as image:
        image.crop((100, 40, 220, 130)).save(source)
    tab = visit.tab
    visit.choose(source)
    tab.click("#options summary")
    tab.select_option("#scale", "x2")
    tab.locator("#grain").fill("50")
    said = visit.ask("it's full of grain")
    assert "enlarged from 120x90 to 240x180 pixels" in said
    assert "were put back" in said
    assert visit.shown().shape == (180, 240, 3)
    assert tab.input_value("#scale") == ""  # or the next step would enlarge again
    with Image.open(visit.download(tmp_path)) as image:
        assert image.size == (240, 180)
    assert not visit.errors


def test_all_of_it_under_its_content_policy(browser, server: Running, cat: Path) -> None:
    """Without what the driver needs for evaluating text in the page."""
    visit = Visit(browser, server.url, SIZES["desktop"], policy=True)
    tab = visit.tab
    tab.set_input_files("#choose", cat)
    tab.wait_for_selector("#status .understood")
    tab.click("#brush")
    tab.keyboard.press("Space")
    tab.fill("#wish", "it's full of grain")
    tab.click("#restore")
    tab.wait_for_selector("#download", state="visible")
    assert tab.inner_text("#status").startswith("Restored")
    assert tab.locator("h1").count() == 1
    assert not visit.errors
    visit.context.close()
