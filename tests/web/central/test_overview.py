"""The central page: nodes, counts and a verified log for whoever started the server; no content."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.services import custody, damage, fate, incarnations, integrity, resuming
from testimony.services.station import Station
from testimony.store.accounts import FactRow
from testimony.sync.channel import InProcess
from testimony.sync.push import push
from testimony.sync.transport import Transport
from tests.web.conftest import Browser, Filled


def test_it_counts_testimonies_and_shows_that_the_log_verifies(browser: Callable[..., Browser]) -> None:
    page = browser("central").get("/en/").text
    assert "<b>5</b> sealed testimonies" in page
    assert "verifies against everything that is kept" in page


def test_a_node_is_shown_with_its_count_and_its_last_day(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one = browser("central")
    assert "nothing has arrived yet" in one.get("/en/").text
    node = opened("field")
    push(node, Transport("http://central.example", node.signer, channel=InProcess(one.app.test_client())))
    page = one.get("/en/").text
    (block,) = re.findall(r'data-node="node-1"(.*?)\n  </li>', page, re.DOTALL)
    assert re.search(r'data-fact="testimonies"><dt>Testimonies</dt><dd>5</dd>', block)
    assert "last arrival:" in block


def test_it_names_no_testimony_and_no_person(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("central").get("/en/").text
    for number, sealed in enumerate(filled.sealed):
        assert filled.tid(number) not in page
        assert sealed.record.id not in page
    assert "interviewer" not in page
    assert "lawyer-1" not in page


def test_it_counts_withdrawals_and_names_none(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("central")
    counted = fate.Counts(waiting=4, suspended=3, destroyed=2, everywhere=1)
    monkeypatch.setattr(fate, "counts", lambda *_: counted)
    (block,) = re.findall(r"data-withdrawals>(.*?)</ul>", one.get("/en/").text, re.DOTALL)
    assert re.findall(r"<b>(\d)</b>", block) == ["3", "2", "1", "4"]


def test_a_log_that_does_not_verify_is_said_loudly(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("central")
    monkeypatch.setattr(custody, "root", lambda *_: "0" * 64)
    assert "The log does not verify" in one.get("/en/").text


def test_what_rots_on_its_disk_is_said_only_then(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("central")
    assert "data-damaged" not in one.get("/en/").text
    monkeypatch.setattr(damage, "count", lambda _: 3)
    assert re.search(r"data-damaged>Damaged on the disk of this server: 3 sealed pieces\.", one.get("/en/").text)


def test_a_damaged_database_is_said_only_then(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("central")
    assert "data-unsound" not in one.get("/en/").text
    monkeypatch.setattr(integrity, "is_damaged", lambda _: True)
    assert "data-unsound>The database of this server is damaged." in one.get("/en/").text


def test_a_station_that_was_copied_is_marked_with_what_to_do(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, kid = browser("central"), opened("field").kid
    assert "data-quarantine" not in one.get("/en/").text
    with opened("central").database.transaction() as session:
        session.merge(FactRow(name=incarnations.QUARANTINE + kid, value="two 2026-01-20"))
    (block,) = re.findall(r'data-quarantine="two">(.*?)</p>', one.get("/en/").text, re.DOTALL)
    assert "two machines speak with the key of this station" in block
    assert "testimony central lift" in block


def test_after_a_restoration_it_says_whom_readers_wait_for_until_an_operator_decides(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, central = browser("central"), opened("central")
    central.begin_anew()
    page = one.get("/en/").text
    assert "data-restored" in page
    assert "has not delivered anew since the restoration" in page
    with central.database.transaction() as session:
        assert resuming.resume(central, session)
    assert "data-restored" not in one.get("/en/").text


def test_the_head_of_the_log_is_said_in_six_words(browser: Callable[..., Browser]) -> None:
    (words,) = re.findall(r'translate="no">([a-z -]+)</b>', browser("central").get("/en/").text)
    assert len(words.split(" ")) == 6
