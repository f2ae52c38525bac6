"""What a dishonest or broken central did is told at the desk in one exact sentence each, and the rest goes on."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.sealing.keys import withdrawal_code
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.http.channel import Channel, InProcess
from testimony.sync.wire.frames import Frame
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.damage import last_byte_changed
from tests.support.services.batches import NOW, bring, told
from tests.support.sync.changed_answers import Unpacked, given_changed
from tests.support.sync.world import Changed
from tests.support.web.browser import Browser

INCOMPLETE = {
    "en": "A part of this record has not arrived yet. Synchronise, then open it again.",
    "fr": "Une partie de ce dossier n’est pas encore arrivée. Synchronisez, puis ouvrez-le de nouveau.",
}
ALTERED = {
    "en": "This record was changed or damaged. Do not rely on it; report it.",
    "fr": "Ce dossier a été modifié ou endommagé. Ne vous y fiez pas ; signalez-le.",
}
UNNAMED = {
    "en": "Something came that no record names: it was altered on its way, or does not belong here.",
    "fr": "Quelque chose est arrivé qu’aucun dossier ne nomme : cela a été altéré en chemin, ou n’a pas sa place ici.",
}
DAMAGED_THERE = {
    "en": "Damaged at headquarters, so not given: 1.",
    "fr": "Endommagés au siège, donc non remis : 1.",
}
DROPPED = {
    "en": "names records that did not come here: 1. A withdrawal may be among them.",
    "fr": "nomme des enregistrements qui ne sont pas arrivés ici : 1. Un retrait peut en faire partie.",
}
FORKED = {
    "en": "has two different versions. Trust neither; report it.",
    "fr": "a deux versions différentes. Ne vous fiez à aucune ; signalez-le.",
}
BROUGHT = 3


@dataclass
class Scene:
    """A desk, the central that it reaches, and three testimonies that the desk has not fetched yet."""

    desk: Browser
    station: Station
    central: Station
    sealed: list[SealedTestimony]
    monkeypatch: pytest.MonkeyPatch

    def reach(self, central: Station, change: Callable[[list[Frame]], list[Frame]] | None = None) -> None:
        channel: Channel = InProcess(create_app(STATION=central).test_client())
        reached = Changed(Unpacked(channel), given_changed(change)) if change else channel
        self.monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: reached)

    def exchange(self, lang: str) -> str:
        """What the page says of one exchange."""
        assert self.desk.post("/pull", {"lang": lang}).status_code == 303
        return said(self.desk, f"/{lang}/")

    def tid(self, number: int) -> str:
        return str(self.sealed[number].record.value["tid"])

    def part(self, number: int, name: str) -> bytes:
        return next(part.body for part in self.sealed[number].parts if part.part == name)

    def page(self, number: int, lang: str = "en") -> str:
        return said(self.desk, f"/{lang}/testimony/{self.tid(number)}")

    def opens_whole(self, *numbers: int) -> bool:
        pages = [self.page(number) for number in numbers]
        return all('data-closed="' not in page and 'data-check="no"' not in page for page in pages)


@pytest.fixture
def scene(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> Scene:
    desk, central = browser("lawyer"), opened("central")
    object.__setattr__(opened("lawyer").settings, "central_url", "http://central.example")
    accounts = [told(number, ("P01", "P04", "P06", "P07")) for number in range(BROUGHT)]
    return Scene(desk, opened("lawyer"), central, bring(organisation, central, accounts), monkeypatch)


def said(desk: Browser, address: str) -> str:
    """The page as it is read, with the signs of French as they are typed."""
    return html.unescape(desk.get(address).text).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_part_that_was_tampered_with_on_its_way_is_not_taken_in_and_stays_closed(lang: str, scene: Scene) -> None:
    body = scene.part(1, "narrative")
    scene.reach(scene.central, lambda frames: [tampered(one, body) for one in frames])
    assert UNNAMED[lang] in scene.exchange(lang)
    page = scene.page(1, lang)
    assert 'data-compartment="narrative" data-closed="incomplete"' in page
    assert (INCOMPLETE[lang] in page, ALTERED[lang] in page) == (True, False)
    assert page.count("data-closed") == 1
    assert scene.opens_whole(0, 2)
    scene.reach(scene.central)
    assert UNNAMED[lang] not in scene.exchange(lang)
    assert scene.opens_whole(0, 1, 2), "what the page promised: synchronise, then open it again"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_part_that_was_damaged_at_central_comes_with_the_exchange_after_it_was_mended(
    lang: str, scene: Scene
) -> None:
    name = next(part["body"] for part in scene.sealed[1].record.value["parts"] if part["part"] == "narrative")
    file = scene.central.parts.folder / name[:2] / name
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(b"?")
    scene.reach(scene.central)
    said_of_it = scene.exchange(lang)
    assert (DAMAGED_THERE[lang] in said_of_it, UNNAMED[lang] in said_of_it) == (True, False)
    assert INCOMPLETE[lang] in scene.page(1, lang)
    file.write_bytes(whole)
    assert DAMAGED_THERE[lang] not in scene.exchange(lang)
    assert scene.opens_whole(0, 1, 2)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_part_that_was_changed_where_it_lies_is_said_to_be_altered(lang: str, scene: Scene) -> None:
    scene.reach(scene.central)
    assert scene.desk.post("/pull").status_code == 303
    assert scene.opens_whole(0, 1, 2)
    name = next(part["body"] for part in scene.sealed[1].record.value["parts"] if part["part"] == "narrative")
    file = scene.station.parts.folder / name[:2] / name
    file.chmod(0o600)
    file.write_bytes(last_byte_changed(file.read_bytes()))
    page = scene.page(1, lang)
    assert 'data-compartment="narrative" data-closed="altered"' in page
    assert (INCOMPLETE[lang] in page, ALTERED[lang] in page) == (False, True)
    assert scene.opens_whole(0, 2)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_record_that_was_dropped_is_missed_by_the_signed_log_and_all_others_are_read(lang: str, scene: Scene) -> None:
    dropped = scene.sealed[1].record.encode()
    scene.reach(scene.central, lambda frames: [one for one in frames if one.payload != dropped])
    assert scene.desk.post("/pull").status_code == 303
    assert scene.desk.get(f"/{lang}/testimony/{scene.tid(1)}").status_code == 404
    page = said(scene.desk, f"/{lang}/")
    assert DROPPED[lang] in page
    assert ("data-forked" in page, "data-damaged" in page) == (False, False)
    assert scene.opens_whole(0, 2)


def test_where_everything_came_nothing_is_missed_not_even_what_was_withdrawn_before(
    scene: Scene, organisation: Organisation
) -> None:
    withdrawal = statements.withdrawal(
        tid=scene.tid(1), scope="all", day="2026-01-20", signer=organisation.signers["interviewer-1"]
    )
    take_in(scene.central, [Incoming("record", withdrawal.encode())])
    scene.reach(scene.central)
    assert scene.desk.post("/pull").status_code == 303
    assert "data-lacking" not in scene.desk.get("/en/").text
    assert scene.opens_whole(0, 2)


def test_nothing_is_missed_where_a_witness_took_it_back_with_their_code_before_it_came(
    scene: Scene, organisation: Organisation
) -> None:
    code = withdrawal_code.key_of(withdrawal_code.new_code(), organisation.root.fingerprint)
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = demo.seal_invented(
        organisation,
        chain,
        told(7, ("P01", "P04", "P06", "P07")),
        number=7,
        taken_down=NOW,
        withdraw=code.public_keys[0].pub.hex(),
    )
    taken_back = statements.withdrawal(tid=str(sealed.record.value["tid"]), scope="all", day="2026-01-20", signer=code)
    for items in (demo.incoming(sealed), [Incoming("record", taken_back.encode())]):
        take_in(scene.central, items)
    scene.reach(scene.central)
    assert scene.desk.post("/pull").status_code == 303
    assert "data-lacking" not in scene.desk.get("/en/").text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_log_that_forked_is_told_and_what_is_here_is_read_on(
    lang: str, scene: Scene, organisation: Organisation, tmp_path: Path
) -> None:
    copy = shutil.copytree(scene.central.settings.home, tmp_path / "copy")
    scene.reach(scene.central)
    bring(organisation, scene.central, [told(7)])
    assert scene.desk.post("/pull").status_code == 303
    with open_station(copy) as other:
        bring(organisation, other, [told(8), told(9)])
        scene.reach(other)
        answer = scene.desk.post("/pull", {"lang": lang})
        text = html.unescape(answer.text).replace("\u202f", " ").replace("\xa0", " ")
        assert (answer.status_code, FORKED[lang] in text) == (409, True)
        assert scene.opens_whole(0, 1, 2)
    scene.reach(scene.central)
    scene.sealed += bring(organisation, scene.central, [told(10, ("P01", "P04", "P06", "P07"))])
    assert scene.desk.post("/pull").status_code == 303
    assert scene.opens_whole(0, 1, 2, BROUGHT)


def tampered(frame: Frame, body: bytes) -> Frame:
    return Frame(frame.kind, last_byte_changed(frame.payload)) if frame.payload == body else frame
