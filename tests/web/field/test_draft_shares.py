"""Share keys over the network: for the interviewer who signed in, within limits, and told apart when they are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony.sealing.age.recipients import Recipient
from testimony.sealing.keys import draft_share
from testimony.services.accounts.rate_limit import RateLimiter
from testimony.services.enrolment.organisation import Organisation
from testimony.web.field.draft_shares import LIMITER, RATE
from tests.support.web.browser import Browser
from tests.support.web.pages import sign_in

SHARE = b"\x05" * 32


@pytest.fixture
def one(browser: Callable[..., Browser], organisation: Organisation) -> Browser:
    """A phone whose interviewer has signed in."""
    phone = browser("field")
    sign_in(phone, organisation)
    return phone


def ask(one: Browser, act: str, **body: Any) -> Any:
    return one.client.post(f"/shares/{act}", base_url=one.base, json=body)


def stock(one: Browser, want: int = 1) -> dict[str, Any]:
    answer = ask(one, "stock", device="phone-1", want=want)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def opening(given: dict[str, Any]) -> dict[str, str]:
    key = given["keys"][0]
    sealed = draft_share.seal_share(SHARE, Recipient.from_text(key["recipient"]))
    return {"id": key["id"], "station": given["station"], "sealed": sealed.hex()}


def test_a_share_is_opened_again_and_again_until_its_key_is_destroyed(one: Browser) -> None:
    asked = opening(stock(one))
    for _ in range(2):
        assert ask(one, "open", **asked).json == {"share": SHARE.hex()}
    for _ in range(2):  # the answer to the first may have been lost
        assert ask(one, "destroy", ids=[asked["id"]]).json == {"destroyed": [asked["id"]]}
    answer = ask(one, "open", **asked)
    assert (answer.status_code, answer.json["code"]) == (410, "share.gone")


@pytest.mark.parametrize("handset", ["", "x", "A" * 32, 7, None])
def test_a_phone_is_named_by_32_hex_digits_or_not_at_all(handset: object, one: Browser) -> None:
    assert ask(one, "stock", device="phone-1", want=1, handset=handset).status_code == 400
    assert ask(one, "stock", device="phone-1", want=1, handset="a" * 32).status_code == 200


def test_nobody_is_served_who_has_not_signed_in(browser: Callable[..., Browser]) -> None:
    phone = browser("field")
    for act in ("stock", "open", "destroy"):
        assert ask(phone, act).status_code == 401


def test_another_interviewer_opens_nothing(one: Browser, organisation: Organisation) -> None:
    asked = opening(stock(one))
    sign_in(one, organisation, "interviewer-2")
    assert ask(one, "open", **asked).status_code == 410


def test_another_nodes_key_is_told_from_a_destroyed_one(one: Browser) -> None:
    answer = ask(one, "open", **(opening(stock(one)) | {"station": "0" * 16}))
    assert (answer.status_code, answer.json["code"]) == (409, "share.elsewhere")


def test_what_was_sealed_to_another_key_gives_nothing(one: Browser) -> None:
    first, second = opening(stock(one)), opening(stock(one))
    assert ask(one, "open", **(first | {"sealed": second["sealed"]})).status_code == 409


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("stock", {}),
        ("stock", {"device": "phone-1", "want": "all"}),
        ("stock", {"device": 7, "want": 1}),
        ("stock", {"device": "phone-1", "want": True}),
        ("open", {}),
        ("open", {"id": "../x", "station": "0" * 16, "sealed": "00" * 1691}),
        ("open", {"id": "0" * 32, "station": "0" * 16, "sealed": "00" * 10}),
        ("open", {"id": "0" * 32, "station": "0" * 16, "sealed": "00" * 100_000}),
        ("open", {"id": "0" * 32, "station": "0" * 16, "sealed": "zz" * 1691}),
        ("destroy", {}),
        ("destroy", {"ids": "0" * 32}),
        ("destroy", {"ids": ["0" * 31]}),
        ("destroy", {"ids": ["0" * 32] * 65}),
    ],
)
def test_what_is_no_such_question_is_refused(act: str, body: dict[str, Any], one: Browser) -> None:
    assert ask(one, act, **body).status_code == 400


def test_a_phone_that_the_roster_does_not_name_gets_no_keys(one: Browser) -> None:
    assert ask(one, "stock", device="phone-99", want=3).json["keys"] == []


def test_asking_too_often_is_refused_and_says_how_long_to_wait(one: Browser) -> None:
    now = [0.0]
    one.app.extensions[LIMITER] = RateLimiter(RATE, clock=lambda: now[0])
    answers = [ask(one, "destroy", ids=[]) for _ in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    assert (answers[30].status_code, answers[30].headers["Retry-After"]) == (429, "20")
    for seconds in range(20, 601, 20):  # thirty more: 60 in ten minutes
        now[0] = seconds
        assert [ask(one, "destroy", ids=[]).status_code for _ in range(2)] == [200, 429]


def test_a_share_is_in_no_log(one: Browser, caplog: pytest.LogCaptureFixture) -> None:
    asked = opening(stock(one))
    ask(one, "open", **asked)
    assert SHARE.hex() not in caplog.text
    assert asked["id"] not in caplog.text
