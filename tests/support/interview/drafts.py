"""Shared by tests: drafts."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.support.interview.driver import Interviewer
from tests.support.interview.whole_interview import ALL, ANSWERS

SAID = "quillfeather by the seventh gate"


ON_DISK = """async () => {
  const read = (factory, name, store) => new Promise((resolve, reject) => {
    const opening = factory.open(name);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = opening.result.transaction(store).objectStore(store);
      const all = asked.getAll();
      all.onsuccess = () => resolve(all.result);
    };
  });
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
  const drafts = [];
  for (const name of (await navigator.storageBuckets.keys()).filter((name) => name.startsWith("draft-"))) {
    const bucket = await navigator.storageBuckets.open(name);
    const rows = await read(bucket.indexedDB, name, "draft");
    const wrap = rows.find((row) => row.id);
    if (!wrap) continue;
    const snapshots = rows.filter((row) => row.bytes).map(({ seq, bytes }) => ({ seq, bytes: hex(bytes) }));
    drafts.push({ ...wrap, wrapped: hex(wrap.wrapped), note: hex(wrap.note), snapshots });
  }
  return drafts;
}"""
"""Everything that the phone's disk holds of drafts, as somebody who took the phone would read it."""


def online(who: Interviewer) -> None:
    who.page.wait_for_selector("html[data-signed=online]", timeout=30_000)


def to_text(who: Interviewer, text: str = SAID) -> None:
    """An interview up to the person's own words, with those words written and saved."""
    who.to_account(purposes=ALL)
    who.answer(ANSWERS, until="n_text")
    who.saved()
    who.give("n_text", text)
    who.saved()


def text_of(who: Interviewer) -> str:
    return who.page.locator('[data-field="n_text"] textarea').input_value()


def full(page: Page, holds: bool) -> None:
    """Let the phone's storage be full, or not any more."""
    page.evaluate(
        """full => {
          self.realPut ??= IDBObjectStore.prototype.put;
          const refuse = () => { throw new DOMException("full", "QuotaExceededError"); };
          IDBObjectStore.prototype.put = full ? refuse : self.realPut;
        }""",
        holds,
    )


def settings(page: Page, _: str, value: Any = None) -> Any:
    """What the phone owes; `value` puts it back."""
    return page.evaluate(
        """value => new Promise((done) => indexedDB.open("interview").onsuccess = ({ target: { result } }) => {
          const act = result.transaction("settings", "readwrite");
          const store = act.objectStore("settings");
          const asked = value ? store.put(value, "owed") : store.get("owed");
          act.oncomplete = () => done(asked.result);
        })""",
        value,
    )
