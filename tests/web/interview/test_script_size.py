"""What a phone loads of our scripts, as they are served: little before the keys are open, media for who records."""

from __future__ import annotations

import re
from pathlib import Path

from brotli import compress

from testimony.web import assets
from testimony.web.field.interview import app_shell

SCRIPTS = assets.FOLDER / "js" / "interview"
IMPORTED = re.compile(r'^(?:import|export)\b[^;"]*?from\s*"([^"]+)"|^import\s+"([^"]+)"', re.MULTILINE)
LOADED_LATER = re.compile(r'import\("([^"]+)"\)')
BEFORE = ("pages/home/start.js", "pages/home/sign_in.js", "pages/home/language.js", "pages/home/page_update.js")
"""What the page loads by itself until somebody has signed in."""
TRIAL = assets.FOLDER / "js/interview/pages/home/trial.js"
"""Headquarters alone loads it."""


def loaded(script: Path, seen: set[Path]) -> set[Path]:
    """`script` and all that it imports before it runs."""
    if script not in seen:
        seen.add(script)
        for named in IMPORTED.findall(script.read_text(encoding="utf-8")):
            loaded((script.parent / (named[0] or named[1])).resolve(), seen)
    return seen


def weight(scripts: set[Path]) -> int:
    """Bytes on the wire: our own without comments, all packed."""
    vendored = assets.FOLDER / "vendor"
    served = [
        script.read_bytes() if vendored in script.parents else assets.light(script.read_bytes()) for script in scripts
    ]
    return sum(len(compress(body, lgwin=assets.WINDOW)) for body in served)


def test_before_the_keys_are_open_little_is_loaded_and_nothing_of_media() -> None:
    scripts: set[Path] = set()
    for name in BEFORE:
        loaded(SCRIPTS / name, scripts)
    assert weight(scripts) <= 20_000
    assert not [script.name for script in scripts if script.parent.name == "media" or script.name.startswith("media")]


def test_all_that_the_worker_seals_with_is_light() -> None:
    scripts = loaded(SCRIPTS / "vault/worker.js", set())
    assert SCRIPTS / "vault/media_keys.js" in scripts
    assert weight(scripts) <= 60_000


def test_what_seals_and_reads_elsewhere_alone_is_not_kept_and_everything_that_is_imported_is() -> None:
    needed: set[Path] = set()
    for script in SCRIPTS.rglob("*.js"):
        loaded(script, needed)
    for script in list(needed):
        for named in LOADED_LATER.findall(script.read_text(encoding="utf-8")):
            loaded((script.parent / named).resolve(), needed)
    kept = {assets.FOLDER / name for name in app_shell.kept_files() if name.endswith((".js", ".mjs"))}
    assert needed - {TRIAL} <= kept
    assert TRIAL not in kept
    assert [script.name for script in kept - needed if SCRIPTS.parent / "sealing" in script.parents] == []
