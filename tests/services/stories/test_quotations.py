"""Words that leave without the name: only those that a lawyer wrote, for whom and while the witness agrees to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.casefile.casefile import CLOSED, Lacking
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.stories import quotations
from testimony.services.stories.errors import LONGEST_QUOTATION, QuotationRefused
from testimony.services.stories.quotations import Quotation, Sheet
from testimony.services.testimony import view as testimony_view
from testimony.services.typesetting import pdf as typesetting_pdf
from tests.support.services.casefiles import account, brought, found_in, outside_paper, require_pdf_a, text_of
from tests.support.services.desks import TODAY, Desk, desks, reader_of

PRESS, REPORTS = Key(Purpose.JOURNALISTS, "border-news"), Key(Purpose.QUOTES, "public")
SAID = "We left Exampleville at night. On 3 March 2025 Sam fell into the river.\nAn officer laughed."
LAST = date(2026, 4, 20)
"""The last day of a consent of three months."""
ENOUGH = "They pushed us into the river.\nAn officer laughed."


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def at_desk(desk: Desk, organisation: Organisation, *also: str, **more: Any) -> str:
    return brought(desk, organisation, [account(0, "en", SAID, name="Sam Heronfield", also=list(also), **more)])[0]


def gathered(
    desk: Desk, tid: str, at: date = TODAY, reader: Reader | None = None, **more: Any
) -> Sheet | list[Lacking]:
    asked = Quotation(tid=tid, **{"use": PRESS, "lang": "en", "words": ENOUGH, "checked": True, **more})
    with desk.station.database.transaction() as session:
        return quotations.gather(desk.station, session, reader or desk.reader, asked, annexes=desk.annexes, at=at)


def made(desk: Desk, tid: str, **more: Any) -> bytes:
    found = gathered(desk, tid, **more)
    assert isinstance(found, Sheet), found
    return typesetting_pdf.pdf(quotations.data_of(found), day=TODAY)


def begun(desk: Desk, tid: str, reader: Reader | None = None) -> list[str]:
    with desk.station.database.transaction() as session:
        found = quotations.beginnings(desk.station, session, reader or desk.reader, tid, annexes=desk.annexes, at=TODAY)
    return [one.words for one in found]


def is_exported(desk: Desk, tid: str) -> bool:
    """What this desk's own log says of it."""
    with desk.station.database.reading() as session:
        manifest = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
        return "exported" in {one.kind for one in custody_log.said_about(session, manifest.id)}


def test_journalists_get_the_words_and_nothing_that_tells_who_said_them(desk: Desk, organisation: Organisation) -> None:
    tid = at_desk(desk, organisation, "P12-border-news")
    pdf = made(desk, tid)
    text = text_of(pdf)
    for words in ("They pushed us into the river.", "An officer laughed.", "border-news", "(P12)", "20 February 2026"):
        assert words in text, words
    for secret in ("Heronfield", "Exampleville", "March 2025", "lawyer-1", tid, tid[:8]):
        assert found_in(pdf, secret) == [], secret
    require_pdf_a(pdf, "en")
    assert is_exported(desk, tid)


def test_a_report_is_for_the_public_and_names_its_own_consent(desk: Desk, organisation: Organisation) -> None:
    text = " ".join(text_of(made(desk, at_desk(desk, organisation, "P11"), use=REPORTS)).split())
    assert all(words in text for words in ("the public", "Altered quotes in reports (P11)", "An officer laughed."))


def test_the_words_may_be_used_for_a_month_and_never_longer_than_the_witness_agreed(
    desk: Desk, organisation: Organisation
) -> None:
    tid = at_desk(desk, organisation, "P12-border-news")
    until = [found.until for day in (TODAY, LAST) if isinstance(found := gathered(desk, tid, day), Sheet)]
    assert until == [date(2026, 2, 20), LAST]


@pytest.mark.parametrize("lang", ["ar", "fa", "el", "fr"])
def test_the_longest_words_are_set_in_every_script(desk: Desk, organisation: Organisation, lang: str) -> None:
    words = ("ذهبنا إلى النهر.\nWe went on.\n" * 400)[:LONGEST_QUOTATION]
    pdf = made(desk, at_desk(desk, organisation, "P12-border-news"), lang=lang, words=words)
    assert (text_of(pdf).count("ذهبنا"), outside_paper(pdf)) == (words.count("ذهبنا"), [])


def test_no_consent_another_recipient_a_withdrawal_and_the_end_of_consent_make_nothing(
    desk: Desk, organisation: Organisation
) -> None:
    (none,) = brought(desk, organisation, [account(1, "en", SAID, also=["P09-case-river"])])
    tid = at_desk(desk, organisation, "P12-border-news")
    for found in (
        gathered(desk, none),
        gathered(desk, tid, use=REPORTS),
        gathered(desk, tid, use=Key(Purpose.JOURNALISTS, "other-news")),
        gathered(desk, tid, date(2026, 4, 21)),
    ):
        assert isinstance(found, list), found
    assert begun(desk, none) == []
    stands = desk.stands(tid)
    consent_acts.say(desk.station, desk.reader, stands, Act.WITHDRAW, PRESS, reason="other", day=TODAY)
    found = gathered(desk, tid)
    assert isinstance(found, list), found
    assert [one.tid for one in found] == [tid]
    assert begun(desk, tid) == []
    assert quotations.allowed(desk.stands(tid)) == []
    assert not is_exported(desk, tid)


@pytest.mark.parametrize(
    "words", ["Then sam fell.", "HERONFIELD was hurt.", "The Heronfields left.", "Heron\u200bfield", "Sam\n Heronfield"]
)
def test_words_with_a_name_of_the_witness_do_not_leave(desk: Desk, organisation: Organisation, words: str) -> None:
    tid = at_desk(desk, organisation, "P12-border-news")
    with pytest.raises(QuotationRefused) as refused:
        gathered(desk, tid, words=words)
    assert refused.value.reason == "name"
    assert not is_exported(desk, tid)


def test_the_account_to_begin_with_has_likely_names_places_dates_and_numbers_taken_out(
    desk: Desk, organisation: Organisation
) -> None:
    tid = at_desk(desk, organisation, "P11")
    assert quotations.allowed(desk.stands(tid)) == [REPORTS]
    assert begun(desk, tid) == ["We left […] at night. On [date] [name] fell into the river.\nAn officer laughed."]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"words": " … \n"}, "words"),
        ({"words": "x" * 90_000}, "long"),
        ({"checked": False}, "checked"),
        ({"lang": "ti"}, "language"),
        ({"use": Key(Purpose.COURT, "case-river")}, "use"),
    ],
)
def test_what_does_not_fit_makes_nothing(
    desk: Desk, organisation: Organisation, more: dict[str, Any], reason: str
) -> None:
    tid = at_desk(desk, organisation, "P12-border-news")
    with pytest.raises((QuotationRefused, CaseFileRefused)) as refused:
        gathered(desk, tid, **more)
    assert vars(refused.value)["reason"] == reason


def test_nobody_but_lawyers_gets_words(desk: Desk, organisation: Organisation) -> None:
    tid, other = at_desk(desk, organisation, "P12-border-news"), reader_of(organisation, "coordinator-1")
    for ask in (gathered, begun):
        with pytest.raises(CaseFileRefused) as refused:
            ask(desk, tid, reader=other)
        assert refused.value.reason == "role"


def test_where_the_names_do_not_open_nothing_leaves(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    tid = at_desk(desk, organisation, "P12-border-news")
    opened = desk.open(tid)
    closed = Compartment(part="identity", closed="incomplete")
    parts = [closed if one.part == "identity" else one for one in opened.compartments]
    nameless = replace(opened, compartments=type(opened.compartments)(parts))
    monkeypatch.setattr(testimony_view, "open_testimony", lambda *_args, **_more: nameless)
    assert gathered(desk, tid) == [Lacking(tid=tid, why=CLOSED)]
    assert begun(desk, tid) == []
