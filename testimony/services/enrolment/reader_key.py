"""Create a reader's own key file with a passphrase that they type twice, and change its passphrase."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from testimony.sealing.age.errors import KeyFileDamaged
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.passphrase import normalised
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import Admission, read_admission, require_id
from testimony.sealing.roster.chain import RosterChain
from testimony.services.accounts import password_strength
from testimony.services.certificates.errors import FileTaken, FileUnreadable
from testimony.services.enrolment import enrolment
from testimony.services.enrolment.errors import PassphraseRefused
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.errors import KeyNotForDesk
from testimony.services.opening.reader import READER_KEY
from testimony.settings import Settings
from testimony.station.station import REQUEST, ROOT
from testimony.store.files import durable

WORK: Final = enrolment.KEY_FILE_WORK
LONGEST: Final = 256
HARD: Final = 12.0
"""log10 of the guesses that a passphrase must need: a person who has the file can try undisturbed, a second a guess."""


def require_usable(passphrase: str, again: str, words: Iterable[str] = ()) -> None:
    """Raise `PassphraseRefused`: again, long, spaces, guessable. `words`: known words, which add no strength."""
    typed = normalised(passphrase)
    if typed != normalised(again):
        raise PassphraseRefused("again")
    if len(typed) > LONGEST:
        raise PassphraseRefused("long")
    if " ".join(typed.split()) != typed:  # the command line reads every gap as one space
        raise PassphraseRefused("spaces")
    if password_strength.weakest(typed, words).digits < HARD:
        raise PassphraseRefused("guessable")


def new_reader() -> KeyFile:
    """A new opening key and a new signing key."""
    return KeyFile(opening=OpeningKey.generate(), signing_seed=Signer.generate().seed)


def write_new(file: Path, key_file: KeyFile, passphrase: str, *, work: int = WORK) -> None:
    """Seal `key_file` into the new `file`, for this user alone, and sync it to disk. Raises `FileTaken`,
    `StoreFull`, …
    """
    sealed = key_file.seal(passphrase, work)
    with durable.named_errors(file.parent):
        try:
            durable.create_file(file, sealed)
        except FileExistsError as error:
            raise FileTaken(file=str(file)) from error


def make(
    settings: Settings,
    passphrase: str,
    again: str,
    *,
    id: str,
    role: str,
    day: str,
    replaces: bool = False,
    work: int = WORK,
) -> Admission:
    """Make the key of this desk's reader, and their request to be admitted as `id`. Takes a second, on purpose.

    If a crash left a key file without its request, `passphrase` is that file's, and the request is made from it. Raises
    `EnrolmentRefused` ("id"), `KeyNotForDesk`, `PassphraseRefused`, `PassphraseWrong`, `FileTaken`.
    """
    require_id(id)
    if role not in opening_reader.DESK_ROLES:
        raise KeyNotForDesk
    home = settings.home
    if not is_lacking(settings) and not is_begun(settings):
        raise FileTaken(file=READER_KEY)
    if is_begun(settings):
        key_file = KeyFile.open((home / READER_KEY).read_bytes(), passphrase)
    else:
        require_usable(passphrase, again, (id, settings.name))
        key_file = new_reader()
        write_new(home / READER_KEY, key_file, passphrase, work=work)
    asked = enrolment.request_of(key_file, id=id, role=role, day=day, replaces=replaces)
    with durable.named_errors(home):
        durable.replace_file(home / REQUEST, asked)
    return read_admission(asked)


def is_lacking(settings: Settings) -> bool:
    """Whether this desk has no key file, and none is configured that might be on a stick."""
    return settings.role == "desk" and opening_reader.key_path(settings) is None


def is_begun(settings: Settings) -> bool:
    """Whether a crash left the key file of the first page without its request."""
    made = settings.role == "desk" and not settings.key_file and (settings.home / READER_KEY).exists()
    return made and not (settings.home / REQUEST).exists()


def waiting(settings: Settings, chain: RosterChain) -> Admission | None:
    """The request of this desk that the roster in force does not have; None if there is none, or it was granted."""
    if not (settings.home / REQUEST).is_file() or not (settings.home / ROOT).exists():
        return None
    asked = enrolment.asked(settings.home)
    kid = asked.keys[0].kid
    return asked if chain.signer(kid) is None else None


def recipient_of(settings: Settings) -> Recipient | None:
    """The public half of this desk's key, if its request is here."""
    return enrolment.asked(settings.home).recipient if (settings.home / REQUEST).is_file() else None


def change(file: Path, old: str, new: str, again: str, *, work: int = WORK) -> None:
    """Change the passphrase of the key file. A crash at any moment leaves a file that one of the two opens.

    The new file is written next to it, read back with the new passphrase, and then renamed over the old one. Raises
    `PassphraseWrong`, `PassphraseRefused`, `KeyFileDamaged`, `FileUnreadable`, `StoreFull`, `StoreUnwritable`.
    """
    place = file.resolve()  # replace the file behind a link, not the link
    try:
        data = place.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    key_file = KeyFile.open(data, old)
    if normalised(old) == normalised(new):
        raise PassphraseRefused("same")
    require_usable(new, again)
    beside = place.with_name(f"{place.name}.new")
    with durable.named_errors(place.parent):
        try:
            beside.unlink(missing_ok=True)  # a crash may have left one
            durable.create_file(beside, key_file.seal(new, work))
            if not _same(KeyFile.open(beside.read_bytes(), new), key_file):
                raise KeyFileDamaged
            durable.replace(beside, place)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        durable.sync_folder(place.parent)


def _same(one: KeyFile, other: KeyFile) -> bool:
    held = [found.opening.seed if found.opening else None for found in (one, other)]
    return held[0] == held[1] and (one.signing_seed, one.root_seed) == (other.signing_seed, other.root_seed)
