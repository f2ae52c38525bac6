"""How many testimonies one core seals and opens in a second: `python -m tests.sealing.measure`. Not a test."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from testimony.sealing import testimony
from testimony.sealing.manifest import ALWAYS
from tests.sealing.organisation import Organisation

SECONDS = 5.0


def rate(act: Callable[[], object]) -> float:
    start, count = time.process_time(), 0
    while time.process_time() - start < SECONDS:
        act()
        count += 1
    return count / (time.process_time() - start)


def main() -> None:
    organisation = Organisation()
    contents = {name: testimony.Content("text/plain", os.urandom(2500)) for name in ALWAYS}
    contents["provenance"] = testimony.Content("application/json", b'{"pad":"%s"}' % (b"x" * 1500))
    sealed = organisation.seal(contents)
    wire = len(sealed.record.encode()) + sum(len(p.body) + sum(map(len, p.heads.values())) for p in sealed.parts)

    def open_all() -> None:
        for part in sealed.parts:
            organisation.open(sealed, part.part, "lawyers", organisation.lawyer_b)

    print(f"{wire} bytes, seal {rate(lambda: organisation.seal(contents)):.0f}/s, open {rate(open_all):.0f}/s")


if __name__ == "__main__":
    main()
