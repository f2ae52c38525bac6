"""Drives the interview page in Chromium as an interviewer would: sign in, consent, answer, seal. Journeys use it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.support.interview.card_driver import PAUSE, Cards

SETTING = ("interpreter", "cs_present", "cs_capacity", "cs_incentive")
INTERPRETING = ("interpreter_officer", "cs_int_relation", "cs_int_gender", "interpreter_oath")
HOW = ("cs_mode", "cs_heard", "told_before")
SEVERAL = {"talk-setting": SETTING, "talk-interpreter": INTERPRETING, "talk-how": HOW}
"""Cards of the talk with more than one question, and their fields."""
KEEPING = ("P01", "P04")
TALK = {
    "interpreter": "no",
    "cs_present": ["none"],
    "cs_capacity": ["none"],
    "cs_incentive": "none",
    "cs_mode": "oral",
    "cs_heard": "read",
    "guardian_relation": "parent",
    "told_before": "no",
}
"""A talk that nothing stands in the way of, for a script that is no draft."""
WITH_INTERPRETER = TALK | {
    "interpreter": "yes",
    "interpreter_officer": "no",
    "interpreter_oath": "yes",
    "cs_int_relation": "professional",
    "cs_int_gender": "f",
    "cs_present": ["interpreter"],
}
"""The same with an interpreter, as a draft script asks for."""
GUARDED = ("guardian_account", "cs_focal_point", "cs_second_adult")
TELLING = ("interpreter_name", "guardian_name", "adults_names", "share_instead")
"""Cards of the talk that may be left as they are."""
PINNED = """() => new Promise((done) => {
  const opening = indexedDB.open("interview");
  opening.onupgradeneeded = () => opening.transaction.abort();  // not made yet: that is the page's to do
  opening.onerror = () => done(false);
  opening.onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("trust").objectStore("trust").count();
    asked.onsuccess = () => (result.close(), done(asked.result > 0));
  };
})"""
"""Whether the phone holds to one organisation by now."""
CODE = re.compile(r"^\d{5}( \d{5}){4}$")
FIELDS = "fields => fields.map(field => field.dataset.field)"
OPTIONS = "options => options.map(option => option.dataset.option)"
SHOWN = "() => document.querySelector('[data-code]').textContent !== ''"
"""Whether the code, which takes the phone a moment, is there."""


class Interviewer(Cards):
    """One interviewer with one page. `code_shown`: the last code in the witness's numerals, or empty."""

    code_shown = ""
    begins = "new-interview"
    """The act that begins an interview."""

    # signing in

    def open(self, lang: str = "en", *, offline_ready: bool = True) -> None:
        """Load the page; wait until the phone could go on without the node."""
        self.page.goto(f"{self.address}/interview/{lang}/")
        self.flagged("ready", "true")
        if offline_ready:
            self.flagged("offline", "ready", timeout=self.patience)

    def sign_in(self, name: str, passphrase: str, pin: str = "") -> None:
        """Sign in, with `pin` for pauses where one is given."""
        self.find("#person").fill(name)
        self.find("#passphrase").fill(passphrase)
        self.act("sign-in")
        self.second_step(pin)
        self.wait_for("home")

    def second_step(self, pin: str = "") -> None:
        """What follows the passphrase: set `pin`, or go on without one."""
        self.wait_for("new-pin")
        if pin:
            self.find("#pin-first").fill(pin)
            self.find("#pin-again").fill(pin)
        self.act("set-pin" if pin else "skip-pin")

    def trusts(self) -> bool:
        """Whether the phone holds to one organisation by now."""
        return bool(self.page.evaluate(PINNED))

    def online(self) -> None:
        """Wait until the node knows who is signed in, and the phone has its stock of share keys."""
        self.flagged("signed", "online", timeout=self.patience)

    def unlock(self, passphrase: str) -> None:
        self.find("#passphrase-again").fill(passphrase)
        self.act("unlock")

    # the interview

    def drafts(self) -> int:
        """How many drafts the home card offers to go on with."""
        return self.find('[data-act="resume"]:visible').count()

    def draft_states(self) -> list[str]:
        """What each draft on the home card waits for; "open" when it waits for nothing."""
        lines = self.find("[data-draft-list] li")
        return [str(state) for state in lines.evaluate_all("lines => lines.map(line => line.dataset.state)")]

    def resume(self) -> None:
        """From home into the draft that waits there, as soon as the node has opened its half."""
        self.find('[data-draft-list] li[data-state="open"] [data-act="resume"]').click(timeout=self.patience)
        self.find("[data-card][data-section]:not([hidden])").wait_for()

    def begin(self, witness_language: str = "en") -> None:
        """From where it can be begun to the card on which it is asked whether it is safe."""
        self.act(self.begins)
        self.wait_for("languages")
        self.choose("witness_language", witness_language)
        self.next()

    def safety(self, age: str = "adult", circumstances: Mapping[str, Any] = TALK) -> None:
        """From there to what is told."""
        self.wait_for("safety")
        self.choose("safety_private", "yes")
        self.choose("safety_officer", "no")
        self.choose("safety_urgent", "no")
        self.choose("safety_return", "no")
        self.choose("cs_age", age)
        self.next()
        while self.card in GUARDED:
            self.take(self.card, "yes")
        self.answer_several(circumstances)

    def answer_several(self, circumstances: Mapping[str, Any]) -> None:
        """The cards on which several questions about the talk stand."""
        while self.card in SEVERAL:
            for field in SEVERAL[self.card]:
                if field in circumstances:
                    held = circumstances[field]
                    self.choose(field, *(held if isinstance(held, list) else [held]))
            self.next()

    def tell(self) -> None:
        """Say what the witness must hear, card by card."""
        while self.card.startswith("told-"):
            self.told()
        while self.card in ("cs_guardian", "cs_assent"):
            self.take(self.card, "yes")

    def consent(self, purposes: Collection[str]) -> None:
        """Yes to those in `purposes`, no to the others; a further use is asked only if it is among them."""
        while self.card.startswith("purpose-") or self.card in ("uses-counted", "uses-more"):
            self.consent_card(purposes)

    def consent_card(self, purposes: Collection[str]) -> None:
        """The same on the one card that is shown."""
        if self.card == "uses-counted":
            for field in self.find("[data-card=uses-counted] [data-field]:visible").evaluate_all(FIELDS):
                self.choose(field, "yes" if field.removeprefix("purpose_") in purposes else "no")
            self.next()
        elif self.card == "uses-more":
            offered = self.find("[data-field=page_uses] [data-option]:visible").evaluate_all(OPTIONS)
            self.choose("page_uses", *(code for code in offered if code in purposes))
            self.next()
        else:
            code = self.card.removeprefix("purpose-")
            self.take(f"purpose_{code}", "yes" if code in purposes else "no")

    def teach_back(self) -> None:
        while self.card.startswith("teach-"):
            self.take(self.card.replace("-", "_"), "understood")

    def talk(self, circumstances: Mapping[str, Any] = TALK, telling: Collection[str] = TELLING) -> None:
        """Answer what is asked about the talk itself."""
        while self.card in circumstances or self.card in telling or self.card in SEVERAL:
            if self.card in SEVERAL:
                self.answer_several(circumstances)
                continue
            if self.card in telling:
                self.next()
                continue
            held = circumstances[self.card]
            if isinstance(held, list):
                self.choose(self.card, *held)
                self.next()
            else:
                self.take(self.card, held)

    def to_account(
        self,
        *,
        purposes: Collection[str],
        witness_language: str = "en",
        circumstances: Mapping[str, Any] = TALK,
    ) -> None:
        """From home to the first card of the account."""
        self.begin(witness_language)
        self.safety(circumstances=circumstances)
        self.tell()
        self.consent(purposes)
        self.teach_back()
        self.talk(circumstances)

    def fill(self, answers: Mapping[str, Any]) -> None:
        """From the first card of the account to the read-back, where no card on the way is the matter."""
        self.answer(answers)

    def refuse_at_once(self) -> None:
        """From home: no to the first purpose."""
        self.begin("en")
        self.safety()
        self.refuse()

    def refuse(self) -> None:
        """From what is told: no to the first purpose, and what was said until then is deleted."""
        self.tell()
        self.take("purpose_P01", "no")
        self.wait_for("refused")
        self.act("end-refused")
        self.wait_for("outbox")

    def to_sealing(self) -> str:
        """From the read-back, as far as it came, to the last card. Returns the withdrawal code, 25 digits."""
        self.pass_readers()
        return self.hand_code()

    def pass_readers(self) -> None:
        """From the read-back, as far as it came, past the card that says who will read it."""
        if self.card == "review":
            self.next_if_sure()
        self.wait_for("readers")
        self.next()

    def hand_code(self) -> str:
        """From the card of the code to the last one. Returns the code, 25 digits."""
        self.wait_for("code")
        return self.to_finish()

    def to_finish(self) -> str:
        """From the code's card to the last one. Returns the code."""
        code = self.find("[data-code]")
        self.page.wait_for_function(SHOWN, timeout=self.patience, polling=PAUSE)
        expect(code).to_have_text(CODE)
        digits = code.inner_text().replace(" ", "")
        self.code_shown = self.witness_code()
        self.find("[data-code-check]").fill(digits[-5:])  # read back from the witness's copy
        self.choose("code_given", "given")
        self.next()
        self.wait_for("finish")
        return digits

    def witness_code(self) -> str:
        """The code in the witness's numerals, which only the code's own card shows."""
        shown = self.find("[data-card=code] [data-code-witness]").text_content()
        return "".join(str(shown).split())

    def seal(self) -> str:
        """From the read-back to the outbox. Returns the withdrawal code."""
        digits = self.to_sealing()
        self.finish()
        return digits

    def finish(self) -> None:
        """From the last card to the outbox."""
        self.act("seal")
        self.wait_for("outbox")

    # the outbox

    def deliver(self) -> None:
        """Wait until nothing waits on the phone; what was tried in vain is tried again by hand."""
        self.act("send-now")
        waiting = "[data-outbox] li[data-state=waiting]"
        self.page.wait_for_function(f"() => !document.querySelector('{waiting}')", timeout=self.patience, polling=PAUSE)

    def save_file(self, folder: Path) -> Path:
        """What waits as a file, saved into `folder`."""
        self._open_the_bag()
        with self.page.expect_download() as download:
            self.act("save-file")
        file = folder / download.value.suggested_filename
        download.value.save_as(file)
        return file

    def read_receipts(self, file: Path) -> None:
        """Give the file of receipts to the phone."""
        self._open_the_bag()
        self.page.set_input_files("[data-receipts]", file)

    def _open_the_bag(self) -> None:
        """What stands folded under "No node in reach?"."""
        if not self.page.locator('[data-act="save-file"]').is_visible():
            self.page.locator("details:has([data-receipts]) summary").click()

    def records(self) -> list[str]:
        """The name of each line of the outbox card."""
        rows = self.find("[data-outbox] li")
        return [str(record) for record in rows.evaluate_all("rows => rows.map(row => row.dataset.record)")]

    def lines(self) -> dict[str, str]:
        """The name of each line of the outbox card, with its state."""
        rows = self.find("[data-outbox] li")  # in one step: the card is drawn anew at any moment
        read = "rows => rows.map(row => [row.dataset.record, row.dataset.state])"
        return {str(record): str(state) for record, state in rows.evaluate_all(read)}

    def states(self) -> list[str]:
        """The state of each line of the outbox card."""
        rows = self.find("[data-outbox] li")  # in one step: a row goes while it is being delivered
        return [str(state) for state in rows.evaluate_all("rows => rows.map(row => row.dataset.state)")]
