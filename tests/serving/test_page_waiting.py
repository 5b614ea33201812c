"""A slow line, and a visitor who goes on: nothing of his is lost, and each answer is where it belongs."""

import re
from pathlib import Path

import pytest
from PIL import Image

from helpers.page import Visit


@pytest.fixture
def photos(tmp_path: Path, cat: Path) -> list[Path]:
    """Three photos of different shapes."""
    made = []
    for index, (width, height) in enumerate([(120, 90), (90, 120), (100, 60)]):
        made.append(tmp_path / f"photo {index}.png")
        with Image.open(cat) as image:
            image.crop((0, 0, width, height)).save(made[-1])
    return made


def current(visit: Visit) -> int:
    """Which photo of the strip is looked at."""
    marks = visit.tab.locator("#strip .thumb").evaluate_all("all => all.map(one => one.ariaCurrent)")
    return marks.index("true")


def focused(visit: Visit) -> str:
    return visit.tab.evaluate("document.activeElement.id")


def test_what_is_written_while_an_example_comes_stays(visit: Visit) -> None:
    tab = visit.tab
    with visit.held("**/photos?*"):
        tab.dblclick("#examples button >> nth=0")
        tab.fill("#wish", "it is too dark")
        tab.focus("#restore")
    tab.wait_for_selector("#stage img.shown[src]")
    visit.understood("bright")
    assert tab.input_value("#wish") == "it is too dark"
    assert focused(visit) == "restore"
    assert visit.photos() == 1
    assert not visit.errors


def test_an_example_that_cannot_be_had_is_said(visit: Visit) -> None:
    visit.tab.route("**/static/examples/*", lambda route: route.abort())
    visit.tab.click("#examples button >> nth=0")
    visit.understood("cannot be reached")
    assert visit.tab.locator("#examples button").first.is_enabled()


def test_a_photo_that_comes_late_leaves_the_visitor_with_another(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(photos[0])
    said = tab.inner_text("#said")
    with visit.held("**/photos?*"):
        tab.set_input_files("#choose", photos[1])
        tab.wait_for_selector("#news p")
        tab.click("#brush")
    tab.wait_for_selector("#strip li >> nth=1")
    assert current(visit) == 0
    assert tab.get_attribute("#brush", "aria-pressed") == "true"
    assert focused(visit) == "stage"
    tab.wait_for_selector("#news p", state="detached")
    assert tab.inner_text("#said") == said
    tab.set_input_files("#choose", photos[2])  # and nothing is done meanwhile: it is what is wanted next
    tab.wait_for_selector("#strip li >> nth=2")
    assert current(visit) == 2


def test_what_is_written_and_chosen_while_it_runs_is_for_the_next_step(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    tab.fill("#wish", "it's full of grain")
    with visit.held("**/restore"):
        visit.start("#restore")
        tab.fill("#wish", "brighten it")
        tab.click("#options summary")
        tab.select_option("#scale", "x2")
        tab.click("#brush")
        tab.keyboard.press("Space")
    assert visit.finished().startswith("Restored: noise removed")
    assert tab.input_value("#wish") == "brighten it"
    assert tab.input_value("#scale") == "x2"
    assert tab.get_attribute("#brush", "aria-pressed") == "true"


def test_clicks_that_are_quicker_than_answers_count(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    visit.ask("it's full of grain")
    visit.ask("brighten it")
    with visit.held("**/place"):
        tab.dblclick("#undo")
    tab.wait_for_selector("#undo:disabled")
    assert tab.is_checked("#step-0")
    with visit.held("**/place"):
        tab.click("#redo")
        tab.fill("#wish", "it is blurred")
        tab.keyboard.press("Enter")  # meant for what is gone to
    visit.finished()
    assert tab.locator("#steps input").count() == 3
    assert "blurred" in tab.inner_text("#steps label >> nth=2")
    assert not visit.errors


def test_a_photo_is_removed_while_something_is_asked_of_it(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(*photos)
    with visit.held("**/understand"):
        tab.fill("#wish", "it is too dark")
        tab.wait_for_timeout(400)
        tab.focus("#strip .remove >> nth=0")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#strip li >> nth=2", state="detached")
    assert focused(visit).startswith("thumb-")
    visit.understood("bright")  # read again, of the photo that is looked at now
    tab.fill("#wish", "it's full of grain")
    with visit.held("**/restore"):
        visit.start("#restore")
        tab.click("#strip .remove >> nth=0")
    assert visit.photos() == 1
    assert visit.ask("it's full of grain").startswith("Restored")
    assert visit.shown().shape == (60, 100, 3)
    assert not visit.errors


def test_stop_stops_all_photos_and_all_is_not_begun_twice(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(*photos)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if request.url.endswith("/restore") else None)
    tab.click("#strip .thumb >> nth=2")
    with visit.held("**/restore"):
        tab.dblclick("#restore-all")
        tab.wait_for_function("document.querySelectorAll('#strip progress').length === 3")
        assert tab.is_disabled("#restore-all")
        tab.click("#stop")
        tab.wait_for_selector("#strip progress", state="detached")
    tab.wait_for_timeout(500)
    assert len(asked) == 2
    assert tab.locator("#strip .done").count() == 0


def test_a_double_click_hits_nothing_that_comes_under_the_pointer(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(*photos)
    tab.dblclick("#strip .remove >> nth=0")  # the next photo takes its place
    assert visit.photos() == 2
    tab.fill("#wish", "it's full of grain")
    visit.understood("noise")
    with visit.held("**/restore"):
        tab.dblclick("#restore")  # Stop appears, and the progress above moves it all
        tab.wait_for_selector("#said progress")
        assert tab.locator("#stop").is_visible()
        assert not tab.is_checked("#quality")
    assert visit.finished().startswith("Restored")
    assert tab.locator("#steps input").count() == 2


def test_pictures_are_shown_when_they_are_there_and_never_of_another_photo(
    visit: Visit, photos: list[Path]
) -> None:
    tab = visit.tab
    visit.choose(*photos[:2])
    tab.click("#strip .thumb >> nth=0")
    visit.ask("it's full of grain")
    result = visit.shown()
    shown = tab.locator("#stage img.shown")
    address = shown.get_attribute("src")
    with visit.held("**/view/**size=screen"):
        tab.locator("#dial").fill("40")
        tab.wait_for_selector("#stage[aria-busy=true]")
        assert shown.get_attribute("src") == address
        tab.click("#strip .thumb >> nth=1")
        assert current(visit) == 1
    tab.click("#strip .thumb >> nth=0")
    assert visit.shown().shape == result.shape
    tab.wait_for_function("document.querySelector('#stage img.shown').src.includes('strength=0.4')")
    with visit.held("**/view/**size=screen"):
        tab.click("#tools #zoom")
        tab.click("#undo")
        tab.wait_for_selector("#undo:disabled")
    tab.wait_for_function("/view.0.after/.test(document.querySelector('#stage img.shown').src)")
    assert not visit.errors


def test_the_keyboard_stays_where_it_is_while_things_are_drawn_anew(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    tab.fill("#wish", "it's full of grain")
    tab.focus("#restore")
    visit.start_by_key("Enter")
    visit.finished()
    assert focused(visit) == "restore"
    tab.focus("#step-1")
    tab.keyboard.press("ArrowUp")
    tab.wait_for_selector("#undo:disabled")
    assert focused(visit) == "step-0"
    tab.keyboard.press("ArrowDown")
    tab.wait_for_selector("#redo:disabled")
    assert focused(visit) == "step-1"


def test_a_session_that_is_over_is_said_and_the_next_photo_begins_another(
    visit: Visit, photos: list[Path]
) -> None:
    tab = visit.tab
    visit.choose(photos[0])
    token = re.search(r"page/([^/]+)/", tab.get_attribute("#stage img.shown", "src"))[1]
    tab.fill("#wish", "it's full of grain")
    visit.context.request.post(f"{tab.url}page/{token}/leave")
    tab.click("#restore")
    visit.understood("session is over")
    assert tab.locator("#drop").is_visible()
    visit.choose(photos[1])
    assert tab.input_value("#wish") == "it's full of grain"
    visit.start("#restore")
    assert visit.finished().startswith("Restored")
    token = re.search(r"page/([^/]+)/", tab.get_attribute("#stage img.shown", "src"))[1]
    visit.context.request.post(f"{tab.url}page/{token}/leave")
    tab.set_input_files("#choose", photos[2])  # the next photo itself finds it over
    tab.wait_for_function("document.querySelector('#stage img.shown').naturalWidth === 100")
    assert visit.photos() == 1


def test_what_was_understood_is_of_the_text_that_stands_there(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(*photos[:2])
    tab.click("#strip .thumb >> nth=0")
    tab.fill("#wish", "remove the rain")
    visit.understood("rain")
    tab.click("#strip .thumb >> nth=1")
    with visit.held("**/understand"):
        tab.fill("#wish", "it is too dark")
        assert tab.get_attribute("#said", "aria-busy") == "true"
    visit.understood("bright")
    tab.click("#strip .thumb >> nth=0")
    visit.understood("bright")


def test_a_variant_is_of_its_words_and_its_photo(visit: Visit, photos: list[Path]) -> None:
    tab = visit.tab
    visit.choose(photos[0])
    with visit.held("**/photos?*"):
        tab.set_input_files("#choose", photos[1])
        tab.wait_for_selector("#news p")
        tab.fill("#wish", "it's full of grain")
        tab.click("#compare")
    tab.wait_for_selector("#strip li >> nth=1", state="attached")
    first = tab.locator("#cells fieldset").first
    tab.dblclick("#show")
    tab.wait_for_function("[...document.querySelectorAll('#cells button')].every((one) => !one.disabled)")
    first.locator("textarea").fill("brighten it")
    assert first.locator("button").is_disabled()
    assert first.locator("img").is_hidden()
    tab.click("#show")
    first.locator("button:enabled").wait_for()
    tab.evaluate("document.querySelector('#strip li:nth-child(2) .thumb').click()")  # whatever is looked at
    visit.start("#cells button >> nth=0")
    visit.finished()
    tab.click("#strip .thumb >> nth=0")
    assert "brighten it" in tab.inner_text("#steps")
    assert not visit.errors


def test_the_dial_of_a_preview_is_kept_while_another_photo_is_looked_at(
    visit: Visit, photos: list[Path], tmp_path: Path
) -> None:
    tab = visit.tab
    large = tmp_path / "large.png"
    Image.effect_noise((2000, 1600), 60).convert("RGB").save(large)
    visit.choose(large, photos[0])
    tab.click("#strip .thumb >> nth=0")
    tab.fill("#wish", "remove the noise")
    visit.start("#restore")
    tab.wait_for_selector("#stage .badge", state="visible")
    tab.locator("#dial").fill("30")
    tab.click("#strip .thumb >> nth=1")
    tab.click("#strip .thumb >> nth=0")
    assert tab.input_value("#dial") == "30"
    assert tab.evaluate("document.querySelector('#stage .live').style.opacity") == "0.3"
    tab.click("#stop")
    visit.understood("Stopped")
