"""The manifest for WEBCAT passes the checks of its extension (freedomofpress/webcat, validators.ts, originstate.ts)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from testimony.cli.pages import served, webcat
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.station.station import Station

SOURCES: Mapping[str, set[str]] = {
    "default-src": {"'none'"},
    "object-src": {"'none'"},
    "script-src": {"'none'", "'self'", "'wasm-unsafe-eval'"},
    "style-src": {"'none'", "'self'"},
    "child-src": {"'none'", "'self'"},
    "frame-src": {"'none'", "'self'"},
    "worker-src": {"'none'", "'self'"},
}
"""What the extension lets a policy name, as far as ours needs it."""
FORBIDDEN = ("Link", "Refresh")
BESIDES = ("/", "/en/", "/withdraw/", "/sync/nonce", "/interview", "/interview/nothing", "/nothing")
"""Paths whose answers are no files of the page; the extension compares their policies too."""


@pytest.fixture(scope="module")
def node(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    home = Path(shutil.copytree(organisation.folder / "field", tmp_path_factory.mktemp("node") / "field"))
    with open_station(home) as station:
        yield station


@pytest.fixture(scope="module")
def said(node: Station) -> dict[str, Any]:
    written = json.loads(webcat.manifest(node, "https://example.org/testimony"))
    assert set(written) == {"manifest", "signatures"}
    found: dict[str, Any] = written["manifest"]
    return found


def directives(policy: str) -> dict[str, list[str]]:
    named = (part.split() for part in policy.split(";"))
    return {name.lower(): sources for name, *sources in named}


def policy_of(said: Mapping[str, Any], path: str) -> str:
    """As `verifyCSP` of the extension chooses it."""
    asked = said["default_index"] if path == "/" else path
    fitting = [begin for begin in said["extra_csp"] if asked.startswith(begin)]
    return str(said["extra_csp"][max(fitting, key=len)] if fitting else said["default_csp"])


def test_the_first_page_and_the_one_for_lost_addresses_are_files_of_the_page(said: dict[str, Any]) -> None:
    assert said["files"]["/" + said["default_index"]] == said["files"][said["default_fallback"]]
    assert said["files"][webcat.FIRST]


def test_no_policy_names_a_source_that_the_extension_refuses(said: dict[str, Any]) -> None:
    for policy in (said["default_csp"], *said["extra_csp"].values()):
        assert "," not in policy
        named = directives(policy)
        assert named["default-src"] == ["'none'"]
        for name, allowed in SOURCES.items():
            assert set(named.get(name, [])) <= allowed


def test_each_answer_has_the_policy_that_the_manifest_gives_to_its_path(node: Station, said: dict[str, Any]) -> None:
    asked = served.client(node)
    for path in (*said["files"], *BESIDES):
        answer = asked.get(path)
        assert answer.headers["Content-Security-Policy"] == policy_of(said, path), path
        assert not any(name in answer.headers for name in FORBIDDEN)


def test_a_version_can_be_compared_with_another_one(said: dict[str, Any]) -> None:
    assert all(part.isdigit() for part in said["version"].split("."))
