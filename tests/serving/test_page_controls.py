"""The page's controls: each has a name and an edge, and stands where it is looked for."""

import re
from itertools import product
from pathlib import Path

import pytest

from helpers.page import SIZES, Visit
from helpers.serving import Running
from instructir.serving import page

STYLE = (Path(page.__file__).parent / "static" / "style.css").read_text("utf-8")
NAMELESS = """() => [...document.querySelectorAll("input, select, textarea, button, a[href], [role=slider]")]
  .filter((one) => !one.closest("[hidden]") && !one.labels?.length)
  .filter((one) => !one.getAttribute("aria-label") && !one.textContent.trim())
  .map((one) => one.outerHTML)"""


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_shows_a_control_stands_out_from_what_it_lies_on(scheme: int) -> None:
    colours = dict(
        re.findall(r"--([\w-]+): (#\w+)", re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[scheme])
    )
    for front, back in product(("edge", "mark"), ("panel", "back")):
        lighter, darker = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 3, f"{front} on {back}"
    assert set(re.findall(r"accent-color: var\(--(\w+)\)", STYLE)) == {"mark"}


def test_every_control_has_a_name_and_the_result_is_near(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    assert tab.evaluate(NAMELESS) == []
    visit.choose(cat)
    shown = tab.locator("#stage img.shown").bounding_box()
    assert shown["width"] == pytest.approx(2 * 240, abs=2), "a small photo is hardly enlarged"
    for chip in tab.locator("#chips .seen").all():
        assert int(re.findall(r"\d+", chip.inner_text())[0]) >= 50
    tab.click("#options summary")
    tab.click("#compare")
    assert tab.evaluate(NAMELESS) == []
    assert tab.locator("#cells button").first.is_hidden()
    tab.click("#close")
    visit.ask("it's full of grain")
    assert tab.evaluate(NAMELESS) == []
    tab.focus("#wish")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "download"


def test_a_touch_screen_is_told_of_no_mouse_and_no_keyboard(browser: object, server: Running) -> None:
    phone = Visit(browser, server.url, SIZES["phone"], touch=True)
    assert phone.tab.locator(".mouse").count() == 2
    assert phone.tab.locator(".mouse >> visible=true").count() == 0
    phone.context.close()
