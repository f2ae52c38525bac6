"""The pages for those who run central."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.backup import last_backup
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.services.wordings.wordings import in_force
from testimony.station.station import Station
from testimony.sync.bundle.wordings import write_file
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import Reader, fact, page, settings, steps_of
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.alarms import silent
from tests.support.services.batches import bring, told
from tests.support.services.checked_wordings import CHECKED_BY, wording_of
from tests.support.services.desks import reader_of
from tests.support.sync import mail_server
from tests.support.sync.mail_server import PASSWORD
from tests.support.sync.timestamp_server import serving


@pytest.fixture
def central(homes: Path) -> Path:
    return homes / "central"


def set_up(home: Path, text: str, **more: object) -> dict[str, str]:
    """Put what the page says into station.json of `home`, and `more` for what stands in examples there."""
    file, said = home / "station.json", settings(text)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | said | more), "utf-8")
    return said


def test_the_first_administrator_gets_a_link_as_the_page_says(
    central: Path, reader: Callable[[dict[str, str]], Reader]
) -> None:
    (first,) = steps_of("administration.md")
    assert "http" in reader({"HOME": str(central)}).type(first)


def test_alarms_are_listed_and_an_e_mail_goes_as_the_page_says(
    central: Path, reader: Callable[[dict[str, str]], Reader], free_port: Callable[[], int]
) -> None:
    text, follows = page("alarms.md"), reader({"HOME": str(central)})
    port = free_port()
    said = set_up(central, text, mail_host=mail_server.HOST, mail_port=port, mail_ca="mail-ca.pem")
    password = os.open(central / said["mail_password_file"], os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(password, PASSWORD.encode() + b"\n")
    os.close(password)
    listed, backed_up, trial = steps_of("alarms.md")
    with mail_server.running(central, port, user=said["mail_user"], must_sign_in=True) as server:
        with open_station(central) as station:
            silent(station, _kid(station, "node-1"))
        follows.type(listed)
        follows.type(backed_up)
        follows.type(trial)
    assert [one.rcpt_tos for one in server.taken] == [[one] for one in said["mail_to"].split(", ")]
    with open_station(central) as station, station.database.reading() as session:
        assert last_backup.last(session) == station.today()


def test_the_head_of_the_log_is_stamped_and_cosigned_as_the_page_says(
    central: Path, homes: Path, organisation: Organisation, reader: Callable[[dict[str, str]], Reader]
) -> None:
    text, authority = page("timestamps.md"), Authority(kind="ec")
    names = {"rosters/roster-2.bundle": str(homes / "rosters" / "roster-2.bundle")}
    stamp, show, make, name, update, *rounds = steps_of("timestamps.md")
    with serving(authority) as (url, _):
        said = set_up(central, text, timestamp_url=url)
        (central / said["timestamp_roots"]).write_bytes(authority.pem)
        tell(central, organisation, 0)
        reader(names).type(stamp)
        assert "by Invented Time" in reader(names).type(show)
    key = reader(names).type(make)
    passphrase = fact(key, "passphrase") + "\n"
    follows = reader(names | {"KEY": fact(key, "public key")})
    follows.type(name, "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS))
    follows.type(update)
    (export, cosign, take), again = rounds[:3], rounds[3:]
    log = fact(follows.type(export), "log's key")
    follows = reader(names | {"LOG-KEY": log})
    follows.type(cosign, passphrase)
    follows.type(take)
    tell(central, organisation, 1)
    for step in again:
        follows.type(step, passphrase)
    assert len(again) == 3
    assert "by partner.example/w1" in follows.type(show)


def test_checked_words_come_into_force_as_the_page_says(
    homes: Path, organisation: Organisation, reader: Callable[[dict[str, str]], Reader]
) -> None:
    renew, adopt = steps_of("wordings.md")
    named = json.loads(organisation.roster.data)["organisation"]
    record, clips = wording_of(named, reader_of(organisation, "lawyer-1").signer)
    follows = reader({"rosters/roster-2.bundle": str(homes / "rosters" / "roster-2.bundle")})
    (follows.at / renew.command.split()[-1]).write_bytes(write_file([record], clips.values()))
    follows.type(renew, "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS))
    follows.type(adopt)
    with open_station(homes / "central") as station:
        found = in_force(station, "ps")
    assert found is not None
    assert found.checked == CHECKED_BY


def tell(home: Path, organisation: Organisation, number: int) -> None:
    """The log has more to say: a testimony came."""
    with open_station(home) as station:
        bring(organisation, station, [told(number, ("P01", "P04"))], at=datetime.now(UTC))


def _kid(station: Station, name: str) -> str:
    return next(one.keys[0].kid for one in station.chain.latest.devices if one.id == name)
