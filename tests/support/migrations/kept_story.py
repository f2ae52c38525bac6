"""The story of the stations that are kept: invented, harmless, and short; everything happens once that a disk keeps.

Commands where there are commands. What witnesses' phones and readers' pages do is done by the same acts as theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from testimony.domain.review.review import ReviewState
from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import spans
from testimony.sealing.keys import withdrawal_code
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony.media import Medium
from testimony.services.coding import coding
from testimony.services.demo import demo, demo_release
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Plan
from testimony.services.incidents import linkage
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.review import notes, reviews, translations
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.cli.headquarters import Headquarters, run
from tests.support.migrations import clock
from tests.support.migrations.clock import Clock
from tests.support.migrations.kept_reading import CORRECTED, meet
from tests.support.migrations.kept_stations import CENTRAL, NODE, Kept
from tests.support.services.batches import told
from tests.support.services.desks import Desk
from tests.support.services.pictures import jpeg
from tests.support.services.recovery.backups import KEEPER
from tests.support.settings import FAST
from tests.support.web.ogg_voice import silence

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
DESKS = {"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1", "desk-coordinator-2": "coordinator-2"}
SEATS = 2
"""Of lawyers, not four: every head has room for each of them, and heads are most of what is kept."""
COUNTED = 5
"""As few as a release for the mechanism needs."""
TOGETHER = "P07"
CASE = "P09 case-river"
README = Path(__file__).with_name("kept_stations.md")


def live(folder: Path) -> Kept:
    """Everything, in `folder`; the stations as they lie there afterwards."""
    with clock.showing(BEGAN) as shown:
        return Story(folder, shown).live()


class Story:
    def __init__(self, folder: Path, shown: Clock) -> None:
        self.folder, self.clock = folder, shown
        plan = Plan(
            **json.loads(demo.ASKING.read_text("utf-8")),
            lawyer_names=("Mara Example", "Ilir Example"),
            coordinators=2,
            desks=DESKS,
            issued=BEGAN.date(),
            key_file_work=FAST,
        )
        with mock.patch.dict(organisation.SLOTS, lawyers=SEATS):
            self.made = organisation.create(folder / "org", plan)
        self.about: dict[str, str] = {}
        self.codes: dict[str, str] = {}

    def live(self) -> Kept:
        self.clock.go_on(days=8)
        self.witnesses_tell()
        self.lawyers_look()
        self.an_interviewer_comes()
        self.a_release_leaves()
        command("central", "account", "add", "--home", self.home(CENTRAL), "--role", "observer", "vera")
        self.backups_are_made()
        self.clock.go_on(days=3)
        self.two_are_taken_back()
        self.an_archive_is_written()
        self.clock.go_on(days=4)
        self.sticks_are_written()
        return self.kept

    @property
    def kept(self) -> Kept:
        return Kept(
            folder=self.folder,
            keepers=self.made.keepers,
            desks=DESKS,
            about=self.about,
            codes=self.codes,
            shown=self.clock.shown,
        )

    @property
    def day(self) -> date:
        return self.clock.shown.date()

    # what happens, in this order

    def witnesses_tell(self) -> None:
        """At the node all five of the demonstration and two who take it back; at central some who are counted."""
        self.tell(NODE, "everything, Arabic", demo.invented()[0], media=MEDIA)
        self.tell(NODE, "numbers only, French", demo.invented()[1])
        self.tell(NODE, "nothing but keeping, Spanish", demo.invented()[2])
        self.tell(NODE, "for the lawyers alone, Dari", demo.invented()[3])
        self.tell(NODE, "everything, English", demo.invented()[4])
        self.tell(NODE, "taken back with the code", told(5, ("P01", "P04", TOGETHER)))
        self.tell(NODE, "held back by an interviewer", told(6, ("P01", "P04", TOGETHER)))
        for number in range(COUNTED):
            self.tell(CENTRAL, f"counted {number + 1}", counted(number))
        self.exchange()

    def lawyers_look(self) -> None:
        """One at the desk; the other, whose desk is elsewhere, is heard at central."""
        first, like = self.about["everything, Arabic"], self.about["everything, English"]
        with self.at_desk("desk-lawyer") as desk:
            for to in (ReviewState.IN_REVIEW, ReviewState.CLEARED):
                reviews.move(
                    desk.station,
                    desk.reader,
                    reviews.review_of(desk.station.chain, desk.annexes, first),
                    to,
                    day=self.day,
                )
                self.refresh(desk)
            self.annotate(desk, first)
            self.correct(desk, first)
            for tid in (first, like):
                links = linkage.current_links(desk.station.chain, desk.annexes)
                event = next(iter(links.linked.incidents.get(first, ())), "")
                linkage.tell(desk.station, desk.reader, links, tid, event, day=self.day)
                self.refresh(desk)
                links = linkage.current_links(desk.station.chain, desk.annexes)
                linkage.tell_person(desk.station, desk.reader, links, tid, "" if tid == first else first, day=self.day)
                self.refresh(desk)
        lawyers = demo_release.lawyers(self.made)
        with open_station(self.home(CENTRAL)) as central:
            for number in range(COUNTED):
                tid = self.about[f"counted {number + 1}"]
                store(central, demo_release.cleared(central, lawyers, tid, self.day))
        self.exchange()

    def an_interviewer_comes(self) -> None:
        """The roster changes: everybody gets the new one from central."""
        headquarters = Headquarters(self.made, self.folder / "org")
        said = headquarters.act("add-interviewer", "interviewer-3", "--phone", "phone-3").stdout
        (passphrase,) = [
            line.split(maxsplit=1)[1] for line in said.splitlines() if line.strip().startswith("passphrase")
        ]
        file = "keys/interviewer-3.locked.json"
        keeper = organisation.Keeper(id="interviewer-3", role="interviewer", file=file, passphrase=passphrase)
        self.made = replace(self.made, keepers=(*self.made.keepers, keeper))
        self.made = self.kept.organisation  # with the new keys and the new roster
        command("station", "update", headquarters.bundle(2), "--home", self.home(CENTRAL))
        command("keys", "install", self.folder / "org" / file, "--home", self.home(NODE))
        self.exchange()

    def a_release_leaves(self) -> None:
        """Proposed at one coordinator's desk, agreed to at the other's, and handed out at the first."""
        self.release(1, "plan", "--for", TOGETHER, "--tiers", "8")
        said = self.release(1, "build", "--for", TOGETHER, "--tiers", "8")
        (name,) = [line.split()[1] for line in said.splitlines() if line.strip().startswith("proposed")]
        self.exchange()
        self.release(2, "approve", name)
        self.exchange()
        for _ in range(2):
            self.release(1, "send", name, "--for", TOGETHER, "--out", self.folder / f"release-{TOGETHER}.zip")
            self.exchange()

    def backups_are_made(self) -> None:
        """Before two are taken back: a backup does not bring them again."""
        (self.folder / "backups").mkdir()
        (self.folder / "backups" / "backup.key").write_text(KEEPER.text + "\n")
        for name in (NODE, CENTRAL):
            place = self.folder / "backups" / name
            keys = place.with_suffix(".shred.keys")
            to = ("--recipient", KEEPER.recipient.text)
            command("backup", place, "--home", self.home(name), "--shred-keys", keys, *to)

    def two_are_taken_back(self) -> None:
        code = withdrawal_code.key_of(self.codes["taken back with the code"], self.chain.fingerprint)
        said = {
            CENTRAL: ("taken back with the code", code),
            NODE: ("held back by an interviewer", self.made.signers["interviewer-1"]),
        }
        for where, (about, signer) in said.items():
            made = statements.withdrawal(tid=self.about[about], scope="all", day=self.day.isoformat(), signer=signer)
            with open_station(self.home(where)) as station:
                store(station, [Incoming("record", made.encode())])
        self.exchange()

    def an_archive_is_written(self) -> None:
        """With the account in clear, for a case to which the witness agreed."""
        tid = self.about["everything, Arabic"]
        options = ("--reveal", "narrative", "--for", CASE, "--to", self.folder / "archive.zip")
        command("archive", tid, "--home", self.home("desk-lawyer"), *options, typed=self.passphrase("lawyer-1"))

    def sticks_are_written(self) -> None:
        """With what its reader has not seen yet: for central from the node, and from central for the lawyer."""
        self.tell(CENTRAL, "on the stick for the lawyer", told(7, ("P01", "P04")))
        self.tell(NODE, "on the stick for central", told(8, ("P01", "P04")), number=2)
        for name in ("for-central", "for-lawyer"):
            (self.folder / "sticks" / name).mkdir(parents=True)
        command("bundle", "export", self.folder / "sticks" / "for-central", "--home", self.home(NODE))
        place = self.folder / "sticks" / "for-lawyer"
        command("bundle", "export", place, "--home", self.home(CENTRAL), "--to", "lawyer-1")

    # how

    def tell(
        self, where: str, about: str, account: Mapping[str, Any], *, media: Sequence[Medium] = (), number: int = 0
    ) -> None:
        """`number` chooses the interviewer."""
        code = self.codes[about] = withdrawal_code.new_code()
        sealed = demo.seal_invented(
            self.made,
            self.chain,
            account,
            number=number,
            taken_down=self.clock.shown,
            withdraw=withdrawal_code.key_of(code, self.chain.fingerprint).public_keys[0].pub.hex(),
            media=media,
        )
        with open_station(self.home(where)) as station:
            store(station, demo.incoming(sealed))
        self.about[about] = str(sealed.record.value["tid"])

    def annotate(self, desk: Desk, tid: str) -> None:
        """A note, and a translation of the whole account."""
        opened = desk.open(tid, self.day)
        held = notes.notes_on(desk.station, desk.reader, desk.annexes, tid, opened.manifest)
        said = {"id": "", "text": "Invented: ask about the bridge.", "lang": "en", "place": None}
        notes.write(desk.station, desk.reader, tid, opened.manifest, held, **said, day=self.day)
        narrative = opened.compartment("narrative")
        assert narrative is not None
        (original,) = Statement.all_in(narrative.content)
        texts = [f"Invented sentence {number + 1}." for number in range(len(spans(original.text)))]
        words = translations.translations_of(desk.station, desk.annexes, tid, opened.manifest)
        by = {"lang": "en", "method": "person", "translator": "Robin Example"}
        translations.say(
            desk.station,
            desk.reader,
            tid,
            opened.manifest,
            original,
            words.current(original.id, "en"),
            **by,
            texts=texts,
            day=self.day,
        )

    def correct(self, desk: Desk, tid: str) -> None:
        """One code of the incident."""
        with desk.station.database.reading() as session:
            held = coding.read_coding(desk.station, session, desk.reader, desk.annexes, tid, at=self.day)
        seen = held.corrections.seen([CORRECTED])
        coding.correct(
            desk.station,
            desk.reader,
            desk.annexes,
            held,
            CORRECTED,
            {"value": 8},
            "clerical",
            seen=seen,
            day=self.day,
        )

    def exchange(self) -> None:
        """Everybody with central, until nothing more comes."""
        with open_station(self.home(CENTRAL)) as central:
            for _ in range(2):
                with open_station(self.home(NODE)) as node:
                    meet(node, central)
                for name, person in DESKS.items():
                    with open_station(self.home(name)) as station:
                        meet(station, central, self.kept.reader(person))

    @contextmanager
    def at_desk(self, name: str) -> Iterator[Desk]:
        with open_station(self.home(name)) as station:
            desk = Desk(station, self.kept.reader(DESKS[name]), station)
            self.refresh(desk)
            yield desk

    def refresh(self, desk: Desk) -> None:
        with desk.station.database.reading() as session:
            desk.annexes.refresh(desk.station, session, desk.reader)

    def release(self, coordinator: int, *what: object) -> str:
        home = self.home("desk-coordinator" if coordinator == 1 else f"desk-coordinator-{coordinator}")
        return command("release", *what, "--home", home, typed=self.passphrase(f"coordinator-{coordinator}"))

    def home(self, name: str) -> Path:
        return self.folder / "org" / name

    def passphrase(self, person: str) -> str:
        return self.made.keeper(person).passphrase

    @property
    def chain(self) -> RosterChain:
        with open_station(self.home(CENTRAL)) as central:
            return central.chain


MEDIA = (
    Medium(kind="voice", type="audio/ogg", data=silence(1, 100), seconds=1),
    Medium(kind="picture", type="image/jpeg", data=jpeg()),
)


def counted(number: int) -> dict[str, Any]:
    """Of another age each, alike enough to stand in one line together."""
    where = ("HRV-BIH:north", "HRV-BIH:south")[number % 2]
    return told(6 * number, ("P01", TOGETHER), i_date="2026-07-10", i_segment=where)


def store(station: Station, items: Iterable[Incoming]) -> None:
    outcome = take_in(station, list(items))
    assert {one.status for one in outcome.statuses} == {"stored"}, outcome.statuses


def command(*words: object, typed: str = "") -> str:
    """What it prints."""
    done = run(*words, typed=typed + "\n")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def readme(version: str, kept: Kept) -> str:
    """What lies in the folder, and what made it."""
    return README.read_text("utf-8").format(
        version=version,
        shown=kept.shown.isoformat(" ", "minutes")[:16],
        about="\n".join(f"| {tid} | {about} | {kept.codes[about]} |" for about, tid in kept.about.items()),
        keepers="\n".join(f"| {one.id} | {one.role} | `org/{one.file}` | {one.passphrase} |" for one in kept.keepers),
        together=TOGETHER,
        case=CASE,
        seats=SEATS,
        work=FAST,
    )
