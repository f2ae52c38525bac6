"""What phones see before they trust a node: everything they need, nothing to type, nothing remembered, no script."""

from __future__ import annotations

import hashlib
import plistlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from testimony import qr
from testimony.certificates.identity import Identity
from testimony.certificates.request import Request
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import CertificateMissing
from testimony.web import auth
from testimony.web.audiences import Visitor
from testimony.web.factory import create_help_app
from testimony.web.help.guide import DEVICES
from tests.support.certificates.authorities import NOW, authority, in_days
from tests.support.each_time import each_time
from tests.support.web.headers import require_protected
from tests.support.web.routes import routes

PAGES = ["", *DEVICES]


@pytest.fixture
def held(homes: Path) -> Identity:
    return certify(homes / "field", NOW)


def certify(home: Path, now: datetime) -> Identity:
    return certificate_store.install(
        home,
        certificate_store.sign(authority(), Request.parse(certificate_store.ask(home)), now=now),
        now=now,
        new_authority=True,
    )


@pytest.fixture
def make(homes: Path, held: Identity) -> Callable[..., Flask]:
    """A function that makes the help pages, seen at a moment."""
    return lambda now=NOW, https=443: create_help_app(homes / "field", https=https, CLOCK=lambda: now)


@pytest.fixture
def client(make: Callable[..., Flask]) -> FlaskClient:
    return make().test_client()


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "ar", "fr"))
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_every_language_without_script_form_or_cookie(
    lang: str, page: str, client: FlaskClient
) -> None:
    answer = client.get(f"/{lang}/{page}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.text
    for never in ("<script", "<form", "<input", "<style", " style=", "javascript:"):
        assert never not in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    require_protected(answer, f"/{lang}/{page}")


def test_nothing_can_be_sent_and_everybody_may_look(make: Callable[..., Flask]) -> None:
    app = make()
    for method, _, rule in routes(app):
        assert method == "GET", rule
        assert auth.declared(app, rule.endpoint) == {Visitor.ANYONE}
    client = app.test_client()
    client.set_cookie("session", "x")
    for path in ("/en/", "/ca.crt", "/", "/elsewhere"):
        for answer in (client.get(path), client.post(path, data={"words": "of a witness"})):
            assert "Set-Cookie" not in answer.headers
            require_protected(answer, path)
        assert client.post(path, data={"words": "of a witness"}).status_code == 405


@pytest.mark.parametrize("path", ["/", "/interview/", "/interview/en/", "/outbox", "/session", "/a/b/c?d=e", "/sw.js"])
def test_whatever_is_asked_by_plain_http_leads_to_the_page_that_says_what_to_do(path: str, client: FlaskClient) -> None:
    answer = client.get(path, headers={"Accept-Language": "fr-CH"}, base_url="http://connectivitycheck.example")
    assert (answer.status_code, answer.location) == (302, "/fr/")
    assert client.get("/ar/outbox").location == "/ar/"


def test_the_certificate_is_the_root_and_its_hash_is_the_number_that_is_shown(
    client: FlaskClient, held: Identity
) -> None:
    answer = client.get("/ca.crt")
    assert answer.content_type == "application/x-x509-ca-cert"
    assert 'filename="notes-ca.crt"' in answer.headers["Content-Disposition"]
    assert x509.load_der_x509_certificate(answer.data) == held.root
    number = hashlib.sha256(answer.data).hexdigest()
    for page in PAGES:
        shown = re.findall(r"<span>([0-9A-F]{2})</span>", client.get(f"/en/{page}").text)
        assert "".join(shown).lower() == number
    words = re.findall(r"<li>([a-z-]+)</li>", client.get("/en/").text)
    assert " ".join(words) == fingerprint_words(number)


def test_no_key_is_on_any_page(client: FlaskClient, held: Identity, homes: Path) -> None:
    key = certificate_store.in_force(homes / "field").read_bytes().split(b"-----")[2].strip().splitlines()
    for path in ["/ca.crt", "/ca.mobileconfig", *(f"/en/{page}" for page in PAGES)]:
        body = client.get(path).data
        assert b"PRIVATE" not in body
        assert not any(line in body for line in key)


def test_an_iphone_gets_a_profile_that_replaces_itself(client: FlaskClient, held: Identity) -> None:
    answer = client.get("/ca.mobileconfig")
    assert answer.content_type == "application/x-apple-aspen-config"
    profile = plistlib.loads(answer.data)
    (root,) = profile["PayloadContent"]
    assert (profile["PayloadType"], root["PayloadType"]) == ("Configuration", "com.apple.security.root")
    assert root["PayloadContent"] == held.root_der
    assert len({profile["PayloadUUID"], root["PayloadUUID"]}) == 2
    assert client.get("/ca.mobileconfig").data == answer.data
    assert "/ca.mobileconfig" in client.get("/en/iphone").text
    assert "/ca.crt" in client.get("/en/android").text


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/generate_204", 204, b""),
        ("/hotspot-detect.html", 200, b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"),
        ("/connecttest.txt", 200, b"Microsoft Connect Test"),
        ("/success.txt", 200, b"success\n"),
    ],
)
def test_a_phone_that_asks_whether_this_is_a_network_stays(
    path: str, status: int, body: bytes, client: FlaskClient
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.data) == (status, body)


def test_the_address_is_the_shared_name(make: Callable[..., Flask]) -> None:
    assert 'href="https://testimony.internal/"' in make().test_client().get("/en/").text
    assert 'href="https://testimony.internal:8443/"' in make(https=8443).test_client().get("/ar/android").text


def test_a_certificate_that_ended_is_said_with_what_to_do(make: Callable[..., Flask]) -> None:
    assert "data-ended" not in make().test_client().get("/en/").text
    page = make(in_days(91)).test_client().get("/en/").text
    assert "data-ended" in page
    assert "they seal and keep what is told" in page


def test_a_renewed_authority_is_shown_without_a_restart(client: FlaskClient, homes: Path, held: Identity) -> None:
    assert client.get("/ca.crt").data == held.root_der
    new = certificate_store.install(
        homes / "field",
        certificate_store.sign(authority(), Request.parse(certificate_store.ask_again(homes / "field")), now=NOW),
        now=NOW,
        new_authority=True,
    )
    assert client.get("/ca.crt").data == new.root_der


def test_without_a_certificate_there_is_nothing_to_help_with(homes: Path) -> None:
    with pytest.raises(CertificateMissing):
        create_help_app(homes / "field", https=443)


def test_the_picture_is_a_code_with_its_corners_and_its_white_border() -> None:
    """Every code has three finder patterns: seven modules dark in the corners of the first row."""
    picture = qr.draw("A" * 64)
    assert picture.path.startswith(f"M{qr.QUIET} {qr.QUIET}h7v1h-7z")
    rows = [(int(x), int(y), int(w)) for x, y, w in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", picture.path)]
    assert "".join(f"M{x} {y}h{w}v1h-{w}z" for x, y, w in rows) == picture.path
    assert max(x + w for x, _, w in rows) == max(y for _, y, _ in rows) + 1 == picture.size - qr.QUIET
    assert (picture.size - 2 * qr.QUIET - 17) % 4 == 0
