"""Reads testimonies at a lawyer's desk from a program or a notebook, with nothing but Python's own library.

    from testimony.client import Desk

    desk = Desk(token)
    testimonies = list(desk.testimonies())

`frames` gives pandas' tables where pandas is installed. docs/programs.md has an example.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

ADDRESS: Final = "http://localhost:8403/api/"
ANSWER_TIMEOUT: Final = 120.0  # seconds for one answer: each testimony is opened and checked
LONGEST_WAIT: Final = 60  # seconds, where the desk asks a program to wait


class DeskRefused(Exception):
    """The desk said no. `status`: of HTTP; `code`: which does not change between versions."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


class Desk:
    """What one token opens at the desk on this computer. `address`: as the page “Export testimonies” shows it.

    Raises ValueError for an address elsewhere, which would get the token.
    """

    def __init__(self, token: str, address: str = ADDRESS) -> None:
        if urlsplit(address).scheme != "http" or urlsplit(address).hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("A desk answers on this computer alone: http://localhost:PORT/api/")
        self._token, self._address = token, address.rstrip("/") + "/"
        self.left_out: dict[str, int] = {}
        """How many testimonies are at the desk that the use does not cover, by reason; known after `testimonies`."""

    def __repr__(self) -> str:
        return f"Desk({self._address})"  # never the token

    def about(self) -> dict[str, Any]:
        """{"reader", "use", "until"} of the token."""
        return self._get("")

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a testimony."""
        return self._get("schema")

    def testimonies(self) -> Iterator[dict[str, Any]]:
        """All that the use covers today."""
        after = ""
        while after is not None:
            page = self._get("testimonies", **({"after": after} if after else {}))
            self.left_out = page["left_out"]
            yield from page["testimonies"]
            after = page["next"]

    def testimony(self, tid: str) -> dict[str, Any]:
        """One of them, by its number."""
        return self._get(f"testimonies/{quote(tid, safe='')}")

    def incidents(self) -> list[dict[str, Any]]:
        """[{"id", "testimonies": [number]}]."""
        found: list[dict[str, Any]] = self._get("incidents")["incidents"]
        return found

    def table(self, by: str, across: str = "") -> dict[str, Any]:
        """An own table, as the page “Reports” counts it."""
        return self._get("tables", by=by, **({"across": across} if across else {}))

    def _get(self, path: str, **asked: str) -> dict[str, Any]:
        address = self._address + path + (f"?{urlencode(asked)}" if asked else "")
        told = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        request = Request(address, headers=told)  # noqa: S310 - http on this computer alone
        while True:
            try:
                with _opener().open(request, timeout=ANSWER_TIMEOUT) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except HTTPError as error:
                if error.code != 429:
                    raise _refused(error) from None
                time.sleep(min(int(error.headers.get("Retry-After", "1")), LONGEST_WAIT))


def rows(testimonies: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Flat rows: "testimonies", "statements", and the rows of each question that has several.

    A question without an answer is None. Several codes stay a list. `KEY` joins the tables.
    """
    found: dict[str, list[dict[str, Any]]] = {"testimonies": [], "statements": []}
    for one in testimonies:
        own: dict[str, Any] = {"KEY": one["id"], "day": one["day"], "incidents": one["incidents"]}
        for name, answer in one["answers"].items():
            value = answer.get("value")
            if isinstance(value, list) and any(isinstance(row, dict) for row in value):
                found.setdefault(name, []).extend({"KEY": one["id"], **row} for row in value)
            else:
                own[name] = value
        found["testimonies"].append(own)
        found["statements"] += [{"KEY": one["id"], **said} for said in one["statements"]]
    return found


def frames(testimonies: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The same as pandas' tables. Raises ImportError where pandas is not installed."""
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]  # never required

    return {name: pandas.DataFrame(found) for name, found in rows(testimonies).items()}


class _NoRedirect(HTTPRedirectHandler):
    """A desk redirects no program; who does is somebody else, and gets no token."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _opener() -> OpenerDirector:
    """No proxy: the desk is on this computer."""
    return build_opener(ProxyHandler({}), _NoRedirect)


def _refused(error: HTTPError) -> DeskRefused:
    try:
        said = json.load(error)
        return DeskRefused(error.code, str(said["code"]), str(said["sentence"]))
    except (ValueError, KeyError, TypeError):
        return DeskRefused(error.code, "http", f"The desk answered {error.code}.")
