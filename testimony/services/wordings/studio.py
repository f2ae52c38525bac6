"""Prepare the recordings of one language at a desk: store each recording at once, and sign the wording made of them.

`home/wordings/prepared/<lang>/` holds a file for each recorded sentence, `<key>.clip`: a line of canonical JSON
({"sha256", "len", "ms", "type", "text"}) and the recording; `mended.json`, the sentences that the organisation mends;
and `wording.json`, what was signed last. All of it is public speech of the organisation: it holds nothing of a
testimony, and nothing is sealed.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.platform import files
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.audio_type import type_of
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import (
    LONGEST_CLIP,
    Clip,
    Mended,
    Wording,
    is_clip,
    parse_wording,
    sign_wording,
)
from testimony.services.opening.errors import KeyNotForDesk
from testimony.services.opening.reader import Reader
from testimony.services.wordings import errata, sentences, wordings
from testimony.services.wordings.errors import CheckRefused, ClipRefused, WordsChanged
from testimony.station.station import Station
from testimony.store.errors import PartDamaged, PartMissing
from testimony.store.files import durable

FOLDER: Final = Path("wordings", "prepared")
ENDING: Final = ".clip"
SIGNED: Final = "wording.json"
LONGEST_LINE: Final = 1024
BEGINNING: Final = threading.Lock()
"""Two pages of one desk must not both create the folder of a language."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A recording, and of which sentence: `text` is the SHA-256 of the sentence as spoken."""

    clip: Clip
    text: str

    def line(self) -> bytes:
        return canonical.encode({**self.clip.to_value(), "text": self.text}) + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Kept:
        """Parse a line. Raises `PartDamaged`."""
        try:
            value = canonical.decode_object(line.removesuffix(b"\n"))
            clip = Clip(sha256=value["sha256"], size=value["len"], ms=value["ms"], type=value["type"])
            return cls(clip=clip, text=value["text"])
        except (NotCanonical, KeyError) as error:
            raise PartDamaged from error


class Preparation:
    """One language as this desk prepares it, under the roster in force. It begins with the recordings in force."""

    def __init__(self, station: Station, lang: str) -> None:
        self.station, self.lang = station, lang
        self.organisation = station.chain.latest.organisation
        self.errata: Mapping[str, Mended] = {}
        self._say()
        self.errata = wordings.holding(lang, self._errata())
        self._say()

    def _say(self) -> None:
        """The sentences as they are with the errata."""
        self.mended = wordings.words_of(self.errata)
        self.sentences = sentences.recordable(self.organisation, self.lang, self.mended)
        self.always = sentences.always_checked(self.organisation, self.lang, self.mended).keys()
        self.texts = sentences.digests_of(self.sentences)

    def _errata(self) -> Mapping[str, Mended]:
        if self._begun():
            return errata.read(self.folder)
        return self.in_force.errata if self.in_force else {}

    def mend(self, key: str, words: str, state: str) -> None:
        """Say `words` in the place of the program's sentence `key`; the program's own words take the erratum away.

        What is signed next names it. Raises `MendRefused`.
        """
        changed = errata.changed(self.lang, self.errata, key, words, state)
        self._begin()
        errata.write(self.folder, changed)
        self.errata = changed
        self._say()

    @property
    def digest(self) -> str:
        """A digest of all sentences as they are now, so that what a page shows is what is signed."""
        said = [f"{key} {digest}" for key, digest in self.texts.items()]
        said += [f"{key} {one.state} {one.words}" for key, one in sorted(self.errata.items())]
        return sha256_hex("\n".join(said).encode())

    @cached_property
    def in_force(self) -> wordings.InForce | None:
        return wordings.in_force(self.station, self.lang)

    @property
    def signed(self) -> Wording | None:
        """The wording that was last signed here."""
        record = self._record()
        with suppress(WordingRefused):
            return parse_wording(record) if record else None
        return None

    @property
    def waiting(self) -> bool:
        """Whether no roster ever named the wording that was last signed here."""
        return self.signed is not None and not self._was_named(self.signed.name)

    def recorded(self) -> dict[str, Kept]:
        """Every recording here by its sentence, including those of earlier versions of a sentence."""
        if not self._begun():
            found = self.in_force.clips if self.in_force else {}
            return {key: Kept(clip=found[key], text=self.texts[key]) for key in self.texts if key in found}
        return self._own()

    def clips(self) -> dict[str, Clip]:
        """The recordings of the sentences as they are now."""
        return {key: kept.clip for key, kept in self.recorded().items() if kept.text == self.texts[key]}

    def signable(self) -> dict[str, str]:
        """The digests that are signed: of the sentences that are always checked, and of the recorded questions."""
        recorded = self.clips()
        return {key: text for key, text in self.texts.items() if key in self.always or key in recorded}

    def keep(self, key: str, data: bytes, *, ms: int, text: str) -> Clip:
        """Store the recording of a sentence, synced to disk.

        Raises `PartMissing` for an unknown sentence, `WordsChanged` unless `text` is its SHA-256 today, `ClipRefused`.
        """
        self._require_said(key)
        if self.texts[key] != text:
            raise WordsChanged
        clip = described(data, ms)
        self._begin()
        with durable.named_errors(self.folder):
            durable.replace_file(self._file(key), Kept(clip=clip, text=text).line() + data)
        return clip

    def remove(self, key: str) -> None:
        """Delete the recording of a sentence. Raises `PartMissing` for an unknown sentence."""
        self._require_said(key)
        self._begin()
        with durable.named_errors(self.folder):
            self._file(key).unlink(missing_ok=True)
            durable.sync_folder(self.folder)

    def read(self, key: str) -> tuple[bytes, str]:
        """(bytes, type) of a recording, hashed again. Raises `PartMissing`, `ClipRefused`."""
        self._require_said(key)
        kept = self.recorded().get(key)
        if kept is None:
            raise PartMissing
        data = self._bytes_of(key, kept)
        if sha256_hex(data) != kept.clip.sha256:
            raise ClipRefused("damaged")
        return data, kept.clip.type

    def sign(
        self, reader: Reader, *, checked: str | None, agrees: bool, digest: str, day: str, heard: bool = False
    ) -> SignedRecord:
        """Sign the sentences and their recordings as they are now. `checked`: who states that they match; `heard`:
        people like the witnesses heard them too.

        Raises `WordsChanged` if the page showed other sentences (`digest`), `CheckRefused`, `ClipRefused`.
        """
        clips = self._require_signable(checked, agrees, digest)
        if reader.signer is None:
            raise KeyNotForDesk
        script = sentences.scripts()[self.lang]
        try:
            record = sign_wording(
                lang=self.lang,
                script={"id": script.id, "version": script.version, "sha256": script.sha256},
                checked=checked,
                texts=self.signable(),
                clips=clips,
                day=day,
                signer=reader.signer,
                heard=heard and checked is not None,
                mended=self.errata,
            )
        except WordingRefused as error:
            raise CheckRefused("name") from error  # everything else comes from this program
        self._begin()
        with durable.named_errors(self.folder):
            durable.replace_file(self.folder / SIGNED, record.encode())
        return record

    def file(self) -> tuple[SignedRecord, list[bytes]]:
        """The last signed wording and its recordings. Raises `PartMissing` if one of them has changed."""
        record, signed, clips = self._record(), self.signed, self.clips()
        if record is None or signed is None or any(clips.get(key) != clip for key, clip in signed.clips.items()):
            raise PartMissing
        return record, list({clip.sha256: self.read(key)[0] for key, clip in signed.clips.items()}.values())

    @property
    def changed(self) -> bool:
        """Whether sentences or recordings differ from those that were last signed."""
        signed = self.signed
        return signed is not None and (
            dict(signed.clips) != self.clips() or dict(signed.texts) != self.signable() or signed.mended != self.errata
        )

    @property
    def folder(self) -> Path:
        return self.station.settings.home / FOLDER / self.lang

    def _require_signable(self, checked: str | None, agrees: bool, digest: str) -> Mapping[str, Clip]:
        if digest != self.digest:
            raise WordsChanged
        if checked is not None and not agrees:
            raise CheckRefused("agrees")
        clips = self.clips()
        if checked is None and not clips and not self.errata:
            raise CheckRefused("nothing")
        for key in clips:
            self.read(key)
        return clips

    def _require_said(self, key: str) -> None:
        if key not in self.texts:
            raise PartMissing

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _own(self) -> dict[str, Kept]:
        """What the files say, intact or not: `read` checks the recording itself."""
        files = {key: self._file(key) for key in self.texts}
        return {key: kept for key, file in files.items() if (kept := _line_of(file)) is not None}

    def _begun(self) -> bool:
        """Whether this desk has recordings of its own; not after its wording came into force, because others may have
        continued.
        """
        if not self.folder.is_dir():
            return False
        signed = self.signed
        if signed is None or not self._was_named(signed.name):
            return True
        clips = {key: kept.clip for key, kept in self._own().items()}
        return clips != dict(signed.clips) or errata.read(self.folder) != signed.mended

    def _begin(self) -> None:
        """Give this desk a folder of its own, with the recordings in force in it, in full or not at all."""
        with BEGINNING, durable.named_errors(self.folder):
            if self._begun():
                return
            new = self.folder.with_name(f"{self.lang}.new")
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700, parents=True)
            for key, kept in self.recorded().items():
                with suppress(PartMissing):
                    durable.replace_file(new / f"{key}{ENDING}", kept.line() + self._bytes_of(key, kept))
            errata.write(new, self.errata)
            shutil.rmtree(self.folder, ignore_errors=True)
            files.put_folder(new, self.folder)
            for folder in (self.folder.parent, self.folder.parent.parent, self.station.settings.home):
                durable.sync_folder(folder)

    def _bytes_of(self, key: str, kept: Kept) -> bytes:
        if not self._begun():
            found = wordings.clip(self.station, kept.clip.sha256)
            if found is None:
                raise PartMissing
            return found[0]
        try:
            return self._file(key).read_bytes().partition(b"\n")[2]
        except OSError as error:
            raise PartMissing from error

    def _record(self) -> SignedRecord | None:
        with suppress(OSError, NotCanonical):
            return SignedRecord.decode((self.folder / SIGNED).read_bytes())
        return None

    def _was_named(self, name: str) -> bool:
        return any(wordings.named(roster).get(self.lang) == name for roster in self.station.chain.rosters)


def described(data: bytes, ms: int) -> Clip:
    """The properties of a recording, from its bytes. Raises `ClipRefused`."""
    if not is_clip(data):
        raise ClipRefused("size" if data else "length")
    if not 1 <= ms <= LONGEST_CLIP:
        raise ClipRefused("length")
    kind = type_of(data)
    if kind is None:
        raise ClipRefused("type")
    return Clip(sha256=sha256_hex(data), size=len(data), ms=ms, type=kind)


def _line_of(file: Path) -> Kept | None:
    """None if there is no recording, or if its line is damaged: then it must be recorded again."""
    try:
        with file.open("rb") as opened:
            return Kept.parse(opened.readline(LONGEST_LINE))
    except (OSError, PartDamaged):
        return None
