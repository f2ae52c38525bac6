"""Run the key ceremonies step by step, in memory: a recovery key in five shares; roots and page keys, three of each.

Neither uses a screen, a disk or a station. Nothing takes effect before it was tested; what was shown once is forgotten.
"""

from __future__ import annotations

import gc
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final

from testimony import canonical
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.keys import recovery_shares
from testimony.sealing.keys.errors import ShareRefused
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.recovery_shares import SHARES, THRESHOLD, Share
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.roster import root_change
from testimony.sealing.roster.admission import read_admission, require_id
from testimony.sealing.roster.chain import Root
from testimony.sealing.statements import ceremony_record
from testimony.sealing.statements.ceremony_record import Attendance
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.enrolment import enrolment

HOLDERS: Final = 3
SIGNING: Final = 2
KEY_FILE_WORK: Final = 18  # log2 of scrypt's cost, as for every key file


@dataclass(frozen=True, kw_only=True)
class Result:
    """The files that leave the room, none of them secret: file name -> bytes.

    `fingerprint`: what people compare as six words, of the request or of the roots, hex.
    """

    fingerprint: str
    files: dict[str, bytes]


@dataclass(repr=False)
class RecoveryCeremony:
    """In order: record who is present, hand each share once to its holder, test, then publish the public half.

    The seed is deleted as soon as it is split. The tests and the final signatures use the key recovered from three
    shares, so a finished ceremony has shown that they work.
    """

    id: str
    day: str
    drill: bool = False
    attendance: Attendance | None = None
    recipient: Recipient | None = None
    set: int = 0
    used: frozenset[int] = frozenset()
    result: Result | None = None
    _waiting: list[Share] = field(default_factory=list)

    def begin(self, place: str, people: tuple[tuple[str, str], ...]) -> None:
        """Record who is present, then make the key and split it. Raises `CeremonyRefused`, `EnrolmentRefused`."""
        if self.attendance is not None:
            raise CeremonyRefused("order")
        attendance = Attendance(place=place, day=self.day, people=people)
        attendance.require_whole(SHARES)
        require_id(self.id)
        seed = bytearray(os.urandom(recovery_shares.SEED_BYTES))
        self.recipient = OpeningKey(bytes(seed)).recipient
        self._waiting = list(recovery_shares.split(bytes(seed)))
        seed[:] = bytes(len(seed))
        self.attendance, self.set = attendance, self._waiting[0].set

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files of `result`, known before it begins."""
        return () if self.drill else (f"{self.id}-request.json", f"{self.id}-ceremony.json")

    @property
    def handed(self) -> int:
        """How many shares were handed over."""
        return SHARES - len(self._waiting) if self.attendance else 0

    @property
    def holder(self) -> str:
        """Who gets the next share; "" when all were handed over."""
        return self.attendance.holders[self.handed] if self.attendance and self._waiting else ""

    def share(self, number: int) -> Share:
        """The next share, for its holder alone. Raises `CeremonyRefused` (order, shown)."""
        if self.attendance is None or number > self.handed + 1:
            raise CeremonyRefused("order")
        if not self._waiting or self._waiting[0].number != number:
            raise CeremonyRefused("shown")
        return self._waiting[0]

    def hand_over(self, number: int) -> None:
        """The holder has it on paper: delete it here. Raises `CeremonyRefused` (order, shown)."""
        self.share(number)
        self._waiting.pop(0)
        gc.collect()

    def test(self, texts: list[str]) -> frozenset[int]:
        """Test three shares as their holders typed them. Returns which were used so far. The last test signs and ends
        the ceremony.

        Raises `ShareRefused`, `CeremonyRefused` (order, used).
        """
        if self.attendance is None or self._waiting or self.result is not None:
            raise CeremonyRefused("order")
        shares = [recovery_shares.read_share(text) for text in texts]
        keys = recovery_shares.keys_of(recovery_shares.combine(shares))
        if keys.opening is None or keys.opening.recipient != self.recipient:
            raise ShareRefused("key")
        numbers = frozenset(share.number for share in shares)
        if numbers <= self.used:
            raise CeremonyRefused("used")
        self.used |= numbers
        if len(self.used) == SHARES:
            self._finish(keys)
        return self.used

    @property
    def tested(self) -> bool:
        return self.result is not None

    def forget(self) -> None:
        """Delete all secrets; the shares that were handed over stay on paper."""
        self._waiting.clear()
        gc.collect()

    def _finish(self, keys: KeyFile) -> None:
        if keys.signer is None or self.recipient is None or self.attendance is None:
            raise CeremonyRefused("order")
        asked = enrolment.request_of(keys, id=self.id, role="recovery", day=self.day, replaces=True)
        files: dict[str, bytes] = {}
        if not self.drill:
            name = ceremony_record.name_of(self.recipient)
            record = ceremony_record.attested(ceremony_record.RECOVERY, self.attendance, name, keys.signer)
            files = dict(zip(self.names, (asked, record.encode()), strict=True))
        self.result = Result(fingerprint=read_admission(asked).fingerprint, files=files)


@dataclass(repr=False)
class KeysOfThree(ABC):
    """Three keys of which two sign, each on its holder's stick with its own passphrase; then pairs of them sign a test.

    `KIND`: what such a key is called on sticks and in refusals. `number`: of the roots, see `RootCeremony`.
    """

    KIND: ClassVar[str]
    TEST_LABEL: ClassVar[str]
    """For a statement without meaning that nobody stores: it shows that the keys on the sticks can sign."""

    day: str
    drill: bool = False
    number: int = 1
    work: int = KEY_FILE_WORK
    attendance: Attendance | None = None
    used: frozenset[int] = frozenset()
    result: Result | None = None
    _public: list[list[dict[str, str]]] = field(default_factory=list)

    def begin(self, place: str, people: tuple[tuple[str, str], ...]) -> None:
        """Record who is present. Raises `CeremonyRefused` (order, place, people)."""
        if self.attendance is not None:
            raise CeremonyRefused("order")
        attendance = Attendance(place=place, day=self.day, people=people)
        attendance.require_whole(HOLDERS)
        self.attendance = attendance

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of the files of `result`, known before it begins."""

    @property
    def made(self) -> int:
        return len(self._public)

    @property
    def holder(self) -> str:
        """Who gets the next key; "" when all were made."""
        return self.attendance.holders[self.made] if self.attendance and self.made < HOLDERS else ""

    def make(self, number: int, keep: Callable[[bytes], None]) -> str:
        """Make key `number` (1 to 3), `keep` its key file, and return its passphrase, to be shown once.

        Only the public half stays here; if `keep` fails, the key does not exist. Raises `CeremonyRefused`.
        """
        if self.attendance is None or number > self.made + 1:
            raise CeremonyRefused("order")
        if number <= self.made:
            raise CeremonyRefused("shown")
        key, passphrase = Signer.generate(ROOT_ALGORITHMS), propose_passphrase()
        keep(KeyFile(root_seed=key.seed).seal(passphrase, self.work))
        self._public.append([half.describe() for half in key.public_keys])
        return passphrase

    @property
    def public(self) -> Root:
        """The public half of all three, as roots state it. Raises `CeremonyRefused("order")` while one is missing."""
        if self.made < HOLDERS:
            raise CeremonyRefused("order")
        value = {"v": "testimony/1/root", "no": self.number, "threshold": SIGNING, "keys": self._public}
        return Root.parse(canonical.encode(value))

    def test(self, opened: list[tuple[bytes, str]]) -> frozenset[int]:
        """Sign a test with two key files from two sticks and their passphrases. Returns the numbers of the keys tested
        so far.

        Raises `PassphraseWrong`, `KeyFileDamaged`, `CeremonyRefused` (order, used; `KIND`, or that with an s).
        """
        public = self.public
        if self.result is not None or self.attendance is None:
            raise CeremonyRefused("order")
        signers = [self._signer_of(KeyFile.open(data, passphrase)) for data, passphrase in opened]
        order = [keys[0].kid for keys in public.keys]
        numbers = frozenset(order.index(one.kid) + 1 if one.kid in order else 0 for one in signers)
        if 0 in numbers:
            raise CeremonyRefused(self.KIND)
        if len(numbers) != SIGNING:
            raise CeremonyRefused(f"{self.KIND}s")
        if numbers <= self.used:
            raise CeremonyRefused("used")
        statement = {"v": self.TEST_LABEL, "root": public.fingerprint, "day": self.day}
        public.verify(SignedRecord.sign_by_roots(statement, signers))
        self.used |= numbers
        if len(self.used) == HOLDERS:
            self.result = self._result(public, self.attendance, signers)
        return self.used

    @abstractmethod
    def _result(self, public: Root, attendance: Attendance, signers: list[Signer]) -> Result:
        """What the ceremony leaves; `signers`: the last pair."""

    def _signer_of(self, keys: KeyFile) -> Signer:
        if keys.root is None:
            raise CeremonyRefused(self.KIND)
        return keys.root


@dataclass(repr=False)
class RootCeremony(KeysOfThree):
    """`number`: 1 for a new organisation; for roots that replace those in force, one more than theirs. Then the last
    pair proposes them, and they take effect once enough of the old roots signed the proposal.
    """

    KIND: ClassVar[str] = "root"
    TEST_LABEL: ClassVar[str] = "testimony/1/root-test"

    @property
    def names(self) -> tuple[str, ...]:
        return () if self.drill else ("roots-change.json" if self.number > 1 else "root.json", "roots-ceremony.json")

    def _result(self, public: Root, attendance: Attendance, signers: list[Signer]) -> Result:
        files: dict[str, bytes] = {}
        if not self.drill:
            record = ceremony_record.attested_by_roots(attendance, public, signers)
            made = root_change.proposed(public, signers).encode() if self.number > 1 else public.data
            files = dict(zip(self.names, (made, record.encode()), strict=True))
        return Result(fingerprint=public.fingerprint, files=files)


@dataclass(repr=False)
class PageCeremony(KeysOfThree):
    """The page keys: what leaves the room are their public halves, for `roster page-keys`, and who was there."""

    KIND: ClassVar[str] = "page"
    TEST_LABEL: ClassVar[str] = "testimony/1/page-test"

    @property
    def names(self) -> tuple[str, ...]:
        halves = (f"page-{number}.key.public.json" for number in range(1, HOLDERS + 1))
        return () if self.drill else (*halves, "pages-ceremony.json")

    def _result(self, public: Root, attendance: Attendance, signers: list[Signer]) -> Result:
        files: dict[str, bytes] = {}
        if not self.drill:
            record = ceremony_record.attested_by_page_keys(attendance, public.keys, signers)
            halves = (canonical.encode(half) for half in self._public)
            files = dict(zip(self.names, (*halves, record.encode()), strict=True))
        return Result(fingerprint=ceremony_record.name_of_page_keys(public.keys), files=files)


@dataclass(repr=False)
class ReleaseCeremony(KeysOfThree):
    """The release keys of those who make the program: their public halves leave the room, for `update keys`. No station
    keeps who was there, since no organisation's roster names these keys.
    """

    KIND: ClassVar[str] = "release"
    TEST_LABEL: ClassVar[str] = "testimony/1/release-test"

    @property
    def names(self) -> tuple[str, ...]:
        return () if self.drill else tuple(f"release-{number}.key.public.json" for number in range(1, HOLDERS + 1))

    def _result(self, public: Root, attendance: Attendance, signers: list[Signer]) -> Result:
        halves = [canonical.encode(half) for half in self._public]
        return Result(fingerprint=public.fingerprint, files=dict(zip(self.names, halves, strict=not self.drill)))


def require_counts(ended: RecoveryCeremony | KeysOfThree) -> Result:
    """The result, to be carried out of the room. Raises `CeremonyRefused` (order, drill)."""
    if ended.result is None:
        raise CeremonyRefused("order")
    if ended.drill:
        raise CeremonyRefused("drill")
    return ended.result


__all__ = [
    "SHARES",
    "THRESHOLD",
    "KeysOfThree",
    "PageCeremony",
    "RecoveryCeremony",
    "ReleaseCeremony",
    "Result",
    "RootCeremony",
    "require_counts",
]
