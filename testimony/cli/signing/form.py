"""`testimony form check|install|list|shipped`: check and install an organisation's own questionnaire (XLSForm)."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line

if TYPE_CHECKING:
    from testimony.questionnaire.form import Form
    from testimony.questionnaire.xlsform.findings import Problem
    from testimony.station.station import Station

LARGEST = 2 * 1024 * 1024 + 1  # one byte more than is read: the reader itself says that it is too large


def add_to(commands: Any) -> None:
    what = "check and install your own questionnaire"
    form = commands.add_parser("form", help=what, description=what.capitalize() + ", written as an XLSForm.")
    acts = form.add_subparsers(title="acts", metavar="ACT", required=True)
    check = acts.add_parser(
        "check",
        help="say what is wrong with an XLSForm",
        description="Read FILE (.xlsx, an XLSForm with the columns compartment and disclosure) and say everything that "
        "is wrong with it, by sheet, row and column. Changes nothing.",
    )
    check.add_argument("file", metavar="FILE", type=Path)
    check.set_defaults(run=run_check)
    install = acts.add_parser(
        "install",
        help="put a questionnaire in force at a station",
        description="Check FILE (.xlsx, or the .json that another station keeps in its folder forms) and put it in "
        "force at the field node in the folder HOME. At a desk it makes the testimonies readable that were taken with "
        "it. Those installed before stay readable.",
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


def run_check(arguments: argparse.Namespace) -> int:
    form = read_form(arguments.file)
    line("checked", f"{_described(form)}: nothing stands against it")
    line("sha256", form.sha256)
    return 0


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
    from testimony.services.certificates.errors import FileUnreadable

    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST)
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
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


def _print(findings: Iterable[Problem], subject: str) -> None:
    for finding in findings:
        line(subject, f"{finding.place}: {finding.reason}")


def _described(form: Form) -> str:
    languages = " ".join(dict.fromkeys((str(form.value.get("language", "en")), *form.value.get("translations", {}))))
    questions = counted(sum(1 for _ in form.fields), "question")
    return f"{form.id}, {questions} in {counted(len(form.sections), 'section')} ({languages})"
