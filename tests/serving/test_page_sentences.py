"""What the page reads and what it says, in a real browser."""

import re
from pathlib import Path

from PIL import Image

from helpers.page import SIZES, Visit
from helpers.serving import Running


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


def test_chips_say_what_the_photo_shows_and_a_refusal_what_to_write(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    first = tab.locator("#chips button").first
    assert re.fullmatch(r"grainy: \d+\s%", first.inner_text())
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
    tab.locator("#suggestions").wait_for(state="hidden")


def test_the_page_speaks_the_browser_s_language(browser, server: Running, cat: Path) -> None:
    for locale, title, side in (("de-AT", "Ein Foto mit einem Satz", "ltr"), ("ar", "رمّم صورة", "rtl")):
        visit = Visit(browser, server.url, SIZES["phone"], locale=locale)
        assert title in visit.tab.inner_text("h1")
        assert visit.tab.evaluate("document.documentElement.dir") == side
        assert visit.violations() == []
        visit.choose(cat)
        assert not visit.sideways()
        visit.context.close()


def test_refusals_and_notes_are_in_the_page_s_language(browser, server: Running, tmp_path: Path) -> None:
    letter = tmp_path / "brief.jpg"
    letter.write_text("dear all")
    plain = tmp_path / "plain.png"
    Image.linear_gradient("L").convert("RGB").save(plain)
    visit = Visit(browser, server.url, SIZES["phone"], locale="de-DE")
    visit.tab.set_input_files("#choose", letter)
    visit.tab.wait_for_selector("#status [role=alert]")
    assert "ist kein Bild in einem bekannten Format" in visit.tab.inner_text("#status")
    visit.choose(plain)
    assert "davon war nichts zu sehen" in visit.ask("remove the rain")
    visit.context.close()
