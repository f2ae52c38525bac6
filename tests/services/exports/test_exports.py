"""An export holds what consent covers on that day for one use, counts the rest with reasons, and is noted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.acts import Act
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import exports
from testimony.services.exports.errors import ExportRefused
from testimony.services.exports.exports import Made
from tests.support.services.casefiles import COURT, SAID, account, brought, translate
from tests.support.services.coding import correct
from tests.support.services.desks import LAWYERS, TODAY, Desk, desks


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def desk(at: dict[str, Desk]) -> Desk:
    return at["lawyer-1"]


def made(desk: Desk, use: Key = LAWYERS, form: str = "jsonl", **more: Any) -> Made:
    with desk.station.database.transaction() as session:
        return exports.make(desk.station, session, desk.reader, use, form, annexes=desk.annexes, at=TODAY, **more)


def read(one: Made) -> list[dict[str, Any]]:
    """The lines of it, each of which its own schema describes."""
    with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
        lines = [json.loads(line) for line in archive.read("testimonies.jsonl").decode().splitlines()]
        validator = jsonschema_rs.Draft202012Validator(json.loads(archive.read("testimonies.schema.json")))
    for line in lines:
        validator.validate(line)
    return lines


def kinds(desk: Desk) -> list[str]:
    with desk.station.database.reading() as session:
        return [str(canonical.decode_object(entry)["kind"]) for _, entry in custody_log.entries(session, 0, 1000)]


def test_consent_decides_on_the_day_and_what_is_left_out_is_counted_with_its_reason(
    desk: Desk, organisation: Organisation
) -> None:
    court, other = brought(desk, organisation, [account(0, "fr", SAID["fr"]), account(1, "ar", SAID["ar"], also=[])])
    everything = made(desk)
    assert set(everything.tids) == {court, other}
    for_court = made(desk, COURT)
    assert (for_court.tids, dict(for_court.left)) == ((court,), {"not_asked": 1})
    consent_acts.say(desk.station, desk.reader, desk.stands(court), Act.WITHDRAW, COURT, reason="other", day=TODAY)
    with pytest.raises(ExportRefused, match="may be used for this today"):
        made(desk, COURT)
    assert set(made(desk).tids) == {court, other}, "another use of the same testimony stands"
    consent_acts.say(desk.station, desk.reader, desk.stands(other), Act.WITHDRAW, LAWYERS, reason="other", day=TODAY)
    left = made(desk)
    assert (left.tids, dict(left.left)) == ((court,), {"unreadable": 1}), "no lawyer's"
    consent_acts.withdraw_all(desk.station, desk.reader, court, day=TODAY)
    with pytest.raises(ExportRefused):
        made(desk)


def test_a_court_gets_the_event_and_the_name_and_own_work_gets_everything(
    desk: Desk, organisation: Organisation
) -> None:
    told = account(0, "fr", SAID["fr"], remarks={"o_text": "They had a white van.", "w_ethnic": "an example"})
    (tid,) = brought(desk, organisation, [told])
    correct(desk, tid, "w_gender", {"value": "f"})
    translate(desk, tid, "en", ["We left the camp at night.", "The officer said: go back."])
    (own,), (court,) = read(made(desk)), read(made(desk, COURT))
    assert own["answers"]["w_contact"] == {"value": "not a real number"}
    assert {"w_contact", "w_ethnic"} & court["answers"].keys() == set()
    assert court["answers"]["w_name"] == {"value": "Sam Example"}
    assert court["answers"]["o_text"] == {"value": "They had a white van."}
    assert own["answers"]["w_gender"] == {"value": "f"}
    assert own["corrected"] == ["w_gender"]
    assert [(one["lang"], one["made"]) for one in own["statements"]] == [("fr", "interview"), ("en", "desk")]
    assert own["statements"][0]["text"] == SAID["fr"]
    assert own["use"] == {"purpose": "P04", "recipient": "lawyers"}


def test_where_the_name_may_not_be_shown_in_full_the_account_is_in_no_export_for_a_case(
    desk: Desk, organisation: Organisation
) -> None:
    child = account(0, "fr", SAID["fr"])
    child["incident"] = {**child["incident"], "w_age": "a15to17"}
    brought(desk, organisation, [child, account(1, "fr", SAID["fr"])])
    found = made(desk, COURT)
    assert (len(found.tids), dict(found.left)) == (1, {"name": 1})
    assert len(made(desk).tids) == 2


def test_an_answer_that_the_questionnaire_does_not_know_is_named_and_not_exported(
    desk: Desk, organisation: Organisation
) -> None:
    strange = account(0, "fr", SAID["fr"], remarks={"o_text": 12})
    brought(desk, organisation, [strange])
    (line,) = read(made(desk))
    assert line["unread"] == ["o_text"]
    assert "o_text" not in line["answers"]


def test_each_testimony_is_noted_as_opened_and_exported(desk: Desk, organisation: Organisation) -> None:
    brought(desk, organisation, [account(0, "fr", SAID["fr"]), account(1, "fr", SAID["fr"])])
    before = kinds(desk)
    chosen = made(desk).tids[:1]
    after = kinds(desk)[len(before) :]
    assert (after.count("opened"), after.count("exported")) == (2, 2)
    only = made(desk, only=frozenset(chosen))
    assert (only.tids, dict(only.left)) == (chosen, {"not_chosen": 1})


def test_a_sealed_export_opens_with_the_readers_key_alone(at: dict[str, Desk], organisation: Organisation) -> None:
    desk, other = at["lawyer-1"], at["lawyer-2"]
    brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    data = made(desk).data
    sealed = exports.seal(desk.reader, data)
    assert data not in sealed
    opened = io.BytesIO()
    exports.unseal(desk.reader, io.BytesIO(sealed), opened.write)
    assert opened.getvalue() == data
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for reader, file in ((other.reader, sealed), (desk.reader, damaged), (desk.reader, b""), (desk.reader, data)):
        with pytest.raises(ExportRefused, match="sealed for you"):
            exports.unseal(reader, io.BytesIO(file), io.BytesIO().write)


def test_only_lawyers_export_and_only_for_uses_that_cover_a_file_of_single_people(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    brought(at["lawyer-1"], organisation, [account(0, "fr", SAID["fr"])])
    with pytest.raises(ExportRefused, match="Only a lawyer"):
        made(at["coordinator-1"])
    with pytest.raises(ExportRefused, match="Choose the use"):
        made(at["lawyer-1"], Key(Purpose.COUNT, "public"))
    with pytest.raises(ExportRefused, match="kind of file"):
        made(at["lawyer-1"], form="doc")
    for text in ("P06 public", "P04", "nonsense", ""):
        with pytest.raises(ExportRefused, match="Choose the use"):
            exports.use_of(text)
    assert exports.use_of(" P09 case-river ") == COURT


def test_too_many_at_once_are_refused_before_anything_is_opened(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(desk, organisation, [account(0, "fr", SAID["fr"]), account(1, "fr", SAID["fr"])])
    monkeypatch.setattr(export_accounts, "MOST", 1)
    before = kinds(desk)
    with pytest.raises(ExportRefused, match="too many testimonies"):
        made(desk)
    assert kinds(desk) == before
