"""Every command reads the words of all commands first: that must not load what only some of them need."""

from __future__ import annotations

import subprocess
import sys

from tests.support.cli.program import ROOT

HEAVY = ("sqlalchemy", "cryptography", "flask", "babel", "jinja2", "PIL", "testimony.services", "testimony.web")
"""What takes half a second and tens of megabytes: `verify --archive` on an old laptop, a field node that starts."""


def test_the_words_of_the_commands_load_no_database_no_web_and_no_cryptography() -> None:
    program = (
        "import sys; from testimony.cli.main import build_parser; build_parser();"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
