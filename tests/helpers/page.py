"""The page in a real browser, as a visitor uses it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.patience import PATIENCE

_WATCH = """() => {
  const stop = document.querySelector("#stop");
  delete stop.dataset.shown;
  new MutationObserver((_, observer) => {
    stop.dataset.shown = "";
    observer.disconnect();
  }).observe(stop, { attributeFilter: ["hidden"] });
}"""
_HEAR = """(selector) => {
  const button = document.querySelector(selector);
  delete button.dataset.tapped;
  button.addEventListener("click", () => { button.dataset.tapped = ""; }, { once: true });
}"""
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
        policy: bool = False,
    ) -> None:
        """Open the page; `policy` holds its content policy, under which no text can be evaluated in it."""
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            accept_downloads=True,
            locale=locale,
            has_touch=touch,
            bypass_csp=not policy,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(1000 * PATIENCE)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.tab.on("request", lambda request: self._note(request.url, url))
        self.tab.on("console", self._heard)
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.goto(url)
        self.tab.wait_for_selector("#restore")

    def _heard(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)

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
        self.start("#restore")
        return self.finished()

    def start(self, button: str) -> None:
        """Click on a button, and wait until something runs: it may be over before anybody looks."""
        self.tab.evaluate(_WATCH)
        self.tab.click(button)
        self.tab.wait_for_selector("#stop[data-shown]", state="attached")

    def tap(self, button: str) -> None:
        """Tap on a button and wait until it has heard: a browser makes a click of a touch in its own time."""
        self.tab.evaluate(_HEAR, button)
        self.tab.tap(button)
        self.tab.wait_for_selector(f"{button}[data-tapped]", state="attached")

    def start_by_key(self, key: str) -> None:
        """The same with a key, where the focus is."""
        self.tab.evaluate(_WATCH)
        self.tab.keyboard.press(key)
        self.tab.wait_for_selector("#stop[data-shown]", state="attached")

    @contextmanager
    def held(self, addresses: str) -> Iterator[None]:
        """A slow line: what is asked of these addresses meanwhile is sent afterwards."""
        self.tab.route(addresses, lambda route: None)
        yield
        self.tab.unroute(addresses)

    def finished(self) -> str:
        """What is said once nothing runs any more."""
        self.tab.wait_for_selector("#stop", state="hidden")
        return self.tab.inner_text("#status")

    def understood(self, word: str) -> None:
        """Wait until a word is in what was understood."""
        self.tab.wait_for_function(f"/{word}/i.test(document.querySelector('#status').innerText)")

    def settled(self) -> None:
        """Wait until the pictures that are wanted are shown."""
        self.tab.wait_for_selector("#stage:not([aria-busy=true])")

    def pixels(self, layer: str) -> np.ndarray:
        self.settled()
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
