"""A phone that was told to trust an organisation's authority, and that asks the node again for its receipt."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.interview.fast_interview import Hurried


def trust(certutil: str, home: Path, root: bytes) -> None:
    """What the steps of the help pages come to, in Chromium's store on Linux. `root`: the certificate, as PEM."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    (home / "ca.crt").write_bytes(root)
    database = f"sql:{store}"
    subprocess.run([certutil, "-d", database, "-N", "--empty-password"], check=True, env={"HOME": str(home)})
    subprocess.run(
        [certutil, "-d", database, "-A", "-t", "C,,", "-n", "Notes", "-i", home / "ca.crt"],
        check=True,
        env={"HOME": str(home)},
    )


def asked_again(interviewer: Hurried) -> bool:
    """Whether the node has it. Tries by hand meanwhile, as a person would: the page itself waits between its tries."""
    if interviewer.states() == ["node"]:
        return True
    interviewer.act("send-now")
    return False
