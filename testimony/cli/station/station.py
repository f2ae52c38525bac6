"""`testimony station new|show|join|update|address`: create a station, have it admitted, keep it up to date."""

from __future__ import annotations

import argparse
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli import address, first_backup, key_files, prompts
from testimony.cli.output import counted, in_words, line
from testimony.cli.requests import show_request

if TYPE_CHECKING:
    from testimony.sealing.roster.admission import Admission

PORTS = {"field": 8401, "central": 8402, "desk": 8403}
DESK_ROLES = ("lawyer", "coordinator")


def add_to(commands: Any) -> None:
    what = "prepare a station, join an organisation, follow its rosters"
    station = commands.add_parser("station", help=what, description=what.capitalize() + ".")
    acts = station.add_subparsers(title="acts", metavar="ACT", required=True)
    _add_new(acts)
    show = acts.add_parser(
        "show",
        help="the words and the picture of a station that waits",
        description="Show the request of the station in HOME in six words and as a QR code, to be compared with what "
        "headquarters sees.",
    )
    show.add_argument("--home", required=True, type=Path, help="the station's folder")
    show.set_defaults(run=run_show)
    _add_taking(acts)
    _add_address(acts)


def _add_new(acts: Any) -> None:
    new = acts.add_parser(
        "new",
        help="make a station's own keys, and its request",
        description="Make a station's home with keys of its own, which never leave it, and a request to be admitted.",
    )
    kinds = new.add_subparsers(title="stations", metavar="STATION", required=True, dest="kind")
    for role, what in (("field", "a field node"), ("central", "a central server"), ("desk", "a reader's desk")):
        one = kinds.add_parser(role, help=what, description=f"Make the home of {what} in the empty folder HOME.")
        one.add_argument("--home", required=True, type=Path, help="the station's folder, empty or not there yet")
        one.add_argument("--id", required=True, help="its name in the roster; of a desk, its reader's pseudonym")
        one.add_argument("--name", default="", help="what its pages are headed with (default: the id)")
        one.add_argument("--port", type=int, default=PORTS[role], metavar="N", help=f"default: {PORTS[role]}")
        if role != "central":
            one.add_argument("--central-url", metavar="URL", type=address.central_url, help=address.HELP)
        if role == "desk":
            one.add_argument("--role", default="lawyer", choices=DESK_ROLES, help="of its reader (default: lawyer)")
            key = one.add_mutually_exclusive_group()
            key.add_argument("--key-file", metavar="FILE", type=Path, help="the reader's own, which is copied there")
            key.add_argument("--key-later", action="store_true", help="its reader makes the key at its first page")
        one.add_argument("--request", metavar="FILE", type=Path, help="a copy of the request, for a stick")
        one.add_argument("--renew", action="store_true", help="it takes the place of the one of this id, with new keys")
        one.set_defaults(run=run_new)


def _add_taking(acts: Any) -> None:
    join = acts.add_parser(
        "join",
        help="join the organisation that admitted this station",
        description="Show the words of the organisation in BUNDLE and ask whether they are those that headquarters "
        "said. Then put its rosters, checked words and questionnaires in force at the station in HOME, which must be "
        "in the newest roster.",
    )
    _add_source(join)
    join.set_defaults(run=run_join)
    update = acts.add_parser(
        "update",
        help="bring a station a later bundle",
        description="Take a later BUNDLE into force at the station in HOME: rosters, checked words, questionnaires. "
        "The same as `roster adopt`.",
    )
    _add_source(update)
    update.set_defaults(run=run_update)
    _add_clock(acts)


def _add_clock(acts: Any) -> None:
    clock = acts.add_parser(
        "clock",
        help="what the clocks say, and say the date as a person",
        description="Show every date that the station in HOME knows, and what contradicts. With DATE, which you read "
        "from a phone, a watch or a calendar, and not from this machine, you are a clock of your own: what is due by "
        "one clock is destroyed when yours is the second. Asks whether that is today.",
    )
    clock.add_argument("date", metavar="DATE", nargs="?", type=date.fromisoformat, help="today, as YYYY-MM-DD")
    clock.add_argument("--home", required=True, type=Path, help="the station's folder")
    clock.set_defaults(run=run_clock)


def _add_address(acts: Any) -> None:
    where = acts.add_parser(
        "address",
        help="tell a station where central is",
        description="Write the address of central into the settings of the field node or desk in HOME. A station that "
        "runs takes it when it is started again.",
    )
    where.add_argument("url", metavar="URL", type=address.central_url, help=address.HELP)
    where.add_argument("--home", required=True, type=Path, help="the station's folder")
    where.set_defaults(run=run_address)


def _add_source(act: Any) -> None:
    source = act.add_mutually_exclusive_group(required=True)
    source.add_argument("bundle", metavar="BUNDLE", nargs="?", type=Path, help="roster-N.bundle")
    source.add_argument("--from", dest="url", metavar="URL", help="a station of the organisation that gives it")
    act.add_argument("--home", required=True, type=Path, help="the station's folder")


def run_new(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import enrolment
    from testimony.settings import Settings
    from testimony.station.station import REQUEST

    if arguments.request is not None:
        certificate_store.require_free(arguments.request)
    settings = Settings(
        home=arguments.home,
        role=arguments.kind,
        name=arguments.name or arguments.id,
        port=arguments.port,
        central_url=getattr(arguments, "central_url", None) or "",
    )
    today = datetime.now(UTC).date().isoformat()
    if getattr(arguments, "key_later", False):
        return _new_keyless_desk(settings)
    if arguments.kind == "desk":
        asked = _new_desk(arguments, settings, today)
    else:
        asked = enrolment.prepare(settings, id=arguments.id, day=today, replaces=arguments.renew)
    file = arguments.request or arguments.home / REQUEST
    if arguments.request is not None:
        certificate_store.write_new(file, enrolment.raw(arguments.home))
    show_request(asked)
    line("request", str(file))
    print(f"\nNext, at headquarters: testimony roster admit {file.name} --org DIR --key-file FILE FILE")
    print("It shows the same words, or the file was exchanged on its way.")
    _tell_address(settings)
    return 0


def _new_keyless_desk(settings: Any) -> int:
    from testimony.services.enrolment import enrolment

    enrolment.prepare_keyless(settings)
    line("desk", str(settings.home))
    print(f"\nNext: testimony desk --home {settings.home}")
    print("Its first page makes the reader's key, and the request for headquarters.")
    _tell_address(settings)
    return 0


def _tell_address(settings: Any) -> None:
    if settings.role != "central" and not settings.central_url:
        print(f"\n{address.how_to_set(settings.home)}")


def _new_desk(arguments: argparse.Namespace, settings: Any, today: str) -> Admission:
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment import enrolment
    from testimony.services.opening import reader as opening_reader

    opened = None
    if arguments.key_file is not None:
        opened = (certificate_store.read(arguments.key_file), key_files.unlock(arguments.key_file))
    asked, passphrase = enrolment.prepare_desk(
        settings, id=arguments.id, role=arguments.role, day=today, opened=opened, replaces=arguments.renew
    )
    if passphrase:
        line("key file", str(arguments.home / opening_reader.READER_KEY))
        line("passphrase", passphrase)
        print("\nThe passphrase is shown once and kept nowhere. Write it on paper, apart from this machine.\n")
    return asked


def run_show(arguments: argparse.Namespace) -> int:
    from testimony.services.enrolment import enrolment

    show_request(enrolment.asked(arguments.home))
    waits = enrolment.waits(arguments.home)
    line("state", "it waits to be admitted" if waits else "it was admitted")
    return 0


def run_join(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import adopted
    from testimony.services.enrolment import enrolment
    from testimony.sync.bundle import trust as bundle_trust

    asked = enrolment.require_waiting(arguments.home)
    with _source(arguments) as source:
        offer = bundle_trust.read_offer(source)
        enrolment.require_admitted(asked, offer.chain.latest)
        _confirm(offer.root.fingerprint)
        source.seek(0)
        with enrolment.join(arguments.home, offer.chain, offer.root.data) as station:
            report = bundle_trust.adopt(station, source)
            failed = adopted(station, replace(report, new=True))
            settings = replace(station.settings, central_url=station.central_url)
    print(f"\nNext: testimony serve {settings.role} --home {arguments.home}")
    print("Then make a backup and test it, with a key of its own (docs/backup.md):")
    print(*first_backup.commands(arguments.home), sep="\n")
    _tell_address(settings)
    return failed


def _confirm(fingerprint: str) -> None:
    from testimony.cli.fingerprint import fingerprint as shown

    line("organisation", shown(fingerprint))
    prompts.confirmed("Did headquarters say these words?")


def run_address(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.settings import Settings

    settings = Settings.load(arguments.home, {})  # what the environment says is not written into the file
    if settings.role == "central":
        raise StationRoleWrong(folder=str(arguments.home), role="central server", wanted="field node or a desk")
    replace(settings, central_url=arguments.url).save()
    line("central", arguments.url)
    return 0


def run_update(arguments: argparse.Namespace) -> int:
    from testimony.cli.signing.rosters import take

    with _source(arguments) as source:
        return take(arguments.home, source)


def _source(arguments: argparse.Namespace) -> BinaryIO:
    """The bundle, from a file or from a station. Raises `FileUnreadable`, `NotDelivered`."""
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.sync.http.transport import Transport

    if arguments.url is not None:
        return io.BytesIO(Transport(arguments.url, None).trust())
    try:
        source: BinaryIO = arguments.bundle.open("rb")
    except OSError as error:
        raise FileUnreadable(file=str(arguments.bundle)) from error
    return source


def run_clock(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.services.withdrawal import clock_findings, clock_readings
    from testimony.station import running_time

    with open_station(arguments.home) as station:
        if arguments.date is not None:
            prompts.is_today(f"Is today {in_words(arguments.date)}?")
            number = clock_readings.confirm(station, arguments.date)
            line("destroyed", f"{counted(number, 'withdrawal')} carried out")
        clocks = station.clocks()
        line("this machine", in_words(clocks.own))
        if clocks.roster is not None:
            line("the roster", in_words(clocks.roster))
        for clock, day in clocks.others.items():
            line(clock_findings.CLOCKS[clock], in_words(day))
        with station.database.reading() as session:
            line("it has run", f"{running_time.total(session).days} days, as far as it knows")
            for one in clock_findings.found(session, clocks):
                line("clock", one.say())
    return 0
