"""Desks of one organisation beside each other: each with its reader, its annexes, and the way to the same central."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import AUDIENCE_OF, Role
from testimony.questionnaire.consent_scripts import Script
from testimony.sealing.keys.key_file import KeyFile
from testimony.services import startup
from testimony.services.consent import consents, enforcement
from testimony.services.consent.consents import Consents
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.factory import create_app
from tests.support.services.batches import bring, told

TODAY = date(2026, 1, 20)
COUNT, LAWYERS = Key(Purpose.COUNT, "public"), Key(Purpose.LAWYER, "lawyers")
RECORD = Key(Purpose.RECORD, "organisation")
MECHANISM = Key(Purpose.MECHANISM, "mechanism")


def circumstances(**changes: Any) -> dict[str, Any]:
    """How consent was asked at a desk, with nothing in its way."""
    script = Script.load("en")
    return {
        "told": [item.id for item in script.told],
        "teach_back": {question.id: "understood" for question in script.teach_back},
        "present": ["none"],
        "capacity": ["none"],
        "incentive": "none",
        "age": "adult",
        "language": "en",
        "script": {"id": script.id, "version": script.version, "lang": "en", "draft": False, "heard": "read"},
        "interpreter": {"used": False, "officer": False},
        **changes,
    }


@dataclass
class Desk:
    station: Station
    reader: Reader
    central: Station
    annexes: AnnexIndex = field(default_factory=AnnexIndex)

    def exchange(self) -> ExchangeReport:
        channel = InProcess(_served(self.central))
        transport = Transport("http://central.example", self.reader.signer, channel=channel, pause=lambda _: None)
        report = exchange(
            self.station,
            transport,
            audience=self.reader.audience,
            obey=lambda: enforcement.obey(self.station, self.reader, self.annexes, day=TODAY),
        )
        assert report.pushed.refused == report.pulled.refused == {}
        assert report.pushed.waiting == 0
        return report

    def stands(self, tid: str, at: date = TODAY) -> Consents:
        """As this desk sees it, whether the testimony is served or not."""
        with self.station.database.reading() as session:
            self.annexes.refresh(self.station, session, self.reader)
            record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
            grants = compartments.grants_of(session, tid)
            held = compartments.open_consent(ReadingSession.at(self.station, session, self.reader), record, grants)
            return consents.consents_of(self.station.chain, session, record, held, annexes=self.annexes, at=at)

    def usable(self, tid: str, at: date = TODAY) -> set[str]:
        return {str(key.purpose) for key in self.stands(tid, at).usable}

    def open(self, tid: str, at: date = TODAY) -> Opened:
        with self.station.database.transaction() as session:
            return testimony_view.open_testimony(self.station, session, self.reader, tid, at=at, annexes=self.annexes)


@lru_cache(maxsize=2)
def _served(central: Station) -> FlaskClient:
    """Central as it stands beside its desks: served once, however often they come."""
    return create_app(STATION=central).test_client()


@contextmanager
def desks(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    """lawyer-1, lawyer-2 and coordinator-1, each at a desk of their own."""
    with ExitStack() as open_ones:
        central = open_ones.enter_context(open_station(homes / "central"))
        found = {}
        for person in ("lawyer-1", "lawyer-2", "coordinator-1"):
            settings = Settings(home=homes / f"of-{person}", role="desk", name=person)
            station = startup.create_station(
                settings, root=organisation.root.data, rosters=[organisation.roster], signing_seed=None
            )
            open_ones.callback(station.close)
            found[person] = Desk(station, reader_of(organisation, person), central)
        yield found


def reader_of(organisation: Organisation, person: str) -> Reader:
    keeper = organisation.keeper(person)
    keys = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase)
    assert keys.opening is not None
    role = Role(keeper.role)
    return Reader(id=person, role=role, audience=AUDIENCE_OF[role], key=keys.opening, signer=keys.signer)


def testimony_at(central: Station, organisation: Organisation, *purposes: str) -> str:
    """One invented testimony with these purposes, at central; its number."""
    (sealed,) = bring(organisation, central, [told(0, purposes)])
    return str(sealed.record.value["tid"])
