"""The picture report in a real browser: sliders move, nothing is fetched, nothing is cut off."""

import os
from pathlib import Path

import pytest

from helpers.evaluation import Recorder
from instructir.evaluation.protocols import PROTOCOLS
from instructir.evaluation.render.report import write_report
from instructir.evaluation.runner.evaluate import evaluate
from instructir.evaluation.runner.samples import collect
from instructir.evaluation.suites import get_suite


@pytest.fixture
def report(sets, as_method, tmp_path) -> Path:
    suite, methods = get_suite("table2"), [as_method(Recorder(pull=0.2))]
    results = evaluate(suite, methods, sets, PROTOCOLS["strict"])
    samples = collect(results, suite, methods, sets, PROTOCOLS["strict"])
    return write_report(results, samples, tmp_path / "report")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_works_in_a_browser(browser, report, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.as_uri())

    sizes = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert sizes
    assert min(sizes) > 0
    # The page itself does not scroll sideways; its wide tables do, within their own frames.
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, background[4:-1].split(","))) < 200) == (scheme == "dark")

    sample = page.locator(".sample").first
    compare, slider = sample.locator(".compare"), sample.locator("input")
    compare.scroll_into_view_if_needed()
    box = compare.bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    assert int(slider.input_value()) == pytest.approx(25, abs=3)
    assert compare.evaluate("element => element.style.getPropertyValue('--at')") == f"{slider.input_value()}%"
    slider.focus()
    before = int(slider.input_value())
    page.keyboard.press("ArrowRight")
    assert int(slider.input_value()) == before + 1
    left = sample.locator("img.input")
    shown = left.evaluate("element => getComputedStyle(element).clipPath")
    assert "inset" in shown
    sample.locator("button", has_text="restored | reference").click()
    assert left.evaluate("element => getComputedStyle(element).visibility") == "hidden"

    outside = [url for url in requests if not url.startswith(("data:", report.as_uri()))]
    assert outside == []
    assert errors == []
    if folder := os.environ.get("INSTRUCTIR_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/report-{width}-{scheme}.png", full_page=True)
    page.close()
