"""Who may call what: declared for every route, checked before every request, and written down in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from testimony.services.enrolment import enrolment
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.web import auth
from testimony.web.audiences import Visitor
from testimony.web.auth import UndeclaredAudience
from testimony.web.factory import create_app, create_ceremony_app
from testimony.web.newcomer import create_certificate_app, create_first_app, create_waiting_app
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser
from tests.support.web.routes import ROLES, routes

TABLE = Path(__file__).with_name("audiences.txt")
STATIONS = {"field": "field", "central": "central", "lawyer": "desk"}
WAYS_IN = {"/en/start", "/en/unlock"}


def table_of(apps: dict[str, Flask]) -> str:
    lines = []
    for station, app in apps.items():
        for method, _, rule in routes(app):
            allowed = " ".join(sorted(visitor.value for visitor in auth.declared(app, rule.endpoint)))
            proof = " +proof" if hasattr(app.view_functions[rule.endpoint], "then") else ""
            lines.append(f"{station:<8} {method:<5} {rule.rule:<50} {allowed}{proof}")
    return "\n".join(sorted(lines)) + "\n"


def test_the_table_of_routes_and_audiences_is_the_one_that_was_reviewed(
    app: Callable[[str], Flask], tmp_path: Path
) -> None:
    """A new route, or a wider audience, changes tests/web/audiences.txt: look at it, then write it anew."""
    waiting = Settings(home=tmp_path / "waiting", role="field", name="waiting")
    enrolment.prepare(waiting, id="node-2", day="2026-11-26")
    served = {station: app(role) for role, station in STATIONS.items()}
    new = {
        "first": create_first_app(tmp_path / "new"),
        "waiting": create_waiting_app(waiting.home),
        "certify": create_certificate_app(waiting.home),
    }
    found = table_of({**served, **new, "ceremony": create_ceremony_app(8410)})
    assert found == TABLE.read_text()


def test_a_route_without_an_audience_stops_the_start(app: Callable[[str], Flask]) -> None:
    field = app("field")
    field.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "open to all")
    with pytest.raises(UndeclaredAudience, match="forgotten"):
        auth.require_all_declared(field)


def test_a_route_added_later_without_an_audience_answers_nobody(app: Callable[[str], Flask]) -> None:
    field = app("field")
    field.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "open to all")
    answer = Browser(field, "field").get("/forgotten")
    assert answer.status_code == 500
    assert "open to all" not in answer.text


def without_views(one: Browser) -> str:
    """Let every view only say that it was reached: it is the door that is asked. What a form is sent with."""
    token = one.csrf()
    for endpoint, view in one.app.view_functions.items():
        one.app.view_functions[endpoint] = update_wrapper(lambda **_: "reached", view)
    return token


def reached(one: Browser, method: str, address: str, token: str) -> bool:
    """Whether the view was reached: it was not turned away at the door."""
    sent = {"csrf_token": token} if method == "POST" else {}
    answer = one.client.open(address, method=method, base_url=one.base, data=sent or None)
    turned_away = answer.status_code in {401, 423} or answer.location in WAYS_IN
    return not turned_away and not (answer.status_code == 403 and "not for your role" in answer.text)


def held_by_roles() -> Iterator[Any]:
    """Until somebody unlocks it, a coordinator's desk is a lawyer's."""
    for held, role in product(("nobody", "started", "unlocked"), ROLES):
        same = role == "coordinator" and held != "unlocked"
        yield pytest.param(role, held, marks=[pytest.mark.long] if same else [])


@pytest.mark.parametrize(("role", "held"), tuple(held_by_roles()))
def test_a_route_is_reached_by_its_audience_and_by_nobody_else(
    role: str, held: str, browser: Callable[..., Browser]
) -> None:
    one = browser(role, started=held != "nobody", unlocked=held == "unlocked")
    visitors = {Visitor.ANYONE, Visitor.PEER}
    if role != "field" and held != "nobody":
        visitors.add(Visitor.OPERATOR)
    if role in {"lawyer", "coordinator"} and held == "unlocked":
        visitors |= {Visitor.READER, Visitor(role)}
    token = without_views(one)
    for method, address, rule in routes(one.app):
        if rule.endpoint.startswith("sync_api"):
            continue  # /sync has its own doors (tests/sync)
        allowed = bool(auth.declared(one.app, rule.endpoint) & visitors)
        assert reached(one, method, address, token) is allowed, (method, address)


@pytest.mark.parametrize("held", ["administrator", "registrar", "observer", "enrolling"])
def test_each_role_of_central_reaches_its_own_routes_and_no_others(held: str, app: Callable[[str], Flask]) -> None:
    one = Browser(app("central"), "central")
    hold(one, held)
    visitors = {Visitor.ANYONE, Visitor.PEER, Visitor(held)}
    sign_out, token = one.app.view_functions["signin.leave"], without_views(one)
    for method, address, rule in routes(one.app):
        if rule.endpoint.startswith("sync_api"):
            continue  # /sync has its own doors
        allowed = bool(auth.declared(one.app, rule.endpoint) & visitors)
        assert reached(one, method, address, token) is allowed, (method, address)
    one.app.view_functions["signin.leave"] = sign_out
    assert one.client.post("/sign-out", base_url=one.base, data={"csrf_token": token}).status_code == 303
    assert one.get("/en/").location == "/en/start"


def test_a_refused_page_is_a_line_of_the_log_that_names_nobody(
    app: Callable[[str], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    one = Browser(app("central"), "central")
    hold(one, "observer")
    method, address, rule = next(
        found for found in routes(one.app) if auth.declared(one.app, found[2].endpoint) == {Visitor.ADMINISTRATOR}
    )
    caplog.clear()
    assert not reached(one, method, address, one.csrf())
    said = [record.getMessage() for record in caplog.records if record.name == "testimony.web"]
    assert said == [f"refused to another role: {rule.endpoint}"]
    assert "observer" not in caplog.text


def test_no_route_of_central_is_for_somebody_who_reads_or_interviews(app: Callable[[str], Flask]) -> None:
    central = app("central")
    reading = {Visitor.READER, Visitor.LAWYER, Visitor.COORDINATOR, Visitor.INTERVIEWER}
    assert not [rule.rule for _, _, rule in routes(central) if auth.declared(central, rule.endpoint) & reading]


@pytest.mark.parametrize("host", ["testimony.example", "localhost", "localhost:1", "127.0.0.1", "[::1]:8403", ""])
@pytest.mark.parametrize("path", ["/", "/en/", "/en/start", "/static/0/css/base.css", "/nowhere"])
def test_a_desk_answers_to_its_own_address_only(host: str, path: str, app: Callable[[str], Flask]) -> None:
    answer = app("lawyer").test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_desk_answers_at_both_names_of_this_machine(name: str, opened: Callable[[str], Station]) -> None:
    station = opened("lawyer")
    client = create_app(STATION=station).test_client()
    assert client.get("/en/start", headers={"Host": f"{name}:{station.settings.port}"}).status_code == 200


@pytest.mark.parametrize("role", ["central", "lawyer"])
def test_only_the_token_printed_at_start_opens_the_pages(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role, started=False)
    assert one.get("/en/").location == "/en/start"
    for wrong in ["", "wrong", one.app.config["START_TOKEN"][:-1], 7, None]:
        assert one.post_json("/start", {"token": wrong}).status_code == 403
    assert one.get("/en/").location == "/en/start"
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    assert one.get("/en/").location != "/en/start"


@pytest.mark.parametrize("role", ["central", "lawyer"])
def test_the_token_brings_another_cookie_and_the_one_before_opens_nothing(
    role: str, browser: Callable[..., Browser]
) -> None:
    """Who put a cookie of their own into the browser beforehand must not be inside together with it."""
    one, name = browser(role, started=False), ""
    one.csrf()
    name = one.app.session_interface.cookie
    planted = one.client.get_cookie(name, domain="localhost")
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    given = one.client.get_cookie(name, domain="localhost")
    assert given.value != (planted and planted.value)
    stranger = Browser(one.app, role)
    stranger.client.set_cookie(name, planted.value if planted else "", domain="localhost", secure=True)
    assert stranger.get("/en/").location == "/en/start"


def test_the_token_can_be_pasted_where_there_is_no_script(browser: Callable[..., Browser]) -> None:
    one = browser("central", started=False)
    assert one.post("/en/start", {"token": "wrong"}).status_code == 403
    answer = one.post("/en/start", {"token": f" {one.app.config['START_TOKEN']} "})
    assert answer.status_code == 303
    assert one.get("/en/").status_code == 200


def test_each_start_has_a_new_token(opened: Callable[[str], Station]) -> None:
    first, second = create_app(STATION=opened("central")), create_app(STATION=opened("central"))
    assert first.config["START_TOKEN"] != second.config["START_TOKEN"]


@pytest.mark.parametrize("path", ["/lock", "/pull", "/en/start", "/start", "/unlock", "/releases/propose"])
def test_a_form_without_its_token_is_refused(path: str, browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    assert one.client.post(path, base_url=one.base).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_what_another_site_sends_is_refused(origin: str, browser: Callable[..., Browser]) -> None:
    one = browser("field")
    for path in ["/session/nonce", "/session/end", "/session/leave", "/session"]:
        answer = one.client.post(path, base_url=one.base, headers={"Origin": origin})
        assert answer.status_code == 403


@pytest.mark.parametrize(("role", "cookie"), [("central", "__Host-central"), ("lawyer", "__Host-desk-lawyer")])
def test_the_session_cookie_cannot_be_read_sent_elsewhere_or_overwritten(
    role: str, cookie: str, app: Callable[[str], Flask]
) -> None:
    one = Browser(app(role), role)
    answer = one.post_json("/start", {"token": one.app.config["START_TOKEN"]})
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    attributes = {part.strip() for part in rest.split(";")[1:]}
    assert name == cookie
    assert attributes == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_two_desks_on_one_machine_have_two_cookies(app: Callable[[str], Flask]) -> None:
    names = {app(role).session_interface.cookie for role in ("lawyer", "coordinator")}  # type: ignore[attr-defined]
    assert names == {"__Host-desk-lawyer", "__Host-desk-coordinator"}


def test_every_post_of_a_form_answers_303(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    assert one.post("/releases/begin", {"floor": "trusted"}).status_code == 303
    assert one.post("/lock").status_code == 303
