"""A browser of the tests at each station, and the testimonies that it finds there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.enrolment.organisation import Organisation

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)


PEOPLE = {"lawyer": "lawyer-1", "coordinator": "coordinator-1"}


EVERYTHING, NUMBERS, KEEPING, LAWYERS = 0, 1, 2, 3  # which of the invented ones agreed to what


@dataclass(frozen=True)
class Filled:
    """An organisation's folder, the testimonies sealed into it, and what was told in each."""

    folder: Path
    sealed: tuple[SealedTestimony, ...]
    told: tuple[dict[str, Any], ...]

    def tid(self, number: int) -> str:
        return str(self.sealed[number].record.value["tid"])


def passphrase_of(organisation: Organisation, person: str) -> str:
    return next(each.passphrase for each in organisation.keepers if each.id == person)


class Browser:
    """A test client that keeps the CSRF token of the last page, as a page's forms and scripts do."""

    def __init__(self, app: Flask, role: str) -> None:
        self.app, self.role = app, role
        port = app.extensions["testimony.station"].settings.port
        self.base = f"http://localhost:{port}"
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, base_url=self.base, **kwargs)

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        return self.client.post(path, base_url=self.base, data={"csrf_token": self.csrf(), **(data or {})})

    def post_json(self, path: str, body: Any, lang: str = "en") -> Any:
        headers = {"X-CSRFToken": self.csrf(), "Accept-Language": lang}
        return self.client.post(path, base_url=self.base, json=body, headers=headers)

    def csrf(self) -> str:
        """The token out of the page that everybody may see."""
        page = self.get("/en/start").text
        return str(page.split('data-csrf="')[1].split('"')[0])


@dataclass(frozen=True)
class Served:
    """A running station."""

    address: str
    token: str
    app: Any
