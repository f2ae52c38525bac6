"""`testimony form template|check|install|list|shipped`: an organisation's own questionnaire, written as an XLSForm."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line
from testimony.csv_text import ENCODINGS

if TYPE_CHECKING:
    from testimony.questionnaire.form import Form
    from testimony.questionnaire.xlsform.findings import Problem
    from testimony.station.station import Station

LARGEST = 4 * 1024 * 1024 + 1  # one byte more than is read: the reader itself says that it is too large


def add_to(commands: Any) -> None:
    what = "check and install your own questionnaire"
    form = commands.add_parser("form", help=what, description=what.capitalize() + ", written as an XLSForm.")
    acts = form.add_subparsers(title="acts", metavar="ACT", required=True)
    template = acts.add_parser(
        "template",
        help="write an XLSForm to begin your own from",
        description="Write the questionnaire that comes with the program to OUT (.xlsx) as an XLSForm, in all its "
        "languages. Rename, change and check it.",
    )
    template.add_argument("out", metavar="OUT", type=Path)
    template.set_defaults(run=run_template)
    check = acts.add_parser(
        "check",
        help="say what is wrong with an XLSForm",
        description="Read FILE (.xlsx or .xls, an XLSForm with the columns compartment and disclosure) and say what "
        "is wrong, by sheet, row and column. Changes nothing. With --adapt, write a copy of a form for ODK or "
        "KoboToolbox that this program can ask, and say each change.",
    )
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("--adapt", metavar="OUT", type=Path, help="write the adapted questionnaire to OUT (.xlsx)")
    check.add_argument("--language", metavar="TAG", help="with --adapt: the language of texts whose column names none")
    check.add_argument(
        "--encoding",
        default="",
        choices=ENCODINGS,
        metavar="ENCODING",
        help="with --adapt: of its CSV lists, such as windows-1256",
    )
    check.set_defaults(run=run_check)
    install = acts.add_parser(
        "install",
        help="put a questionnaire in force at a station",
        description="Check FILE (.xlsx or .xls, or the .json that another station keeps in its folder forms) and put "
        "it in force at the field node in the folder HOME. At a desk it makes the testimonies readable that were taken "
        "with it. Those installed before stay readable.",
    )
    install.add_argument("file", metavar="FILE", type=Path)
    install.add_argument("--home", required=True, type=Path, help="the station's folder")
    install.set_defaults(run=run_install)
    listed = acts.add_parser(
        "list",
        help="which questionnaires a station has",
        description="List the questionnaires of the station in the folder HOME, and say which one is in force.",
    )
    listed.add_argument("--home", required=True, type=Path, help="the station's folder")
    listed.set_defaults(run=run_list)
    shipped = acts.add_parser(
        "shipped",
        help="go back to the questionnaire that comes with the program",
        description="Put the questionnaire that comes with the program in force again; your own stay readable.",
    )
    shipped.add_argument("--home", required=True, type=Path, help="the station's folder")
    shipped.set_defaults(run=run_shipped)


def run_template(arguments: argparse.Namespace) -> int:
    from testimony.cli.output_file import write_new
    from testimony.services.wordings import starting_form

    write_new(arguments.out, starting_form.content())
    line("written", str(arguments.out))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    if arguments.adapt is not None:
        return _adapt(arguments)
    form = read_form(arguments.file)
    line("checked", f"{_described(form)}: nothing stands against it")
    line("sha256", form.sha256)
    return 0


def _adapt(arguments: argparse.Namespace) -> int:
    """Write the adapted copy, also where something is left to mend: its author goes on from there."""
    from testimony.cli.output_file import write_new
    from testimony.questionnaire.errors import QuestionnaireRefused
    from testimony.questionnaire.xlsform.adaptation.adapt import adapt
    from testimony.services.wordings.adaptation import packed

    file = arguments.file
    adapted = adapt(
        _content(file),
        name=file.stem,
        language=arguments.language,
        files=_Beside(file.parent).content,
        encoding=arguments.encoding,
    )
    _print(adapted.changes, "changed")
    _print(adapted.reading.refusals, "refused")
    _print(adapted.reading.warnings, "note")
    write_new(arguments.adapt, packed(adapted.sheets))
    line("written", str(arguments.adapt))
    form = adapted.reading.form
    if form is None:
        raise QuestionnaireRefused(problems=f"the places named above ({len(adapted.reading.refusals)})")
    line("checked", f"{_described(form)}: it can be installed; read each change above first")
    return 0


class _Beside:
    """The files beside a form: only plain names in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def content(self, name: str) -> bytes | None:
        file = self.folder / name
        if Path(name).name != name or not file.is_file() or file.stat().st_size >= LARGEST:
            return None
        return file.read_bytes()


def run_install(arguments: argparse.Namespace) -> int:
    with _opened(arguments.home) as station:
        return _put_in_force(station, read_form(arguments.file))


def run_shipped(arguments: argparse.Namespace) -> int:
    from testimony.questionnaire.form import Form

    with _opened(arguments.home) as station:
        return _put_in_force(station, Form.load())


def run_list(arguments: argparse.Namespace) -> int:
    from testimony.questionnaire.definition import all_shipped
    from testimony.services.wordings import questionnaires

    with _opened(arguments.home) as station:
        current = questionnaires.in_force(station).sha256
        for form in (*all_shipped(), *questionnaires.installed(station)):
            line("in force" if form.sha256 == current else "readable", _described(form))
    return 0


def _opened(home: Path) -> Station:
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.services.startup import open_station

    station = open_station(home)
    if station.settings.role == "central":
        station.close()
        raise StationRoleWrong(folder=home, role="central server", wanted="field node or a desk")
    return station


def _put_in_force(station: Station, form: Form) -> int:
    from testimony.services.wordings import questionnaires

    questionnaires.install(station, form)
    what = "is in force: interviews that begin now ask it" if station.settings.role == "field" else "is readable here"
    line("form", f"{form.id} {what}")
    return 0


def read_form(file: Path) -> Form:
    """The form that `file` defines, after everything about it was said. Raises `QuestionnaireRefused`."""
    from testimony.questionnaire import definition
    from testimony.questionnaire.errors import QuestionnaireRefused
    from testimony.questionnaire.xlsform.reader import read

    data = _content(file)
    if data.startswith(b"{"):
        form = definition.parse(data)
        definition.require_safe(form)
        return form
    reading = read(data)
    _print(reading.refusals, "refused")
    _print(reading.warnings, "note")
    if reading.form is None:
        raise QuestionnaireRefused(problems=f"the places named above ({len(reading.refusals)})")
    return reading.form


def _content(file: Path) -> bytes:
    from testimony.services.certificates.errors import FileUnreadable

    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST)
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error


def _print(findings: Iterable[Problem], subject: str) -> None:
    from testimony.questionnaire.xlsform.findings import grouped

    for place, reason in grouped(findings):
        line(subject, f"{place}: {reason}")


def _described(form: Form) -> str:
    languages = " ".join(dict.fromkeys((str(form.value.get("language", "en")), *form.value.get("translations", {}))))
    questions = counted(sum(1 for _ in form.fields), "question")
    return f"{form.id}, {questions} in {counted(len(form.sections), 'section')} ({languages})"
