"""The page under fingers: real touches, which the browser may take for its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.page import SIZES, Visit
from helpers.serving import Running

PAINTED = """() => {
  const all = document.querySelector("#stage .paint");
  const { data } = all.getContext("2d").getImageData(0, 0, all.width, all.height);
  return data.filter((_, at) => at % 4 === 3).reduce((sum, lit) => sum + (lit > 127), 0);
}"""


class Fingers:
    """Fingers on the picture of a phone; points are pixels from its middle."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.session = visit.context.new_cdp_session(visit.tab)
        self.at: dict[int, tuple[float, float]] = {}

    def send(self, kind: str) -> None:
        box = self.visit.tab.locator("#stage").bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        points = [{"x": middle[0] + x, "y": middle[1] + y, "id": one} for one, (x, y) in self.at.items()]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, finger: int, x: float, y: float) -> None:
        self.at[finger] = (x, y)
        self.send("touchStart")

    def drag(self, finger: int, x: float, y: float, steps: int = 8) -> None:
        left, top = self.at[finger]
        for step in range(1, steps + 1):
            self.at[finger] = (left + (x - left) * step / steps, top + (y - top) * step / steps)
            self.send("touchMove")

    def up(self, finger: int) -> None:
        del self.at[finger]
        self.send("touchEnd")

    def width(self) -> float:
        return self.visit.tab.locator("#stage img.shown").bounding_box()["width"]

    def painted(self) -> int:
        return self.visit.tab.evaluate(PAINTED)


@pytest.fixture
def fingers(browser: object, server: Running, cat: Path) -> Iterator[Fingers]:
    visit = Visit(browser, server.url, SIZES["phone"], touch=True)
    visit.choose(cat)
    yield Fingers(visit)
    assert not visit.errors
    visit.context.close()


@pytest.mark.parametrize("direction", [(1, 0), (0, 1), (1, 1)])
def test_two_fingers_zoom_wherever_they_lie(fingers: Fingers, direction: tuple[int, int]) -> None:
    """One lands after the other, and one moves before the other, as fingers do."""
    box = fingers.visit.tab.locator("#stage").bounding_box()
    assert box["x"] == 0
    assert box["width"] == 390  # edge to edge
    across, along = direction
    before = fingers.width()
    fingers.down(0, 20 * across, 20 * along)
    fingers.down(1, -20 * across, -20 * along)
    fingers.drag(0, 80 * across, 80 * along)
    fingers.drag(1, -80 * across, -80 * along)
    fingers.up(0)
    fingers.up(1)
    assert fingers.width() > 2 * before
    assert fingers.visit.tab.evaluate("scrollY") == 0
    assert not fingers.visit.sideways()


def test_two_fingers_move_what_is_zoomed(fingers: Fingers) -> None:
    fingers.visit.tap("#in")
    fingers.visit.tap("#in")
    before, width = fingers.visit.tab.locator("#stage img.shown").bounding_box(), fingers.width()
    fingers.down(0, 30, 0)
    fingers.down(1, -30, 0)
    for step in range(1, 6):
        fingers.drag(0, 30 - 10 * step, 0, steps=1)
        fingers.drag(1, -30 - 10 * step, 0, steps=1)
    fingers.up(0)
    fingers.up(1)
    after = fingers.visit.tab.locator("#stage img.shown").bounding_box()
    assert after["x"] == pytest.approx(before["x"] - 50, abs=3)
    assert fingers.width() == pytest.approx(width, rel=0.01)


def test_one_finger_paints_and_two_do_not(fingers: Fingers) -> None:
    fingers.visit.tap("#brush")
    fingers.down(0, -60, -40)
    fingers.drag(0, 20, -40)
    fingers.up(0)
    painted = fingers.painted()
    assert painted > 1000
    fingers.down(0, 10, 60)
    fingers.drag(0, 12, 60, steps=1)
    fingers.down(1, -20, 60)
    fingers.drag(0, 90, 60)
    fingers.drag(1, -90, 60)
    assert fingers.width() > 1.5 * 390
    fingers.up(1)
    fingers.drag(0, 40, -80)  # the finger that is lifted last
    fingers.up(0)
    assert fingers.painted() == painted
    fingers.visit.tap("#zoom")
    fingers.down(0, 60, 40)
    fingers.up(0)
    assert fingers.painted() > painted


def test_quick_dabs_of_the_brush_do_not_zoom(fingers: Fingers) -> None:
    """With a mouse alone: soon after its double click Chromium makes no click of a touch."""
    tab = fingers.visit.tab
    stage = tab.locator("#stage")
    fitted = fingers.width()
    tab.click("#in")
    zoomed = fingers.width()
    tab.click("#brush")
    stage.dblclick()
    assert fingers.painted() > 0
    assert fingers.width() == zoomed > fitted
    tab.click("#brush")
    stage.dblclick()
    assert fingers.width() == fitted


def test_a_part_that_a_finger_paints_is_restored_alone(fingers: Fingers) -> None:
    visit = fingers.visit
    original = visit.shown()
    visit.tap("#brush")
    box = visit.tab.locator("#stage").bounding_box()
    left, right = -0.4 * box["width"], -0.2 * box["width"]
    fingers.down(0, left, 0)
    fingers.drag(0, right, 0)
    fingers.up(0)
    assert visit.ask("it's full of grain").startswith("Restored")
    changed = abs(visit.shown() - original).mean(axis=(0, 2))
    assert changed[: len(changed) // 3].max() > 1
    assert changed[len(changed) // 2 :].max() <= 1


def test_a_finger_that_rests_shows_the_original_and_one_that_scrolls_does_not(fingers: Fingers) -> None:
    visit = fingers.visit
    assert visit.ask("it's full of grain").startswith("Restored")
    visit.settled()
    clip = "document.querySelector('#stage .clip').style.clipPath"
    divided = visit.tab.evaluate(clip)
    fingers.down(0, 60, 20)
    visit.tab.wait_for_function(f"{clip} === 'inset(0px)'")
    fingers.up(0)
    assert visit.tab.evaluate(clip) == divided
    fingers.down(0, 60, 60)
    fingers.drag(0, 60, -60)
    visit.tab.wait_for_timeout(400)  # longer than a press takes to hold
    assert visit.tab.evaluate(clip) == divided
    fingers.up(0)


def test_a_first_file_that_is_refused_is_seen_on_a_phone(
    browser: object, server: Running, tmp_path: Path
) -> None:
    """Where it is said lies below the window while there is no photo."""
    visit = Visit(browser, server.url, SIZES["phone"], touch=True)
    broken = tmp_path / "IMG_0001.HEIC"
    broken.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    visit.tab.set_input_files("#choose", [broken])
    visit.tab.wait_for_selector("#news [role=alert]")
    box = visit.tab.locator("#news [role=alert]").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] < SIZES["phone"][1] + 1
    assert "IMG_0001.HEIC" in visit.tab.inner_text("#news")
    visit.context.close()
