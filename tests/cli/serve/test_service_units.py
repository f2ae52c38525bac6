"""The services that the guides install: each runs a command that there is, with few rights."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from testimony.cli.main import build_parser
from testimony.cli.serve.https import HELP, HTTPS
from testimony.cli.serve.supervisor import ENDING
from testimony.platform.posix.media import MOUNTED
from tests.support.cli.program import ROOT

SAMPLES = ROOT / "docs" / "samples"
UNIT = SAMPLES / "testimony-field.service"
WORKERS = SAMPLES / "testimony-central.service"
CENTRAL = SAMPLES / "testimony-central@.service"
WORST = 15  # tenths of what `systemd-analyze security` calls exposure, of a hundred


def values(name: str, unit: Path = UNIT) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.M)


def test_it_runs_a_command_that_there_is_and_may_have_its_ports() -> None:
    (command,) = values("ExecStart")
    _, module, arguments = command.partition(" -m testimony ")
    assert module
    found = build_parser().parse_args(shlex.split(arguments))
    assert found.role == "field"
    assert found.first_page
    assert found.home.is_relative_to(Path("/var/lib") / values("StateDirectory")[0])
    assert values("AmbientCapabilities") == values("CapabilityBoundingSet") == ["CAP_NET_BIND_SERVICE"]
    assert {f"tcp:{HTTPS}", f"tcp:{HELP}", "tcp:8401"} == set(values("SocketBindAllow"))


def test_a_server_of_central_runs_at_the_port_that_names_it() -> None:
    (command,) = values("ExecStart", CENTRAL)
    _, module, arguments = command.partition(" -m testimony ")
    assert module
    found = build_parser().parse_args(shlex.split(arguments.replace("%i", "8412")))
    assert (found.role, found.port, found.host) == ("central", 8412, "127.0.0.1")
    assert found.home.is_relative_to(Path("/var/lib") / values("StateDirectory", CENTRAL)[0])
    assert values("SocketBindAllow", CENTRAL) == ["tcp:1024-65535"], "systemd puts no instance in here"
    assert values("CapabilityBoundingSet", CENTRAL) == [""]


def test_central_runs_as_several_processes_that_a_reload_renews() -> None:
    (command,) = values("ExecStart", WORKERS)
    found = build_parser().parse_args(shlex.split(command.partition(" -m testimony ")[2]))
    assert (found.role, found.port, found.host) == ("central", 8402, "127.0.0.1")
    assert found.workers > 1
    assert values("ExecReload", WORKERS) == ["/bin/kill -HUP $MAINPID"]
    assert values("SocketBindAllow", WORKERS) == ["tcp:8402"]
    assert float(values("TimeoutStopSec", WORKERS)[0]) > ENDING
    others = ("ReadWritePaths", "CapabilityBoundingSet", "SystemCallFilter", "ProtectSystem", "Environment")
    for name in others:
        assert values(name, WORKERS) == [one.replace("-%i", "") for one in values(name, CENTRAL)]


def test_it_may_write_on_sticks_wherever_its_page_offers_them_and_nowhere_else() -> None:
    assert values("ProtectSystem") == ["strict"], "else it would not matter what may be written"
    assert values("ReadWritePaths", CENTRAL) == values("ReadWritePaths")
    [paths] = values("ReadWritePaths")
    assert paths.split(" ") == [f"-{folder}" for folder in MOUNTED], "each also where there is no such folder"
    for guide in ("bundles.md", "hotspot.md"):
        said = (ROOT / "docs" / guide).read_text(encoding="utf-8")
        assert all(f"`{folder}`" in said for folder in MOUNTED), guide
    assert f"ReadWritePaths={paths}" in (ROOT / "docs" / "bundles.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", [UNIT, CENTRAL], ids=["field", "central"])
def test_it_is_exposed_as_little_as_the_guide_says(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={WORST}", "--no-pager", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
