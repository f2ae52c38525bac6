"""What the phone does not take: it is said and tried again, and stops neither the lock nor an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.interview.drafts import ON_DISK, SAID, full, online, settings, text_of, to_text
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.stations import wait_until

DAMAGE = """async () => {
  for (const name of (await navigator.storageBuckets.keys()).filter((name) => name.startsWith("draft-"))) {
    const bucket = await navigator.storageBuckets.open(name);
    await new Promise((done) => {
      bucket.indexedDB.open(name).onsuccess = ({ target: { result } }) => {
        const writing = result.transaction("draft", "readwrite");
        writing.objectStore("draft").openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor) return;
          const { seq, bytes } = cursor.value;
          if (bytes) cursor.update({ seq, bytes: bytes.map((byte) => byte ^ 1) });
          cursor.continue();
        };
        writing.oncomplete = done;
      };
    });
  }
}"""
"""Every snapshot on the phone, spoilt."""


def refuse(page: Page, times: int) -> None:
    """Let the next `times` writings to a draft fail, for no reason that anybody foresaw."""
    page.evaluate(
        """times => {
          const put = (self.realPut ??= IDBObjectStore.prototype.put);
          let left = times;
          IDBObjectStore.prototype.put = function (...given) {
            if (this.name === "draft" && left-- > 0) throw new DOMException("broken", "UnknownError");
            return put.apply(this, given);
          };
        }""",
        times,
    )


@pytest.mark.comes_home
def test_a_deletion_that_was_asked_about_is_asked_about_again_after_anything_else_was_done(
    signed_in: Interviewer, passphrase: str
) -> None:
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    signed_in.act("stop-locked")
    signed_in.unlock(passphrase)
    signed_in.wait_for("safety")
    signed_in.act("pause")
    signed_in.wait_for("locked")
    signed_in.act("stop-locked")
    assert "Tap once more" in signed_in.wait_for_complaint()
    assert signed_in.card == "locked"
    signed_in.unlock("not the passphrase")
    assert "does not open" in signed_in.wait_for_complaint()
    signed_in.act("stop-locked")
    assert "Tap once more" in signed_in.wait_for_complaint()
    assert len(signed_in.page.evaluate(ON_DISK)) == 1
    signed_in.unlock(passphrase)
    signed_in.wait_for("safety")


@pytest.mark.comes_home
def test_an_interview_whose_last_saving_failed_can_be_deleted(signed_in: Interviewer) -> None:
    signed_in.begin()
    signed_in.saved()
    refuse(signed_in.page, 2)  # as above: one refusal is said for three seconds
    signed_in.choose("safety_private", "yes")
    signed_in.wait_for_complaint()
    signed_in.act("stop")
    signed_in.act("delete")
    signed_in.act("delete-really")
    signed_in.wait_for("outbox")
    assert signed_in.page.evaluate(ON_DISK) == []


@pytest.mark.comes_home
def test_a_full_phone_lets_people_in_and_forgets_no_refusal_that_is_owed(
    signed_in: Interviewer, passphrase: str, reader: Callable[[str], Reader]
) -> None:
    signed_in.act("sign-out")
    settings(signed_in.page, "", {"ab" * 16: "2026-11-24"})
    full(signed_in.page, True)
    signed_in.sign_in("interviewer-1", passphrase)
    full(signed_in.page, False)
    signed_in.act("sign-out")
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.act("outbox")
    signed_in.wait_for("outbox")
    wait_until(lambda: signed_in.states() == [], "the refusal to be counted")
    assert reader("lawyer-1").refusals() == 1


@pytest.mark.comes_home
def test_a_saving_that_failed_is_said_and_neither_the_words_nor_the_sealing_suffer(
    signed_in: Interviewer, passphrase: str
) -> None:
    online(signed_in)
    to_text(signed_in)
    refuse(signed_in.page, 1)
    signed_in.give("n_text", SAID + " and more")
    assert "not stored yet" in signed_in.wait_for_complaint()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert SAID not in signed_in.page.content()
    assert text_of(signed_in) == ""
    signed_in.unlock(passphrase)
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID + " and more"
    refuse(signed_in.page, 2)  # it stays to be read for longer than a busy machine may take to look
    signed_in.give("n_text", SAID)
    signed_in.wait_for_complaint()
    signed_in.saved()  # by itself
    assert signed_in.complaint() == ""
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    wait_until(lambda: signed_in.states() == ["node"], "the node's receipt")


@pytest.mark.comes_home
def test_a_full_phone_locks_without_losing_a_word_opens_again_and_is_written_to_while_it_is_locked(
    signed_in: Interviewer, passphrase: str
) -> None:
    online(signed_in)
    to_text(signed_in)
    full(signed_in.page, True)
    signed_in.give("n_text", SAID + " and more")
    signed_in.wait_for_complaint()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert "this open page alone holds them" in signed_in.wait_for_complaint()
    assert SAID not in signed_in.page.content()
    signed_in.unlock("not the passphrase")
    assert "does not open" in signed_in.wait_for_complaint()
    signed_in.unlock(passphrase)
    signed_in.wait_for("n_text")
    assert text_of(signed_in) == SAID + " and more"
    assert "Not saved" in signed_in.wait_for_complaint()
    full(signed_in.page, False)
    signed_in.saved()
    assert signed_in.complaint() == ""
    full(signed_in.page, True)
    signed_in.give("n_text", SAID + " and still more")
    signed_in.act("pause")
    signed_in.wait_for("locked")
    signed_in.wait_for_complaint()
    full(signed_in.page, False)
    wait_until(lambda: signed_in.complaint() == "", "the words to be written")
    signed_in.open()
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.resume()
    assert text_of(signed_in) == SAID + " and still more"


def test_an_interview_of_which_no_snapshot_opens_is_said_to_be_damaged_and_nothing_is_written_over_it(
    signed_in: Interviewer, passphrase: str
) -> None:
    online(signed_in)
    signed_in.begin()
    signed_in.saved()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    signed_in.page.evaluate(DAMAGE)
    (before,) = signed_in.page.evaluate(ON_DISK)
    signed_in.unlock(passphrase)
    signed_in.wait_for("home")
    wait_until(lambda: signed_in.draft_states() == ["unreadable"], "the damage to be found")
    assert "is damaged. Nothing was written over it" in signed_in.page.locator("[data-draft-list]").inner_text()
    assert not signed_in.page.locator('[data-act="resume"]').is_visible()
    assert signed_in.page.evaluate(ON_DISK) == [before]
