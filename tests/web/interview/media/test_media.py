"""Recordings and pictures from the page to the node: killed on the way, and complete, and nowhere in the clear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.support.canaries.search import search
from tests.support.interview.capture import AGREED, organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

__all__ = ["organisation"]
SPOKEN = "quenchwillow tamarisk"
SHOWN = "osierbank lanternfold"
SLICES = 15
SLICE = 6000
PICTURE = 400_000
PIECES = 1 + 1 + 1 + 2 + 2
"""The list, 30 seconds that a kill cut off, some more of them, and two pictures."""

IN_THE_PAGE = """
async ([what, ...given]) => {
  const page = [...document.scripts].find(({ src }) => src.includes("pages/home/start")).src;
  const media = (await import(new URL("../media/media.js", page))).mediaAtWork();
  const bytes = (words, number, size) => new TextEncoder().encode(`${words} ${number} `.repeat(size)).slice(0, size);
  const acts = {
    record: async (words, slices, size, finish) => {
      const item = await media.begin({ kind: "voice", mime: "audio/webm;codecs=opus" });
      for (let no = 0; no < slices; no += 1) await item.append(bytes(words, no, size), 2);
      if (finish) await item.finish();
    },
    take: async (kind, words, size) => {
      const item = await media.begin({ kind, mime: "image/jpeg" });
      await item.append(new Blob(["\\u00ff", bytes(words, 0, size)]));
      await item.finish();
    },
    list: async () => (await media.list()).map(({ kind, seconds, state }) => [kind, seconds, state]),
    play: async () => {
      const [{ id }] = await media.list();
      const { url } = await media.show(id); // the whole in memory, never released: the page is killed
      return url.startsWith("blob:");
    },
    remove: async (place) => media.remove((await media.list())[place].id),
    room: () => media.room(),
  };
  return acts[what](...given);
}
"""


def do(who: Interviewer, what: str, *given: object) -> object:
    return who.page.evaluate(IN_THE_PAGE, [what, *given])


def spoken(words: str, slices: int) -> bytes:
    return b"".join((f"{words} {number} ".encode() * SLICE)[:SLICE] for number in range(slices))


def again(phone: Browser, address: str, passphrase: str) -> Interviewer:
    who = Interviewer(phone.start(), address)
    who.open()
    who.sign_in("interviewer-1", passphrase)
    return who


def buckets(who: Interviewer) -> int:
    """How many buckets of recordings, pictures or their sealed pieces the browser keeps."""
    count = "async () => (await navigator.storageBuckets.keys()).filter((name) => name.startsWith('media-')).length"
    return int(who.page.evaluate(count))


@pytest.mark.whole_browser
def test_a_recording_and_pictures_survive_two_kills_and_are_complete_at_the_node(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    homes: Path,
    reader: Callable[[str], Reader],
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.online()
    interviewer.to_account(purposes=AGREED)
    interviewer.saved()
    do(interviewer, "record", SPOKEN, SLICES, SLICE, False)
    assert do(interviewer, "play") is True
    phone.kill()
    assert search([phone.folder], [SPOKEN]) == []

    who = again(phone, interviewer.address, passphrase)
    who.resume()
    assert do(who, "list") == [["voice", 2 * SLICES, "cut"]], "what was appended is there"
    do(who, "record", SPOKEN, 3, SLICE, True)
    do(who, "take", "photo", SHOWN, PICTURE)
    do(who, "record", "mistaken", 2, SLICE, True)
    do(who, "remove", 3)
    do(who, "take", "document", SHOWN, PICTURE)
    node_server.stop()
    who.act("stop")
    who.act("keep")
    who.seal()
    assert who.states() == ["waiting"]
    assert buckets(who) == 1, "the sealed pieces, and nothing of what they were sealed from"

    arrived: list[int] = []

    def cut(route: Route) -> None:
        if len(arrived) >= 3:  # the text and two pieces of the media
            route.abort()
            return
        answer = route.fetch()
        arrived.append(answer.status)
        route.fulfill(response=answer)

    who.page.route("**/sync/batch", cut)
    node_server.start()
    who.act("send-now")
    wait_until(lambda: who.states() == ["waiting"] and len(arrived) == 3, "a part of the media to be at the node")
    phone.kill()
    assert search([phone.folder], [SPOKEN, SHOWN, "mistaken 1"]) == []

    last = again(phone, interviewer.address, passphrase)
    last.act("outbox")
    last.deliver()
    assert last.states() == ["node"]
    wait_until(lambda: buckets(last) == 0, "the pieces to be thrown away")
    phone.close()
    node_server.stop()
    (record,) = reader("lawyer-1").manifests()
    media = reader("lawyer-1").media(record, "lawyers")
    lasting = [(item.kind, item.seconds) for item, _ in media]
    assert lasting == [("voice", 30), ("voice", 6), ("picture", 0), ("picture", 0)]
    picture = "\u00ff".encode() + (f"{SHOWN} 0 ".encode() * PICTURE)[:PICTURE]
    assert [data for _, data in media] == [spoken(SPOKEN, SLICES), spoken(SPOKEN, 3), picture, picture]
    assert sum(item.pieces for item, _ in media) + 1 == PIECES
    assert search([homes], [SPOKEN, SHOWN]) == []
