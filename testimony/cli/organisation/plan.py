"""What a new organisation is to have: from options, from a file, or asked at the terminal, each answer at once."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from testimony.cli import address, prompts

if TYPE_CHECKING:
    from testimony.services.enrolment.organisation import Plan

INTERVIEWERS, COORDINATORS = 2, 1
LAWYERS, MOST_LAWYERS, LONGEST = 2, 4, 300
TEXTS: Final = ("name", "mechanism", "complaints")
LISTS: Final = ("purposes", "referrals")
NUMBERS: Final = ("interviewers", "coordinators")
FIELDS: Final = (*TEXTS, "lawyers", *LISTS, *NUMBERS, "central_url")


def plan(arguments: argparse.Namespace, more: Mapping[str, Any]) -> Plan:
    """The plan of `org create`; `more`: what comes from ceremonies. Raises `PlanWrong`, `FileUnreadable`."""
    from testimony.services.enrolment import organisation

    said = _of_options(arguments)
    if arguments.plan is not None:
        _require_alone(said)
        said = _of_file(arguments.plan)
    elif "name" not in said or "lawyers" not in said:
        said = _asked(said)
    names = said.pop("lawyers", ())
    defaults = {"interviewers": INTERVIEWERS, "coordinators": COORDINATORS}
    made = organisation.Plan(
        lawyer_names=names,
        issued=datetime.now(UTC).date(),
        draft_share=arguments.draft_share,
        **{"name": "", **defaults, **said, **more},
    )
    organisation.require_sound(made)
    return made


def _of_options(arguments: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(arguments, name) for name in ("name", "lawyers", "mechanism", *NUMBERS, "central_url")}
    return {name: value for name, value in given.items() if value is not None}


def _require_alone(said: Mapping[str, Any]) -> None:
    from testimony.services.enrolment.errors import PlanWrong

    if said:
        raise PlanWrong(what=f"--plan has everything in its file, so leave out --{next(iter(said)).replace('_', '-')}")


def _of_file(file: Path) -> dict[str, Any]:
    """A JSON object with `FIELDS`; texts are one text, or one a language."""
    from testimony.services.certificates import store as certificate_store
    from testimony.services.enrolment.errors import PlanWrong

    try:
        said = json.loads(certificate_store.read(file))
    except ValueError as error:
        raise PlanWrong(what=f"{file.name} is no JSON") from error
    if not isinstance(said, dict):
        raise PlanWrong(what=f"{file.name} is no JSON object")
    for name, value in said.items():
        if name not in FIELDS:
            raise PlanWrong(what=f"{file.name} has “{name}”, and may have {', '.join(FIELDS)}")
        if not _fits(name, value):
            raise PlanWrong(what=f"“{name}” in {file.name} is not in the form that docs/consent.md describes")
    if said.get("central_url"):
        said["central_url"] = _url(said["central_url"])
    return said


def _fits(name: str, value: object) -> bool:
    if name in TEXTS:
        return isinstance(value, (str, dict))
    if name in NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "central_url":
        return isinstance(value, str)
    return isinstance(value, list) and all(isinstance(one, str if name == "lawyers" else dict) for one in value)


def _url(text: str) -> str:
    from testimony.services.enrolment.errors import PlanWrong

    try:
        return address.central_url(text)
    except argparse.ArgumentTypeError as error:
        raise PlanWrong(what=str(error)) from error


def _asked(said: dict[str, Any]) -> dict[str, Any]:
    """What the options left open, a question each. An empty answer takes what stands in the brackets."""
    print("\nAnswer with the return key. Nothing is made before the last answer.")
    questions: dict[str, Callable[[], object]] = {
        "name": lambda: _text("Name of the organisation, as witnesses hear it"),
        "lawyers": _lawyers,
        "mechanism": lambda: _text("Monitoring mechanism that may get coded answers [none]", empty=True),
        "interviewers": lambda: _number("How many interviewers, each with one phone", INTERVIEWERS),
        "coordinators": lambda: _number("How many coordinators, one or two", COORDINATORS),
        "central_url": _central,
    }
    return {name: said[name] if name in said else ask() for name, ask in questions.items()}


def _lawyers() -> list[str]:
    names: list[str] = []
    while len(names) < MOST_LAWYERS:
        enough = len(names) >= LAWYERS
        name = _text(f"Name of lawyer {len(names) + 1}{' [no more]' if enough else ''}", empty=enough)
        if not name:
            break
        names.append(name)
    return names


def _central() -> str:
    while text := _line("Address of the central server, such as https://central.example [on this machine]"):
        try:
            return address.central_url(text)
        except argparse.ArgumentTypeError as error:
            print(error)
    return ""


def _number(question: str, usual: int) -> int:
    while text := _line(f"{question} [{usual}]"):
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000:
            return int(text)
        print("Write a number, such as 2.")
    return usual


def _text(question: str, *, empty: bool = False) -> str:
    while True:
        text = _line(question)
        if len(text) > LONGEST:
            print(f"This has {len(text)} characters, and {LONGEST} fit. Shorten it.")
        elif text or empty:
            return text
        else:
            print("This is needed.")


def _line(question: str) -> str:
    """Raises `PlanWrong` where nobody answers any more."""
    from testimony.services.enrolment.errors import PlanWrong

    answer = prompts.line(question)
    if answer is None:
        raise PlanWrong(what="an answer is lacking; give --name and --lawyers, or --plan, where nobody can be asked")
    return answer
