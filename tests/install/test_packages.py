"""The Debian packages: their recipes are whole, and what a station holds survives them."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testimony.cli.main import build_parser
from tests.support.cli.program import ROOT

RECIPES = ROOT / "packaging" / "debian"
SCRIPT = (ROOT / ".ci" / "debs").read_text(encoding="utf-8")
UNITS = [ROOT / "docs" / "samples" / name for name in ("testimony-field.service", "testimony-central@.service")]
HOMES = {"testimony-node": "field", "testimony-central": "central"}
INSIDE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def packages() -> dict[str, dict[str, str]]:
    """The stanzas of control, by package."""
    found = {}
    for stanza in (RECIPES / "control").read_text(encoding="utf-8").split("\n\n")[1:]:
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", stanza, re.M))
        found[fields["Package"]] = fields
    return found


def test_each_package_that_starts_something_comes_with_the_program_of_the_same_version() -> None:
    roles = packages().keys() - {"testimony-common"}
    assert roles == {"testimony-node", "testimony-central", "testimony-desk"}
    for name in roles:
        assert "testimony-common (= ${binary:Version})" in packages()[name]["Depends"]
    assert "${python:Depends}" in packages()["testimony-common"]["Depends"], "wheels are for one Python"


def test_the_guide_names_the_packages_that_there_are() -> None:
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert {f"./{name}_" for name in packages()} == set(re.findall(r"\./testimony-[a-z]+_", guide))


def test_what_the_recipes_install_is_there_or_made_by_the_script() -> None:
    for recipe in RECIPES.glob("*.install"):
        for line in recipe.read_text(encoding="utf-8").splitlines():
            source = line.split()[0]
            if source.startswith("debian/"):
                assert (RECIPES / source.removeprefix("debian/")).is_file(), recipe.name
            else:
                assert Path(source).name in SCRIPT, (recipe.name, source)


def test_what_is_not_as_debian_wants_it_has_a_reason() -> None:
    for overrides in RECIPES.glob("*.lintian-overrides"):
        lines = overrides.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), overrides.name
        assert all(line.startswith(("# ", f"{overrides.stem}: ")) for line in lines)


@pytest.mark.parametrize("script", sorted(path.name for path in RECIPES.glob("*.p*") if path.suffix != ".path"))
def test_maintainer_scripts_are_sound(script: str) -> None:
    text = (RECIPES / script).read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\nset -e\n")
    assert "#DEBHELPER#" in text
    assert subprocess.run(["sh", "-n", RECIPES / script], check=False).returncode == 0


@pytest.mark.parametrize(("package", "folder"), HOMES.items())
@pytest.mark.parametrize("act", ["remove", "purge", "upgrade"])
def test_no_act_of_apt_deletes_what_a_station_holds(act: str, package: str, folder: str, tmp_path: Path) -> None:
    home = tmp_path / "testimony" / folder
    home.mkdir(parents=True)
    (home / "testimony.db").write_text("sealed")
    done = _after_removal(package, act, tmp_path)
    assert (home / "testimony.db").read_text() == "sealed"
    assert (str(home) in done.stderr) == (act == "purge"), "who purges is told where it is"


def test_a_purge_leaves_no_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "testimony").mkdir()
    assert _after_removal("testimony-node", "purge", tmp_path).stderr == ""
    assert not (tmp_path / "testimony").exists()


def _after_removal(package: str, act: str, data: Path) -> subprocess.CompletedProcess[str]:
    """The script that apt runs when the files of the package are gone, with `data` in the place of /var/lib."""
    script = (RECIPES / f"{package}.postrm").read_text(encoding="utf-8").replace("/var/lib", str(data))
    return subprocess.run(["sh", "-c", script, package, act], capture_output=True, text=True, check=True)


def test_the_menu_starts_the_desk() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(RECIPES / "org.testimony.Desk.desktop", encoding="utf-8")
    program, *arguments = shlex.split(entry["Desktop Entry"]["Exec"])
    assert program == "/usr/bin/testimony"
    assert build_parser().parse_args(arguments).word == "desk"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=["field", "central"])
def test_systemd_understands_the_services(unit: Path, tmp_path: Path) -> None:
    """With a program that is on every machine: the packages' own need not be installed."""
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.M)
    name = unit.name.replace("@", "@8402")
    (tmp_path / name).write_text(re.sub(r"^WorkingDirectory=.*\n", "", text, flags=re.M))
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if name in line]) == (0, [])


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A function that runs a command in an empty Debian, made for this test and removed after it."""
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        pytest.skip("needs root, mmdebstrap and Debian's mirror")
    here = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    debs = [deb for of in ("all", here) for deb in (ROOT / "dist").glob(f"testimony-*_{of}.deb")]
    if not debs:
        pytest.skip("needs the packages of `make debs`")
    root = tmp_path / "root"
    subprocess.run(["mmdebstrap", "--variant=apt", "--quiet", "trixie", root], check=True)
    for deb in debs:
        shutil.copy(deb, root / "opt")
    shutil.copy("/etc/resolv.conf", root / "etc")

    def do(*command: str) -> str:
        inside = ["unshare", "--mount", "--pid", "--fork", f"--root={root}", "--mount-proc", *command]
        done = subprocess.run(inside, capture_output=True, text=True, env=INSIDE, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    yield do
    shutil.rmtree(root)


def test_the_recipe_never_fetches_anything_at_installation() -> None:
    for script in [*RECIPES.glob("*.postinst"), *RECIPES.glob("*.prerm"), *RECIPES.glob("*.postrm")]:
        assert not re.search(r"\b(pip|curl|wget|apt|http)", script.read_text(encoding="utf-8").split("\n", 1)[1])


@pytest.mark.long(short="test_no_act_of_apt_deletes_what_a_station_holds")
def test_a_node_is_installed_upgraded_removed_and_purged_and_keeps_what_it_holds(debian: Callable[..., str]) -> None:
    home = "/var/lib/testimony/field"
    install = "apt-get update && apt-get install -y --no-install-recommends"
    debian("sh", "-c", f"{install} /opt/testimony-common_*.deb /opt/testimony-node_*.deb")
    debian("runuser", "-u", "testimony", "--", "testimony", "station", "new", "field", "--home", home, "--id", "node-2")
    kept = debian("sha256sum", f"{home}/station.key")
    older = (
        "cd /tmp && dpkg-deb -R /opt/testimony-common_*.deb c && dpkg-deb -R /opt/testimony-node_*.deb n && "
        "sed -i 's/^Version: .*/Version: 0.0.1/; s/(= [0-9.]*)/(= 0.0.1)/' c/DEBIAN/control n/DEBIAN/control && "
        "touch c/usr/lib/testimony/gone-in-the-next && "
        "dpkg-deb -Zgzip -z1 -b c c.deb && dpkg-deb -Zgzip -z1 -b n n.deb && "
        "dpkg -i c.deb n.deb && rm -r c n c.deb n.deb"
    )
    debian("sh", "-c", older)
    debian("sh", "-c", f"{install} /opt/testimony-common_*.deb /opt/testimony-node_*.deb")
    assert "gone" not in debian("ls", "/usr/lib/testimony")
    assert debian("sha256sum", f"{home}/station.key") == kept
    debian("apt-get", "remove", "-y", "testimony-node", "testimony-common")
    assert "lib" in debian("ls", "/usr")
    assert "testimony" not in debian("ls", "/usr/lib"), "nothing of the program is left, compiled or not"
    assert f"The data of this station stay in {home}" in debian("apt-get", "purge", "-y", "testimony-node")
    assert debian("sha256sum", f"{home}/station.key") == kept
