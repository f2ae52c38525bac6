"""`app.py` serves a field node as a WSGI application and as a program, or says what to do first."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli.program import ROOT

FLASK = [sys.executable, "-m", "flask", "--app", "app", "run"]


@pytest.mark.parametrize("command", [[sys.executable, "app.py"], FLASK], ids=["program", "flask"])
def test_without_a_station_it_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TESTIMONY_HOME": str(tmp_path / "none")},
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "There is no field node in" in done.stderr
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_program_serves_the_node(homes: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    surroundings = os.environ | {"TESTIMONY_HOME": str(homes / "field")}
    command = [sys.executable, "app.py", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=surroundings) as process:
        assert process.stdout is not None
        assert f"localhost:{port}" in process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            assert answer.status == 200
        process.terminate()
        assert process.wait(60) == 0


def test_flasks_own_server_writes_no_visitors_address_into_its_log(homes: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    surroundings = os.environ | {"TESTIMONY_HOME": str(homes / "field")}
    command = [*FLASK, "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=surroundings, **quiet) as process:
        assert process.stderr is not None
        while b"Running on" not in process.stderr.readline():
            assert process.poll() is None
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/", timeout=60) as answer:
            assert answer.status == 200
        process.terminate()
        assert b"GET /" not in process.stderr.read()


def test_it_is_a_wsgi_application(homes: Path) -> None:
    asked = "import app; client = app.create_app().test_client(); print(client.get('/').status_code)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TESTIMONY_HOME": str(homes / "field")},
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() in {"200", "303"}, done.stderr
