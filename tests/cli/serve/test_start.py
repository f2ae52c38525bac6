"""`testimony desk`, `node` and `central` find their station from any folder, and start it or open it."""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import SimpleNamespace

import pytest

from testimony.cli.serve import port_note, server, start
from testimony.errors import HomeMissing, HomeOfAnother
from testimony.platform import homes as platform_homes
from testimony.settings import Settings
from testimony.web.errors import StationSilent
from tests.support.cli.program import ROOT, refused, run, serving

FreePort = Callable[[], int]


@contextmanager
def started(data: Path, *arguments: str) -> Iterator[list[str]]:
    """`testimony desk` in a folder that is not the program's; the lines of its standard output until it is up."""
    command = [sys.executable, "-m", "testimony", "desk", "--no-browser", *arguments]
    surroundings = os.environ | {"XDG_DATA_HOME": str(data), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=data, env=surroundings) as process:
        try:
            assert process.stdout is not None
            lines: list[str] = []
            while not lines or "http://" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], lines
            yield lines
        finally:
            process.terminate()
            process.wait(30)


def test_the_first_start_makes_a_desk_and_the_second_opens_the_one_that_runs(
    tmp_path: Path, free_port: FreePort
) -> None:
    """For somebody whose name has spaces and letters beyond ASCII."""
    port, data = str(free_port()), tmp_path / "Zoë Şahin عمر"
    data.mkdir()
    with started(data, "--port", port) as lines:
        home = data / "testimony" / "desk"
        assert lines[0].split(maxsplit=2) == ["new", "desk", f"{home}\n"]
        assert home.stat().st_mode & 0o077 == 0
        assert f"localhost:{port}/en/start#" in lines[1]
        again = run("desk", "--no-browser", "--home", home)
        assert "it runs already" in again.stdout
        first, second = lines[1].split()[-1], again.stdout.split()[-1]
        assert first.partition("#")[0] == second.partition("#")[0]
        assert first != second
    with started(data, "--port", port) as lines:
        assert "http://" in lines[0], "it is the same desk"


def test_each_call_opens_a_desk_that_runs_by_another_address(homes: Path, free_port: FreePort) -> None:
    home, port = homes / "desk-lawyer", free_port()
    with serving("desk", home, port) as process:
        printed = process.address  # type: ignore[attr-defined]
        found = [run("desk", "--home", home, "--no-browser").stdout.split()[-1] for _ in range(2)]
        assert len({printed, *found}) == 3
        assert {one.partition("#")[0] for one in found} == {printed.partition("#")[0]}
    assert port_note.port_of(home) is None


def test_a_node_that_runs_gives_an_address_that_opens_its_administrator_s_pages(
    homes: Path, free_port: FreePort
) -> None:
    home, port = homes / "field", free_port()
    with serving("field", home, port):
        printed = run("node", "--home", home, "--no-browser").stdout.split()[-1]
        where, _, token = printed.partition("#")
        assert where == f"http://localhost:{port}/en/start"
        jar = urllib.request.HTTPCookieProcessor(CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https"))))
        opener = urllib.request.build_opener(jar)
        (form,) = re.findall('data-csrf="([^"]+)"', opener.open(where).read().decode())
        said = {"Content-Type": "application/json", "X-CSRFToken": form}
        asked = urllib.request.Request(
            f"http://localhost:{port}/start", data=json.dumps({"token": token}).encode(), headers=said
        )
        assert opener.open(asked).status == 200
        assert "data-stands" in opener.open(f"http://localhost:{port}/en/backup").read().decode()


def opened(home: Path, port: int, monkeypatch: pytest.MonkeyPatch, *, answers: bool) -> list[str]:
    """What the browser is shown when a node that runs is asked for an address."""
    shown: list[str] = []
    monkeypatch.setattr(server, "show", shown.append)
    monkeypatch.setattr(start, "_answers", lambda _: answers)
    assert start._open(home, "field", port, browser=True) == 0
    return shown


def test_a_node_prints_the_addresses_at_which_it_answers(
    homes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each opens the pages once, so no browser here may use it up. With --host the node may not answer this machine."""
    home = homes / "field"
    named = SimpleNamespace(host="node.internal")
    monkeypatch.setattr("testimony.services.certificates.store.installed", lambda _: named)
    for secure, answers, wanted in (
        (0, True, ["http://localhost:8401/en/start"]),
        (443, True, ["http://localhost:8401/en/start", "https://node.internal/en/start"]),
        (8443, False, ["https://node.internal:8443/en/start"]),
    ):
        with port_note.noted(home, 8401, https=secure):
            assert opened(home, 8401, monkeypatch, answers=answers) == []
        printed = [one.partition("#")[0] for one in capsys.readouterr().out.split() if "://" in one]
        assert printed == wanted
    with port_note.noted(home, 8401), pytest.raises(StationSilent, match="port 8401"):
        opened(home, 8401, monkeypatch, answers=False)


@pytest.mark.parametrize("visible", [True, False])
def test_a_home_of_another_user_is_not_touched(visible: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root would start the station as root, or leave a token that its user cannot read; others see nothing of it."""
    home = tmp_path / "service" / "field"
    home.mkdir(parents=True)
    Settings(home=home, role="field", name="node", port=1).save()
    before, see = sorted(home.iterdir()), Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if not visible and home in (path, *path.parents):
            raise PermissionError(13, "Permission denied", str(path))
        return see(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(Path, "owner", lambda _: "testimony")
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(HomeOfAnother, match=f"sudo -u testimony testimony node --home {home}"):
        start.run(argparse.Namespace(word="node", home=home, port=None, no_browser=True))
    monkeypatch.undo()
    assert sorted(home.iterdir()) == before


def test_a_home_that_is_no_desk_is_said(homes: Path) -> None:
    assert refused(run("desk", "--home", homes / "field"), "is a field node, not a desk")


def test_a_folder_that_is_not_there_makes_no_desk(tmp_path: Path) -> None:
    done = run("desk", "--home", tmp_path / "dsek")
    assert done.returncode == 1
    assert "There is no station in" in done.stderr
    assert not (tmp_path / "dsek").exists()


@pytest.mark.parametrize(("word", "role"), [("node", "field"), ("central", "central")])
def test_a_station_that_was_not_made_says_how_to_make_it(
    word: str, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platform_homes, "data_folder", lambda: tmp_path)
    with pytest.raises(HomeMissing):
        start.run(argparse.Namespace(word=word, home=None, port=None, no_browser=True))
    assert f"testimony station new {role} --home {tmp_path / word} --id NAME" in capsys.readouterr().err


def test_a_desk_takes_the_next_port_when_another_program_has_its_own(free_port: FreePort) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        assert port < start._free(port) < port + start.PORTS_TRIED


def test_the_browser_is_opened_unless_somebody_says_no(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from testimony.cli.serve import command

    asked: list[argparse.Namespace] = []
    monkeypatch.setattr(command, "run", lambda arguments: asked.append(arguments) or 0)
    Settings(home=tmp_path, role="desk", name="desk", port=1).save()
    for no in (False, True):
        start.run(argparse.Namespace(word="desk", home=tmp_path, port=8403, no_browser=no))
    assert [one.browser for one in asked] == [True, False]


def test_a_note_of_a_server_that_is_gone_counts_no_more(tmp_path: Path) -> None:
    with port_note.noted(tmp_path, 8403) as ours:
        assert ours
        assert port_note.port_of(tmp_path) == 8403
        with port_note.noted(tmp_path, 9999) as theirs:
            assert not theirs
            assert port_note.port_of(tmp_path) == 8403
    assert port_note.port_of(tmp_path) is None
