"""A referral sheet: one page with what this service may get and nothing else, while the witness agrees to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.casefile.casefile import Lacking
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.records import queries as record_queries
from testimony.services.submissions import referral
from testimony.services.submissions.errors import LONGEST_REPLY, LONGEST_WANTED, ReferralRefused
from testimony.services.submissions.referral import Referral, Sheet
from testimony.services.typesetting import pdf as typesetting_pdf
from tests.support.services.casefiles import SAID, account, brought, found_in, require_pdf_a, text_of
from tests.support.services.desks import TODAY, Desk, desks

CLINIC, TRACING = Key(Purpose.SERVICE, "camp-clinic"), Key(Purpose.TRACING, "tracing")
IDENTITY = {"w_name": "Sam Example", "w_contact": "button 7, in the evening", "w_address": "Marsh Lane"}
IDENTITY |= {"d_names": "Kim Example, blue coat"}
PEOPLE = [{"fate": "missing", "age": "a18to24"}, {"fate": "dead", "age": "a60plus"}]


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def at_desk(desk: Desk, organisation: Organisation, *also: str, **identity: str) -> str:
    told = account(0, "fr", SAID["fr"], also=list(also))
    told |= {"identity": identity or IDENTITY, "incident": {**told["incident"], "d_missing": 1, "d_people": PEOPLE}}
    return brought(desk, organisation, [told])[0]


def gathered(desk: Desk, tid: str, **more: Any) -> Sheet | list[Lacking]:
    plain = {"use": CLINIC, "lang": "en", "wanted": "Treat the left arm.", "reply": "The legal desk, button 1"}
    with desk.station.database.transaction() as session:
        return referral.gather(
            desk.station, session, desk.reader, Referral(tid=tid, **{**plain, **more}), annexes=desk.annexes, at=TODAY
        )


def made(desk: Desk, tid: str, **more: Any) -> bytes:
    found = gathered(desk, tid, **more)
    assert isinstance(found, Sheet), found
    return typesetting_pdf.pdf(referral.data_of(found), day=TODAY)


def kinds(desk: Desk, tid: str) -> set[str]:
    """What this desk's own log says of it."""
    with desk.station.database.reading() as session:
        manifest = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
        return {one.kind for one in custody_log.said_about(session, manifest.id)}


def test_a_clinic_gets_name_and_contact_on_one_page_and_nothing_else(desk: Desk, organisation: Organisation) -> None:
    tid = at_desk(desk, organisation, "P05-camp-clinic")
    pdf = made(desk, tid)
    text = text_of(pdf)
    for words in ("Sam Example", "button 7, in the evening", "Treat the left arm.", "button 1", "lawyer-1", "P05"):
        assert words in text, words
    for secret in ("Kim", "Marsh", "fleuve", "Missing"):
        assert found_in(pdf, secret) == [], secret
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    require_pdf_a(pdf, "en")
    assert "exported" in kinds(desk, tid)


def test_a_search_gets_who_is_missing_and_neither_the_witness_nor_the_dead(
    desk: Desk, organisation: Organisation
) -> None:
    tid = at_desk(desk, organisation, "P14-tracing")
    pdf = made(desk, tid, use=TRACING)
    text = text_of(pdf)
    for words in ("Kim Example, blue coat", "Missing", "18-24"):
        assert words in text, words
    for secret in ("Sam", "button 7", "Dead:", "60"):
        assert secret not in text, secret


@pytest.mark.parametrize("lang", ["ar", "fa", "es", "fr"])
def test_the_longest_texts_fit_on_one_page_in_every_language(desk: Desk, organisation: Organisation, lang: str) -> None:
    tid = at_desk(desk, organisation, "P05-camp-clinic")
    words = {"wanted": ("treat the arm " * 99)[:LONGEST_WANTED], "reply": ("button 1 " * 99)[:LONGEST_REPLY]}
    assert len(PdfReader(io.BytesIO(made(desk, tid, lang=lang, **words))).pages) == 1


def test_a_consent_that_ended_since_or_is_for_another_service_makes_no_sheet(
    desk: Desk, organisation: Organisation
) -> None:
    tid = at_desk(desk, organisation, "P05-camp-clinic")
    assert isinstance(gathered(desk, tid, use=Key(Purpose.SERVICE, "legal-desk")), list)
    assert isinstance(gathered(desk, tid, use=TRACING), list)
    stands = desk.stands(tid)
    consent_acts.say(desk.station, desk.reader, stands, consent_acts.Act.WITHDRAW, CLINIC, reason="other", day=TODAY)
    found = gathered(desk, tid)
    assert isinstance(found, list)
    assert [one.tid for one in found] == [tid]
    assert "exported" not in kinds(desk, tid)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"wanted": " "}, "wanted"),
        ({"reply": ""}, "reply"),
        ({"wanted": "x" * 90_000}, "long"),
        ({"reply": "x" * (LONGEST_REPLY + 1)}, "long"),
        ({"lang": "ti"}, "language"),
        ({"use": Key(Purpose.COURT, "case-river")}, "use"),
    ],
)
def test_what_does_not_fit_makes_no_sheet(
    desk: Desk, organisation: Organisation, more: dict[str, Any], reason: str
) -> None:
    tid = at_desk(desk, organisation, "P05-camp-clinic")
    with pytest.raises(ReferralRefused) as refused:
        gathered(desk, tid, **more)
    assert refused.value.reason == reason


def test_an_interview_without_anything_that_the_service_may_get_makes_no_sheet(
    desk: Desk, organisation: Organisation
) -> None:
    tid = at_desk(desk, organisation, "P05-camp-clinic", w_address="Marsh Lane")
    with pytest.raises(ReferralRefused) as refused:
        gathered(desk, tid)
    assert refused.value.reason == "empty"
