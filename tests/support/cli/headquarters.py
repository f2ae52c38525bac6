"""Who holds the root keys of a copy of the organisation, at the command line; and commands without a process each."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from testimony.cli.main import main
from testimony.services.enrolment.organisation import Organisation

ROOTS = ("root-1", "root-2")


def run(*arguments: object, typed: str = "") -> CompletedProcess[str]:
    """One command to its end, in this process: a story of many commands would wait for as many interpreters."""
    command = [str(one) for one in arguments]
    with (
        redirect_stdout(io.StringIO()) as said,
        redirect_stderr(io.StringIO()) as failed,
        mock.patch.object(sys, "stdin", io.StringIO(typed)),
    ):
        code = main(command)
    return CompletedProcess(command, code, said.getvalue(), failed.getvalue())


class Headquarters:
    """`folder` is the organisation's; `typed` answers the questions for the passphrases."""

    def __init__(self, made: Organisation, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.typed = "\n".join(made.keeper(name).passphrase for name in ROOTS) + "\n"

    def act(self, *command: object, answer: str = "") -> CompletedProcess[str]:
        """One `roster` command that signs; `answer` comes before the passphrases."""
        files = [self.folder / "keys" / f"{name}.key" for name in ROOTS]
        options = ("--org", self.folder, "--key-file", *files)
        return run("roster", *command, *options, typed=(answer + "\n" if answer else "") + self.typed)

    def admit(self, request: Path, *more: object, answer: str = "yes") -> CompletedProcess[str]:
        return self.act("admit", request, *more, answer=answer)

    def bundle(self, no: int) -> Path:
        return self.folder / "rosters" / f"roster-{no}.bundle"
