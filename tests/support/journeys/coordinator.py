"""A coordinator's desk in Chromium: exchange, build a release, compare it, agree, let it leave, save the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Download, Frame, Locator, Page, expect

from tests.support.journeys.desks import Desk

PATIENCE = 120_000
"""Milliseconds for what hundreds of testimonies take on a busy machine."""
MOMENT = 200
SUMS = """() => Object.fromEntries([...document.querySelectorAll("[data-file]")].map(
  ({dataset}) => [dataset.file, dataset.sha256]))"""
PICTURES = """async () => Object.fromEntries(await Promise.all([...document.querySelectorAll("[data-file] img")].map(
  async (one) => [new URL(one.src).pathname.split("/").slice(4).join("/"), await (await fetch(one.src)).text()])))"""


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """What a page showed of a release before it left. `sums`: recipient -> SHA-256 of the bytes that were shown.

    `pictures`: the charts of it, as recipient/name in the file -> what the page had of them.
    """

    name: str
    sums: dict[str, str]
    pictures: dict[str, str] = field(repr=False)


class ReleaseDesk(Desk):
    """`seen`: every page about releases that was looked at, as it stood in the browser."""

    exchanges_at = "releases/"  # a browser takes a second to draw a hundred testimonies, and another for each turn

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        page.set_default_timeout(PATIENCE)
        self.seen: list[str] = []
        self._ended = ""  # what the page of progress said last

    def begin(self, floor: str) -> str:
        """Begin the organisation's ledger, below whose `floor` no release goes."""
        self._look("releases/")
        self.page.check(f"input[name=floor][value={floor}]")
        return self._press("form[action='/releases/begin'] button")

    def build(self, *to: str) -> Previewed:
        """Choose who gets it, look at the files that would leave, and propose exactly those."""
        self._look("releases/new")
        for code in to:
            self.page.check(f"input[name=to][value='{code}']")
        self.page.check("input[name=pace][value=sooner]")
        self.page.wait_for_timeout(2 * MOMENT)  # or the picture of a choice before, asked for late, stops the last one
        self.page.wait_for_selector("[data-picture-place]:not([aria-busy])")
        self.page.click("form[data-builder] button")
        self.page.wait_for_selector("[data-picture] [data-sentence], [data-refused]")
        self._keep()
        self.page.click("[data-picture] a.button.first")
        self.page.wait_for_selector("form[action='/releases/propose']")
        previewed = self._previewed(self.page.url.rpartition("/")[2])
        self._press("form[action='/releases/propose'] button")
        return previewed

    def compare(self, name: str) -> Previewed:
        """Make the release here and look at it; without sums where this desk will not, and says so on the page."""
        while True:
            self._look(f"releases/of/{name}/files")
            if not self._progress():
                break
        self.page.wait_for_selector("[data-same], [data-differs]")
        return self._previewed(name)

    def approve(self, name: str) -> Previewed:
        """Compare, and agree."""
        compared = self.compare(name)
        self._press("form[action$='/approve'] button")
        return compared

    def give_up(self, name: str) -> str:
        self._look(f"releases/of/{name}")
        return self._press("form[action$='/cancel'] button")

    def send(self, name: str) -> str:
        """Order that it leaves for everybody whom it is for."""
        self._look(f"releases/of/{name}")
        return self._press("form[action$='/send'] button")

    def hand_out(self, name: str, to: str) -> tuple[bytes, str]:
        """The file as the browser saves it; or none, and what the desk says then."""
        while True:
            self._look(f"releases/of/{name}")
            button = self.page.locator(f"[data-hand-out='{to}'] button")
            if not button.count():
                return b"", self._said()
            saved = self._saved(button)
            if saved is not None:
                return saved.path().read_bytes(), ""
            if not self._progress():
                self._keep()
                return b"", self._said()

    def _saved(self, button: Locator) -> Download | None:
        """What comes when it is pressed; None where another page comes."""
        saved: list[Download] = []
        moved: list[Frame] = []

        def keep(one: Download) -> None:
            saved.append(one)

        def move(frame: Frame) -> None:
            moved.append(frame)

        self.page.on("download", keep)
        self.page.on("framenavigated", move)
        button.click(no_wait_after=True)
        for _ in range(PATIENCE // MOMENT):
            if saved or moved:
                break
            self.page.wait_for_timeout(MOMENT)
        self.page.remove_listener("download", keep)
        self.page.remove_listener("framenavigated", move)
        assert saved or moved, "neither a file nor a word"
        self.page.wait_for_load_state()
        return saved[0] if saved else None

    def revoke(self) -> str:
        """Look who withdrew since."""
        self._look("releases/")
        return self._press("form[action='/releases/revoke'] button")

    def notice(self, to: str) -> bytes:
        """What is sent to those who have files: of which lines somebody withdrew, as the browser saves it."""
        self._look("releases/")
        with self.page.expect_download() as download:
            self.page.click(f"a[href*='/notice'][href*='{to}']")
        return download.value.path().read_bytes()

    def states(self) -> dict[str, str]:
        """Of each release, by its name."""
        self._look("releases/")
        lines = self.page.locator("[data-release]")
        found: dict[str, str] = lines.evaluate_all(
            "(all) => Object.fromEntries(all.map(({dataset}) => [dataset.release, dataset.state]))"
        )
        return found

    def overtaken(self) -> list[str]:
        """What came too late, as the page says it."""
        self._look("releases/")
        return self.page.locator("[data-overtaken]").all_inner_texts()

    def _previewed(self, name: str) -> Previewed:
        self._keep()
        return Previewed(name=name, sums=self.page.evaluate(SUMS), pictures=self.page.evaluate(PICTURES))

    def _press(self, button: str) -> str:
        """Press it, and wait until what it begins has ended; what the desk says of it."""
        with self.page.expect_navigation():
            self.page.click(button)
        if self._progress():
            return self._ended
        self._keep()
        return self._said()

    def _progress(self) -> bool:
        """Whether the page is the one of progress; then until it has ended, and on."""
        if not self._goes_on:
            return False
        expect(self.page.locator("main a.button.first")).to_be_visible(timeout=PATIENCE)
        self._ended = self._said()
        self._keep()
        self.page.click("main a.button.first")
        return True

    @property
    def _goes_on(self) -> bool:
        """Whether the page is the one of progress, which comes anew by itself."""
        return self.page.url.endswith("/releases/progress")

    def _said(self) -> str:
        return " ".join(self.page.locator("main .note").all_inner_texts())

    def _look(self, path: str) -> None:
        self._go(path)
        if not self._goes_on:
            self._keep()

    def _keep(self) -> None:
        self.seen.append(self.page.content())
