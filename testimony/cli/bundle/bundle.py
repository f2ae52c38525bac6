"""`testimony bundle export|import|verify`: sync by USB stick where there is no network."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from testimony.cli.output import Step, counted, line

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import RosterChain
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station
    from testimony.sync.bundle.export import ExportReport
    from testimony.sync.bundle.phone_outbox import CarryReport
    from testimony.sync.bundle.report import ImportReport

FAILED = 1
MIB = 1 << 20


def add_to(commands: Any) -> None:
    bundle = commands.add_parser(
        "bundle",
        help="exchange by a stick instead of a network",
        description="Write what waits here for the central server on a stick, take in what another station wrote, and "
        "look at a file. Everything on the stick is sealed and signed. Nothing is dropped here before central's "
        "receipts have come back the same way.",
    )
    acts = bundle.add_subparsers(title="acts", metavar="ACT", required=True)
    _add_export(acts)
    for name, help_, description, run in (
        (
            "import",
            "take in files of another station",
            "Take in files that another station wrote: everything up to the end or to a tear. The same file again "
            "changes nothing. Files that this station wrote, or that are not for it, are named and left. A desk asks "
            "for the passphrase. Exits with 1 if something was refused, torn or lacking, or if a file was left that "
            "another station wrote.",
            take_in,
        ),
        (
            "verify",
            "say what files are, and take in nothing",
            "Read files to their end, check every hash and the signatures, and say who wrote them for whom.",
            verify,
        ),
    ):
        one = acts.add_parser(name, help=help_, description=description)
        one.add_argument("files", metavar="FILE", type=Path, nargs="+", help="the files, in any order")
        one.add_argument("--home", required=True, type=Path, help="the station's folder")
        one.set_defaults(run=run)


def _add_export(acts: Any) -> None:
    export = acts.add_parser(
        "export",
        help="write a bundle into a folder",
        description="A field node or a desk writes what central has not signed for: withdrawals first, then text, then "
        "recordings and pictures. The central server writes its answer to one station or reader: receipts, and the log "
        "as that one may have it. The files are read back before they count.",
    )
    export.add_argument("folder", metavar="FOLDER", type=Path, help="where to write, such as /media/stick")
    export.add_argument("--home", required=True, type=Path, help="the station's folder")
    export.add_argument("--to", default="", metavar="ID", help="at central: the node or reader that the answer is for")
    export.add_argument("--after", type=int, metavar="N", help="at central: the log from this position on")
    export.add_argument(
        "--recovery", action="store_true", help="at central, to a lawyer: the heads for the recovery key, too"
    )
    export.add_argument(
        "--all",
        action="store_true",
        help="also what central has signed for, as far as it is kept; from a desk, all that "
        "it may give back to a restored central",
    )
    export.add_argument("--split", type=int, default=1024, metavar="MIB", help="largest file in MiB (default: 1024)")
    export.set_defaults(run=export_to)


def export_to(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.sync.bundle import export as bundle_export

    with open_station(arguments.home) as station:
        options = {"split": arguments.split * MIB}
        reader = _reader(station)
        with Step("bundle", "writing and reading back") as step:
            told = _Told(step)
            if station.settings.role == "central":
                after = 0 if arguments.all else arguments.after
                report = bundle_export.answer(
                    station,
                    arguments.folder,
                    arguments.to,
                    after=after,
                    recovery=arguments.recovery,
                    told=told,
                    **options,
                )
            else:
                signer = None if reader is None else reader.signer
                report = bundle_export.deliver(
                    station, arguments.folder, signer=signer, everything=arguments.all, told=told, **options
                )
    return _print_export(report)


def take_in(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.sync.bundle.report import in_order

    with open_station(arguments.home) as station:
        reader = _reader(station)
        return _each(in_order(_there(arguments.files)), lambda path: _take_in(station, path, reader))


def _take_in(station: Station, path: Path, reader: Reader | None) -> int:
    from testimony.sync.bundle import import_ as bundle_import
    from testimony.sync.bundle import phone_outbox
    from testimony.sync.bundle import survey as bundle_survey

    with _opened(path) as source, Step("bundle", f"reading {path.name}") as step:
        if station.settings.role == "field" and bundle_survey.is_carry(source):
            carried, report = phone_outbox.take_in(station, source), None
        else:
            report = bundle_import.take_in(station, source, reader=reader, told=_Told(step))
    return _print_carried(carried) if report is None else _print_import(report, station.chain)


def verify(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station

    with open_station(arguments.home) as station:
        return _each(_there(arguments.files), lambda path: _look_at(station, path))


def _look_at(station: Station, path: Path) -> int:
    from testimony.sync.bundle import import_ as bundle_import

    with _opened(path) as source, Step("bundle", f"reading {path.name}") as step:
        report = bundle_import.inspect(station, source, told=_Told(step))
    _print_what(report)
    return 0 if report.sealed else FAILED


def _each(files: Sequence[Path], read: Callable[[Path], int]) -> int:
    """`read` each file. One that is not for this station is named, and the next one is read.

    Returns `FAILED` if `read` did, or if a file was left that this station did not write itself. Raises
    `BundleRefused` for the only file, `StickRefused("nothing")` if every file was left.
    """
    from testimony.store.errors import StickRefused
    from testimony.sync.bundle.report import OWN
    from testimony.sync.errors import BundleRefused

    failed, left = 0, 0
    for path in files:
        try:
            failed |= read(path)
        except BundleRefused as error:
            if len(files) == 1:
                raise
            line("left", f"{path.name}: {error}")
            left += 1
            failed |= 0 if error.reason in OWN else FAILED
    if left == len(files):
        raise StickRefused("nothing")
    return failed


class _Told:
    """MiB so far, on a terminal."""

    def __init__(self, step: Step) -> None:
        self.step, self.bytes = step, 0

    def __call__(self, size: int) -> None:
        before, self.bytes = self.bytes // MIB, self.bytes + size
        if self.bytes // MIB > before:
            self.step.tell(f"{self.bytes // MIB} MiB")


def _reader(station: Station) -> Reader | None:
    """The reader who enters the passphrase at a desk."""
    from testimony.cli import prompts
    from testimony.services.opening import reader as opening_reader
    from testimony.station.errors import StationKeyless

    if station.settings.role != "desk":
        return None
    reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
    if reader.signer is None:
        raise StationKeyless
    return reader


def _there(files: Sequence[Path]) -> Sequence[Path]:
    from testimony.services.certificates.errors import FileUnreadable

    for path in files:
        if not path.is_file():
            raise FileUnreadable(file=str(path))
    return files


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    from testimony.store.files import removable

    with removable.reading(path) as source:
        yield source


def _print_export(report: ExportReport) -> int:
    for file in report.written.files:
        line("written", f"{file}, {counted(file.stat().st_size, 'byte')}, read back from the medium")
    line("in it", f"{counted(report.records, 'record')}, {counted(report.objects, 'sealed object')}")
    if report.returned:
        line("given back", f"{counted(report.returned, 'record')} that central lost when it was restored")
    if report.receipts or report.entries:
        line("answer", f"{counted(report.receipts, 'receipt')}, {counted(report.entries, 'entry')} of the log")
    for name in report.damaged:
        line("left out", f"{name[:16]}…: the copy here is damaged; check the disk")
    if report.written.full:
        line("stick full", f"{report.left} did not fit. Bring this stick to where it goes first, and write again when")
        line("", "the answer is here; or write everything on a larger stick.")
    line("safe", "the stick may be removed once the system has unmounted it")
    return FAILED if report.written.full or report.damaged else 0


def _print_what(report: ImportReport) -> None:
    header = report.header
    line("written by", f"{report.sender or 'nobody in the roster'} ({header.by}) on {header.day}")
    kind = {"delivery": "a delivery to central", "answer": f"central's answer to {header.to}"}[header.kind]
    line("it is", f"{kind}, file {header.no} of bundle {header.id[:8]}")
    if report.sealed:
        line("seal", "holds: every byte is what was written" + ("" if report.last else "; a further file follows"))
    else:
        line("seal", "FAILS: the file broke off, is damaged, or was not signed by a station of the roster")


def _print_import(report: ImportReport, chain: RosterChain) -> int:
    from testimony.cli.station import gaps
    from testimony.errors import REFUSAL_RULES
    from testimony.services.delivery.errors import ReceiptRefused
    from testimony.sync.errors import ContainerTorn

    _print_what(report)
    if report.for_another:
        line(
            "lacked here",
            f"{counted(report.records, 'record')}, {counted(report.objects, 'sealed object')} taken in; the rest",
        )
        line("", "of this file is for another station")
    elif report.header.kind == "delivery":
        line("taken in", f"{report.held} of {counted(report.records, 'record')}, each complete and signed for")
        if not report.sealed:
            line("not whole", "the seal fails, so something may be missing; have the stick written again")
    else:
        line("receipts", f"{report.receipts}, each verified")
        line("fetched", f"{counted(report.records, 'record')}, {counted(report.objects, 'sealed object')}")
        further = "" if report.read or not report.sealed else "; a further file follows"
        line("central's log", f"{counted(report.entries, 'new entry')}{further}")
        if not report.sealed:
            line("not moved", "the seal fails, so the log is read again from the next file; ask for another one")
    for name, rule in report.refused.items():
        line("refused", f"{name[:16]}…: {REFUSAL_RULES.get(rule, ReceiptRefused.sentence)}")
    if report.torn:
        line("damaged", ContainerTorn.sentence)
    if report.lacking:
        line("incomplete", f"{counted(report.lacking, 'record')}; bring the other files of this bundle")
    left_out = gaps.tell(report.left_out, chain)
    return FAILED if report.torn or report.refused or report.lacking or not report.sealed or left_out else 0


def _print_carried(report: CarryReport) -> int:
    from testimony.cli.bundle import carry

    line("it is", "a file from a phone; `testimony carry` also writes the receipts for the phone")
    return carry.tell(report)
