"""What the page asks for before it does something, and before what was done is lost."""

from pathlib import Path

from helpers.page import SIZES, Visit
from helpers.serving import Running

LEAVE = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
"""Whether the browser would ask before the page is left."""


def test_a_photo_is_asked_for_until_there_is_one(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    tab.fill("#wish", "it's full of grain")
    tab.press("#wish", "Enter")
    alert = tab.locator("#said [role=alert]")
    assert alert.all_inner_texts() == ["Choose a photo first."]
    visit.understood("noise")
    assert alert.all_inner_texts() == ["Choose a photo first."]
    tab.fill("#wish", "it is too dark")
    visit.understood("bright")
    assert alert.all_inner_texts() == ["Choose a photo first."]
    visit.choose(cat)
    visit.understood("bright")
    assert alert.count() == 0
    assert visit.ask("it is too dark").startswith("Restored")
    assert not visit.errors


def test_nothing_is_restored_where_a_part_is_meant_and_none_is_painted(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    visit.choose(cat, cat)
    tab.fill("#wish", "it's full of grain")
    visit.understood("noise")
    tab.click("#brush")
    visit.understood("noise")
    alert = tab.locator("#said [role=alert]")
    said = "Paint what is to change first, or turn “Only a part” off."
    for button in ("#restore", "#restore-all", "#compare"):
        tab.click(button)
        assert alert.all_inner_texts() == [said]
    assert tab.locator("#stop").is_hidden()
    assert not tab.locator("#variants").is_visible()
    assert "noise" in tab.inner_text("#said")  # what was understood stands there too
    tab.focus("#stage")
    tab.keyboard.press("Space")
    assert alert.count() == 0
    tab.click("#clear")
    tab.press("#wish", "Enter")
    assert alert.all_inner_texts() == [said]
    assert not [url for url in asked if url.endswith("/restore")]
    tab.click("#brush")  # put away: the whole photo is meant again
    assert alert.count() == 0
    visit.start("#restore")
    assert visit.finished().startswith("Restored")
    assert not visit.errors


def test_what_is_missing_is_said_in_the_page_s_language(browser: object, server: Running, cat: Path) -> None:
    visit = Visit(browser, server.url, SIZES["phone"], locale="de-DE", touch=True)
    visit.choose(cat)
    visit.tap("#brush")
    visit.tap("#restore")
    alert = visit.tab.locator("#said [role=alert]")
    assert alert.inner_text() == "Bemale zuerst, was sich ändern soll, oder schalte „Nur ein Teil“ aus."
    box = alert.bounding_box()
    assert 0 <= box["y"] < SIZES["phone"][1]
    visit.context.close()


def test_an_alert_is_said_once_and_again_only_when_it_is_asked_for_again(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat)
    tab.click("#brush")
    tab.click("#restore")
    tab.evaluate("window.alert_ = document.querySelector('#said [role=alert]')")
    said = "document.querySelector('#said [role=alert]') === window.alert_"
    for sentence, word in (("it's full of grain", "noise"), ("it is too dark", "bright")):
        tab.fill("#wish", sentence)
        visit.understood(word)
        assert tab.evaluate(said)  # what was understood is drawn beside it
    tab.click("#restore")
    assert tab.locator("#said [role=alert]").count() == 1
    assert not tab.evaluate(said)
    assert not visit.errors


def test_the_browser_asks_before_a_result_or_a_run_is_lost(visit: Visit, cat: Path, tmp_path: Path) -> None:
    tab = visit.tab
    assert not tab.evaluate(LEAVE)
    visit.choose(cat)
    assert not tab.evaluate(LEAVE)  # the photo itself is where it came from
    tab.fill("#wish", "it's full of grain")
    with visit.held("**/restore"):
        visit.start("#restore")
        assert tab.evaluate(LEAVE)
    visit.finished()
    assert tab.evaluate(LEAVE)
    seen: list[str] = []
    tab.on("dialog", lambda dialog: seen.append(dialog.type))
    tab.on("dialog", lambda dialog: dialog.dismiss())
    tab.evaluate("location.reload()")
    tab.wait_for_timeout(300)
    assert seen == ["beforeunload"]
    assert visit.photos() == 1
    visit.download(tmp_path)
    assert not tab.evaluate(LEAVE)
    tab.locator("#dial").fill("40")
    tab.wait_for_function("document.querySelector('#stage img.shown').src.includes('strength=0.4')")
    assert tab.evaluate(LEAVE)  # what was downloaded is another
    visit.download(tmp_path)
    tab.click("#undo")
    tab.wait_for_selector("#undo:disabled")
    assert not tab.evaluate(LEAVE)
    tab.click("#redo")
    tab.wait_for_selector("#redo:disabled")
    assert not tab.evaluate(LEAVE)
    tab.evaluate("location.reload()")
    tab.wait_for_selector("#drop", state="visible")
    assert seen == ["beforeunload"]


def test_a_zip_saves_all_that_was_restored(visit: Visit, cat: Path) -> None:
    tab = visit.tab
    visit.choose(cat, cat)
    tab.fill("#wish", "it's full of grain")
    tab.click("#restore-all")
    tab.wait_for_function("document.querySelectorAll('#strip .done').length === 2")
    visit.finished()
    assert tab.evaluate(LEAVE)
    with tab.expect_download():
        tab.click("#zip")
    assert not tab.evaluate(LEAVE)
