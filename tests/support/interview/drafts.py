"""Drafts of the interview: what the phone's disk holds of them, and what opens them."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from playwright.sync_api import Page

from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.keys import passphrase as key_passphrase
from testimony.services.enrolment.organisation import Organisation
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
SITTINGS = """async () => {
  const kept = [];
  for (const name of (await navigator.storageBuckets.keys()).filter((name) => name.startsWith("sitting-"))) {
    const bucket = await navigator.storageBuckets.open(name);
    const opened = await new Promise((done) => {
      bucket.indexedDB.open(name).onsuccess = ({ target }) => done(target.result);
    });
    const rows = await new Promise((done) => {
      opened.transaction("rows").objectStore("rows").getAll().onsuccess = ({ target }) => done(target.result);
    });
    opened.close();
    kept.push(...rows.map((row) => Array.from(new Uint8Array(row), (b) => b.toString(16).padStart(2, "0")).join("")));
  }
  return kept;
}"""
"""The shares that the phone's disk keeps for the sitting, in hex. Ask it only while the page throws none away."""
SITTING_BUCKETS = "async () => (await navigator.storageBuckets.keys()).filter((name) => name.startsWith('sitting-'))"
"""The buckets in which such shares lie; to open one that is just thrown away would make it anew."""


@pytest.fixture(scope="module")
def organisation(near_alone: Organisation) -> Organisation:
    """Its drafts open near the node alone."""
    return near_alone


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


def opened(draft: dict[str, Any], words: str, share: bytes) -> bytes:
    """The newest snapshot of a draft, as docs/drafts.md says it is opened. Raises `InvalidTag`."""
    salt, ident = bytes.fromhex(draft["salt"]), bytes.fromhex(draft["id"])
    stretched = _stretched(draft, words)
    wrapped = bytes.fromhex(draft["wrapped"])
    root = AESGCM(hkdf(stretched + share, salt, b"testimony/1/draft-kek")).decrypt(
        wrapped[:12], wrapped[12:], b"testimony/1/draft-root"
    )
    newest = max(draft["snapshots"], key=lambda snapshot: int(snapshot["seq"]))
    sealed = bytes.fromhex(newest["bytes"])
    context = b"testimony/1/draft\0" + ident + int(newest["seq"]).to_bytes(8, "big")
    return AESGCM(hkdf(root, ident, b"testimony/1/draft")).decrypt(sealed[:12], sealed[12:], context)


def kept_share(draft: dict[str, Any], words: str, kept: str) -> bytes:
    """The share that is kept for the sitting, as docs/drafts.md says it is opened. Raises `InvalidTag`."""
    salt, ident, sealed = bytes.fromhex(draft["salt"]), bytes.fromhex(draft["id"]), bytes.fromhex(kept)
    label = b"testimony/1/draft-sitting"
    key = hkdf(_stretched(draft, words), salt, label)
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], label + b"\0" + ident)


def _stretched(draft: dict[str, Any], words: str) -> bytes:
    return key_passphrase.argon2id(key_passphrase.normalised(words).encode(), bytes.fromhex(draft["argon"]))
