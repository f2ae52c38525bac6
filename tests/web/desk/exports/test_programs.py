"""Programs read what consent covers at each call, with a token that ends; no web page reads anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from testimony import canonical
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import accounts as export_accounts
from testimony.services.inbox import inbox
from testimony.station.station import Station
from testimony.web.desk.exports import access, programs
from testimony.web.desk.session import key
from tests.support.services.batches import bring, told
from tests.support.services.casefiles import SAID, account
from tests.support.services.desks import reader_of
from tests.support.web.browser import NOW, Browser

DOCUMENT = Path(__file__).parents[4] / "docs" / "programs.yaml"


@pytest.fixture
def tids(opened: Callable[[str], Station], organisation: Organisation) -> list[str]:
    """Three more that lawyers may read; one of them for the court too."""
    more = [account(0, "fr", SAID["fr"]), told(1, ("P01", "P04")), told(2, ("P01", "P04"))]
    return [str(one.record.value["tid"]) for one in bring(organisation, opened("lawyer"), more)]


@pytest.fixture
def desk(tids: list[str], browser: Callable[..., Browser]) -> Browser:
    return browser("lawyer")


def token_of(desk: Browser, use: str = "P04 lawyers") -> str:
    """A new one, as the page shows it."""
    assert desk.post("/reports/programs", {"use": use, "lang": "en"}).status_code == 303
    found = re.search(r'class="token"[^>]*>([^<]+)<', desk.get("/en/reports/testimonies").text)
    assert found
    return found[1]


def ask(desk: Browser, token: str, path: str = "testimonies", **headers: str) -> Any:
    """As a program does, without the cookies of the browser."""
    program = desk.app.test_client(use_cookies=False)
    return program.get(f"/api/{path}", base_url=desk.base, headers={"Authorization": f"Bearer {token}", **headers})


def kinds(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [str(canonical.decode_object(entry)["kind"]) for _, entry in custody_log.entries(session, 0, 1000)]


def test_a_program_reads_page_by_page_what_the_schema_describes_and_each_is_noted(
    desk: Browser, tids: list[str], opened: Callable[[str], Station]
) -> None:
    token, before = token_of(desk), kinds(opened("lawyer"))
    validator, found, after = jsonschema_rs.Draft202012Validator(ask(desk, token, "schema").json), [], ""
    while after is not None:
        page = ask(desk, token, f"testimonies?limit=2{'&after=' + after if after else ''}").json
        found += page["testimonies"]
        after = page["next"]
    for one in found:
        validator.validate(one)
    assert set(tids) <= {one["id"] for one in found}
    assert len(found) == len({one["id"] for one in found})
    assert sum(page["left_out"].values()) > 0
    assert kinds(opened("lawyer"))[len(before) :].count("opened") == len(found)
    assert ask(desk, token, f"testimonies/{tids[0]}").json["statements"][0]["text"] == SAID["fr"]
    assert ask(desk, token, "").json["use"] == {"purpose": "P04", "recipient": "lawyers"}
    assert ask(desk, token, "incidents").status_code == 200
    table = ask(desk, token, "tables?by=border&across=year").json
    assert table["testimonies"] == len(found)
    assert ask(desk, token_of(desk, "P09 case-river"), "tables?by=border").json["testimonies"] == 1


def test_a_table_says_how_many_testimonies_are_not_opened_yet(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(desk)
    with monkeypatch.context() as slow:
        slow.setattr(inbox, "CHUNK", 1)
        slow.setattr(key, "AT_ONCE", 0)
        first, second = (ask(desk, token, "tables?by=border").json for _ in range(2))
    assert first["unread"] == second["unread"] + 1 > 1
    assert ask(desk, token, "tables?by=border").json["unread"] == 0


def test_consent_that_is_withdrawn_between_two_calls_counts_at_the_second(
    desk: Browser, tids: list[str], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    token = token_of(desk)
    before = {one["id"] for one in ask(desk, token).json["testimonies"]}
    consent_acts.withdraw_all(opened("lawyer"), reader_of(organisation, "lawyer-1"), tids[1], day=NOW.date())
    after = ask(desk, token).json
    assert before - {one["id"] for one in after["testimonies"]} == {tids[1]}
    assert after["left_out"]["gone"] == 1
    assert ask(desk, token, f"testimonies/{tids[1]}").status_code == 404
    assert tids[1] not in ask(desk, token, "incidents").text


def test_a_token_ends_with_the_lock_with_its_day_by_the_button_and_by_the_next_one(desk: Browser) -> None:
    token = token_of(desk)
    assert ask(desk, token).status_code == 200
    assert token not in desk.get("/en/reports/testimonies").text, "it is shown once"
    again = token_of(desk)
    assert (ask(desk, token).status_code, ask(desk, again).status_code) == (401, 200)
    desk.app.config["CLOCK"] = lambda: NOW + timedelta(days=1)
    assert ask(desk, again).status_code == 401
    desk.app.config["CLOCK"] = lambda: NOW
    assert desk.post("/reports/programs/end", {"lang": "en"}).status_code == 303
    assert ask(desk, again).status_code == 401
    last = token_of(desk)
    assert desk.post("/lock").status_code == 303
    answer = ask(desk, last)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json["code"] == "programs.token"


def test_a_lock_in_the_middle_gives_nothing_and_notes_nothing(
    desk: Browser, opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, before = token_of(desk), kinds(opened("lawyer"))
    makes = export_accounts._account

    def locked_meanwhile(*given: Any) -> Any:
        desk.app.extensions["testimony.key"].forget()
        return makes(*given)

    monkeypatch.setattr(export_accounts, "_account", locked_meanwhile)
    answer = ask(desk, token)
    assert answer.status_code == 401
    assert "statements" not in answer.text
    assert kinds(opened("lawyer")) == before


def test_asking_keeps_no_desk_open(desk: Browser) -> None:
    token, held = token_of(desk), desk.app.extensions["testimony.key"]
    held._used -= held.idle - 60
    left = held.left()
    assert ask(desk, token).status_code == 200
    assert held.left() <= left


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Mode": "cors"},
    ],
)
def test_no_web_page_reads_here_even_with_the_token(desk: Browser, headers: dict[str, str]) -> None:
    answer = ask(desk, token_of(desk), **headers)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_another_host_another_token_a_cookie_and_another_method_open_nothing(desk: Browser) -> None:
    token = token_of(desk)
    program = desk.app.test_client(use_cookies=False)
    rebound = program.get(
        "/api/testimonies", base_url="http://desk.example.org", headers={"Authorization": f"Bearer {token}"}
    )
    assert rebound.status_code == 400
    for wrong in ("", "x" * 43, token[:-1], token.upper()):
        assert ask(desk, wrong).status_code == 401
    assert program.get(f"/api/testimonies?token={token}", base_url=desk.base).status_code == 401
    assert desk.get("/api/testimonies").status_code == 401, "the browser's cookie is no token"
    for method in ("post", "put", "delete", "patch"):
        sent = getattr(program, method)(
            "/api/testimonies", base_url=desk.base, headers={"Authorization": f"Bearer {token}"}
        )
        assert sent.status_code in (400, 405)
    assert ask(desk, token, "nothing").json["code"] == "http.404"
    assert program.get("/en/", base_url=desk.base, headers={"Authorization": f"Bearer {token}"}).status_code in (
        303,
        401,
    )


def test_a_program_that_asks_too_fast_waits(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    token, limiter = token_of(desk), desk.app.extensions["testimony.programs"]._limiter
    monkeypatch.setattr(limiter, "_clock", lambda: 1000.0)
    answers = [ask(desk, token, "") for _ in range(access.RATE.burst + 1)]
    assert [one.status_code for one in answers] == [200] * access.RATE.burst + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert ask(desk, "wrong").status_code == 401, "one that guesses stops nobody else"


@pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "after=..", "limit=1&after=" + "g" * 32])
def test_what_cannot_be_asked_is_refused_as_json(desk: Browser, query: str) -> None:
    answer = ask(desk, token_of(desk), f"testimonies?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "http.400")


def test_a_token_is_for_uses_that_are_exported_and_for_lawyers(desk: Browser, browser: Callable[..., Browser]) -> None:
    assert desk.post("/reports/programs", {"use": "P06 public", "lang": "en"}).status_code == 409
    assert browser("coordinator").post("/reports/programs", {"use": "P04 lawyers"}).status_code == 403


def test_the_document_names_exactly_the_routes_for_programs(desk: Browser) -> None:
    described = yaml.safe_load(DOCUMENT.read_text("utf-8"))["paths"]
    rules = [rule for rule in desk.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    assert {rule.rule.replace("<", "{").replace(">", "}") for rule in rules} == described.keys()
    assert {method for rule in rules for method in rule.methods or ()} == {"GET", "HEAD", "OPTIONS"}
    assert all(item.keys() == {"get"} for item in described.values())
    assert programs.MOST == 50


def test_every_answer_is_as_the_document_says(desk: Browser) -> None:
    import schemathesis
    from hypothesis import Phase, given, settings

    schema, token, seen = schemathesis.openapi.from_path(DOCUMENT), token_of(desk), set[int]()
    limiter = desk.app.extensions["testimony.programs"]
    limiter._limiter._clock = iter(range(0, 10**9, 1000)).__next__
    said = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for found in schema.get_all_operations():
            operation = found.ok()

            @settings(max_examples=4, phases=(Phase.generate,), database=None)
            @given(case=operation.as_strategy(generation_mode=mode))
            def examine(case: Any) -> None:
                case.headers = {"Host": desk.base.removeprefix("http://"), "Authorization": f"Bearer {token}"}
                answer = case.call(app=desk.app)
                seen.add(answer.status_code)
                case.validate_response(answer, checks=said)

            if mode is GenerationMode.POSITIVE or operation.query or operation.path_parameters:
                examine()
    assert {200, 400} <= seen, seen


@pytest.mark.parametrize("path", ["testimonies", "incidents", "tables"])
def test_a_token_made_before_a_second_lawyer_is_required_reads_nothing_afterwards(desk: Browser, path: str) -> None:
    token = token_of(desk)
    assert ask(desk, token).status_code == 200
    assert desk.post("/reports/second-lawyer", {"act": "require", "lang": "en"}).status_code == 303
    answer = ask(desk, token, path + ("?by=border" if path == "tables" else ""))
    assert (answer.status_code, answer.mimetype) == (409, "application/json")
    assert "a second lawyer here" in answer.text
