"""The first pages of a node: the browser of a person who typed the words that the machine shows."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

BASE = "http://localhost:8401"
WORD = "acid-banjo-cedar-dune"


def entered(app: Flask) -> FlaskClient:
    """The browser of a person who typed the word."""
    client = app.test_client()
    page = client.get("/en/start", base_url=BASE).text
    answer = client.post("/en/start", data={"token": WORD, "csrf_token": csrf(page)}, base_url=BASE)
    assert answer.status_code == 303
    return client


def csrf(page: str) -> str:
    """The token of the first form of `page`."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]
