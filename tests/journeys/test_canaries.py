"""The canary search sees: every spelling, every packing, and what Chromium itself wrote by each of its stores."""

from __future__ import annotations

import gzip
import http.server
import io
import subprocess
import threading
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.support.canaries import layers, leveldb
from tests.support.canaries import search as canaries_search
from tests.support.journeys.phones import SMALL, Browser

SECRETS = ("Coquelinade d’Outrevague", "چلچراغک پروانه‌بند", "18305 40921 77364 20518 66401", "Wimblethorpe 🕊")
SECRET = SECRETS[1]
BROTLI = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"
LONG = "these words come again and again and are therefore packed. " * 2000


@pytest.mark.parametrize("secret", SECRETS)
def test_a_planted_spelling_is_found_at_every_offset_and_a_changed_one_is_not(secret: str) -> None:
    seeker = canaries_search.Seeker([secret])
    for name, spelled in canaries_search.spellings(secret).items():
        for offset in range(canaries_search.WINDOW):
            assert seeker.find(b"\xfe" * offset + spelled + b"\xff"), (name, offset)
        changed = bytearray(spelled)
        changed[len(changed) // 2] ^= 1
        assert f"{name} of {secret!r}" not in seeker.find(b"\xfe" + bytes(changed) + b"\xff")


def test_every_encoding_that_a_leak_may_have_is_among_the_spellings() -> None:
    wanted = {"utf-8", "utf-16le", "utf-16be", "utf-8 hex", "utf-8 HEX", "percent", "form", "json", "html decimal"}
    wanted |= {f"utf-{width} base64+{offset}" for width in ("8", "16le") for offset in range(3)}
    assert wanted <= set(canaries_search.spellings(SECRET))
    assert "latin-1" not in canaries_search.spellings(SECRET)  # which cannot write it
    assert "latin-1" in canaries_search.spellings("Zoé d'Outrevague")


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zlib, quick": lambda plain: zlib.compress(plain, 1),
    "gzip in gzip": lambda plain: gzip.compress(b"before" + gzip.compress(plain)),
    "zip": lambda plain: _zip(plain),
    "a torn stream": lambda plain: zlib.compress(plain + LONG.encode())[:-20],
}


@pytest.mark.parametrize("packing", PACKED)
def test_what_is_packed_is_unpacked(packing: str, tmp_path: Path) -> None:
    plain = b"before it " + SECRET.encode("utf-16le") + b" behind it"
    (tmp_path / "file").write_bytes(b"\x00\x01" + PACKED[packing](plain) + b"\x02")
    (found,) = canaries_search.search([tmp_path], [SECRET])
    assert found.endswith(f"utf-16le of {SECRET!r}")


def test_a_name_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / SECRET).touch()
    assert canaries_search.search([tmp_path], [SECRET]) == [f"{tmp_path / SECRET}: utf-8 of {SECRET!r} in its name"]


def test_what_cannot_be_looked_into_is_told(tmp_path: Path) -> None:
    entry = layers.CACHE_ENTRY + bytes(4) + (1).to_bytes(4, "little") + bytes(8) + b"k" + b"body" + layers.CACHE_END
    (tmp_path / "entry").write_bytes(entry + b"content-encoding: zstd\0")
    assert canaries_search.search([tmp_path], [SECRET]) == [f"{tmp_path / 'entry'}: zstd: cannot be looked into"]


def test_a_log_record_is_put_together_over_the_edge_of_a_block() -> None:
    record = bytes(range(256)) * 200
    first = leveldb.LOG_BLOCK - leveldb.LOG_HEADER
    log = b"".join(
        bytes(4) + len(piece).to_bytes(2, "little") + bytes([kind]) + piece
        for kind, piece in ((2, record[:first]), (4, record[first:]))
    )
    assert ("log", record) in list(leveldb.unpacked(log))


# what Chromium writes

STORES = {
    "local storage": "Default/Local Storage",
    "session storage": "Default/Session Storage",
    "indexed db": "Default/IndexedDB",
    "indexed db, packed": "Default/IndexedDB",
    "indexed db, as a blob": "Default/IndexedDB",
    "cache storage": "Default/Service Worker/CacheStorage",
    "gzip": "Default/Cache",
    "brotli": "Default/Cache",
    "address": "Default/History",
    "title": "Default/History",
    "form": "Default/Sessions",
}
WRITE = """async ({said, long}) => {
  localStorage.setItem("k", said["local storage"]);
  sessionStorage.setItem("k", said["session storage"]);
  const opening = indexedDB.open("d", 1);
  const database = await new Promise((resolve) => {
    opening.onupgradeneeded = () => opening.result.createObjectStore("s");
    opening.onsuccess = () => resolve(opening.result);
  });
  const writing = database.transaction("s", "readwrite", {durability: "strict"});
  writing.objectStore("s").put({text: said["indexed db"]}, 1);
  writing.objectStore("s").put({text: long + said["indexed db, packed"] + long}, 2);
  writing.objectStore("s").put(new Blob([said["indexed db, as a blob"]]), 3);
  await new Promise((resolve) => { writing.oncomplete = resolve; });
  database.close();
  await (await caches.open("c")).put("/kept", new Response(said["cache storage"]));
  for (const packing of ["gzip", "brotli"]) await (await fetch(`/${packing}`)).text();
  history.pushState(null, "", `/${encodeURIComponent(said.address)}`);
  document.title = said.title;
}"""


@pytest.fixture
def said() -> dict[str, str]:
    """For each store other words; not latin, so that browsers and scripts must choose an encoding."""
    return {name: f"راز شماره {number} در چلچراغک" for number, name in enumerate(STORES, start=11)}


@pytest.fixture
def address(said: dict[str, str], node: str) -> Iterator[str]:
    """A server that answers with packed words, which the browser may keep."""
    brotli = subprocess.run([node, "-e", BROTLI], input=said["brotli"].encode(), capture_output=True, check=True).stdout
    packed = {"/gzip": ("gzip", gzip.compress(said["gzip"].encode())), "/brotli": ("br", brotli)}

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            encoding, body = packed.get(urllib.parse.unquote(self.path), ("identity", b"<!doctype html><p>"))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", encoding)
            self.send_header("Cache-Control", "max-age=9999")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_what_chromium_keeps_is_found_in_each_of_its_stores(
    chromium: str, address: str, said: dict[str, str], tmp_path: Path
) -> None:
    with sync_playwright() as playwright:
        browser = Browser(playwright, chromium, tmp_path / "profile", **SMALL)
        _use(browser.start(), address, said)
        browser.close()
    found = canaries_search.search([browser.folder], said.values())
    for name, place in STORES.items():
        assert [hit for hit in found if hit.startswith(f"{browser.folder / place}") and said[name] in hit], name
    assert [hit for hit in found if " snappy at " in hit]


def _use(page: Page, address: str, said: dict[str, str]) -> None:
    page.goto(address)
    page.evaluate(WRITE, {"said": said, "long": LONG})
    page.goto(address)
    page.set_content("<form method=post action=/sent><input name=words></form>")
    page.fill("input", said["form"])
    page.press("input", "Enter")
    page.wait_for_url("**/sent")


def _zip(plain: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", plain)
    return packed.getvalue()
