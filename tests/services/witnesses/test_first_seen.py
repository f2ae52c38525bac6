"""By whom else a testimony was first seen in central's log is said at the desk, and only what is verified there."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from testimony.cli.desk import verify
from testimony.sealing import verification
from testimony.sealing.log import cosignature, witness_records
from testimony.sealing.verification import Holds
from testimony.services.custody import split_view
from testimony.services.enrolment.organisation import Organisation
from testimony.services.testimony import keyless_check, timeline
from testimony.services.testimony.view import Opened
from testimony.services.witnesses import witnesses
from testimony.services.witnesses.first_seen import FirstSeen
from testimony.station.station import Station
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import RecordRow
from tests.support.damage import last_byte_changed
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks
from tests.support.services.witnesses import AT, WITNESS, cosign, cosigned_by_nobody, head, stamp

LATER = AT + 86400


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def desk(homes: Path, organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A lawyer's, in an organisation whose roster names a partner."""
    monkeypatch.setattr(cosignature, "of_all", lambda _: (WITNESS,))
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def came(desk: Desk, organisation: Organisation, number: int = 0) -> str:
    """One more testimony at central; its number."""
    (sealed,) = bring(organisation, desk.central, [told(number, ("P01", "P04"))])
    return str(sealed.record.value["tid"])


def codes(opened: Opened) -> list[str]:
    return [one.code for one in opened.findings if one.subject == "seen"]


def said(desk: Desk, tid: str) -> list[tuple[str, str, int]]:
    return [(one.kind, one.by, one.size) for one in desk.open(tid).seen]


def seen_heads(desk: Desk, kind: str) -> list[int]:
    """Of how many entries the heads are that others saw, in the order in which they came."""
    kid = desk.central.kid
    with desk.station.database.reading() as session:
        found = {"stamped": witnesses.stamps, "cosigned": witnesses.cosigned}[kind](desk.station, session, kid)
        return [one.head.size for one in found]  # type: ignore[attr-defined]


def test_it_is_the_first_head_with_the_testimony_in_it(
    desk: Desk, organisation: Organisation, authority: Authority
) -> None:
    stamp(desk.central, authority)
    first = came(desk, organisation, 1)
    stamp(desk.central, authority)
    cosign(desk.central, at=AT)
    second = came(desk, organisation, 2)
    cosign(desk.central, at=LATER)
    stamp(desk.central, authority)
    third = came(desk, organisation, 3)
    desk.exchange()
    before, one, other = seen_heads(desk, "stamped")
    assert before < one < other
    by_one, by_other = seen_heads(desk, "cosigned")
    assert said(desk, first) == [
        ("stamped", "Invented Time", one),
        ("cosigned", "partner.example/w1", by_one),
    ]
    assert said(desk, second) == [
        ("stamped", "Invented Time", other),
        ("cosigned", "partner.example/w1", by_other),
    ]
    assert said(desk, third) == [], "nobody has seen it yet"


def test_a_stamp_that_was_asked_for_before_it_came_is_not_of_it(
    desk: Desk, organisation: Organisation, authority: Authority
) -> None:
    """The authority answered when the testimony was in the log already; the head that it stamped was older."""
    asked = head(desk.central)
    tid = came(desk, organisation)
    stamp(desk.central, authority, asked)
    desk.exchange()
    assert len(seen_heads(desk, "stamped")) == 1
    assert said(desk, tid) == []


def test_it_is_a_proof_of_its_own_and_a_step_of_the_way(
    desk: Desk, organisation: Organisation, authority: Authority
) -> None:
    tid = came(desk, organisation)
    stamp(desk.central, authority)
    cosign(desk.central)
    desk.exchange()
    opened = desk.open(tid)
    assert codes(opened) == ["seen.stamped", "seen.cosigned"]
    assert opened.seal is Holds.YES, "the seal neither needs them nor is spoiled by them"
    (partner,) = [one for one in opened.findings if one.code == "seen.cosigned"]
    assert (partner.values["by"], partner.values["time"]) == ("partner.example/w1", "2026-11-25T12:00:00Z")
    steps = {one.kind: one for one in opened.trail}
    assert (steps["cosigned"].by, steps["cosigned"].day) == ("partner.example/w1", "2026-11-25")
    assert steps["stamped"].by == "Invented Time"
    assert set(timeline.ORDER) >= {"stamped", "cosigned"}


def examined(station: Station, tid: str) -> list[str]:
    with station.database.reading() as session:
        found = keyless_check.examine(station, session, tid)
    assert verification.nothing_fails(found)
    return [verify.sentence(one) for one in found if one.subject == "seen"]


def test_whoever_verifies_without_a_key_is_told_of_it_at_the_desk_and_at_central(
    desk: Desk, organisation: Organisation, authority: Authority
) -> None:
    tid = came(desk, organisation, 1)
    desk.exchange()
    assert examined(desk.station, tid) == examined(desk.central, tid) == [], "nobody has seen it yet"
    stamp(desk.central, authority)
    cosign(desk.central, at=AT)
    later = came(desk, organisation, 2)
    desk.exchange()
    (size,), (by_partner,) = seen_heads(desk, "stamped"), seen_heads(desk, "cosigned")
    for station in (desk.station, desk.central):
        stamped, cosigned = examined(station, tid)
        assert f"Invented Time signed that the first {size} entries of central's log, with it, existed at 2" in stamped
        assert hashlib.sha256(authority.roots[0]).hexdigest() in stamped
        assert cosigned == (
            f"The partner partner.example/w1 cosigned the first {by_partner} entries of central's log, with it, "
            "at 2026-11-25T12:00:00Z."
        )
        assert examined(station, later) == [], "it came after the head that they saw"


def test_what_was_changed_at_the_desk_shows_nothing(
    desk: Desk, organisation: Organisation, authority: Authority
) -> None:
    tid = came(desk, organisation)
    stamp(desk.central, authority)
    cosign(desk.central)
    desk.exchange()
    kid = desk.central.kid
    with desk.station.database.transaction() as session:
        (found,) = witnesses.stamps(desk.station, session, kid)
        bad = witness_records.stamp(
            note=found.note, query=found.query, reply=last_byte_changed(found.reply), roots=found.roots,
            day=found.day, signer=desk.central.signer,
        )  # fmt: skip
        wrong = {"stamp": bad, "cosigned": cosigned_by_nobody(desk.central)}
        for kind, record in wrong.items():
            session.execute(update(RecordRow).where(RecordRow.kind == kind).values(data=record.encode()))
    assert said(desk, tid) == []


def test_a_head_of_another_log_shows_nothing_of_this_one(
    desk: Desk, organisation: Organisation, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Central signed it, an authority stamped it, and it is not the beginning of the log that this desk reads."""
    tid = came(desk, organisation)
    from testimony.services.custody.merkle_log import MerkleLog

    with monkeypatch.context() as lying:
        lying.setattr(MerkleLog, "root", lambda *_: random.Random("another log").randbytes(32))
        stamp(desk.central, authority)
    desk.exchange()
    assert len(seen_heads(desk, "stamped")) == 1
    assert said(desk, tid) == []


def test_where_the_log_itself_does_not_hold_nothing_is_said_of_who_saw_it(
    desk: Desk, organisation: Organisation, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    tid = came(desk, organisation)
    stamp(desk.central, authority)
    desk.exchange()
    assert len(said(desk, tid)) == 1
    with monkeypatch.context() as forked:
        forked.setattr(split_view, "forked_since", lambda *_: "2026-01-20")
        assert said(desk, tid) == []
    with desk.station.database.transaction() as session:
        first = select(LogLeaf.leaf).where(LogLeaf.log == desk.central.kid, LogLeaf.no == 0).scalar_subquery()
        session.execute(update(LogLeaf).where(LogLeaf.leaf == first).values(leaf=bytes(32)))
    assert said(desk, tid) == []


def test_what_desks_say_is_what_archives_hold(desk: Desk, organisation: Organisation, authority: Authority) -> None:
    """The head of which the page speaks stands in the archive, for who has to believe nobody."""
    from testimony.services.archive import heads as archive_heads

    tid = came(desk, organisation)
    stamp(desk.central, authority)
    came(desk, organisation, 1)
    stamp(desk.central, authority)
    desk.exchange()
    opened = desk.open(tid)
    with desk.station.database.reading() as session:
        names = [name for name, _ in archive_heads.log_files(desk.station, session, [opened.manifest])]
    assert [f"/{one.size}-" in name for one in opened.seen for name in names].count(True) == 1
    assert isinstance(opened.seen[0], FirstSeen)
