"""One phone for several tests: signed in once, and brought back to its home card after each of them."""

from __future__ import annotations

from playwright.sync_api import Playwright, sync_playwright

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

REMEMBERING = "performance.setResourceTimingBufferSize(5000)"
"""A page that lives for many tests loads more than the browser lists by itself."""
CLOSE = "() => document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())"


class SharedPhone:
    """Off until the first test needs it. A test that finds it on another card than home puts it away."""

    def __init__(self) -> None:
        self._organisation: Organisation | None = None
        self._node: Server | None = None
        self._phone: Browser | None = None
        self._last: Interviewer | None = None

    def knows(self, organisation: Organisation) -> bool:
        """Whether it is on, with somebody of this organisation signed in."""
        return self._organisation is organisation

    @property
    def node(self) -> Server:
        assert self._node is not None
        return self._node

    def turn_on(self, organisation: Organisation, node: Server, phone: Browser, passphrase: str) -> None:
        """Start both, and sign interviewer-1 in."""
        self._organisation, self._node, self._phone = organisation, node, phone
        node.start()
        phone.start().add_init_script(REMEMBERING)
        who = self.interviewer()
        who.open()
        who.sign_in("interviewer-1", passphrase)

    def interviewer(self) -> Interviewer:
        """A new person to hold it. The one before does nothing more on the page."""
        assert self._phone is not None
        if self._last is not None:
            self._last.leave_prompts_open()
        self._last = Hurried(self._phone.page, f"http://localhost:{self.node.port}")
        return self._last

    def come_home(self) -> None:
        """Delete the interview at work, clear the list of what is sealed, and go home."""
        assert self._phone is not None
        assert self._phone.complaints == []
        who = self.interviewer()
        who.page.emulate_media(media="null")
        who.page.evaluate(CLOSE)
        if who.card not in ("home", "outbox"):
            for act in ("stop", "delete", "delete-really"):
                who.act(act)
            who.wait_for("outbox")
        if who.card == "outbox":
            _clear(who)
        who.wait_for("home")
        wait_until(lambda: who.drafts() == 0, "the home card to offer nothing to go on with")

    def put_away(self) -> None:
        """Off again, with all that it held; the next test that needs it has another."""
        phone, node = self._phone, self._node
        self._organisation = self._phone = self._node = self._last = None
        if phone is not None:
            phone.close()
        if node is not None:
            node.put_away()


class Lasting:
    """Playwright and the shared phone, from the first test that asks for them to the last one of its folder.

    A test of another folder may run a Playwright of its own, and two at once cannot be.
    """

    def __init__(self) -> None:
        self.phone = SharedPhone()
        self._playwright: Playwright | None = None

    def playwright(self) -> Playwright:
        """The one that runs."""
        self._playwright = self._playwright or sync_playwright().start()
        return self._playwright

    def end(self) -> None:
        """Nothing of it runs any more."""
        self.phone.put_away()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None


def _clear(who: Interviewer) -> None:
    wait_until(lambda: "waiting" not in who.states(), "the node to take what is sealed")
    clear = who.page.locator('[data-act="clear-delivered"]')
    if clear.is_visible():
        clear.click()
        who.page.locator("[data-outbox] li").first.wait_for(state="detached")
    who.act("home")
