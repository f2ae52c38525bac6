"""`testimony checkpoint` at central (stamp, export, take) and at partners (witness, cosign); `roster witness`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.sealing.log.cosigner import Last

LARGEST = 64 * 1024


def add_to(acts: Any) -> None:
    stamp = acts.add_parser(
        "stamp",
        help="ask the time stamp authority for central's head, now",
        description="Ask the time stamp authority that is set up (timestamp_url, timestamp_roots) to stamp the head of "
        "central's log, whatever the day, unless that head has its stamp. A running server does it once a day.",
    )
    stamp.add_argument("--home", required=True, type=Path, help="the central server's folder")
    stamp.set_defaults(run=_stamp)
    export = acts.add_parser(
        "export",
        help="write central's head for a partner that cosigns it",
        description="Write the head of central's log into a new file, with the proof that it continues what the partner"
        " cosigned last.",
    )
    export.add_argument("--home", required=True, type=Path, help="the central server's folder")
    export.add_argument("--to", required=True, type=Path, metavar="FILE")
    export.add_argument("--witness", default="", metavar="NAME", help="continue from what this partner cosigned last")
    export.add_argument("--since", type=int, metavar="N", help="continue from a log of N entries")
    export.set_defaults(run=_export)
    _add_partner(acts)
    take = acts.add_parser(
        "take",
        help="keep a partner's cosignature at central",
        description="Keep the head in FILE, which a partner cosigned, at the central server. Desks get it with the "
        "next exchange, archives hold it.",
    )
    take.add_argument("file", type=Path, metavar="FILE", help="what “checkpoint cosign” wrote at the partner")
    take.add_argument("--home", required=True, type=Path, help="the central server's folder")
    take.set_defaults(run=_take)


def _add_partner(acts: Any) -> None:
    witness = acts.add_parser(
        "witness",
        help="at a partner: a key for cosigning",
        description="At a partner organisation: show the public key of the key file FILE, under the name NAME, as "
        "headquarters needs it; a FILE that is not there is made, and its passphrase shown once.",
    )
    witness.add_argument("name", metavar="NAME", help="how the key is called, such as partner.example/witness")
    witness.add_argument("--key-file", required=True, type=Path, metavar="FILE")
    witness.set_defaults(run=_witness)
    cosign = acts.add_parser(
        "cosign",
        help="at a partner: cosign central's head if its log only grew",
        description="At a partner organisation: look whether the log in FILE continues the one that was cosigned last, "
        "and cosign it. What was cosigned is remembered in the state file before the answer is written; keep that file "
        "safe. Needs no network and no home.",
    )
    cosign.add_argument("file", type=Path, metavar="FILE", help="what “checkpoint export” wrote at central")
    cosign.add_argument("--name", required=True, help="how the key is called")
    cosign.add_argument("--key-file", required=True, type=Path, metavar="FILE")
    cosign.add_argument("--state", required=True, type=Path, metavar="FILE", help="what was cosigned last")
    cosign.add_argument("--to", required=True, type=Path, metavar="FILE", help="the answer, a new file")
    cosign.add_argument("--log", default="", metavar="KEY", help="the first time: the log's key, as “export” showed it")
    cosign.add_argument(
        "--restored", action="store_true", help="headquarters was restored, as it told you by another way"
    )
    cosign.set_defaults(run=_cosign)


def add_naming(acts: Any, add_signing: Callable[[Any], None]) -> None:
    """`roster witness`, among the acts of the roster."""
    name = acts.add_parser(
        "witness",
        help="name a partner that cosigns central's log",
        description="Sign the next roster, which names the partner whose public key is KEY as a witness of central's "
        "log, or with --remove names the one called KEY no more. What it cosigned before stays good.",
    )
    name.add_argument("key", metavar="KEY", help="as “checkpoint witness” prints it at the partner")
    name.add_argument("--remove", action="store_true", help="KEY is a name, which is taken out")
    add_signing(name)
    name.set_defaults(run=_name)


def _stamp(arguments: argparse.Namespace) -> int:
    from testimony.sealing.log.errors import CosigningRefused
    from testimony.services.startup import open_station
    from testimony.services.witnesses import witnesses
    from testimony.sync.client import timestamps as client_timestamps

    with open_station(arguments.home) as station:
        if station.settings.role != "central":
            raise CosigningRefused("central")
        channel = client_timestamps.authority_channel(station)
        try:
            made = client_timestamps.stamp(station, channel, anew=True)
        finally:
            channel.close()
        with station.database.reading() as session:
            last = next(iter(witnesses.seen(station, session)), None)
    line("stamp", "came" if made else "this head has its stamp already, or there is nothing to be stamped")
    if last is not None:
        line("seen", f"{counted(last.size, 'entry')}, at {last.time}, by {last.by}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from testimony.sealing.log.checkpoint import verifier_key
    from testimony.services.certificates import store as certificate_store
    from testimony.services.custody import log as custody_log
    from testimony.services.startup import open_station
    from testimony.services.witnesses import witnesses

    with open_station(arguments.home) as station, station.database.reading() as session:
        since = arguments.since
        if since is None:
            since = witnesses.last_size(station, session, arguments.witness) if arguments.witness else 0
        text = witnesses.export(station, session, since=since)
        key = verifier_key(custody_log.origin(station.kid), station.signer.public_keys[0])
    certificate_store.write_new(arguments.to, text.encode())
    line("file", str(arguments.to))
    line("continues", f"a log of {counted(since, 'entry')}")
    line("log's key", key)
    return 0


def _witness(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import unlock
    from testimony.sealing.age.errors import KeyFileDamaged
    from testimony.sealing.keys.key_file import KeyFile
    from testimony.sealing.keys.wordlist import propose_passphrase
    from testimony.sealing.log import cosignature
    from testimony.sealing.log.errors import WitnessUnusable
    from testimony.sealing.records.signatures import Signer
    from testimony.services.enrolment import reader_key

    if not cosignature.is_name(arguments.name):
        raise WitnessUnusable
    if arguments.key_file.exists():
        signer = unlock(arguments.key_file).signer
        if signer is None:
            raise KeyFileDamaged
    else:
        signer, passphrase = Signer.generate(), propose_passphrase()
        reader_key.write_new(arguments.key_file, KeyFile(signing_seed=signer.seed), passphrase)
        line("key file", str(arguments.key_file))
        line("passphrase", passphrase)
        print("\nThe passphrase is shown once and kept nowhere. Write it on paper, apart from the file.\n")
    line("public key", cosignature.Witness(arguments.name, signer.public_keys[0]).text)
    print("\nNext, at headquarters: testimony roster witness KEY --org DIR --key-file FILE FILE")
    return 0


def _cosign(arguments: argparse.Namespace) -> int:
    from testimony.cli.key_files import replace_file, unlock
    from testimony.sealing.age.errors import KeyFileDamaged
    from testimony.sealing.log import cosignature, cosigner
    from testimony.sealing.log.errors import CosigningRefused, WitnessUnusable
    from testimony.services.certificates import store as certificate_store

    if not cosignature.is_name(arguments.name):
        raise WitnessUnusable
    certificate_store.require_free(arguments.to)
    state = _state(arguments.state)
    data = certificate_store.read(arguments.file)
    if len(data) > LARGEST or not _is_text(data):
        raise CosigningRefused("form")
    wanted = cosigner.Wanted.parse(data.decode())
    signer = unlock(arguments.key_file).signer
    if signer is None:
        raise KeyFileDamaged
    note, remembered = cosigner.cosign(
        wanted,
        state,
        cosignature.Witness(arguments.name, signer.public_keys[0]),
        signer,
        at=int(datetime.now(UTC).timestamp()),
        named=arguments.log,
        restored=arguments.restored,
    )
    replace_file(arguments.state, cosigner.write_state(remembered))
    certificate_store.write_new(arguments.to, note.encode())
    line("cosigned", f"{counted(remembered[note.partition(chr(10))[0]].size, 'entry')}: {arguments.to}")
    print(f"\nNext, at central: testimony checkpoint take {arguments.to.name} --home HOME")
    return 0


def _state(file: Path) -> dict[str, Last]:
    """None cosigned yet, where there is no such file. Raises `CosigningRefused("state")`, `FileUnreadable`."""
    from testimony.sealing.log import cosigner
    from testimony.services.certificates import store as certificate_store

    return cosigner.read_state(certificate_store.read(file)) if file.exists() else {}


def _take(arguments: argparse.Namespace) -> int:
    from testimony.sealing.log.errors import CosigningRefused
    from testimony.services.certificates import store as certificate_store
    from testimony.services.startup import open_station
    from testimony.services.witnesses import witnesses

    data = certificate_store.read(arguments.file)
    if len(data) > LARGEST or not _is_text(data):
        raise CosigningRefused("other")
    with open_station(arguments.home) as station:
        names = witnesses.take_cosigned(station, data.decode())
    line("kept", f"the cosignature of {', '.join(names)}")
    return 0


def _name(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import chain_of, sign_next
    from testimony.sealing.log import cosignature
    from testimony.sealing.log.errors import WitnessUnusable
    from testimony.services.roster import changes as roster_changes

    chain = chain_of(arguments.org)
    draft = roster_changes.renew(chain.latest)
    named = {one.name: one for one in cosignature.of_roster(chain.latest)}
    if arguments.remove:
        named.pop(arguments.key, None)
    else:
        found = cosignature.read_key(arguments.key)
        if chain.signer(found.key.kid) is not None:  # a key has one task
            raise WitnessUnusable
        named[found.name] = found
    draft[cosignature.WITNESSES] = [one.describe() for one in named.values()]
    bundle = sign_next(arguments, chain, draft)
    line("witnesses", ", ".join(named) or "none")
    print(f"\nNext, at central, from which the others get it: testimony station update {bundle} --home HOME")
    return 0


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
