"""A field node's pages: languages, counts and the states of what came in, and who may see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from sqlalchemy import select

from testimony.canonical import sha256_hex
from testimony.certificates.request import Request
from testimony.domain.testimony.languages import INTERVIEWERS, dir_of
from testimony.sealing.records.signatures import labelled
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony.media import Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.certificates import store as certificate_store
from testimony.services.continuity import central_view
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.integrity import database_check
from testimony.services.records import scrub
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import shredding
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from testimony.store.state.centrals import CentralRow
from tests.support.certificates.authorities import authority, in_days
from tests.support.web.browser import NOW, Browser, Filled
from tests.support.web.pages import sign_in

DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


@pytest.mark.parametrize(("accepted", "address"), [("ar", "/ar/"), ("fr-CH, en;q=0.5", "/fr/"), ("nl", "/en/")])
def test_the_front_door_leads_to_the_language_of_the_browser(
    accepted: str, address: str, browser: Callable[..., Browser]
) -> None:
    answer = browser("field").get("/", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.location) == (303, address)


@pytest.mark.parametrize(("lang", "direction"), [(lang, dir_of(lang)) for lang in INTERVIEWERS])
def test_a_page_says_its_language_and_direction(lang: str, direction: str, browser: Callable[..., Browser]) -> None:
    page = browser("field").get(f"/{lang}/").text
    assert f'<html lang="{lang}" dir="{direction}">' in page
    for code in INTERVIEWERS:
        assert f'href="/interview/{code}/" lang="{code}"' in page


@pytest.mark.parametrize(
    ("lang", "day"),
    [
        ("en", "7 April 2026"),
        ("fr", "7 avril 2026"),
        ("es", "7 de abril de 2026"),
        ("pt", "7 de abril de 2026"),
        ("de", "7. April 2026"),
        ("hr", "7. travnja 2026."),
        ("ar", "7 أبريل 2026"),
        ("fa", "۷ آوریل ۲۰۲۶"),
    ],
)
def test_a_roster_that_ended_is_said_on_the_page_and_everything_goes_on(
    lang: str, day: str, browser: Callable[..., Browser]
) -> None:
    one = browser("field")
    assert "data-roster-ended" not in one.get(f"/{lang}/").text
    one.app.config["CLOCK"] = lambda: datetime(2026, 4, 8, tzinfo=UTC)
    page = one.get(f"/{lang}/")
    assert page.status_code == 200
    assert day in page.text.split("data-roster-ended", 1)[1].split("</p>", 1)[0]


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_a_certificate_that_ends_is_said_with_what_to_do_and_what_still_works(
    lang: str, browser: Callable[..., Browser]
) -> None:
    one = browser("field")
    home = one.app.extensions["testimony.station"].settings.home
    certificate_store.install(
        home,
        certificate_store.sign(authority(), Request.parse(certificate_store.ask(home)), now=in_days(0)),
        now=in_days(0),
    )

    def said(after: float) -> tuple[str, str]:
        one.app.config["CLOCK"] = lambda: in_days(after)
        page = one.get(f"/{lang}/").text
        state = re.search(r'data-certificate="(\w+)">(.*?)</p>', page, re.DOTALL)
        return (state[1], state[2].strip()) if state else ("", "")

    assert said(68) == ("", "")
    soon, ended = said(70), said(91)
    assert (soon[0], ended[0]) == ("soon", "ended")
    for text in (soon[1], ended[1]):
        assert "testimony tls renew" in text
        assert "2026" in text.translate(DIGITS)
    certificate_store.in_force(home).write_bytes(b"-----BEGIN")
    damaged = said(0)
    assert damaged[0] == "damaged"
    assert "testimony tls node" in damaged[1]
    if lang == "en":
        assert "everything works" in soon[1]
        assert "they seal, keep what they sealed, and deliver afterwards" in ended[1]
        assert "they seal, keep what they sealed, and deliver afterwards" in damaged[1]


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("fr", "ltr")])
def test_each_way_into_an_interview_is_set_in_the_direction_of_its_own_language(
    lang: str, direction: str, browser: Callable[..., Browser]
) -> None:
    page = browser("field").get("/en/").text
    assert f'<a href="/interview/{lang}/" lang="{lang}" dir="{direction}"' in page


def test_another_language_is_no_page(browser: Callable[..., Browser]) -> None:
    assert browser("field").get("/xx/").status_code == 404


def test_the_front_page_counts_and_names_nothing(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("field").get("/en/").text
    assert "<b>5</b> testimonies came in here" in page
    assert re.search(r"<b>1</b> waits for headquarters|<b>[^1]\d*</b> wait for headquarters", page)
    for number in range(5):
        assert filled.tid(number)[:8] not in page


def test_the_outbox_is_for_interviewers_who_signed_in(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled
) -> None:
    one = browser("field")
    assert one.get("/en/outbox").status_code == 401
    assert sign_in(one, organisation) == "interviewer-1"
    page = one.get("/en/outbox").text
    states = dict(re.findall(r'data-tid="([0-9a-f]{32})" data-state="(\w+)"', page))
    assert states == {filled.tid(number): "waiting" for number in range(5)}
    assert "You are signed in as" in one.get("/en/").text


def test_the_outbox_says_when_what_was_taken_back_is_destroyed(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    one, node, tid = browser("field"), opened("field"), filled.tid(0)
    told = statements.withdrawal(tid=tid, scope="all", day="2026-01-20", signer=organisation.signers["phone-1"])
    take_in(node, [Incoming("record", told.encode())])
    sign_in(one, organisation)
    line = one.get("/en/outbox").text.split(f'data-tid="{tid}"')[1].split("</li>")[0]
    assert 'data-fate="suspended"' in line
    assert "held back here, to be destroyed on" in line


def test_the_outbox_does_not_call_withdrawn_what_keeping_has_ended_for(
    browser: Callable[..., Browser], organisation: Organisation, filled: Filled, opened: Callable[[str], Station]
) -> None:
    one, node, tid = browser("field"), opened("field"), filled.tid(0)
    with node.database.transaction() as session:
        wanted = select(RecordRow.name).where(RecordRow.subject == tid, RecordRow.kind == "manifest")
        shredding.bury(session, tid, session.scalars(wanted).one(), shredded=True)
    sign_in(one, organisation)
    line = one.get("/en/outbox").text.split(f'data-tid="{tid}"')[1].split("</li>")[0]
    assert "deleted: the time for which it was to be kept is over" in line
    assert "withdrawn by the witness" not in line


def test_the_outbox_says_that_the_text_is_safe_and_how_much_of_the_media_is_still_here(
    browser: Callable[..., Browser], organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    voice = Medium(kind="voice", type="audio/webm", data=bytes(600_000), seconds=99)
    sealed = demo.seal_invented(
        organisation, chain, demo.invented()[0], number=0, taken_down=NOW, withdraw=None, media=[voice]
    )
    late = next(one["body"] for one in sealed.record.value["parts"] if one["part"] == "media-004")
    incoming = demo.incoming(sealed)
    node, central = opened("field"), opened("central")
    [text] = take_in(central, [one for one in incoming if not _is_media(sealed, one)]).receipts
    take_in(node, [one for one in incoming if sha256_hex(one.payload) != late])
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, text)
        outbox.note_pieces(session, sealed.record.id, 1)
    one = browser("field")
    sign_in(one, organisation)
    page = one.get("/en/outbox").text
    line = page.split(f'data-tid="{sealed.record.value["tid"]}"')[1].split("</li>")[0]
    assert 'data-state="text"' in line
    assert "text is safe at headquarters, with its receipt" in line
    assert "recordings and pictures: 1 of 4 pieces still to come from the phone" in line
    assert "recordings and pictures: 3 of 4 pieces are not at headquarters yet" in line


def _is_media(sealed: SealedTestimony, one: Incoming) -> bool:
    named = [part for part in sealed.record.value["parts"] if part["part"].startswith("media-")]
    return sha256_hex(one.payload) in {name for part in named for name in (*part["heads"].values(), part["body"])}


def test_signing_out_ends_the_session_and_keeps_what_waits_in_the_browser(
    browser: Callable[..., Browser], organisation: Organisation
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    answer = one.client.post("/session/end", base_url=one.base)
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    assert one.get("/en/outbox").status_code == 401


def test_a_script_ends_the_session_and_is_led_nowhere(
    browser: Callable[..., Browser], organisation: Organisation
) -> None:
    one = browser("field")
    assert one.client.post("/session/leave", base_url=one.base, json={}).status_code == 204
    sign_in(one, organisation)
    answer = one.client.post("/session/leave", base_url=one.base, json={})
    assert (answer.status_code, answer.data, answer.location) == (204, b"", None)
    assert one.get("/en/outbox").status_code == 401
    assert "You are signed in as" not in one.get("/en/").text


def test_signing_out_by_a_link_does_not_exist(browser: Callable[..., Browser]) -> None:
    assert browser("field").get("/session/end").status_code == 405


@pytest.mark.parametrize("body", [{}, [], "x", {"kid": "a", "nonce": "b"}, {"kid": 1, "nonce": "b", "sig": "c"}])
def test_what_is_not_a_signature_is_refused(body: object, browser: Callable[..., Browser]) -> None:
    one = browser("field")
    assert one.client.post("/session", base_url=one.base, json=body).status_code == 400


def test_a_signature_of_somebody_else_signs_nobody_in(
    browser: Callable[..., Browser], organisation: Organisation
) -> None:
    one = browser("field")
    nonce = one.client.post("/session/nonce", base_url=one.base).json["nonce"]  # type: ignore[index]
    (raw,) = organisation.signers["interviewer-2"].sign_raw(labelled("testimony/1/sign-in", nonce.encode()))
    body = {"kid": organisation.signers["interviewer-1"].kid, "nonce": nonce, "sig": raw.hex()}
    answer = one.client.post("/session", base_url=one.base, json=body)
    assert answer.status_code == 403
    assert one.get("/en/outbox").status_code == 401


def test_a_signature_counts_once(browser: Callable[..., Browser], organisation: Organisation) -> None:
    one, signer = browser("field"), organisation.signers["interviewer-1"]
    nonce = one.client.post("/session/nonce", base_url=one.base).json["nonce"]  # type: ignore[index]
    (raw,) = signer.sign_raw(labelled("testimony/1/sign-in", nonce.encode()))
    body = {"kid": signer.kid, "nonce": nonce, "sig": raw.hex()}
    assert one.client.post("/session", base_url=one.base, json=body).status_code == 200
    assert one.client.post("/session", base_url=one.base, json=body).status_code == 403


def test_uploads_are_written_to_no_temporary_file(app: Callable[[str], Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", forbidden)
    monkeypatch.setattr("werkzeug.wrappers.request.default_stream_factory", forbidden, raising=False)
    head = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\n'
    body = head + b"y" * 900_000 + b"\r\n--edge--\r\n"
    kind = "multipart/form-data; boundary=edge"
    with app("field").test_request_context("/", method="POST", data=body, content_type=kind):
        assert len(request.files["f"].read()) == 900_000


def test_what_rots_on_its_disk_is_said_only_then(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("field")
    assert "data-damaged" not in one.get("/en/").text
    monkeypatch.setattr(scrub, "count", lambda _: 3)
    assert re.search(r"data-damaged>Damaged on the disk of this station: 3 sealed pieces\.", one.get("/en/").text)
    monkeypatch.setattr(scrub, "count", lambda _: 1)
    assert re.search(r"1 sealed piece\. Synchronise, keep the phone that brought it", one.get("/en/").text)


def test_a_damaged_database_is_said_only_then(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("field")
    assert "data-unsound" not in one.get("/en/").text
    monkeypatch.setattr(database_check, "is_damaged", lambda _: True)
    assert "data-unsound>The database on the disk of this station is damaged." in one.get("/en/").text


def test_a_station_that_was_copied_and_a_central_of_two_stories_are_said_and_interviews_go_on(
    browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, node = browser("field"), opened("field")
    assert not re.search("data-quarantined|data-forked", one.get("/en/").text)
    with node.database.transaction() as session:
        central_view.note(node, session, quarantined=True, size=1)
        central = next(iter(custody_log.centrals(node.chain)))
        session.merge(CentralRow(central=central, forked_since="2026-01-20", fork="!"))
    page = one.get("/en/").text
    assert "only one machine may use this station's card" in page
    assert "has two different versions" in page
    assert "data-begin" in page
    with node.database.transaction() as session:
        central_view.note(node, session, quarantined=False, size=1)
    assert "data-quarantined" not in one.get("/en/").text
