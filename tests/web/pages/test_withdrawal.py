"""Taking a testimony back with its code, without an account: what the page is, what its scripts ask, who is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from testimony import canonical
from testimony.domain.consent.compartments import closed_by
from testimony.domain.consent.fold import Purpose
from testimony.domain.consent.offers import offers
from testimony.domain.roles import Audience
from testimony.domain.testimony.languages import SCRIPTS, dir_of
from testimony.questionnaire.sentence_states import texts
from testimony.questionnaire.withdrawal_text import PageWords
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.wording import Mended
from testimony.sealing.statements import early_withdrawal, statements
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.accounts.rate_limit import RateLimiter
from testimony.services.accounts.work import BITS, Work
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.withdrawal import codes
from testimony.services.wordings import sentences
from testimony.services.wordings.sentences import scripts
from testimony.services.wordings.wordings import InForce
from testimony.station.station import Station
from testimony.sync.wire.frames import Frame, write_frames
from testimony.web.pages import withdrawal, withdrawal_text
from testimony.web.pages.withdrawal import LIMITER, NETWORK, PROOF, WORK
from tests.support.each_time import each_time
from tests.support.web.browser import Browser
from tests.support.web.work import proof_of_work

DAY = "2026-01-20"
NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
CODE = Signer.generate()
KEY = CODE.public_keys[0].pub.hex()


@pytest.fixture
def sealed(organisation: Organisation) -> SealedTestimony:
    """With a code, and not yet at any station."""
    chain = RosterChain(organisation.root, [organisation.roster])
    told = {**demo.invented()[0], "also": []}
    return demo.seal_invented(organisation, chain, told, number=9, taken_down=NOW, withdraw=KEY)


@pytest.fixture(params=["field", "central"])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(one: Browser, act: str, body: Any, **options: Any) -> Any:
    return one.client.post(f"/withdraw/{act}", base_url=one.base, json=body, **options)


def envelope(record: Any) -> Any:
    return canonical.decode_object(record.encode())


def by_code(sealed: SealedTestimony, signer: Signer = CODE) -> Any:
    return statements.withdrawal(tid=sealed.record.value["tid"], scope="all", day=DAY, signer=signer)


def heads_of(sealed: SealedTestimony) -> dict[str, dict[str, list[str]]]:
    """Of the text, by part and audience."""
    parts = [part for part in sealed.record.value["parts"] if not is_media(part["part"])]
    return {part["part"]: {audience: [head] for audience, head in part["heads"].items()} for part in parts}


def is_served(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        return record_queries.is_served(session, sealed.record.value["tid"])


@pytest.mark.parametrize("tag", each_time(SCRIPTS, "en", "ar", "ti", "bn"))
def test_the_page_speaks_every_language_of_the_scripts(tag: str, browser: Callable[..., Browser]) -> None:
    page = browser("central", started=False).get(f"/withdraw/{tag}").text
    assert f'<html lang="{tag}" dir="{dir_of(tag)}">' in page
    for name in ("title", "done", "later", "sure"):
        assert scripts()[tag].words[f"withdraw_{name}"].translate(str.maketrans({"'": "&#39;"})) in page
    assert {found[1] for found in re.finditer(r'href="/withdraw/([a-z]+)"', page)} == set(SCRIPTS)
    assert "<form" not in page
    assert "name=" not in page.split("<body")[1]
    assert not re.search(r'autocomplete="(?!off)', page)


def test_it_says_what_the_organisation_mended(browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"page.keep": "Lawyers alone", "words.withdraw_title": "Delete what I told"}
    words |= {"gives.numbers": "Only ticks.", "words.no": "No, never"}
    errata = {key: Mended(key=key, old="0" * 64, words=said, state="checked") for key, said in words.items()}
    found = InForce(name="a" * 64, checked=None, clips={}, raised={}, errata=errata)
    for module in (withdrawal, withdrawal_text):
        monkeypatch.setattr(module, "in_force", lambda _station, lang: found if lang == "en" else None)
    one = browser("field")
    page = one.get("/withdraw/en").text
    assert all(said in page for said in words.values())
    assert "Delete what I told" in one.get("/en/").text
    assert "Delete what I told" not in one.get("/withdraw/fr").text


def test_it_says_that_not_all_was_checked_until_each_of_its_sentences_is(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    errata = {key: Mended(key=key, old="0" * 64, words=said, state="checked") for key, said in texts("tr").items()}
    held = InForce(name="a" * 64, checked=None, clips={}, raised={}, errata=errata)
    less = replace(held, errata=errata | {"gives.numbers": replace(errata["gives.numbers"], state="agreed")})
    mark, one = PageWords.load("tr").words["draft"], browser("field")
    for found, is_draft in ((None, True), (held, False), (less, True)):
        monkeypatch.setattr(withdrawal_text, "in_force", lambda _station, _lang, found=found: found)
        assert (mark in one.get("/withdraw/tr").text) is is_draft


def test_the_first_language_of_the_browser_is_chosen_and_others_do_not_exist(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    for liked, tag in [("ti-ER,en", "ti"), ("xx,ps;q=0.5", "ps"), ("xx", "en"), ("../../x", "en")]:
        answer = one.get("/withdraw", headers={"Accept-Language": liked})
        assert (answer.status_code, answer.location) == (303, f"/withdraw/{tag}")
    assert one.get("/withdraw/xx").status_code == 404


def test_the_front_pages_lead_to_it(browser: Callable[..., Browser]) -> None:
    assert 'href="/withdraw/fa"' in browser("field").get("/fa/").text
    assert 'href="/withdraw/fr"' in browser("central", started=False).get("/fr/start").text
    assert "/withdraw/" not in browser("lawyer", started=False).get("/fr/start").text


def test_a_known_code_destroys_at_once_and_the_answer_is_the_station_s_receipt(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station], sealed: SealedTestimony
) -> None:
    one, station = browser(role, started=False), opened(role)
    take_in(station, demo.incoming(sealed))
    tid = sealed.record.value["tid"]
    found = ask(one, "find", {"keys": [KEY]}).json
    assert (found["withdrawal"], found["reach"]) == (None, None)
    [testimony] = found["testimonies"]
    assert testimony == {"tid": tid, "key": KEY, "heads": heads_of(sealed)}
    record = by_code(sealed)
    answer = ask(one, "take", envelope(record)).json
    signed = type(record).decode(canonical.encode(answer["receipts"][0]))
    receipt = statements.verify_receipt(signed, station.signer.public_keys)
    assert (receipt.record, receipt.durable) == (record.id, True)
    reach = {"headquarters": role == "central", "desks": False}
    assert answer["reach"] == reach
    assert not is_served(station, sealed)
    assert station.shred_keys.find(tid) is None
    gone = {"testimonies": [{"tid": tid, "key": KEY, "heads": {}}], "withdrawal": record.id, "reach": reach}
    assert ask(one, "find", {"keys": [KEY]}).json == gone


def test_single_heads_go_and_the_lawyers_keep_theirs(
    browser: Callable[..., Browser], opened: Callable[[str], Station], sealed: SealedTestimony
) -> None:
    one, station = browser("field"), opened("field")
    take_in(station, demo.incoming(sealed))
    closed = closed_by({Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK})
    heads = heads_of(sealed)
    scope = [name for part, them in heads.items() for to, [name] in them.items() if Audience(to) in closed[part]]
    assert sorted(scope) == sorted(heads[part]["coordinators"][0] for part in ("coded", "consent"))
    record = statements.withdrawal(tid=sealed.record.value["tid"], scope=scope, day=DAY, signer=CODE)
    assert ask(one, "take", envelope(record)).status_code == 200
    left = ask(one, "find", {"keys": [KEY]}).json
    assert left["withdrawal"] is None
    assert left["testimonies"][0]["heads"] == {
        part: {to: names for to, names in them.items() if to != "coordinators"} for part, them in heads.items()
    }
    with station.database.reading() as session:
        for part, them in heads.items():
            assert record_queries.read_head(station, session, them["lawyers"][0]), part
            assert all(
                record_queries.read_head(station, session, name) is None for name in them.get("coordinators", [])
            )


def frames_of(*records: Any, sealed: Any = None) -> bytes:
    objects = [*sealed.part.heads.values(), sealed.part.body] if sealed else []
    envelopes = [Frame("record", record.encode()) for record in records]
    return write_frames([*envelopes, *(Frame("object", data) for data in objects)])


def uses_of(station: Station, sealed: SealedTestimony, signer: Signer = CODE) -> annex.SealedAnnex:
    """An annex by the code, as the page makes it; what it says is the desks' matter."""
    roster = station.chain.latest
    return annex.seal_annex(
        b'{"kind":"consent","events":[]}',
        tid=sealed.record.value["tid"],
        day=DAY,
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in roster.slots},
        signer=signer,
        by_code=True,
    )


def hand_in(one: Browser, body: bytes) -> Any:
    return one.client.post("/withdraw/take", base_url=one.base, data=body, content_type="application/octet-stream")


@pytest.mark.parametrize("tag", each_time(SCRIPTS, "en", "ar", "ti", "bn"))
def test_each_use_that_is_asked_for_can_be_ticked_in_the_witness_s_words(
    tag: str, browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    page = browser("central", started=False).get(f"/withdraw/{tag}").text
    organisation = opened("central").chain.latest.organisation
    told = sentences.sentences(organisation, tag)
    for offer in offers(organisation):
        if offer.purpose is not Purpose.RECORD:
            assert f'data-purpose="{offer.purpose}" data-recipient="{offer.recipient}"' in page
            assert str(escape(told[f"gives.{offer.id}"])) in page
    assert 'data-purpose="P01"' not in page, "without it nothing is kept: that is taking back everything"


def test_the_page_is_given_the_keys_of_those_who_act_on_it(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    roster = opened(role).chain.latest
    given = browser(role, started=False).get("/withdraw/readers").json
    assert given["roster"] == roster.sha256
    for name in ("coordinators", "lawyers", "recovery"):
        assert given["audiences"][name] == {
            "recipients": [one.text for one in roster.recipients(name)],
            "slots": roster.slots[name],
        }
    assert "lawyer-1" not in json.dumps(given)


def test_single_uses_and_their_heads_are_taken_in_one_container(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station], sealed: SealedTestimony
) -> None:
    one, station = browser(role, started=False), opened(role)
    take_in(station, demo.incoming(sealed))
    head = heads_of(sealed)["coded"]["coordinators"][0]
    said = uses_of(station, sealed)
    record = statements.withdrawal(tid=sealed.record.value["tid"], scope=[head], day=DAY, signer=CODE)
    answer = hand_in(one, frames_of(said.record, record, sealed=said))
    assert answer.status_code == 200
    signed = [type(record).decode(canonical.encode(receipt)) for receipt in answer.json["receipts"]]
    verified = [statements.verify_receipt(each, station.signer.public_keys) for each in signed]
    assert {receipt.record: len(receipt.parts) for receipt in verified} == {said.record.id: 4, record.id: 0}
    assert answer.json["reach"] == {"headquarters": role == "central", "desks": False}
    with station.database.reading() as session:
        assert record_queries.read_head(station, session, head) is None
    assert is_served(station, sealed)


def test_a_container_that_is_none_too_large_or_not_the_code_s_is_refused(
    browser: Callable[..., Browser], opened: Callable[[str], Station], sealed: SealedTestimony
) -> None:
    one, station = browser("field"), opened("field")
    take_in(station, demo.incoming(sealed))
    said, foreign = uses_of(station, sealed), uses_of(station, sealed, Signer.generate())
    whole = frames_of(said.record, sealed=said)
    for body, status in [
        (b"x", 400),
        (whole[:-1], 400),
        (write_frames([]), 422),
        (write_frames([Frame("status", b"{}")]), 400),
        (write_frames([Frame("object", bytes(200 * 1024))] * 3), 422),
        (frames_of(foreign.record, sealed=foreign), 422),
        (frames_of(sealed.record), 422),
        (frames_of(said.record, by_code(sealed, Signer.generate()), sealed=said), 422),
    ]:
        assert hand_in(one, body).status_code == status, body[:80]
    with station.database.reading() as session:
        assert codes.annexes(session, KEY) == 0
    assert is_served(station, sealed)
    assert hand_in(one, whole).status_code == 200


def test_an_unknown_code_is_kept_and_destroys_what_comes(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station], sealed: SealedTestimony
) -> None:
    one, station = browser(role, started=False), opened(role)
    assert ask(one, "find", {"keys": [KEY]}).json == {"testimonies": [], "withdrawal": None, "reach": None}
    record = early_withdrawal.early_withdrawal(day=DAY, signer=CODE)
    first, second = ask(one, "take", envelope(record)), ask(one, "take", envelope(record))
    assert first.json == second.json
    assert ask(one, "find", {"keys": [KEY]}).json["withdrawal"] == record.id
    outcome = take_in(station, demo.incoming(sealed))
    assert {status.status for status in outcome.statuses} == {"withdrawn"}
    assert not is_served(station, sealed)


def test_what_the_code_did_not_sign_is_refused_by_name_and_changes_nothing(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    sealed: SealedTestimony,
    organisation: Organisation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one, station = browser("field"), opened("field")
    take_in(station, demo.incoming(sealed))
    stranger = Signer.generate()
    genuine = by_code(sealed)
    forgeries = [
        by_code(sealed, stranger),
        type(genuine)(genuine.data, by_code(sealed, stranger).sigs),
        type(genuine)(early_withdrawal.early_withdrawal(day=DAY, signer=CODE).data, genuine.sigs),
        statements.withdrawal(tid="0" * 32, scope="all", day=DAY, signer=CODE),
        statements.refusal(day=DAY, signer=CODE),
        sealed.record,
    ]
    for record in forgeries:
        assert ask(one, "take", envelope(record)).status_code == 422
    assert is_served(station, sealed)
    rules = [record.getMessage().rpartition(": ")[2] for record in caplog.records if "by code" in record.getMessage()]
    assert rules == ["signer.unknown", *["signature.bad"] * 2, "signer.unknown", *["kind.unknown"] * 2]
    assert KEY not in caplog.text
    assert "127.0.0.1" not in caplog.text


NO_KEYS = (1, "x" * 64, KEY.upper(), KEY + "00")


@pytest.mark.parametrize(
    "body", [[], {}, {"keys": KEY}, {"keys": []}, {"keys": [KEY] * 7}, *({"keys": [one]} for one in NO_KEYS)]
)
def test_a_question_that_is_none_is_refused(body: Any, browser: Callable[..., Browser]) -> None:
    for act in ("find", "take"):
        assert ask(browser("central", started=False), act, body).status_code in {400, 422}


def test_another_site_cannot_ask(browser: Callable[..., Browser]) -> None:
    for act in ("find", "take"):
        answer = ask(browser("field"), act, {"keys": [KEY]}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


def test_who_tries_many_codes_is_slowed_and_nobody_else(browser: Callable[..., Browser]) -> None:
    one = browser("central", started=False)
    now = [0.0]
    one.app.extensions[LIMITER] = RateLimiter(NETWORK, clock=lambda: now[0])
    one.app.config["PROPAGATE_EXCEPTIONS"] = False

    def tried(address: str) -> Any:
        return ask(one, "find", {"keys": [KEY]}, environ_overrides={"REMOTE_ADDR": address})

    assert [tried("10.1.1.1").status_code for _ in range(10)] == [200] * 10
    answer = tried("10.1.1.1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    assert answer.json["sentence"].startswith("That was tried too often.")
    assert tried("10.1.1.2").status_code == 200
    now[0] += 20
    assert tried("10.1.1.1").status_code == 200
    assert tried("10.1.1.1").status_code == 429


def test_addresses_of_one_network_of_ipv6_count_as_one(browser: Callable[..., Browser]) -> None:
    one = browser("central", started=False)
    one.app.extensions[LIMITER] = RateLimiter(NETWORK, clock=lambda: 0.0)

    def tried(address: str) -> int:
        return int(ask(one, "find", {"keys": [KEY]}, environ_overrides={"REMOTE_ADDR": address}).status_code)

    statuses = [tried(f"2001:db8:1:2:{number:x}::{number:x}") for number in range(1, 12)]
    assert statuses == [200] * 10 + [429]
    assert tried("2001:db8:1:3::1") == 200


def test_a_client_at_the_address_of_a_flood_is_answered_after_some_work(
    browser: Callable[..., Browser],
) -> None:
    one = browser("central", started=False)
    one.app.extensions[LIMITER] = RateLimiter(NETWORK, clock=lambda: 0.0)
    statuses = [ask(one, "find", {"keys": [KEY]}).status_code for _ in range(20)]
    assert statuses == [200] * 10 + [429] * 10

    body = json.dumps({"keys": [KEY]}).encode()
    bits, challenge = ask(one, "find", {"keys": [KEY]}).headers[PROOF].split()
    proof = proof_of_work(challenge, int(bits), body)

    def asked(act: str, data: bytes, said: str) -> int:
        headers = {PROOF: said, "Content-Type": "application/json"}
        return int(one.client.post(f"/withdraw/{act}", base_url=one.base, data=data, headers=headers).status_code)

    assert asked("find", body, proof) == 200
    assert asked("find", body.replace(b"0", b"1"), proof) == 429, "a proof is for one question"
    assert asked("find", body, f"{'0' * 64}:1") == 429
    assert asked("find", body, "") == 429
    assert asked("find", body, "\u00fc:\u00b2") == 429


def test_servers_that_share_a_secret_accept_each_other_s_proofs(browser: Callable[..., Browser]) -> None:
    one = browser("central", started=False)
    work = one.app.extensions[WORK]
    other = Work(one.app.config["SECRET_KEY"])
    assert other.is_done(proof_of_work(work.challenge(), BITS, b"body"), b"body")
    assert work.challenge() != Work("of another station").challenge()


def test_nothing_of_it_is_kept_by_the_browser(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    page = one.get("/withdraw/en")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "Set-Cookie" not in ask(one, "find", {"keys": [KEY]}).headers
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert "trusted-types 'none'" in page.headers["Content-Security-Policy"]


def test_the_scripts_of_the_page_ask_these_two_addresses_and_keep_nothing() -> None:
    folder = Path(__file__).parents[3] / "testimony" / "web" / "static" / "js" / "withdraw"
    text = "".join(path.read_text() for path in sorted(folder.rglob("*.js")))
    for word in ("localStorage", "sessionStorage", "indexedDB", "history.", "location", "document.title", "console"):
        assert word not in text, word
    assert json.dumps(text).count("fetch(") == 1
