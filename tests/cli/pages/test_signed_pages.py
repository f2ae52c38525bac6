"""The page of the page keys: made, named, used twice, installed; and a node that serves something else is found out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.ceremony import papers_on, phrase_of_stick
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import Reader, fact, steps_of, words_of
from tests.support.cli.program import free_ports, refused, run, serving
from tests.support.cli.terminal import at_a_terminal, require_separation
from tests.support.interview.altering_front import Front

PAGE = "/interview/en/"
STICKS = ("/media/a", "/media/b", "/media/c", "/media/d")


def test_the_keys_sign_a_page_and_another_device_compares_it_as_the_page_says(
    organisation: Organisation, homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    require_separation()
    node, port = str(homes / "field"), free_ports(1)
    bundle = str(homes / "rosters" / "roster-2.bundle")
    sticks = {stick: stick.removeprefix("/") for stick in STICKS}
    follows = reader({"NODE": node, "rosters/roster-2.bundle": bundle, "URL": f"http://127.0.0.1:{port}"} | sticks)
    for stick in sticks.values():
        (follows.at / stick).mkdir()
    follows.pages = follows.at / "rendered"  # by the first command; a node and a device that compares render their own
    make, name, at_central, record, at_node, state, one, other, install, verify, webcat = steps_of("pages.md")
    code, held = at_a_terminal(follows.words(make), follows.at, phrase_of_stick)
    assert code == 0, held
    phrases = papers_on(held)
    named = follows.type(name, "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS))
    assert fact(named, "their words") == words_of(held.replace("\r", ""))
    follows.type(at_central)
    assert "it says who was there" in follows.type(record)
    follows.type(at_node)
    words = words_of(follows.type(state))
    assert words_of(follows.type(one, f"yes\n{phrases[0]}\n")) == words
    early = run("pages", "install", follows.at / "page.json", "--home", node)
    assert refused(early, "Fewer than two of the three page keys")
    assert words_of(follows.type(other, f"yes\n{phrases[1]}\n")) == words
    follows.type(install)
    second = second_node(homes, follows.at)
    with serving("field", homes / "field", port):
        assert words_of(follows.type(verify)) == words
        same_program = run("verify-node", f"http://127.0.0.1:{port}", "--home", second)
        assert (same_program.returncode, words_of(same_program.stdout)) == (0, words)
        found_out(port, homes)
    gone = run("verify-node", f"http://127.0.0.1:{port}", "--org", homes)
    assert gone.returncode == 3, gone.stdout
    follows.type(webcat)
    said, signed = follows.at / "webcat.json", homes / "field" / "pages.json"
    listed(json.loads(said.read_text("utf-8")), json.loads(signed.read_text("utf-8")))


def second_node(homes: Path, at: Path) -> Path:
    """A node of the same roster on somebody else's machine."""
    return Path(shutil.copytree(homes / "field", at / "second"))


def found_out(port: int, homes: Path) -> None:
    """An altered file, one that is lacking, and an unsigned list are each named."""
    front = Front(port, 0)
    try:
        front.changes[PAGE] = lambda body: body + b"<p>"
        altered = run("verify-node", front.address, "--org", homes)
        assert altered.returncode == 1
        assert f"{PAGE} is another file" in altered.stdout
        assert "1 difference" in altered.stdout
        front.changes = {"/interview/files": lambda body: json.dumps({**json.loads(body), "signed": None}).encode()}
        assert refused(run("verify-node", front.address, "--org", homes), "serves no signed statement")
        front.changes = {"/interview/files": lambda _: b"<html>log in</html>"}
        assert refused(run("verify-node", front.address, "--org", homes), "Something else answered")
    finally:
        front.close()


def listed(webcat: dict[str, object], signed: dict[str, str]) -> None:
    """What WEBCAT is told are the files that were signed."""
    said = webcat["manifest"]
    assert isinstance(said, dict)
    paths = {one["path"] for one in json.loads(signed["record"])["files"]}
    assert set(said["files"]) == paths
    assert all(len(name) == 43 for name in [*said["files"].values(), *said["wasm"]])
    assert len(said["wasm"]) == 2
    assert "'wasm-unsafe-eval'" in said["extra_csp"]["/interview"]
    assert webcat["signatures"] == {}
