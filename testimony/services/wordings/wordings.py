"""Load checked wordings and recordings: which ones the roster in force names, which are here, and which are valid.

`home/wordings/<name>.json` are the signed wordings, `home/wordings/<sha256>` the recordings. They hold no testimony. A
file is not trusted because it is there: the roster names the wording, its signature is verified, and each sentence must
be the one that was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.canonical import sha256_hex
from testimony.domain.testimony.languages import SCRIPTS
from testimony.errors import NotCanonical
from testimony.questionnaire.sentence_states import State, texts
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Roster, RosterChain
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import Clip, Mended, Wording, is_clip, verify_wording
from testimony.services.wordings import sentences
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station

FOLDER, SUFFIX = "wordings", ".json"
MENDABLE = frozenset((*sentences.SPOKEN, sentences.PAGE, "question", "option"))
"""Groups of sentences that an organisation can mend: what an interview and the page of withdrawal say."""


@dataclass(frozen=True, kw_only=True)
class InForce:
    """What is in force at a station for one language. `name`: of the wording, which a consent names."""

    name: str
    checked: str | None  # the second speaker, as long as every sentence of an interview is the checked one
    clips: Mapping[str, Clip]  # the recordings here, of sentences as they are now, by key
    raised: Mapping[str, State]  # what it says of the sentences that are still the checked ones, by key
    errata: Mapping[str, Mended]  # of the program's sentences as they are now, by the key in the files

    @property
    def mended(self) -> dict[str, str]:
        """What is said in the place of the program's sentences, by the key in the files."""
        return words_of(self.errata)


def named(roster: Roster) -> dict[str, str]:
    """The wordings that `roster` names, by language; only for languages with a script in this program."""
    wordings: Mapping[str, str] = roster.organisation.get("wordings", {})
    return {lang: name for lang, name in wordings.items() if lang in SCRIPTS}


def in_force(station: Station, lang: str) -> InForce | None:
    """The wording in force; None if the roster names none for `lang`, or if it is missing here or not valid.

    It counts as checked while every sentence of an interview is a checked one; after a name changed, it is a draft.
    """
    return all_in_force(station).get(lang)


def all_in_force(station: Station) -> dict[str, InForce]:
    """`in_force` by language, if there is one."""
    ours = {lang: script.sha256 for lang, script in sentences.scripts().items()}
    found = {lang: one for lang, one in _wordings(station).items() if one.script_sha256 == ours[lang]}
    return {lang: _holding(station, lang, wording) for lang, wording in found.items()}


def _holding(station: Station, lang: str, wording: Wording) -> InForce:
    errata = errata_of(wording)
    organisation, mended = station.chain.latest.organisation, words_of(errata)
    said = sentences.digests_of(sentences.recordable(organisation, lang, mended))
    alike = {key for key, digest in wording.texts.items() if said.get(key) == digest}
    return InForce(
        name=wording.name,
        checked=wording.checked if alike >= sentences.spoken(organisation, lang).keys() else None,
        clips={key: clip for key, clip in wording.clips.items() if key in alike and _is_held(station, clip)},
        raised=dict.fromkeys(alike, State.HEARD if wording.heard else State.CHECKED) if wording.checked else {},
        errata=errata,
    )


def errata_of(wording: Wording) -> dict[str, Mended]:
    """The errata of `wording` that hold here."""
    return holding(wording.lang, wording.mended)


def holding(lang: str, errata: Mapping[str, Mended]) -> dict[str, Mended]:
    """Those of `errata` whose sentence is still the one that they mend; another was mended by the program."""
    known = texts(lang)
    return {
        key: one
        for key, one in errata.items()
        if key.partition(".")[0] in MENDABLE and key in known and sha256_hex(known[key].encode()) == one.old
    }


def words_of(errata: Mapping[str, Mended]) -> dict[str, str]:
    """What they say, by the key in the files."""
    return {key: one.words for key, one in errata.items()}


def find(station: Station, name: str) -> SignedRecord | None:
    """The wording with this name, if it is here, in force or not; the file is named by its hash."""
    data = _read(_folder(station) / f"{name}{SUFFIX}") if _is_name(name) else None
    try:
        record = SignedRecord.decode(data) if data is not None else None
    except NotCanonical:
        return None
    return record if record is not None and record.id == name else None


def require_ours(wording: Wording) -> None:
    """Raise `WordingRefused("script")` unless it is about the sentences of this program."""
    script = sentences.scripts().get(wording.lang)
    if script is None or script.sha256 != wording.script_sha256:
        raise WordingRefused("script")


def keep(station: Station, record: SignedRecord) -> bool:
    """Store a wording that the roster in force names, synced to disk; False if it is here already. Raises
    `WordingRefused`.

    A wording for another version of this program is stored too: it is passed on to stations with that version, and
    takes effect here once this station has it.
    """
    langs = [lang for lang, name in named(station.chain.latest).items() if name == record.id]
    if not langs:
        raise WordingRefused("unnamed")
    _sound(record.encode(), langs[0], station.chain, station.chain.latest.sha256)
    if find(station, record.id) == record:
        return False
    _write(station, f"{record.id}{SUFFIX}", record.encode())
    return True


def keep_clip(station: Station, data: bytes) -> bool:
    """Store a recording that some wording in force names; False if it is here already. Raises `WordingRefused`."""
    name = sha256_hex(data)
    clip = clips(station).get(name)
    if clip is None or not is_clip(data) or clip.size != len(data):
        raise WordingRefused("unnamed")
    if _is_held(station, clip):
        return False
    _write(station, name, data)
    return True


def clips(station: Station) -> dict[str, Clip]:
    """The recordings of all wordings that the roster in force names and that are here, by hash."""
    return {clip.sha256: clip for wording in _wordings(station).values() for clip in wording.clips.values()}


def clip(station: Station, sha256: str) -> tuple[bytes, str] | None:
    """(bytes, type) of a recording that some wording in force names and that is here intact."""
    found = clips(station).get(sha256)
    data = _read(_folder(station) / sha256) if found else None
    if found is None or data is None:
        return None
    if sha256_hex(data) != sha256:
        (_folder(station) / sha256).unlink(missing_ok=True)  # a damaged copy: it is fetched again
        return None
    return data, found.type


def lacking(station: Station) -> list[str]:
    """Names of missing wordings, and of their missing recordings, that the roster in force names."""
    here = {wording.name for wording in _wordings(station).values()}
    wordings = [name for name in dict.fromkeys(named(station.chain.latest).values()) if name not in here]
    return wordings + [name for name, clip in clips(station).items() if not _is_held(station, clip)]


def find_requested(station: Station, name: str) -> SignedRecord | bytes | None:
    """The answer to a request for `name`: a wording or a recording that is here and that the roster names."""
    if name in named(station.chain.latest).values():
        return find(station, name)
    found = clip(station, name)
    return found[0] if found else None


def stored_digest(station: Station, *, clips: bool) -> str:
    """A digest of the wordings here, and with `clips` of the recordings: it changes when any is added or removed."""
    folder = _folder(station)
    found = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    names = sorted(name for name in found if name.endswith(SUFFIX) or (clips and _is_name(name)))
    return sha256_hex("\n".join(names).encode())


def _wordings(station: Station) -> dict[str, Wording]:
    """The wordings that the roster in force names, that are here and that verify, by language."""
    found: dict[str, Wording] = {}
    for lang, name in named(station.chain.latest).items():
        record = find(station, name)
        if record is not None:
            with suppress(WordingRefused):
                found[lang] = _sound(record.encode(), lang, station.chain, station.chain.latest.sha256)
    return found


@lru_cache(maxsize=128)
def _sound(envelope: bytes, lang: str, chain: RosterChain, latest: str) -> Wording:
    """Verify against the rosters of `chain` (whose newest is `latest`) that name it for `lang`.

    Its signer must have been an active lawyer or coordinator in one of them. If they leave later, their checked
    wordings stay valid; if they were revoked earlier, no roster named any of theirs.
    """
    record = SignedRecord.decode(envelope)
    refusal = WordingRefused("unnamed")
    for roster in chain.rosters:
        if named(roster).get(lang) == record.id:
            try:
                return _about(lang, verify_wording(record, roster))
            except WordingRefused as error:
                refusal = error
    raise refusal


def _about(lang: str, wording: Wording) -> Wording:
    if wording.lang != lang:
        raise WordingRefused("unnamed")
    return wording


def _is_held(station: Station, clip: Clip) -> bool:
    """Check the length only: the hash was checked on storing, and is again on sending."""
    try:
        return (_folder(station) / clip.sha256).stat().st_size == clip.size
    except OSError:
        return False


def _is_name(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(station: Station, name: str, data: bytes) -> None:
    folder = _folder(station)
    with durable.named_errors(folder):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            durable.sync_folder(folder.parent)
        durable.replace_file(folder / name, data)


def _folder(station: Station) -> Path:
    return station.settings.home / FOLDER
