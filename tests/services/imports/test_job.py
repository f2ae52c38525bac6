"""A row becomes a testimony that every desk opens, verifies and may use for nothing before the witness agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from testimony.domain.consent.purposes import Purpose
from testimony.services.consent import late_grants
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.imports import kept_choices, sealing
from testimony.services.imports.column_choices import ACCOUNT, Choices, Column
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import formats
from testimony.services.imports.job import Importer, Opened, Progress
from testimony.services.imports.known_rows import Known
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import RecordRow
from tests.support.services.consent.acts import late
from tests.support.services.desks import COUNT, TODAY, Desk, circumstances, desks

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
SHEET = (
    "date,people,agreed,report\n2025-05-01,7,yes,They took us to the river.\n"
    "2025-05-02,,yes,We were left in the forest.\n"
)
CHOICES = Choices(columns=(Column(to="i_date", order="ymd"), Column(to="g_size"), Column(), Column(to=ACCOUNT)))


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def opened(data: str = SHEET, choices: Choices = CHOICES) -> Opened:
    file = Opened(data.encode(), "records.csv")
    file.choose(choices, "Example network, sheet of 2025", "Signed sheets in our archive")
    return file


def importer(desk: Desk) -> Importer:
    return Importer(desk.station, desk.reader, desk.annexes, Known(), NOW)


def brought(desk: Desk, file: Opened) -> list[str]:
    """The testimonies that an import made, in order."""
    progress = Progress()
    for _ in importer(desk).steps(file, progress):
        pass
    with desk.station.database.reading() as session:
        wanted = select(RecordRow.subject).where(RecordRow.kind == "manifest").order_by(RecordRow.arrival)
        return [str(tid) for tid in session.scalars(wanted)]


def test_each_row_is_sealed_signed_logged_and_reaches_the_other_lawyer(at: dict[str, Desk]) -> None:
    file = opened()
    first, _ = brought(at["lawyer-1"], file)
    at["lawyer-1"].exchange()
    at["lawyer-2"].exchange()
    found = at["lawyer-2"].open(first)
    held = {one.part: one for one in found.compartments}
    assert {one.subject for one in found.findings if one.holds == "no"} == set()
    assert found.attestation is not None
    assert found.attestation.person_id == "lawyer-1"
    assert held["narrative"].content is not None
    assert held["narrative"].content["statements"][0]["text"] == "They took us to the river."
    assert held["incident"].content is not None
    assert held["incident"].content["answers"]["g_size"] == {"value": 7}
    assert held["provenance"].content is not None
    said = held["provenance"].content["imported"]
    assert (said["source"], said["by"], said["day"], said["row"]) == (
        "Example network, sheet of 2025", "lawyer-1", TODAY.isoformat(), 2,
    )  # fmt: skip
    assert (said["file_sha256"], said["row_sha256"]) == (file.sha256, next(file.accounts()).sha256)
    assert said["kept"] == [["agreed", "yes"]]
    with at["lawyer-1"].station.database.reading() as session:
        logged = session.scalars(select(LogLeaf.kind).where(LogLeaf.kind == "imported")).all()
        assert custody_log.size(session) >= len(logged) == 2


def test_its_consent_covers_keeping_and_the_lawyers_until_the_witness_agrees_to_more(at: dict[str, Desk]) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid, _ = brought(lawyer, opened())
    assert lawyer.usable(tid) == {Purpose.RECORD, Purpose.LAWYER}
    lawyer.exchange()
    coordinator.exchange()
    assert {one.closed for one in coordinator.open(tid).compartments} != {None}
    assert all(one.content is None for one in coordinator.open(tid).compartments)
    assert late(lawyer, tid, COUNT) is None
    assert Purpose.COUNT in lawyer.usable(tid)
    lawyer.exchange()
    coordinator.exchange()
    coded = next(one for one in coordinator.open(tid).compartments if one.part == "coded")
    assert coded.content is not None
    assert coded.content["answers"]["i_date"] == {"value": "2025-05"}
    assert late_grants.KNOWN_FOR.days == 7


def test_a_lawyer_cannot_seal_an_import_that_passes_for_an_interview(
    at: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed program of a lawyer seals circumstances in which everything was asked, a yes to being counted, and no
    word of where it is from."""
    honest = sealing.contents

    def forged(*args: Any) -> dict[str, dict[str, Any]]:
        made = honest(*args)
        about = {
            "purpose": str(COUNT.purpose),
            "recipient": COUNT.recipient,
            "life_months": None,
            "day": TODAY.isoformat(),
        }
        yes = [
            {"event": "ASK", "id": "a" * 32, "after": [], **about},
            {"event": "GRANT", "id": "b" * 32, "after": ["a" * 32], **about},
        ]
        made["consent"] = {**circumstances(), "events": [*made["consent"]["events"], *yes]}
        del made["provenance"][sealing.KIND]
        return made

    monkeypatch.setattr(sealing, "contents", forged)
    tid, _ = brought(at["lawyer-1"], opened())
    assert at["lawyer-1"].usable(tid) == {Purpose.RECORD, Purpose.LAWYER}
    assert at["lawyer-1"].open(tid).imported


def test_a_second_run_and_another_desk_bring_in_only_what_is_not_here(at: dict[str, Desk]) -> None:
    assert len(brought(at["lawyer-1"], opened())) == 2
    more = SHEET + "2025-05-03,4,yes,On the third day.\n"
    seen = importer(at["lawyer-1"]).look(opened(more))
    assert (seen.total, seen.new, seen.here) == (3, 1, 2)
    assert len(brought(at["lawyer-1"], opened(more))) == 3
    at["lawyer-1"].exchange()
    at["lawyer-2"].exchange()
    assert importer(at["lawyer-2"]).look(opened(more)).new == 0


def test_a_stopped_import_goes_on_where_it_stopped(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    rows = "report\n" + "".join(f"Account {number}.\n" for number in range(25))
    file, progress = opened(rows, Choices(columns=(Column(to=ACCOUNT),))), Progress()
    steps = importer(desk).steps(file, progress)
    next(steps)
    steps.close()
    assert (progress.done, progress.sealed) == (20, 20)
    assert len(brought(desk, file)) == 25


def test_nothing_readable_of_the_file_is_on_the_disk(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    brought(desk, opened())
    files = [path for path in desk.station.settings.home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert b"river" not in data, path
        assert b"Example network" not in data, path


def test_who_is_no_lawyer_brings_nothing_in(at: dict[str, Desk]) -> None:
    with pytest.raises(ImportRefused) as refused:
        brought(at["coordinator-1"], opened())
    assert refused.value.reason == "role"


@pytest.mark.parametrize(("source", "consent", "reason"), [("", "x", "source"), ("x", " ", "consent")])
def test_nothing_is_brought_in_without_source_and_consent(source: str, consent: str, reason: str) -> None:
    file = Opened(SHEET.encode(), "records.csv")
    with pytest.raises(ImportRefused) as refused:
        file.choose(CHOICES, source, consent)
    assert refused.value.reason == reason


def test_what_was_chosen_is_kept_sealed_for_the_next_file_with_the_same_columns(at: dict[str, Desk]) -> None:
    desk, table = at["lawyer-1"], opened().table
    assert kept_choices.choices_for(desk.station, desk.reader, table) is None
    kept_choices.keep(desk.station, desk.reader, table, CHOICES)
    assert kept_choices.choices_for(desk.station, desk.reader, table) == CHOICES
    kept_choices.keep(desk.station, desk.reader, table, replace(CHOICES, lang="fr"))
    (file,) = (desk.station.settings.home / kept_choices.FOLDER).rglob("*.age")
    assert b"people" not in file.read_bytes()
    found = kept_choices.choices_for(desk.station, desk.reader, table)
    assert found is not None
    assert found.lang == "fr"
    assert kept_choices.choices_for(desk.station, at["lawyer-2"].reader, table) is None
    other = formats.read(b"date,people\n2025-05-01,7\n")
    assert kept_choices.choices_for(desk.station, desk.reader, other) is None
    file.write_bytes(b"damaged")
    assert kept_choices.choices_for(desk.station, desk.reader, table) is None


def test_kept_choices_get_the_codes_of_texts_that_only_a_later_file_has_and_what_was_refused_stays(
    at: dict[str, Desk],
) -> None:
    desk, column = at["lawyer-1"], Column(to="w_gender", values={"female": "f", "lady": "f"})

    def codes(cells: str) -> dict[str, str]:
        """What becomes of a column with these cells, after the choices for it were kept."""
        table = formats.read(f"gender,other\n{cells}".encode())
        choices = kept_choices.choices_for(desk.station, desk.reader, table) or Choices(columns=(column, Column()))
        kept_choices.keep(desk.station, desk.reader, table, choices)
        return dict(choices.columns[0].values)

    assert codes("female,x\nlady,x\nwoman,x\n") == {"female": "f", "lady": "f"}
    assert codes("male,x\n") == {"female": "f", "lady": "f", "male": "m"}
    assert codes("woman,x\nmale,x\n") == {"female": "f", "lady": "f", "male": "m"}, "woman was refused"
