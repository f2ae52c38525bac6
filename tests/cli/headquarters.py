"""Who holds the root keys of a copy of the organisation, at the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from testimony.services.organisation import Organisation
from tests.cli.running import run

ROOTS = ("root-1", "root-2")


class Headquarters:
    """`folder` is the organisation's; `typed` answers the questions for the passphrases."""

    def __init__(self, made: Organisation, folder: Path) -> None:
        self.made, self.folder = made, folder
        self.typed = "\n".join(made.keeper(name).passphrase for name in ROOTS) + "\n"

    def act(self, *command: object, answer: str = "") -> subprocess.CompletedProcess[str]:
        """One `roster` command that signs; `answer` comes before the passphrases."""
        files = [self.folder / "keys" / f"{name}.key" for name in ROOTS]
        options = ("--org", self.folder, "--key-file", *files)
        return run("roster", *command, *options, typed=(answer + "\n" if answer else "") + self.typed)

    def admit(self, request: Path, *more: object, answer: str = "yes") -> subprocess.CompletedProcess[str]:
        return self.act("admit", request, *more, answer=answer)

    def bundle(self, no: int) -> Path:
        return self.folder / "rosters" / f"roster-{no}.bundle"
