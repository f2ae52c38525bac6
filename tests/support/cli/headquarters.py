"""Who holds the root keys of a copy of the organisation, at the command line; and commands without a process each."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from testimony.cli.main import main
from testimony.cli.signing.rosters import chain_of
from testimony.domain.time import Dating, dating
from testimony.services.enrolment.organisation import Organisation

ROOTS = ("root-1", "root-2")


def run(*arguments: object, typed: str = "") -> CompletedProcess[str]:
    """One command to its end, in this process: a story of many commands would wait for as many interpreters."""
    command = [str(one) for one in arguments]
    with (
        redirect_stdout(io.StringIO()) as said,
        redirect_stderr(io.StringIO()) as failed,
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
        mock.patch.dict(os.environ),  # a command sets `TESTIMONY_KEY_FILE` for the desk that it opens
    ):
        code = main(command)
    return CompletedProcess(command, code, said.getvalue(), failed.getvalue())


def date_answer(folder: Path) -> str:
    """What answers the question for the date of the next roster; empty if none is asked.

    The organisation of the tests was founded on a day of its own, and later rosters are of today.
    """
    today = datetime.now(UTC).date()
    found = dating(today, date.fromisoformat(chain_of(folder).latest.issued))
    return {Dating.AHEAD: f"{today}\n", Dating.USUAL: "yes\n"}.get(found, "")


class Headquarters:
    """`folder` is the organisation's; `typed` answers the questions for the passphrases."""

    def __init__(self, made: Organisation, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.typed = "\n".join(made.keeper(name).passphrase for name in ROOTS) + "\n"

    def act(self, *command: object, answer: str = "") -> CompletedProcess[str]:
        """One `roster` command that signs; `answer`, and one for the date, come before the passphrases."""
        files = [self.folder / "keys" / f"{name}.key" for name in ROOTS]
        options = ("--org", self.folder, "--key-file", *files)
        typed = (answer + "\n" if answer else "") + date_answer(self.folder) + self.typed
        return run(
            "roster",
            *command,
            *options,
            typed=typed,
        )

    def admit(self, request: Path, *more: object, answer: str = "yes") -> CompletedProcess[str]:
        return self.act("admit", request, *more, answer=answer)

    def bundle(self, no: int) -> Path:
        return self.folder / "rosters" / f"roster-{no}.bundle"
