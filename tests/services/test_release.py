"""The thin release: classes of five people from two incidents, consent looked up twice, nobody published twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.consent import Purpose
from testimony.domain.release import FAMILIES
from testimony.errors import PartMissing, ReleaseRefused
from testimony.sealing import statements
from testimony.services import collect, custody, readers, release
from testimony.services.organisation import Organisation
from testimony.services.readers import Reader
from testimony.services.station import Station
from tests.services.batches import bring, told

TODAY = date(2026, 1, 20)


@pytest.fixture
def desk(homes: Path) -> Iterator[Station]:
    with Station.open(homes / "desk-coordinator") as station:
        yield station


@pytest.fixture
def reader(desk: Station, organisation: Organisation) -> Reader:
    words = next(each.passphrase for each in organisation.keepers if each.id == "coordinator-1")
    return readers.unlock(desk, words)


def built(desk: Station, reader: Reader, purpose: Purpose = Purpose.COUNT, at: date = TODAY) -> release.Batch:
    with desk.database.reading() as session:
        return release.build(desk, session, reader, purpose, at=at)


def published(desk: Station, reader: Reader, batch: release.Batch, expected: str | None = None) -> str:
    with desk.database.transaction() as session:
        return release.publish(desk, session, reader, batch, expected=expected or batch.sha256, at=TODAY)


def table(data: bytes) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def entries(desk: Station) -> list[dict[str, Any]]:
    with desk.database.reading() as session:
        return [canonical.decode_object(entry) for _, entry in custody.entries(session, 0, 1000)]


def test_six_testimonies_of_different_classes_are_refused_with_the_reason(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    segments = ["HRV-BIH:north", "GRC-TUR:evros"] * 3
    bring(organisation, desk, [told(number, i_segment=place) for number, place in enumerate(segments)])
    with pytest.raises(ReleaseRefused) as refused:
        built(desk, reader)
    assert refused.value.reason == "small"
    assert "used for this purpose: 6." in str(refused.value)
    assert "smaller than 5 people" in str(refused.value)


def test_nothing_to_use_is_refused(desk: Station, reader: Reader) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        built(desk, reader)
    assert refused.value.reason == "none"


def test_twelve_people_at_one_border_make_one_line(desk: Station, reader: Reader, organisation: Organisation) -> None:
    bring(organisation, desk, [told(number) for number in range(12)])
    (line,) = table(built(desk, reader).data)
    assert (line["date_start"], line["date_end"], line["period"]) == ("2025-01-01", "2025-12-31", "year")
    assert (line["border"], line["age_group"], line["testimonies"]) == ("HRV-BIH", "adult", "12")
    assert line["force_body"] == "12"
    assert line["dogs"] == ""
    assert line["blank"].split() == [family for family in FAMILIES if family != "force_body"]


def test_one_person_five_times_and_one_van_full_of_people_are_refused(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    same = [told(number, w_age="a18to24", w_gender="m", w_nat="SYR") for number in range(6)]
    van = [told(number, i_segment="GRC-TUR:evros", i_date="2025-07-10") for number in range(8)]
    bring(organisation, desk, [*same, *van])
    with pytest.raises(ReleaseRefused) as refused:
        built(desk, reader)
    assert refused.value.values["testimonies"] == 14


def test_why_an_answer_is_missing_makes_nobody_another_person(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    reasons = ("unk", "ref", "nask")
    accounts = [
        told(number, w_age="a18to24", w_gender=reasons[number % 2], w_nat=reasons[number % 3]) for number in range(6)
    ]
    bring(organisation, desk, accounts)
    with pytest.raises(ReleaseRefused):
        built(desk, reader)


def test_only_testimonies_whose_consent_to_this_purpose_stands_are_used(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    counted = [told(number, ("P01", "P06")) for number in range(7)]
    kept = [told(number, ("P01",)) for number in range(7, 12)]
    lawyers = [told(number, ("P01", "P04")) for number in range(12, 17)]
    bring(organisation, desk, [*counted, *kept, *lawyers])
    assert built(desk, reader, Purpose.COUNT).considered == 7
    with pytest.raises(ReleaseRefused):
        built(desk, reader, Purpose.MECHANISM)


def test_consent_that_ran_out_counts_no_more(desk: Station, reader: Reader, organisation: Organisation) -> None:
    bring(organisation, desk, [told(number) for number in range(7)])
    assert built(desk, reader, Purpose.MECHANISM).considered == 7
    with pytest.raises(ReleaseRefused) as refused:
        built(desk, reader, Purpose.MECHANISM, at=date(2028, 2, 1))
    assert refused.value.reason == "none"


def test_a_withdrawn_testimony_leaves_no_more(desk: Station, reader: Reader, organisation: Organisation) -> None:
    sealed = bring(organisation, desk, [told(number) for number in range(8)])
    withdrawal = statements.withdrawal(
        tid=sealed[0].record.value["tid"],
        scope="all",
        day="2026-01-20",
        signer=organisation.signers["interviewer-1"],
    )
    collect.take_in(desk, [collect.Incoming("record", withdrawal.encode())])
    assert built(desk, reader).considered == 7


def test_the_same_testimonies_give_the_same_bytes_in_any_order(
    homes: Path, organisation: Organisation, desk: Station, reader: Reader
) -> None:
    sealed = bring(organisation, desk, [told(number) for number in range(9)])
    first = built(desk, reader).data
    with Station.open(homes / "desk-lawyer") as other:
        for one in reversed(sealed):
            collect.take_in(
                other,
                [
                    collect.Incoming("record", one.record.encode()),
                    *(
                        collect.Incoming("object", data)
                        for part in one.parts
                        for data in (*part.heads.values(), part.body)
                    ),
                ],
            )
        with other.database.reading() as session:
            second = release.build(other, session, reader, Purpose.COUNT, at=TODAY).data
    assert first == second


def test_what_leaves_is_what_was_looked_at_or_nothing_leaves(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    bring(organisation, desk, [told(number) for number in range(7)])
    batch = built(desk, reader)
    with pytest.raises(ReleaseRefused) as refused:
        published(desk, reader, batch, expected="0" * 64)
    assert refused.value.reason == "changed"
    assert not any(entry["kind"] == "released" for entry in entries(desk))


def test_a_testimony_is_published_once(desk: Station, reader: Reader, organisation: Organisation) -> None:
    bring(organisation, desk, [told(number) for number in range(7)])
    published(desk, reader, built(desk, reader))
    for purpose in (Purpose.COUNT, Purpose.MECHANISM):
        with pytest.raises(ReleaseRefused) as refused:
            built(desk, reader, purpose)
        assert refused.value.reason == "none"


def test_those_held_back_may_leave_with_others_later(desk: Station, reader: Reader, organisation: Organisation) -> None:
    first = [told(number) for number in range(7)] + [told(number, i_segment="GRC-TUR:evros") for number in range(4)]
    bring(organisation, desk, first)
    batch = built(desk, reader)
    assert (len(batch.members), batch.held_back) == (7, 4)
    published(desk, reader, batch)
    bring(organisation, desk, [told(number, i_segment="GRC-TUR:evros") for number in range(4, 8)])
    (line,) = table(built(desk, reader).data)
    assert (line["border"], line["testimonies"]) == ("GRC-TUR", "8")


def test_a_release_is_kept_and_found_again(desk: Station, reader: Reader, organisation: Organisation) -> None:
    bring(organisation, desk, [told(number) for number in range(7)])
    batch = built(desk, reader)
    made = published(desk, reader, batch)
    with desk.database.reading() as session:
        described, data = release.find(desk, session, made)
        assert release.released(desk, session) == [described]
        with pytest.raises(PartMissing):
            release.find(desk, session, "0" * 64)
    assert data == batch.data
    assert (described.purpose, described.rows, described.testimonies) == ("P06", 1, 7)


def test_the_log_says_who_released_what_and_names_no_testimony_outside_this_desk(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    sealed = bring(organisation, desk, [told(number) for number in range(7)])
    batch = built(desk, reader)
    published(desk, reader, batch)
    kinds = [entry["kind"] for entry in entries(desk) if entry["by"] == "coordinator-1"]
    assert kinds == ["published"] * 7 + ["released"]
    for one in sealed:
        assert one.record.id.encode() not in batch.data
        assert one.record.value["tid"].encode() not in batch.data


def test_a_refusal_is_written_down(desk: Station, reader: Reader) -> None:
    with desk.database.transaction() as session:
        refusal = release.refusal(desk, session, reader, Purpose.COUNT, at=TODAY)
    assert refusal is not None
    assert entries(desk)[-1]["kind"] == "refused"


def test_nothing_is_written_down_when_something_may_leave(
    desk: Station, reader: Reader, organisation: Organisation
) -> None:
    bring(organisation, desk, [told(number) for number in range(7)])
    before = entries(desk)
    with desk.database.transaction() as session:
        assert release.refusal(desk, session, reader, Purpose.COUNT, at=TODAY) is None
    assert entries(desk) == before
