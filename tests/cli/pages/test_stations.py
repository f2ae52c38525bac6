"""The commands of the pages that tell people what to type do what the page says, one after the other."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.backup import last_backup
from testimony.services.delivery import outbox
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import ROOT, Reader, fact, steps_of, words_of
from tests.support.cli.program import free_ports, run, serving


@pytest.fixture
def waiting(organisation: Organisation, homes: Path) -> Path:
    """A node in which one testimony waits."""
    chain = RosterChain(organisation.root, [organisation.roster])
    told = next(iter(demo.invented()))
    sealed = demo.seal_invented(organisation, chain, told, number=0, taken_down=datetime.now(UTC), withdraw=None)
    with open_station(homes / "field") as node:
        demo.require_stored(take_in(node, demo.incoming(sealed)))
    return homes / "field"


def test_the_doctor_prints_what_its_page_shows(homes: Path, reader: Callable[[dict[str, str]], Reader]) -> None:
    follows = reader({"HOME": str(homes / "field")})
    (asked, *more) = steps_of("doctor.md")
    assert more == []
    assert len(asked.shown) > 9
    follows.type(asked)


def test_a_stick_goes_to_headquarters_and_back_as_the_page_says(
    waiting: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    follows = reader({})
    typed = [follows.type(step) for step in steps_of("bundles.md")]
    assert len(typed) == 4
    with open_station(waiting) as node, node.database.reading() as session:
        assert outbox.waiting(session) == [], "now the outbox is delivered"


def test_a_second_node_is_made_in_four_commands_and_its_backup_is_tested_in_two(
    organisation: Organisation, homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    names = {"HOME": "node-2", "BACKUP": "backup", "NODE-2.KEYS": "node-2.keys"}
    follows = reader(names | {"rosters/roster-2.bundle": str(homes / "rosters" / "roster-2.bundle")})
    passphrases = "".join(organisation.keeper(name).passphrase + "\n" for name in ROOTS)
    new, admit, update, join, key, backup = steps_of("enrolment.md")
    words = words_of(follows.type(new))
    assert words == words_of(follows.type(admit, "yes\n" + passphrases)), "the same words"
    follows.type(update)
    shutil.copy(homes / "rosters" / "roster-2.bundle", follows.at)
    follows.type(join, "yes\n")
    with open_station(follows.at / "node-2") as node:
        assert node.chain.latest.no == 2
    said = follows.type(backup, fact(follows.type(key), "passphrase") + "\n")
    assert "it is sound" in said
    assert last_backup.last_tested(Settings.load(follows.at / "node-2")) is not None


def a_second_later() -> None:
    """Wait until another certificate ends later than the one before: certificates count in seconds."""
    time.sleep(1)


def test_a_node_gets_its_certificate_and_the_next_one_as_the_page_says(
    homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    follows = reader({"HOME": str(homes / "field")})
    make, ask, sign, install, *renewal = steps_of("tls.md")
    passphrase = fact(follows.type(make), "passphrase") + "\n"
    words = words_of(follows.type(ask))
    assert words == words_of(follows.type(sign, passphrase)), "the same words"
    follows.type(install)
    collect, answer, give, at_once = renewal
    assert run("tls", "renew", "--home", homes / "field", follows.at / "next.req").returncode == 0
    port = free_ports(1)
    with serving("central", homes / "central", port):
        exchange = ("sync", "--home", homes / "field", "--to", f"http://127.0.0.1:{port}")
        assert run(*exchange).returncode == 0, "the request goes along"
        follows.type(collect)
        a_second_later()
        follows.type(answer, passphrase)
        follows.type(give)
        assert "renewed, good until" in run(*exchange).stdout
    a_second_later()
    follows.type(at_once, passphrase)


def test_a_questionnaire_is_checked_installed_and_taken_back_as_the_page_says(
    homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    sample = ROOT / "docs" / "samples" / "sample-questionnaire.xlsx"
    follows = reader({"FILE.xlsx": str(sample), "HOME": str(homes / "field")})
    assert len([follows.type(step) for step in steps_of("own-forms.md")]) == 5


def test_a_node_on_a_hotspot_is_made_and_gets_its_certificates_as_the_page_says(
    organisation: Organisation, homes: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    """With the steps of the pages that it leads to: the node is admitted, and headquarters signs."""
    bundle = homes / "rosters" / "roster-2.bundle"
    names = {"/var/lib/testimony/field": "field", "HOME": "field", "rosters/roster-2.bundle": str(bundle)}
    files = {f"/tmp/{name}": name for name in ("node.req", "next.req", "next.crt")}
    follows = reader(names | files)
    new, ask, renew, install_next = steps_of("hotspot.md")
    _, admit, update, join = steps_of("enrolment.md")[:4]
    make, _, sign, install, *_ = steps_of("tls.md")
    follows.type(new)
    shutil.copy(follows.at / "field" / "enrolment.json", follows.at / "node-2.json")
    follows.type(admit, "yes\n" + "".join(organisation.keeper(name).passphrase + "\n" for name in ROOTS))
    follows.type(update)
    shutil.copy(bundle, follows.at)
    follows.type(join, "yes\n")
    passphrase = fact(follows.type(make), "passphrase") + "\n"
    follows.type(ask)
    follows.type(sign, passphrase)
    follows.type(install)
    follows.type(renew)
    a_second_later()
    reader(names | {"node.req": "next.req", "node.crt": "next.crt"}).type(sign, passphrase)
    follows.type(install_next)
