"""The pages of a key ceremony, as their scripts ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.support.web.browser import Served

HOLDERS = ("keeper-1", "keeper-2", "keeper-3", "keeper-4", "keeper-5")


BEGIN = {"id": "recovery", "place": "office-2", "lead": "helen", "holders": list(HOLDERS), "witnesses": "omar"}


class Room:
    """A test client at the program, as its pages' scripts ask."""

    def __init__(self, served: Served, *, started: bool = True) -> None:
        self.base, self.app = served.address, served.app
        self.client: FlaskClient = Flask.test_client(served.app)
        if started:
            assert self.post("/start", {"token": served.token}).status_code == 200

    def get(self, path: str) -> Any:
        return self.client.get(path, base_url=self.base)

    def post(self, path: str, body: object) -> Any:
        page = self.client.get("/en/start", base_url=self.base).text
        headers = {"X-CSRFToken": page.split('data-csrf="')[1].split('"')[0], "Accept-Language": "en"}
        return self.client.post(path, base_url=self.base, json=body, headers=headers)


def papers_of(at: Room) -> list[str]:
    """The five shares, each handed over."""
    found = []
    for number in range(1, 6):
        found.append(" ".join(at.post("/recovery/share", {"number": number}).json["words"]))
        assert at.post("/recovery/handed", {"number": number}).status_code == 200
    return found


def fill_in(page: Page, holders: Sequence[str]) -> None:
    """Who is there."""
    page.fill("#place", "office-2")
    page.fill("#lead", "helen")
    for number, holder in enumerate(holders, 1):
        page.fill(f"#holder-{number}", holder)
