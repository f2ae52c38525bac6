"""Static files: their address names their version, so they are kept for ever, offline too, and never mixed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from testimony.web.assets import FOLDER, Assets, light
from tests.support.programs import lacking
from tests.support.web.browser import Browser

JS = Path(__file__).parents[1] / "js"
TEMPLATES = FOLDER.parent / "templates"
LOADED = re.compile(r"""<(?:script\b[^>]*\bsrc=|link\b[^>]*rel="stylesheet")[^>]*>""")
"""The tags by which a page loads a script or a style."""
TIED = re.compile(r"""filename='([^']+)'\) \}\}" integrity="\{\{ integrity\('([^']+)'\) \}\}">$""")
SERVED = re.compile(r'(?:src|href)="([^"]+)" integrity="sha256-([^"]+)"')


def address(one: Browser, filename: str) -> str:
    with one.app.test_request_context("/"):
        return one.app.url_for("static", filename=filename)


def test_a_file_is_served_under_the_version_of_all_and_kept_for_ever(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    answer = one.get(address(one, "css/base.css"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == (FOLDER / "css/base.css").read_bytes()
    assert "Set-Cookie" not in answer.headers


def test_scripts_are_modules_that_import_each_other_by_relative_addresses(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    version = address(one, "js/x.js").split("/")[2]
    for path in FOLDER.rglob("*.js"):
        answer = one.get(f"/static/{version}/{path.relative_to(FOLDER).as_posix()}")
        assert answer.content_type == "text/javascript; charset=utf-8"


def test_another_version_is_not_served(browser: Callable[..., Browser]) -> None:
    assert browser("field").get(f"/static/{'0' * 16}/css/base.css").status_code == 404


def test_nothing_outside_the_folder_is_served(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    prefix = address(one, "css/base.css").removesuffix("css/base.css")
    for name in ["../auth.py", "css/../../auth.py", "%2e%2e/auth.py", "..%2fauth.py", "/etc/passwd", "css", ""]:
        assert one.get(prefix + name).status_code in {404, 308}, name


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("gzip, deflate, br", "br", brotli.decompress), ("br;q=0", None, bytes)],
)
def test_text_travels_packed_to_those_who_can_unpack(
    browser: Callable[..., Browser], accepted: str, coding: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    one = browser("field")
    answer = one.get(address(one, "css/base.css"), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert unpack(answer.data) == (FOLDER / "css/base.css").read_bytes()
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_our_scripts_travel_without_their_comments_and_those_of_others_as_they_are(
    browser: Callable[..., Browser],
) -> None:
    one = browser("field")
    ours, others = "js/sealing/parts/part.js", "vendor/qr-0.7.0/qr.js"
    served = {name: one.get(address(one, name)).data for name in (ours, others)}
    assert b"/**" in (FOLDER / ours).read_bytes()
    assert b"/**" not in served[ours]
    assert served[others] == (FOLDER / others).read_bytes()


def test_a_script_without_its_comments_is_the_same_program(node: str, tmp_path: Path) -> None:
    """esbuild, which knows the language, makes the same of both; what only looks like a comment is kept."""
    if not (JS / "node_modules" / "esbuild").is_dir():
        lacking("the JavaScript libraries are not installed: run `npm ci --ignore-scripts` in tests/js")
    scripts = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in (FOLDER / "js").rglob("*.js")}
    scripts["tricky"] = "export const it = (a) => (/[/*]\\/\\//u.test(a) ? `// ${a /* no */} */` : '/* kept */') // no"
    pairs = {name: [text, light(text.encode()).decode()] for name, text in scripts.items()}
    (tmp_path / "pairs.json").write_text(json.dumps(pairs), "utf-8")
    done = subprocess.run(
        [node, str(JS / "sameprograms.mjs"), str(tmp_path / "pairs.json")], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert all(len(shorter) < len(text) for text, shorter in pairs.values())


def test_the_version_changes_with_any_file_and_with_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = Assets.scan(tmp_path)
    assert Assets.scan(tmp_path) == first
    (tmp_path / "a.js").write_text("2")
    second = Assets.scan(tmp_path)
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    third = Assets.scan(tmp_path)
    assert len({first.version, second.version, third.version}) == 3


def test_only_files_of_known_kinds_are_served(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<script>")
    (tmp_path / "a.css").write_text("a{}")
    assert Assets.scan(tmp_path).names == {"a.css"}


def test_every_script_and_style_that_a_page_names_is_tied_to_its_bytes() -> None:
    tags = [tag for file in TEMPLATES.rglob("*.html") for tag in LOADED.findall(file.read_text("utf-8"))]
    assert len(tags) > 90
    for tag in tags:
        found = TIED.search(tag)
        assert found is not None, tag
        assert found[1] == found[2], tag


@pytest.mark.parametrize(("role", "page"), [("field", "/interview/en/"), ("field", "/en/"), ("central", "/en/")])
def test_what_a_page_ties_is_what_is_served(browser: Callable[..., Browser], role: str, page: str) -> None:
    one = browser(role)
    tied = SERVED.findall(one.get(page).text)
    assert tied
    for path, digest in tied:
        assert base64.b64decode(digest) == hashlib.sha256(one.get(path).data).digest(), path
