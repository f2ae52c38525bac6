"""The code takes back single uses: every desk obeys, whoever has no other use loses the heads, no other code can."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.consent.authority import WITNESS, content_of
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.errors import Refused
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.annex import SealedAnnex
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.release import candidates
from testimony.services.startup import open_station
from testimony.services.withdrawal import codes
from testimony.services.witness import withdrawal_by_code
from testimony.station.station import Station
from testimony.sync.wire.frames import read_frames
from testimony.web.desk.consent import timeline_text
from testimony.web.pages.withdrawal import readers_of
from tests.support.programs import lacking
from tests.support.services.consent.partial_withdrawals import CODE, SEED, bring, event, sealed_with
from tests.support.services.desks import TODAY, Desk, desks

ROOT = Path(__file__).parents[3]
KEY = CODE.public_keys[0].pub.hex()
NEWS = {"purpose": "P12", "recipient": "border-news"}


@pytest.fixture(scope="session")
def javascript() -> str:
    """The path of Node.js; in this folder `node` is a station."""
    return shutil.which("node") or lacking("Node.js is not installed")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def said(
    station: Station, tid: str, *events: ConsentEvent, code: Signer = CODE, day: str = "2026-01-20"
) -> SealedAnnex:
    roster = station.chain.latest
    return annex.seal_annex(
        canonical.encode(content_of(events)),
        tid=tid,
        day=day,
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in roster.slots},
        signer=code,
        by_code=True,
    )


def items(one: SealedAnnex) -> list[Incoming]:
    objects = (*one.part.heads.values(), one.part.body)
    return [Incoming("record", one.record.encode()), *(Incoming("object", data) for data in objects)]


def by_page(
    javascript: str, station: Station, tid: str, uses: list[dict[str, str]], scope: list[str]
) -> list[Incoming]:
    """What the page makes of the same choice."""
    asked: dict[str, Any] = {
        "uses": uses,
        "tid": tid,
        "day": "2026-01-20",
        "readers": readers_of(station.chain.latest),
        "seed": SEED.hex(),
        "scope": scope,
    }
    program = [javascript, str(ROOT / "tests" / "js" / "support" / "chosen.mjs")]
    done = subprocess.run(program, input=json.dumps(asked), capture_output=True, text=True, timeout=120, check=True)
    frames = [frame for frame in read_frames(base64.b64decode(done.stdout)) if frame.kind != "end"]
    return [Incoming("record" if frame.kind == "record" else "object", frame.payload) for frame in frames]


def rule(station: Station, incoming: Sequence[Incoming]) -> str:
    with pytest.raises(Refused) as refused:
        withdrawal_by_code.take_back(station, incoming)
    return refused.value.rule


def outcomes(desk: Desk, tid: str) -> dict[str, str]:
    """Why what was said does not count, by act."""
    stands = desk.stands(tid)
    return {str(one.act): why for one, why in stands.counted.refused.items()}


def test_what_the_page_seals_ends_that_use_at_every_desk_and_no_other(
    at: dict[str, Desk], organisation: Organisation, javascript: str
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = bring(lawyer.central, sealed_with(organisation))
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06", "P07", "P12"}
    taken = withdrawal_by_code.take_back(lawyer.central, by_page(javascript, lawyer.central, tid, [NEWS], []))
    assert (len(taken.receipts), taken.reach.headquarters) == (1, True)
    for desk in (lawyer, coordinator):
        desk.exchange()
        assert desk.usable(tid) == {"P01", "P04", "P06", "P07"}
    lines = timeline_text.WHO
    [step] = [one for one in lawyer.stands(tid).steps if one.event.act is Act.WITHDRAW]
    assert (step.roles, lines[WITNESS], step.rule) == ((WITNESS,), "The witness, with the withdrawal code", "")


def test_the_last_use_of_the_coordinators_takes_their_heads_in_the_same_breath(
    at: dict[str, Desk], organisation: Organisation, javascript: str
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    sealed = sealed_with(organisation)
    tid = bring(lawyer.central, sealed)
    for desk in (lawyer, coordinator):
        desk.exchange()
    scope = [part["heads"]["coordinators"] for part in sealed.record.value["parts"] if "coordinators" in part["heads"]]
    uses = [{"purpose": "P06", "recipient": "public"}, {"purpose": "P07", "recipient": "mechanism"}]
    taken = withdrawal_by_code.take_back(lawyer.central, by_page(javascript, lawyer.central, tid, uses, scope))
    assert len(taken.receipts) == 2
    for desk in (lawyer, coordinator):
        desk.exchange()
    with coordinator.station.database.reading() as session:
        assert all(record_queries.read_head(coordinator.station, session, head) is None for head in scope)
    assert coordinator.usable(tid) == set()
    assert lawyer.usable(tid) == {"P01", "P04", "P12"}


def test_a_release_counts_it_no_more(at: dict[str, Desk], organisation: Organisation) -> None:
    coordinator = at["coordinator-1"]
    tids = [bring(coordinator.central, sealed_with(organisation, number=number)) for number in range(7)]
    coordinator.exchange()

    def considered() -> int:
        with coordinator.station.database.reading() as session:
            found = candidates.of(
                coordinator.station,
                session,
                coordinator.reader,
                coordinator.annexes,
                at=TODAY,
                recipients={"P06"},
            )
            return found.left_out[candidates.NOT_CLEARED]

    assert considered() == 7
    withdrawal_by_code.take_back(
        coordinator.central, items(said(coordinator.central, tids[0], event(Purpose.COUNT, "public")))
    )
    coordinator.exchange()
    assert considered() == 6


def test_a_code_only_takes_back(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = bring(lawyer.central, sealed_with(organisation, also=()))
    grant = event(Purpose.JOURNALISTS, "border-news", Act.GRANT, 1)
    hold = event(Purpose.COUNT, "public", Act.HOLD, 2)
    withdrawal_by_code.take_back(lawyer.central, items(said(lawyer.central, tid, grant, hold)))
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06", "P07"}
    assert set(outcomes(lawyer, tid).values()) == {"signer.role"}


def test_the_code_of_another_testimony_says_nothing_about_this_one(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, other = at["lawyer-1"], Signer.generate()
    tid = bring(lawyer.central, sealed_with(organisation))
    bring(lawyer.central, sealed_with(organisation, other, number=1))
    withdrawal_by_code.take_back(
        lawyer.central, items(said(lawyer.central, tid, event(Purpose.JOURNALISTS, "border-news"), code=other))
    )
    lawyer.exchange()
    assert "P12" in lawyer.usable(tid)
    assert outcomes(lawyer, tid) == {"WITHDRAW": "other.testimony"}


def test_an_unknown_code_a_false_one_and_a_worker_are_refused_by_name(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    central, stranger = at["lawyer-1"].central, Signer.generate()
    tid = bring(central, sealed_with(organisation))
    news = event(Purpose.JOURNALISTS, "border-news")
    unknown = said(central, tid, news, code=stranger)
    assert rule(central, items(unknown)) == "signer.unknown"
    [first, *_] = take_in(central, items(unknown)).statuses
    assert (first.status, first.rule) == ("refused", "not.named"), "its testimony may be still under way"
    genuine = said(central, tid, news)
    value = {**genuine.record.value, "by": CODE.kid, "key": KEY}
    forged = type(genuine.record)(canonical.encode({**value, "day": "2026-01-21"}), genuine.record.sigs)
    assert rule(central, [Incoming("record", forged.encode()), *items(genuine)[1:]]) == "signature.bad"
    borrowed = type(genuine.record).sign({**value, "by": stranger.kid}, stranger)
    assert rule(central, [Incoming("record", borrowed.encode()), *items(genuine)[1:]]) == "structure"
    workers = annex.seal_annex(
        b"{}",
        tid=tid,
        day="2026-01-20",
        roster=central.chain.latest.sha256,
        audiences={"lawyers": (central.chain.recipients("lawyers"), 4)},
        signer=at["lawyer-1"].reader.signer,
    )
    assert rule(central, items(workers)) == "signer.unknown"
    with central.database.reading() as session:
        assert codes.annexes(session, KEY) == 0


def test_at_a_node_an_unknown_code_is_unknown(homes: Path, organisation: Organisation) -> None:
    with open_station(homes / "field") as field:
        one = said(field, "0" * 32, event(Purpose.JOURNALISTS, "border-news"), code=Signer.generate())
        [first, *_] = take_in(field, items(one)).statuses
        assert first.rule == "signer.unknown"


def test_it_may_come_in_the_batch_of_its_testimony_before_it(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    sealed = sealed_with(organisation)
    tid = str(sealed.record.value["tid"])
    one = said(lawyer.central, tid, event(Purpose.JOURNALISTS, "border-news"))
    outcome = take_in(lawyer.central, [*items(one), *demo.incoming(sealed)])
    assert {status.status for status in outcome.statuses} == {"stored"}
    lawyer.exchange()
    assert "P12" not in lawyer.usable(tid)


def test_one_code_says_it_so_often_and_no_more(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = at["lawyer-1"].central
    tid = bring(central, sealed_with(organisation))
    monkeypatch.setattr(codes, "MOST_ANNEXES", 3)
    several = [said(central, tid, event(Purpose.JOURNALISTS, "border-news", number=number)) for number in range(5)]
    withdrawal_by_code.take_back(central, items(several[0]))
    outcome = take_in(central, [item for one in several[1:4] for item in items(one)])
    assert [one.rule for one in outcome.statuses if one.rule == "code.limit"] == ["code.limit"]
    assert rule(central, items(several[4])) == "code.limit"
    assert len(withdrawal_by_code.take_back(central, items(several[0])).receipts) == 1, "what is here may be said again"


def test_its_day_may_be_wrong_and_it_counts(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = bring(lawyer.central, sealed_with(organisation))
    late = ConsentEvent(
        id="e", act=Act.WITHDRAW, purpose=Purpose.JOURNALISTS, recipient="border-news", day=date(2031, 1, 1)
    )
    withdrawal_by_code.take_back(lawyer.central, items(said(lawyer.central, tid, late, day="2031-01-01")))
    lawyer.exchange()
    assert "P12" not in lawyer.usable(tid)
