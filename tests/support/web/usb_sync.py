"""Sync by USB stick through a station's pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testimony.store.files import removable
from testimony.sync.jobs.media_transfer import StickWork
from tests.support.web.browser import Browser


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mounted stick, the only one."""
    folder = tmp_path / "media" / "stick"
    folder.mkdir(parents=True)
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [folder])
    return folder


def done(one: Browser) -> str:
    """The page when what was begun has ended, without its tags."""
    work: StickWork = one.app.extensions["testimony.stick"]
    work.wait()
    return re.sub(r"<[^>]+>", " ", one.get("/en/stick").text)


def send(one: Browser, act: str, **form: str) -> int:
    token = re.search(r'name="csrf_token" value="([^"]+)"', one.get("/en/stick").text)
    assert token
    return int(one.post(f"/stick/{act}", {"csrf_token": token[1], **form}).status_code)
