"""Create an organisation: roots, people with their keys, the first signed roster, and a home for every station.

Everything is made in a folder next to the one asked for and moved there at the end, so an interrupted creation leaves
nothing half made. Passphrases are returned to be given to their owners and are written nowhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from babel.lists import format_list

from testimony import canonical
from testimony.domain.consent.offers import FALLBACK, Text, text_in
from testimony.domain.testimony.languages import SCRIPTS, locale_of
from testimony.platform import files, volumes
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import locked_seeds
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster.admission import Admission
from testimony.sealing.roster.chain import Root as RootRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.trusted_files import KEY as TRUST
from testimony.sealing.roster.trusted_files import NEWEST, Trust
from testimony.services import startup
from testimony.services.accounts import draft_shares
from testimony.services.accounts import interviewers as account_interviewers
from testimony.services.enrolment.errors import PlanWrong
from testimony.services.opening.reader import READER_KEY
from testimony.services.roster.changes import LIFE
from testimony.settings import Settings
from testimony.station.errors import HomeTaken, HomeUnfit
from testimony.station.station import Station
from testimony.store.errors import StoreUnwritable

SLOTS = {"coordinators": 2, "lawyers": 4, "recovery": 1}
POLICY = {
    "coded": ["coordinators", "lawyers", "recovery"],
    "consent": ["coordinators", "lawyers", "recovery"],
    "identity": ["lawyers", "recovery"],
    "incident": ["lawyers", "recovery"],
    "media": ["lawyers", "recovery"],
    "narrative": ["lawyers", "recovery"],
    "provenance": ["lawyers", "recovery"],
}
ROOTS, THRESHOLD = 3, 2
PORTS = {"field": 8401, "central": 8402}
FIRST_DESK = 8403
NODE = "field"
"""The folder of the first field node."""
AND = {"ckb": ("، ", " و "), "ht": (", ", " ak ")}
"""Separators between names if CLDR has no list for the language or a neighbour: (all but the last, the last)."""

Told = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an organisation should have. Texts for witnesses are one text, or one for each language ({"en": …, "fr":
    …}).
    """

    name: Text
    lawyer_names: Sequence[str]
    mechanism: Text = ""
    complaints: Text = ""
    purposes: Sequence[Mapping[str, Any]] = ()  # as a roster lists them; empty: what `domain/consent/offers.py` says
    referrals: Sequence[Mapping[str, Any]] = ()
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # interviewer's id -> languages confirmed
    interviewers: int = 2
    coordinators: int = 1
    issued: date
    central_url: str = ""  # where field node and desks find central; empty: on this machine
    nodes: Sequence[str] = (NODE,)  # folder names; the devices are node-1, node-2, …
    desks: Mapping[str, str] = field(default_factory=dict)  # folder name -> id of its reader; empty: one a reader
    demonstration: bool = False
    seals: int = NEWEST  # the version of manifests and header lines that phones seal
    draft_share: str = draft_shares.SITTING  # what opens an unfinished interview, as a roster says it (docs/drafts.md)
    key_file_work: int = 18  # scrypt N = 2^this
    root: bytes = b""  # root.json of a ceremony, of which `roots` sign the first roster; empty: roots are made here
    roots: Sequence[Signer] = field(default=(), repr=False)
    recovery: Admission | None = None  # the request of a recovery key of a ceremony; None: one is made here


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Who keeps a secret: the file (relative to the organisation's folder) and its passphrase, to be shown once."""

    id: str
    role: str
    file: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What was made. `signers` holds the interviewers' and devices' keys by id; a demonstration seals with them."""

    folder: Path
    root: RootRecord
    roster: SignedRecord
    keepers: tuple[Keeper, ...]
    signers: Mapping[str, Signer] = field(repr=False)

    def keeper(self, id: str) -> Keeper:
        """Raises KeyError."""
        return {each.id: each for each in self.keepers}[id]


def create(
    folder: Path, plan: Plan, *, tell: Told = lambda _: None, fill: Callable[[Organisation], None] | None = None
) -> Organisation:
    """Make the organisation in `folder`, which must be empty or not there yet.

    `fill` may add to it before it is moved into place (the demonstration does). Raises `HomeTaken`, `PlanWrong`,
    `StoreUnwritable`.
    """
    require_sound(plan)
    require_empty(folder)
    if kind := volumes.unfit(folder):
        raise HomeUnfit(folder=str(folder), kind=kind)
    making = folder.with_name(folder.name + ".making")
    try:
        shutil.rmtree(making, ignore_errors=True)
        files.make_folder(making / "keys")
        made = _Maker(making, plan, tell).make()
        if fill is not None:
            fill(made)
        files.put_folder(making, folder)
    except OSError as error:
        raise StoreUnwritable(folder=str(folder.parent)) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return replace(made, folder=folder)


def require_sound(plan: Plan) -> None:
    """Raise `PlanWrong` for an organisation that could not seal: too few or too many readers, or no interviewer."""
    if not 2 <= len(plan.lawyer_names) <= SLOTS["lawyers"]:
        raise PlanWrong(what=f"between 2 and {SLOTS['lawyers']} lawyers are needed, so that no testimony hangs on one")
    if not 1 <= plan.coordinators <= SLOTS["coordinators"]:
        raise PlanWrong(what=f"between 1 and {SLOTS['coordinators']} coordinators are needed")
    if plan.interviewers < 1:
        raise PlanWrong(what="at least one interviewer is needed")
    if not text_in(plan.name, FALLBACK).strip():
        raise PlanWrong(what="the organisation needs a name, because witnesses are told it")


def require_empty(folder: Path) -> None:
    """Raise `HomeTaken` if something is in `folder` already, `StoreUnwritable` if it cannot be read."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise HomeTaken(folder=str(folder))
    except OSError as error:
        raise StoreUnwritable(folder=str(folder)) from error


class _Maker:
    """The steps of one creation, in order."""

    def __init__(self, folder: Path, plan: Plan, tell: Told) -> None:
        self.folder, self.plan, self.tell = folder, plan, tell
        self.keepers: list[Keeper] = []
        self.people: list[dict[str, Any]] = []
        self.devices: list[dict[str, Any]] = []
        self.signers: dict[str, Signer] = {}
        self.locked: dict[str, dict[str, Any]] = {}

    def make(self) -> Organisation:
        roots = self._roots()
        for number in range(len(self.plan.lawyer_names)):
            self._reader(f"lawyer-{number + 1}", "lawyer")
        for number in range(self.plan.coordinators):
            self._reader(f"coordinator-{number + 1}", "coordinator")
        if self.plan.recovery is None:
            self._reader("recovery", "recovery")
        else:
            self.people.append(self.plan.recovery.entry())
        for number in range(self.plan.interviewers):
            self._interviewer(f"interviewer-{number + 1}", f"phone-{number + 1}")
        for number in range(len(self.plan.nodes)):
            self._device(f"node-{number + 1}", Signer.generate(), "node")
        self._device("central", Signer.generate(), "central")
        root = self._write_root(roots)
        roster = self._write_roster(roots)
        RosterChain(root, [roster])  # refuses here what every station would refuse later
        self._stations(root, roster)
        return Organisation(
            folder=self.folder, root=root, roster=roster, keepers=tuple(self.keepers), signers=dict(self.signers)
        )

    def _roots(self) -> list[Signer]:
        if self.plan.root:
            return list(self.plan.roots)
        self.tell(f"{ROOTS} root keys, of which {THRESHOLD} sign a roster")
        roots = [Signer.generate(ROOT_ALGORITHMS) for _ in range(ROOTS)]
        for number, root in enumerate(roots, 1):
            self._keep(f"root-{number}", "root", KeyFile(root_seed=root.seed))
        return roots

    def _reader(self, id: str, role: str) -> None:
        self.tell(f"the key file of {id}")
        opening, signer = OpeningKey.generate(), Signer.generate()
        self._keep(id, role, KeyFile(opening=opening, signing_seed=signer.seed))
        self.people.append(
            {"id": id, "role": role, "status": "active", "age": opening.recipient.text, "keys": _described(signer)}
        )

    def _interviewer(self, id: str, device: str) -> None:
        self.tell(f"the locked keys of {id} and {device}")
        interviewer, phone = Signer.generate(), Signer.generate()
        passphrase = propose_passphrase()
        seeds = {"interviewer": interviewer.seed, "device": phone.seed}
        self.locked[id] = locked_seeds.lock(seeds, passphrase, person=id, device=device)
        self._write(f"keys/{id}.locked.json", canonical.encode(self.locked[id]))
        self.keepers.append(Keeper(id=id, role="interviewer", file=f"keys/{id}.locked.json", passphrase=passphrase))
        self.people.append({"id": id, "role": "interviewer", "status": "active", "keys": _described(interviewer)})
        self.signers[id] = interviewer
        self._device(device, phone, "phone")

    def _device(self, id: str, signer: Signer, kind: str) -> None:
        self.signers[id] = signer
        self.devices.append({"id": id, "kind": kind, "keys": _described(signer), "status": "active"})

    def _write_root(self, roots: Sequence[Signer]) -> RootRecord:
        data = self.plan.root or canonical.encode(
            {"v": "testimony/1/root", "no": 1, "threshold": THRESHOLD, "keys": [_described(root) for root in roots]}
        )
        self._write("root.json", data)
        return RootRecord.parse(data)

    def _write_roster(self, roots: Sequence[Signer]) -> SignedRecord:
        self.tell("roster no 1, signed")
        record = SignedRecord.sign_by_roots(
            {
                "v": "testimony/1/roster",
                "no": 1,
                "prev": None,
                "issued": self.plan.issued.isoformat(),
                "expires": (self.plan.issued + LIFE).isoformat(),
                "slots": SLOTS,
                "policy": POLICY,
                "people": self.people,
                "devices": self.devices,
                "organisation": described(self.plan),
                TRUST: Trust(seals=self.plan.seals, central=self.plan.central_url).describe(),
                draft_shares.KEY: {"share": self.plan.draft_share},
            },
            roots[:THRESHOLD],
        )
        self._write("rosters/roster-1.json", record.encode())
        return record

    def _stations(self, root: RootRecord, roster: SignedRecord) -> None:
        self.tell("the field node, the central server and the desks")
        central_url = self.plan.central_url or f"http://127.0.0.1:{PORTS['central']}"
        for number, name in enumerate(self.plan.nodes, 1):
            signer = self.signers[f"node-{number}"]
            node = self._station(name, "field", PORTS["field"], root, roster, signer, central_url)
            with node, node.database.transaction() as session:
                for person, seeds in self.locked.items():
                    account_interviewers.add_locked(session, person, seeds)
        self._station("central", "central", PORTS["central"], root, roster, self.signers["central"], "").close()
        readers = [each["id"] for each in self.people if each["role"] in {"lawyer", "coordinator"}]
        desks = self.plan.desks or {f"desk-{id}": id for id in readers}
        for port, (name, reader) in enumerate(desks.items(), FIRST_DESK):
            self._station(name, "desk", port, root, roster, None, central_url, READER_KEY).close()
            # A copy of its own, so that the folder works wherever it is moved to.
            self._write(f"{name}/{READER_KEY}", (self.folder / "keys" / f"{reader}.key").read_bytes())

    def _station(
        self,
        name: str,
        role: str,
        port: int,
        root: RootRecord,
        roster: SignedRecord,
        signer: Signer | None,
        central_url: str,
        key_file: str = "",
    ) -> Station:
        settings = Settings(
            home=self.folder / name,
            role=role,
            name=name,
            port=port,
            central_url=central_url,
            demonstration=self.plan.demonstration,
            key_file=key_file,
        )
        seed = signer.seed if signer else None
        return startup.create_station(settings, root=root.data, rosters=[roster], signing_seed=seed)

    def _keep(self, id: str, role: str, key_file: KeyFile) -> None:
        passphrase = propose_passphrase()
        self._write(f"keys/{id}.key", key_file.seal(passphrase, log_n=self.plan.key_file_work))
        self.keepers.append(Keeper(id=id, role=role, file=f"keys/{id}.key", passphrase=passphrase))

    def _write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(files.create(path), "wb") as file:
            file.write(data)
            file.flush()
            files.sync(file.fileno())


def described(plan: Plan) -> dict[str, Any]:
    """What the roster says about the organisation (docs/consent.md, "The roster")."""
    lawyers = {lang: _listed(plan.lawyer_names, lang) for lang in SCRIPTS}
    told: dict[str, Any] = {"name": plan.name, "lawyers": lawyers, "mechanism": plan.mechanism}
    speakers = {person: list(spoken) for person, spoken in plan.speakers.items()}
    given: dict[str, Any] = {"complaints": plan.complaints, "purposes": list(plan.purposes)}
    given |= {"referrals": list(plan.referrals), "speakers": speakers}
    return told | {name: value for name, value in given.items() if value}


def _listed(names: Sequence[str], lang: str) -> str:
    """The names as a list in `lang`, as in "A, B and C"."""
    if lang not in AND or len(names) < 2:
        return format_list(list(names), locale=locale_of(lang))
    comma, last = AND[lang]
    return comma.join(names[:-1]) + last + names[-1]


def _described(signer: Signer) -> list[dict[str, str]]:
    return [key.describe() for key in signer.public_keys]
