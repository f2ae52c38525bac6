"""Shows a request for admission: its six words and the next steps."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.roster.admission import Admission


def show_request(asked: Admission) -> None:
    """What people compare, and what a camera at headquarters reads."""
    import segno

    from testimony.sealing.keys.wordlist import fingerprint_words

    line("asks", f"{asked.kind} {asked.id}" + (", in place of the one of this name" if asked.replaces else ""))
    line("its words", fingerprint_words(asked.fingerprint))
    line("SHA-256", asked.fingerprint)
    picture = io.StringIO()
    segno.make(asked.fingerprint.upper(), error="m", micro=False, boost_error=False).terminal(picture, compact=True)
    print(picture.getvalue())
