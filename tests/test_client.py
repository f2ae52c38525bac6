"""`testimony.client` gives plain dictionaries and rows; pandas is used where it is and never needed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from testimony import client
from testimony.client import Desk, DeskRefused
from tests.support.publication.exported import account


class Answers(BaseHTTPRequestHandler):
    """Says the next of `said`; `asked`: what came."""

    said: ClassVar[list[tuple[int, dict[str, str], str]]] = []
    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization", "")))
        status, headers, body = self.said.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Answers.said, Answers.asked = [], []
    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_it_waits_where_it_is_asked_to_and_says_what_the_desk_said(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(client.time, "sleep", waited.append)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    Answers.said = [(429, {"Retry-After": "3"}, "{}"), (200, {}, '{"reader": "lawyer-1"}')]
    assert Desk("secret", address).about() == {"reader": "lawyer-1"}
    assert (waited, Answers.asked) == ([3], [("/api/", "Bearer secret")] * 2)
    Answers.said = [(401, {}, '{"code": "programs.token", "sentence": "Make another one."}')]
    with pytest.raises(DeskRefused, match="Make another one") as refused:
        Desk("secret", address).incidents()
    assert (refused.value.status, refused.value.code) == (401, "programs.token")
    Answers.said = [(302, {"Location": "http://127.0.0.1:9/"}, "")]
    with pytest.raises(DeskRefused):
        Desk("secret", address).about()
    for elsewhere in ("https://example.org/api/", "http://localhost.example.org/api/", "file:///tmp/a"):
        with pytest.raises(ValueError, match="this computer alone"):
            Desk("secret", elsewhere)
    assert "secret" not in repr(Desk("secret", address))


def test_rows_are_flat_and_become_frames_where_pandas_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found = client.rows([account(1).to_value()])
    (line,) = found["testimonies"]
    assert (line["i_date"], line["g_size"], line["v_acts"]) == ("2025-07-10", None, ["beat", "kick"])
    assert [row["who"] for row in found["x_groups"]] == ["police", "police"]
    assert {row["KEY"] for row in (*found["x_groups"], *found["statements"])} == {line["KEY"]}
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=lambda rows: ("frame", len(rows))))
    assert client.frames([account(1).to_value()])["x_groups"] == ("frame", 2)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError):
        client.frames([])


def test_it_needs_nothing_but_the_library_of_python() -> None:
    import ast
    from pathlib import Path

    tree = ast.parse(Path(client.__file__).read_text("utf-8"))
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names - set(sys.stdlib_module_names) == {"pandas"}
