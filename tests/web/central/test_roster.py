"""The roster at central's pages: looked at, proposed, handed in; and never changed by anybody who has no root key."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster import proposal
from testimony.sealing.roster.admission import admission
from testimony.sealing.roster.proposal import Proposal
from testimony.services.enrolment.organisation import Organisation
from testimony.services.monitoring.members import words_of
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.web import auth
from testimony.web.audiences import Visitor
from tests.support.services.rosters import root_of
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser
from tests.support.web.routes import routes

DAY = "2026-01-20"
LATE = "2026-04-01"  # the roster of the fixture ends on the 7th of April


@pytest.fixture
def roots(organisation: Organisation) -> list[Signer]:
    return [root_of(organisation, f"root-{number}") for number in (1, 2, 3)]


def request(kind: str = "lawyer", id: str = "lawyer-9", *, replaces: bool = False) -> str:
    recipient = OpeningKey.generate().recipient if kind in {"lawyer", "coordinator", "recovery"} else None
    made = admission(kind=kind, id=id, signer=Signer.generate(), day=DAY, recipient=recipient, replaces=replaces)
    return made.encode().decode()


def proposed(one: Browser, path: str, data: dict[str, str] | None = None) -> str:
    """The id of the proposal to which it leads."""
    answer = one.post(path, data)
    assert answer.status_code == 303, answer.text
    return str(answer.location.rsplit("/", 1)[1])


def prepared(one: Browser, **data: str) -> str:
    id = proposed(one, "/en/roster/admit", {"text": request(), **data})
    assert one.post(f"/en/proposals/{id}/settle").status_code == 303
    return id


def file_of(one: Browser, id: str) -> Proposal:
    (made,) = proposal.read(one.get(f"/proposals/{id}/file").data, proposal.roster_of(()))
    return made


def signed(one: Browser, id: str, roots: list[Signer]) -> Proposal:
    made = file_of(one, id)
    for root in roots:
        made = made.with_signature(root)
    return made


def readers(central: Station) -> list[str]:
    latest = central.chain.latest
    return [id for audience in ("lawyers", "coordinators", "recovery") for id, _ in latest.readers(audience)]


def test_the_page_lists_everybody_with_words_and_days(signed_in: Callable[..., Browser], central: Station) -> None:
    page = signed_in("registrar").get("/en/roster").text
    latest = central.chain.latest
    assert re.findall(r'data-entry="([^"]+)"', page) == [
        "lawyer-1", "lawyer-2", "coordinator-1", "recovery", "interviewer-1", "interviewer-2", "central", "node-1",
        "phone-1", "phone-2",
    ]  # fmt: skip
    assert len({one.id for one in (*latest.people, *latest.devices)}) == 10
    assert page.count("5 January 2026") == 10
    assert re.search(r'data-count="lawyer"><b>2</b>', page)
    assert "2 of 3 root keys" in page
    assert words_of(latest.people[0].keys, latest.people[0].recipient) in page


def test_what_needs_somebody_comes_first_and_who_is_gone_last(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    id = proposed(one, "/en/roster/lost", {"id": "phone-1"})
    done = one.post(f"/en/proposals/{id}/publish", {"text": signed(one, id, roots[:2]).encode().decode()})
    assert done.status_code == 303, done.text
    page = one.get("/en/roster").text
    entries = re.findall(r'data-entry="([^"]+)" data-state="(\w+)"', page)
    assert entries[-1] == ("phone-1", "lost")
    assert "No longer active: 1" in page


def test_admitting_proposes_prepares_signs_and_publishes(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    id = prepared(one)
    page = one.get(f"/en/proposals/{id}").text
    assert "becomes a reader" in page
    assert "Have them read to you" in page
    assert readers(central).count("lawyer-9") == 0
    data = {"csrf_token": one.csrf(), "file": (io.BytesIO(signed(one, id, roots[1:]).encode()), "roster-2.proposal")}
    done = one.client.post(f"/en/proposals/{id}/publish", base_url=one.base, data=data)
    assert done.status_code == 303
    assert "data-published" in one.get(done.location).text
    assert readers(central).count("lawyer-9") == 1
    acts = re.findall(r'data-act="([a-z-]+)"', one.get("/en/acts").text)
    assert acts[:3] == ["publish", "settle", "propose"]


def test_what_a_camera_read_is_published_too(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    id = prepared(one)
    lines = signed(one, id, roots[:2]).lines(central.chain.latest.data)
    assert one.post(f"/en/proposals/{id}/publish", {"text": "\r\n".join(lines[:-1])}).status_code == 422
    assert one.post(f"/en/proposals/{id}/publish", {"text": "\r\n".join(lines[::-1])}).status_code == 303
    assert central.chain.latest.no == 2


def test_the_codes_hold_what_the_file_holds(signed_in: Callable[..., Browser], central: Station) -> None:
    one = signed_in("registrar")
    id = prepared(one)
    page = one.get(f"/en/proposals/{id}/codes").text
    made = file_of(one, id)
    assert page.count("data-code=") == len(made.lines(central.chain.latest.data)) > 1


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (lambda made, roots: made.with_signature(roots[0]).encode(), "2 root keys must sign, and 1 did"),
        (lambda made, roots: made.with_signature(Signer.generate(ROOT_ALGORITHMS)).encode(), "no root of this"),
        (lambda made, roots: made.with_signature(roots[0]).with_signature(roots[1]).encode()[:-30], "not a whole"),
        (lambda made, roots: made.history[0].encode(), "number 1 is in force here"),
        (lambda made, roots: b"", "not a whole"),
    ],
)
def test_each_refusal_is_one_sentence_and_the_draft_stays(
    alter: Any, sentence: str, signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    id = prepared(one)
    answer = one.post(f"/en/proposals/{id}/publish", {"text": alter(file_of(one, id), roots).decode()})
    assert answer.status_code == 422
    assert sentence in answer.text.split('role="alert"')[1].split("</div>")[0]
    assert central.chain.latest.no == 1
    assert "waits for the roots" in one.get(f"/en/proposals/{id}").text


def test_another_reader_than_proposed_is_refused_and_named(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    id = proposed(one, "/en/roster/renew")
    value = file_of(one, id).record.value
    mallory = {"id": "mallory", "role": "lawyer", "status": "active", "age": OpeningKey.generate().recipient.text}
    other = SignedRecord.sign_by_roots({**value, "people": [*value["people"], mallory]}, roots[:2])
    answer = one.post(f"/en/proposals/{id}/publish", {"text": other.encode().decode()})
    assert answer.status_code == 422
    assert "mallory" in answer.text.split("data-differences")[1].split("</ul>")[0]
    assert readers(central).count("mallory") == 0


def forgeries(made: Proposal, roots: list[Signer]) -> list[bytes]:
    """What somebody with one root key at most could write who wants this proposal in force."""
    stranger, one = Signer.generate(ROOT_ALGORITHMS), made.with_signature(roots[0])
    own = made.record.value
    files = [
        made,
        one,
        made.with_signature(stranger).with_signature(Signer.generate(ROOT_ALGORITHMS)),
        one.with_signature(stranger),
        Proposal(record=SignedRecord(made.record.data, made.history[0].sigs)),
        Proposal(record=SignedRecord(made.record.data, (one.record.sigs[0],) * 2)),
        Proposal(record=SignedRecord.sign_by_roots({**own, "slots": {**own["slots"], "lawyers": 9}}, roots[:1])),
    ]
    return [*(file.encode() for file in files), *(file.record.encode() for file in files), request().encode()]


def test_no_page_of_an_administrator_brings_another_reader_into_force_without_the_roots(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    """Every route that takes a POST, with everything that an administrator could put into it, and too few root keys.

    That the walk would find it is seen at its end: the same route with two of them does.
    """
    one = signed_in("administrator")
    before, number = readers(central), central.chain.latest.no
    open_to = {Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OBSERVER, Visitor.ANYONE, Visitor.PEER}
    tried = 0
    for method, _, rule in routes(one.app):
        endpoint = rule.endpoint
        if method != "POST" or endpoint == "signin.leave" or endpoint.startswith("start."):
            continue
        if not auth.declared(one.app, endpoint) & open_to:
            continue
        hold(one, "administrator")  # some routes lead to another session
        id = prepared(one, id=f"lawyer-{tried + 10}")
        for data in forgeries(file_of(one, id), roots):
            assert post(one, rule, id, data) < 500, endpoint
            assert (readers(central), central.chain.latest.no) == (before, number), endpoint
        tried += 1
    assert tried > 25
    with open_station(central.settings.home) as again:
        assert (readers(again), again.chain.latest.no) == (before, number)
    id = prepared(one, id="lawyer-9")
    rule = next(rule for _, _, rule in routes(one.app) if rule.endpoint == "proposal.publish")
    assert post(one, rule, id, signed(one, id, roots[:2]).encode()) == 303
    assert "lawyer-9" in readers(central)


def post(one: Browser, rule: Any, id: str, data: bytes) -> int:
    """As a form with every field that there is, and as a body; the status of the first."""
    values = {name: {"lang": "en", "proposal": id}.get(name, "0" * 32) for name in rule.arguments}
    _, address = rule.build(values) or ("", "")
    fields = {
        "csrf_token": one.csrf(), "id": "lawyer-9", "text": data.decode(), "number": "99",
        "file": (io.BytesIO(data), "file"), "name": "zoe", "role": "administrator",
    }  # fmt: skip
    answer = one.client.post(address, base_url=one.base, data=fields)
    if not rule.endpoint.startswith(("proposal.", "roster.")):
        one.client.post(address, base_url=one.base, data=data, content_type="application/octet-stream")
    return int(answer.status_code)


def test_a_registrar_proposes_and_an_administrator_publishes(
    signed_in: Callable[..., Browser], roots: list[Signer]
) -> None:
    one, other = signed_in("registrar"), signed_in("administrator")
    id = prepared(one)
    whole = {"text": signed(one, id, roots[:2]).encode().decode()}
    assert one.post(f"/en/proposals/{id}/publish", whole).status_code == 403
    assert "data-published" not in one.get(f"/en/proposals/{id}").text
    assert other.post(f"/en/proposals/{id}/publish", whole).status_code == 303


@pytest.mark.parametrize("role", ["observer", "enrolling"])
def test_who_sees_counts_alone_sees_no_roster(role: str, signed_in: Callable[..., Browser]) -> None:
    assert signed_in(role).get("/en/roster").status_code == 403
    assert 'href="/en/roster"' not in signed_in(role, "other").get("/en/").text


def test_the_token_of_the_start_looks_and_proposes_nothing(browser: Callable[..., Browser], central: Station) -> None:
    one = browser("central")
    page = one.get("/en/roster")
    assert page.status_code == 200
    assert f">{fingerprint_words(central.chain.root.fingerprint)}</b>" in page.text, "people read them to a new station"
    assert "/en/roster/" not in page.text
    assert one.post("/en/roster/renew").status_code == 403


def test_a_form_without_its_token_proposes_nothing(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("administrator")
    answer = one.client.post("/en/roster/renew", base_url=one.base)
    assert answer.status_code == 400
    assert "data-proposal" not in one.get("/en/roster").text


def test_the_overview_names_the_keys_that_end_and_leads_to_what_renews_them(
    signed_in: Callable[..., Browser], central: Station, roots: list[Signer]
) -> None:
    one = signed_in("administrator")
    assert "data-ending" not in one.get("/en/").text
    one.app.config["CLOCK"] = lambda: datetime.fromisoformat(f"{LATE}T09:00:00+00:00")
    page = one.get("/en/").text
    assert "These keys end on 7 April 2026" in page
    assert "lawyer-1" in page.split("data-ending")[1].split("</section>")[0]
    id = proposed(one, "/en/roster/renew")
    assert f'href="/en/proposals/{id}"' in one.get("/en/").text.split("data-ending")[1].split("</section>")[0]
    assert 'data-state="soon"' in one.get("/en/roster").text
    whole = {"text": signed(one, id, roots[:2]).encode().decode()}
    assert one.post(f"/en/proposals/{id}/publish", whole).status_code == 303
    assert "data-ending" not in one.get("/en/").text
    assert central.chain.latest.expires == "2026-07-02"


def test_a_bad_request_is_said_on_the_page_itself(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    for text, sentence in (("Dear M.", "not a request"), (request("node", "node-1"), "has node-1 already")):
        answer = one.post("/en/roster/admit", {"text": text})
        assert answer.status_code == 422
        assert sentence in answer.text.split('role="alert"')[1].split("</div>")[0]


def test_a_proposal_that_is_not_there_is_not_found(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("administrator")
    for path in ("", "/codes"):
        assert one.get(f"/en/proposals/{'0' * 32}{path}").status_code == 404
    assert one.get(f"/proposals/{'0' * 32}/file").status_code == 404


def test_a_change_is_taken_out_a_proposal_opened_again_and_forgotten(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    id = prepared(one)
    assert one.post(f"/en/proposals/{id}/reopen").status_code == 303
    assert proposed(one, "/en/roster/end", {"id": "phone-2"}) == id
    assert one.post(f"/en/proposals/{id}/unwish", {"number": "0"}).location == f"/en/proposals/{id}"
    assert "phone-2 may deliver nothing more" in re.sub("[\u2068\u2069]", "", one.get(f"/en/proposals/{id}").text)
    assert one.post(f"/en/proposals/{id}/drop").location == "/en/roster"
    assert "data-proposal" not in one.get("/en/roster").text
