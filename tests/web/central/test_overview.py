"""The central page: nodes, counts and a verified log for whoever started the server; no content."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from testimony.sealing.log.errors import COSIGN_SENTENCES, STAMP_SENTENCES, CosigningRefused
from testimony.sealing.records.signatures import Signer
from testimony.services import startup
from testimony.services.backup import last_backup
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.integrity import database_check
from testimony.services.records import scrub
from testimony.services.tracking import withdrawal_status
from testimony.services.witnesses import failures as witness_failures
from testimony.services.witnesses import status as witness_status
from testimony.services.witnesses import witnesses
from testimony.station.station import Station
from testimony.store.state.nodes import NodeRow
from testimony.sync.client.push import push
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.witnesses import WITNESS, cosign, on, stamp
from tests.support.web.browser import Browser, Filled


def test_it_counts_testimonies_and_shows_that_the_log_verifies(browser: Callable[..., Browser]) -> None:
    page = browser("central").get("/en/").text
    assert "<b>5</b> sealed testimonies" in page
    assert "verifies against everything that is kept" in page


def test_a_node_is_shown_with_its_count_and_its_last_day(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one = browser("central")
    assert "nothing has arrived yet" in one.get("/en/stations").text
    node = opened("field")
    push(node, Transport("http://central.example", node.signer, channel=InProcess(one.app.test_client())))
    page = one.get("/en/stations").text
    (block,) = re.findall(r'data-node="node-1"(.*?)\n  </li>', page, re.DOTALL)
    assert re.search(r'data-fact="testimonies"><dt>Testimonies</dt><dd>5</dd>', block)
    assert "last arrival:" in block


def test_the_last_step_of_setting_it_up_is_said_until_a_backup_was_tested(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one = browser("central")
    assert "data-first-backup" in one.get("/en/").text
    last_backup.note_tested(opened("central"))
    assert "data-first-backup" not in one.get("/en/").text


def test_it_names_no_testimony_and_no_person(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("central").get("/en/").text
    for number, sealed in enumerate(filled.sealed):
        assert filled.tid(number) not in page
        assert sealed.record.id not in page
    assert "interviewer" not in page
    assert "lawyer-1" not in page


def test_it_counts_withdrawals_and_names_none(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("central")
    counted = withdrawal_status.Counts(waiting=4, suspended=3, destroyed=2, everywhere=1)
    monkeypatch.setattr(withdrawal_status, "counts", lambda *_: counted)
    (block,) = re.findall(r"data-withdrawals>(.*?)</ul>", one.get("/en/").text, re.DOTALL)
    assert re.findall(r"<b>(\d)</b>", block) == ["3", "2", "1", "4"]


def test_a_log_that_does_not_verify_is_said_loudly(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("central")
    monkeypatch.setattr(custody_log, "root", lambda *_: "0" * 64)
    assert "The log does not verify" in one.get("/en/").text


def test_what_rots_on_its_disk_is_said_only_then(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("central")
    assert "data-damaged" not in one.get("/en/").text
    monkeypatch.setattr(scrub, "count", lambda _: 3)
    assert re.search(r"data-damaged>Damaged on the disk of this server: 3 sealed pieces\.", one.get("/en/").text)
    monkeypatch.setattr(scrub, "count", lambda _: 1)
    assert re.search(r"1 sealed piece\. A field station that still has it brings it", one.get("/en/").text)


def test_a_damaged_database_is_said_only_then(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("central")
    assert "data-unsound" not in one.get("/en/").text
    monkeypatch.setattr(database_check, "is_damaged", lambda _: True)
    assert "data-unsound>The database of this server is damaged." in one.get("/en/").text


def test_a_station_that_was_copied_is_marked_with_what_to_do(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, kid = browser("central"), opened("field").kid
    assert "data-quarantine" not in one.get("/en/stations").text
    with opened("central").database.transaction() as session:
        session.merge(NodeRow(node=kid, quarantine="two", quarantined_since="2026-01-20"))
    (block,) = re.findall(r'data-quarantine="two">(.*?)</p>', one.get("/en/stations").text, re.DOTALL)
    assert "two machines speak with the key of this station" in block
    assert "testimony central lift" in block


def test_after_a_restoration_it_says_whom_readers_wait_for_until_an_operator_decides(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, central = browser("central"), opened("central")
    startup.begin_anew(central)
    page = one.get("/en/").text
    assert "data-restored" in page
    assert "has not delivered again since the restoration" in one.get("/en/stations").text
    with central.database.transaction() as session:
        assert restart.resume(central, session)
    assert "data-restored" not in one.get("/en/").text


def test_the_head_of_the_log_is_said_in_six_words(browser: Callable[..., Browser]) -> None:
    (words,) = re.findall(r'translate="no">([a-z -]+)</b>', browser("central").get("/en/").text)
    assert len(words.split(" ")) == 6


def onlookers(page: str) -> str:
    """The words about who else saw the log, without their marks."""
    (block,) = re.findall(r"data-onlookers>(.*?)</dl>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", block).split())


def test_where_nobody_else_is_to_see_the_log_that_is_said(browser: Callable[..., Browser]) -> None:
    page = browser("central").get("/en/").text
    assert 'data-onlookers="none">Nobody else sees this log' in page


def test_it_shows_the_last_stamp_each_partners_last_cosignature_and_what_was_refused(
    browser: Callable[..., Browser], opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, central = browser("central"), opened("central")
    central.settings = replace(central.settings, timestamp_url="https://time.example/tsr")
    monkeypatch.setattr(witness_status.cosignature, "of_roster", lambda _: (WITNESS,))
    monkeypatch.setattr(witnesses, "witnesses", lambda _: (WITNESS,))
    with central.database.transaction() as session:
        witness_status.note_set_up(central, session)
    with on((date.fromisoformat(central.today()) + timedelta(days=1)).isoformat()):
        words = onlookers(one.get("/en/").text)
    assert "Last time stamp none yet more is in the log since" in words
    assert "Heads with a time stamp 0" in words
    assert "Last cosignature of \u2068partner.example/w1\u2069 none yet more is in the log since" in words
    with central.database.transaction() as session:
        witness_failures.note(central, session, "stamp", "unreachable")
    with pytest.raises(CosigningRefused):
        cosign(central, signer=Signer.generate())
    words = onlookers(one.get("/en/").text)
    assert f" · {STAMP_SENTENCES['unreachable']}" in words
    assert f" · {COSIGN_SENTENCES['other']}" in words.replace("&#39;", "'")
    monkeypatch.setattr(witnesses.witness_records, "verify_cosigned", lambda record, _: record)
    stamp(central, Authority())
    cosign(central)
    size = len(custody_entries(central))
    page = one.get("/en/").text
    words = onlookers(page)
    assert re.search(rf"Last time stamp Invented Time · [\w :,]+ UTC · entries in the log then: {size - 2}", words)
    assert f"25 November 2026, 12:00 UTC · entries in the log then: {size - 1}" in words
    assert "Heads with a time stamp 1" in words
    assert "data-waiting" not in page


def custody_entries(central: Station) -> list[tuple[int, bytes]]:
    with central.database.reading() as session:
        return custody_log.entries(session, 0, 1000)


def test_who_is_to_see_the_log_is_shown_to_those_alone_who_administer(
    signed_in: Callable[..., Browser], browser: Callable[..., Browser]
) -> None:
    for role, shown in (("administrator", True), ("registrar", False), ("observer", False)):
        assert ("data-onlookers" in signed_in(role).get("/en/").text) is shown
