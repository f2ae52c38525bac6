"""The container of central: what compose says is what the program knows and what the guides ask for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from testimony.cli.main import build_parser
from testimony.settings import FILES, NUMBERS, PREFIX, SWITCHES, TEXTS
from tests.support.cli.program import ROOT

SCRIPT = (ROOT / ".ci" / "container").read_text(encoding="utf-8")
FILE = ROOT / "packaging" / "container" / "compose.yaml"


def services() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"])


def test_the_image_runs_a_command_that_there_is_on_the_port_that_compose_opens_to_this_machine_alone() -> None:
    command = re.search(r"CMD (\[.*?\])", SCRIPT)
    assert command is not None
    found = build_parser().parse_args(yaml.safe_load(command[1]))
    assert (found.role, found.port) == ("central", 8402)
    assert str(found.home).startswith("/var/lib/testimony/")
    assert services()["central"]["ports"] == ["127.0.0.1:8402:8402"]


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="the script is for Debian")
@pytest.mark.parametrize(("here", "missing"), [("mmdebstrap", "podman"), ("podman", "mmdebstrap")])
def test_each_tool_that_the_script_misses_is_named(here: str, missing: str, tmp_path: Path) -> None:
    script = shutil.copytree(ROOT / ".ci", tmp_path / ".ci") / "container"
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "ls", "dirname", "dpkg"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tools / here).symlink_to("/bin/false")
    machine = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / f"testimony-common_0.9.0_{machine}.deb").touch()
    done = subprocess.run([script], env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == f"{missing} is missing. Install: apt install mmdebstrap podman"


def test_what_compose_sets_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in (*TEXTS, *NUMBERS, *SWITCHES, *FILES)}
    said = {name for name in services()["central"]["environment"] if name.startswith(PREFIX)}
    assert said
    assert said <= known


def test_its_health_is_asked_where_the_monitor_is() -> None:
    central = services()["central"]
    port = central["environment"]["TESTIMONY_MONITOR_PORT"]
    assert f"http://127.0.0.1:{port}/health" in " ".join(central["healthcheck"]["test"])
    assert f"ENV TESTIMONY_MONITOR_PORT={port}" in SCRIPT


def test_no_quotes_of_a_health_check_are_lost() -> None:
    """podman-compose 1.3, which Debian 13 has, joins the words of CMD without them, and the check always fails."""
    for service in services().values():
        kind, *words = service["healthcheck"]["test"]
        assert kind == "CMD-SHELL" or all(re.fullmatch(r"[\w./-]+", word) for word in words), words


def test_central_may_do_little_and_writes_into_its_folder_alone() -> None:
    central = services()["central"]
    assert central["read_only"] is True
    assert central["cap_drop"] == ["ALL"]
    assert central["security_opt"] == ["no-new-privileges:true"]
    assert central["volumes"] == ["central:/var/lib/testimony"]
    assert "USER 10001" in SCRIPT, "not root"


def test_postgresql_writes_no_rows_into_its_log() -> None:
    guide = (ROOT / "docs" / "central.md").read_text(encoding="utf-8")
    wanted = dict(re.findall(r"^    (log_\w+|lc_messages) = '?(\w+)'?$", guide, re.M))
    assert len(wanted) == 3
    command = services()["database"]["command"]
    assert wanted.items() <= dict(each.split("=") for each in command if "=" in each).items()


def test_no_password_stands_in_it() -> None:
    for service in services().values():
        for name, value in service["environment"].items():
            if any(word in name for word in ("PASSWORD", "KEY")):
                assert re.fullmatch(r"\$\{[A-Z_]+(:\?in \.env|:-)\}", value), name
