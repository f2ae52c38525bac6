"""`testimony ceremony recovery|roots|pages|releases|recover|record|serve`: key ceremonies without a network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.cli.organisation import paperwork
from testimony.cli.output import in_words, line

if TYPE_CHECKING:
    from testimony.services.enrolment.ceremony import KeysOfThree, Result
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station

PORT = 8410
RECORDED = "; then: testimony ceremony record FILE --home CENTRAL"
People = tuple[tuple[str, str], ...]


def add_to(commands: Any) -> None:
    ceremony = commands.add_parser(
        "ceremony",
        help="make and use the recovery key, the roots, page keys and release keys, offline",
        description="Key ceremonies on a computer without a network: "
        "docs/recovery.md tells each step. Shares and passphrases are shown once and kept nowhere.",
    )
    acts = ceremony.add_subparsers(title="acts", metavar="ACT", required=True)
    _add_making(acts)
    _add_using(acts)
    serve = acts.add_parser(
        "serve",
        help="recovery and roots as pages, for this machine alone",
        description="Serve the ceremonies of recovery key and roots as pages at 127.0.0.1 until Ctrl-C. All of it "
        "stays in memory.",
    )
    serve.add_argument("--port", type=int, default=PORT, metavar="N", help=f"default: {PORT}")
    serve.set_defaults(run=run_serve)


def _add_making(acts: Any) -> None:
    recovery = acts.add_parser(
        "recovery",
        help="a new recovery key in five shares, of which three restore it",
        description="Make a recovery key, split it by SLIP-39 into five shares, show each once to its holder, test "
        "the papers until each was used, and write the request for the roster and the record of who was there into "
        "the folder --to. Refuses on a computer with a network.",
    )
    recovery.add_argument("--id", default="recovery", metavar="ID", help="its name in the roster (default: recovery)")
    _add_people(recovery, "five, in order")
    recovery.add_argument("--to", required=True, type=Path, metavar="DIR", help="for the two files")
    recovery.add_argument("--drill", action="store_true", help="an exercise: the key never counts, nothing is written")
    recovery.set_defaults(run=run_recovery)
    roots = acts.add_parser(
        "roots",
        help="three root keys, of which two sign",
        description="Make three root keys, each on its holder's stick under a passphrase that is shown once, have two "
        "and two sign a test, and write root.json and the record of who was there into the folder --to. With --number "
        "they take the place of a working organisation's roots, which sign that with `roster new-roots`. Refuses on a "
        "computer with a network.",
    )
    roots.add_argument(
        "--number",
        type=int,
        default=1,
        metavar="N",
        help="which roots: 1 of a new organisation; else what `roster show` says is the next number",
    )
    _add_sticks(roots, "for the two files")
    roots.set_defaults(run=run_roots)
    pages = acts.add_parser(
        "pages",
        help="three page keys, of which two sign the page of nodes",
        description="As `roots`, for page keys; `roster page-keys` takes their public halves.",
    )
    _add_sticks(pages, "for the four files")
    pages.set_defaults(run=run_pages)
    releases = acts.add_parser(
        "releases",
        help="three release keys, of which two sign updates",
        description="As `roots`, for release keys; `update keys` takes their public halves.",
    )
    _add_sticks(releases, "for the three files")
    releases.set_defaults(run=run_releases)


def _add_sticks(act: Any, to: str) -> None:
    _add_people(act, "three, in order")
    act.add_argument("--sticks", required=True, nargs=3, type=Path, metavar="DIR", help="the three holders' sticks")
    act.add_argument("--to", required=True, type=Path, metavar="DIR", help=to)
    act.add_argument("--drill", action="store_true", help="an exercise: the keys never count")


def _add_using(acts: Any) -> None:
    recover = acts.add_parser(
        "recover",
        help="with three shares, let new lawyers read what lost ones could",
        description="At the lawyer's desk in HOME, on a computer without a network: take the recovery key from three "
        "shares into memory, write down who was there, and open to every reader of the roster what the witnesses "
        "agreed to for their role. Import central's stick for recovery before (`bundle export --recovery`), export "
        "the answer after it.",
    )
    recover.add_argument("--home", required=True, type=Path, help="the lawyer's desk")
    _add_people(recover, "those who bring a share: three or more", lead=False)
    recover.set_defaults(run=run_recover)
    record = acts.add_parser(
        "record",
        help="take the record of a ceremony into central's log",
        description="Take FILE, which says who was at a ceremony, into the custody log of the central server in HOME.",
    )
    record.add_argument("file", metavar="FILE", type=Path, help="such as recovery-ceremony.json")
    record.add_argument("--home", required=True, type=Path, help="central's folder")
    record.set_defaults(run=run_record)


def _add_people(act: Any, holders: str, *, lead: bool = True) -> None:
    act.add_argument("--place", required=True, metavar="CODE", help="where: a code such as office-2")
    if lead:
        act.add_argument("--lead", required=True, metavar="ID", help="who leads; gets no key")
    act.add_argument("--holders", required=True, nargs="+", metavar="ID", help=holders)
    act.add_argument("--witnesses", default=[], nargs="+", metavar="ID", help="who looks on")


def _people(arguments: argparse.Namespace, lead: str) -> People:
    from testimony.sealing.statements.ceremony_record import HOLDER, LEAD, WITNESS

    holders, witnesses = ((one, HOLDER) for one in arguments.holders), ((one, WITNESS) for one in arguments.witnesses)
    return ((lead, LEAD), *holders, *witnesses)


def _today() -> date:
    return datetime.now(UTC).date()


def _shown_today() -> str:
    """The date for what is made, shown in words: without a network only people can find that it is wrong."""
    today = _today()
    line("date", f"{in_words(today)}: compare with a phone or a watch, and stop if it is wrong")
    return today.isoformat()


def _require_apart(*, drill: bool = False) -> None:
    from testimony.services.enrolment import airgap

    found = airgap.connected()
    if found is None:
        line("network", "this system does not tell whether there is one: look yourselves, and stop if in doubt")
    elif not drill:
        airgap.require_none(found)


def run_recovery(arguments: argparse.Namespace) -> int:
    from testimony.sealing.keys.recovery_shares import SHARES, THRESHOLD
    from testimony.services.enrolment.ceremony import RecoveryCeremony

    _require_apart(drill=arguments.drill)
    it = RecoveryCeremony(id=arguments.id, day=_shown_today(), drill=arguments.drill)
    paperwork.require_room(arguments.to, it.names)
    it.begin(arguments.place, _people(arguments, arguments.lead))
    for number in range(1, SHARES + 1):
        title = f"Share {number} of {SHARES} of a recovery key, set {it.set} of {it.day}, for {it.holder}"
        paperwork.show_once(title, it.share(number).words)
        it.hand_over(number)
    print(
        "\nNow the papers are tested, three shares at a time, until each was used. Before that the key does not count."
    )
    while not it.tested:
        used = it.test(paperwork.shares(THRESHOLD))
        line("tested", f"shares {', '.join(map(str, sorted(used)))}")
    return _made(it.result, arguments, "at headquarters: propose the request, sign it with the roots")


def run_roots(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment.ceremony import RootCeremony

    _require_apart(drill=arguments.drill)
    it = RootCeremony(day=_shown_today(), drill=arguments.drill, number=max(1, arguments.number))
    then = "testimony org create DIR --name NAME --lawyers NAME NAME --root root.json --key-file FILE FILE"
    if it.number > 1:
        then = "where an old root key is: testimony roster new-roots roots-change.json --org DIR --key-file FILE"
    return _onto_sticks(it, arguments, then)


def run_pages(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment.ceremony import PageCeremony

    _require_apart(drill=arguments.drill)
    it = PageCeremony(day=_shown_today(), drill=arguments.drill)
    then = "where two root keys are: testimony roster page-keys FILE FILE FILE --org DIR --key-file FILE FILE"
    return _onto_sticks(it, arguments, then)


def run_releases(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment.ceremony import ReleaseCeremony

    _require_apart(drill=arguments.drill)
    it = ReleaseCeremony(day=_shown_today(), drill=arguments.drill)
    return _onto_sticks(it, arguments, "where the program is made: testimony update keys LIST FILE FILE FILE", "")


def _onto_sticks(it: KeysOfThree, arguments: argparse.Namespace, then: str, last: str = RECORDED) -> int:
    from testimony.services.enrolment.ceremony import HOLDERS

    paperwork.require_room(arguments.to, it.names)
    it.begin(arguments.place, _people(arguments, arguments.lead))
    known = [stick.resolve() for stick in arguments.sticks]
    for number in range(1, HOLDERS + 1):
        holder = it.holder
        passphrase = it.make(number, paperwork.onto(known, it.KIND, number))
        title = f"Passphrase of {it.KIND} key {number} of {HOLDERS} of {it.day}, for {holder}"
        paperwork.show_once(title, passphrase.split())
    print("\nNow two holders sign a test; then the third with one of them. Before that the keys do not count.")
    while it.result is None:
        numbers = ", ".join(map(str, sorted(_tested(it, known))))
        line("signed", f"keys {numbers} ({it.KIND})")
    return _made(it.result, arguments, then, last)


def _tested(it: KeysOfThree, known: Sequence[Path]) -> frozenset[int]:
    """The keys that signed a test so far. At a terminal a wrong passphrase is asked for again, and so is a stick that
    was pulled out: all keys that were made would be lost.
    """
    from testimony.errors import TestimonyError
    from testimony.services.enrolment import key_media
    from testimony.services.enrolment.ceremony import SIGNING

    while True:
        sticks = paperwork.sticks(SIGNING, known, it.used)
        try:
            return it.test(
                [(key_media.read_key(stick, it.KIND), prompts.passphrase(f"Passphrase of {stick}")) for stick in sticks]
            )
        except TestimonyError as error:
            if not sys.stdin.isatty():
                raise
            line("refused", str(error))
            if prompts.line("Nothing is lost. Press Return to try again") is None:
                raise


def _made(result: Result | None, arguments: argparse.Namespace, then: str, last: str = RECORDED) -> int:
    from testimony.sealing.keys.wordlist import fingerprint_words

    if result is None:
        return 1
    paperwork.keep(arguments.to, result.files)
    line("its words", fingerprint_words(result.fingerprint))
    if arguments.drill:
        print("\nThis was a drill: the key never counts. Destroy its papers.")
    else:
        print(f"\nNext, {then}{last}")
    return 0


def run_recover(arguments: argparse.Namespace) -> int:
    from testimony.services.access import recovery as access_recovery
    from testimony.services.opening import reader as opening_reader
    from testimony.services.startup import open_station

    _require_apart()
    with open_station(arguments.home) as station:
        lawyer = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        if not access_recovery.is_ready(station):
            line("not all", "the heads for recovery are not all here: import central's stick for recovery first")
        key = access_recovery.open_key(station, paperwork.share_texts(3))
        reader = access_recovery.reader_with(station, lawyer, key)
        people = _people(arguments, lawyer.id)
        name = access_recovery.record_act(station, reader, arguments.place, people, _today())
        line("record", f"who was there, signed by {lawyer.id}: {name[:16]}…")
        return _let_in(station, reader)


def _let_in(station: Station, reader: Reader) -> int:
    from testimony.cli.desk import grant
    from testimony.services.access.grant_job import Letting
    from testimony.services.opening.annexes import AnnexIndex

    grant.let_in(Letting(station, reader, AnnexIndex(), _today()))
    print("\nNext: testimony bundle export STICK --home HOME, bring the stick to central, and from there to the desks.")
    return 0


def run_record(arguments: argparse.Namespace) -> int:
    from testimony.errors import Refused
    from testimony.services.certificates import store as certificate_store
    from testimony.services.intake.intake import take_in
    from testimony.services.records.types import Incoming
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        outcome = take_in(station, [Incoming("record", certificate_store.read(arguments.file))])
    (status,) = outcome.statuses
    if status.status == "refused":
        raise Refused(status.rule)
    line("log", "it says who was there" + ("" if status.status == "stored" else "; it did before"))
    return 0


def run_serve(arguments: argparse.Namespace) -> int:
    import signal

    from testimony.cli.serve import listener as listeners
    from testimony.cli.serve import log_line
    from testimony.platform import processes
    from testimony.web.factory import create_ceremony_app
    from testimony.web.server.http import finish, make_server
    from testimony.web.server.options import SERVER_OPTIONS

    processes.keep_files_private()
    log_line.begin()
    with listeners.listen(listeners.LOCAL, arguments.port) as listener:
        app = create_ceremony_app(listener.getsockname()[1])
        server = make_server(app, listener, **SERVER_OPTIONS)
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, _stop)
        line("ceremony", listeners.address(listener, app.config["START_TOKEN"]))
        try:
            server.run()
            finish(server)
        finally:
            server.close()
    return 0


def _stop(*_: object) -> None:
    raise SystemExit(0)
