"""`make bench`: measure everything in one run and write docs/benchmarks.md."""

from __future__ import annotations

import math
import os
import platform
import socket
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from testimony.sealing import age, testimony
from testimony.sealing.manifest import ALWAYS
from testimony.services import organisation
from testimony.services.organisation import Plan
from tests.bench import peers, stations
from tests.js.bench.measure import figures as in_chromium
from tests.sealing.measure import rate
from tests.sealing.organisation import Organisation
from tests.sync.measure import measure as sync_figures

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
MEDIA = 512 * 1024
PYTHON, CHROMIUM, NODE = "Sealing in Python (one core)", "Sealing in Chromium", "A field node"
AIMS: Mapping[tuple[str, str], tuple[float, float]] = {  # (at least, at most)
    (PYTHON, "seals/s"): (122, math.inf),
    (PYTHON, "opens/s"): (155, math.inf),
    (CHROMIUM, "seals/s (six parts of 2.5 kB, slots 2/4/1)"): (26, math.inf),
    (CHROMIUM, "opens/s (six parts, by a lawyer among four slots)"): (47, math.inf),
    (NODE, "memory of an idle node, MB"): (0, 80),
    (NODE, "start-up until the first answer, s"): (0, 1.5),
    (NODE, "first load without the sealing bundle, kB"): (0, 40),
    (NODE, "first load without the sealing bundle, requests"): (0, 10),
    (NODE, "sealing bundle (modules and vendored files), kB"): (0, 60),
}


def in_python() -> dict[str, float]:
    """One core; six parts of 2.5 kB each, slots 2, 4, 1."""
    made = Organisation()
    contents = {name: testimony.Content("text/plain", os.urandom(2500)) for name in ALWAYS}
    contents["provenance"] = testimony.Content("application/json", b'{"pad":"%s"}' % (b"x" * 1500))
    sealed = made.seal(contents)

    def open_all() -> None:
        for part in sealed.parts:
            made.open(sealed, part.part, "lawyers", made.lawyer_b)

    key, media = age.new_file_key(), os.urandom(MEDIA)
    body = age.seal_body(key, media)
    return {
        "seals/s": rate(lambda: made.seal(contents)),
        "opens/s": rate(open_all),
        "media sealed, MB/s": rate(lambda: age.seal_body(key, media)) * MEDIA / 1e6,
        "media opened, MB/s": rate(lambda: age.open_body(key, body)) * MEDIA / 1e6,
    }


def of_sync() -> dict[str, float]:
    found = sync_figures()
    return {
        "taken in by a node, one by one, testimonies/s": found.taken_in,
        "node -> central, testimonies/s": found.pushed,
        "central -> lawyer's desk, testimonies/s": found.pulled,
        "bytes sent for each byte held": found.wire,
        "size of one testimony, kB": found.bytes_each / 1000,
    }


def of_stations() -> dict[str, float]:
    plan = Plan(name="Bench", lawyer_names=("A", "B"), issued=date(2026, 1, 5), key_file_work=10)
    with tempfile.TemporaryDirectory() as folder:
        home = organisation.create(Path(folder) / "org", plan).folder / "field"
        return {**stations.start_and_rest(home, _free_port()), **stations.first_load(home, _free_port())}


SECTIONS: Mapping[str, Callable[[], Mapping[str, float]]] = {
    PYTHON: in_python,
    CHROMIUM: in_chromium,
    "Sealing in Chromium, six times slower (a cheap phone)": lambda: in_chromium(slowdown=6),
    "Sync over HTTP": of_sync,
    NODE: of_stations,
    "Tools that people know, on the same machine": peers.measure,
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _row(title: str, name: str, value: float) -> str:
    least, most = AIMS.get((title, name), (0, 0))
    aim = f"at least {least:g}" if most == math.inf else f"at most {most:g}" if most else ""
    met = (": met" if least <= value <= most else ": **missed**") if aim else ""
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"| {name} | {shown} | {aim}{met} |"


def main() -> None:
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; read it again after every run, and say in *Notes* why an aim was missed.",
        "",
        f"{datetime.now(UTC).date()}, Python {platform.python_version()}, {os.cpu_count()} {platform.machine()} cores; "
        f"others kept {os.getloadavg()[0]:.1f} busy when it began.",
    ]
    for title, measure in SECTIONS.items():
        print(f"  bench         {title}", flush=True)
        lines += ["", f"## {title}", "", "| what | figure | aim |", "|---|---|---|"]
        lines += [_row(title, name, value) for name, value in measure().items()]
    notes = PAGE.read_text(encoding="utf-8").partition("## Notes\n")[2] if PAGE.exists() else ""
    PAGE.write_text("\n".join([*lines, "", "## Notes", notes or "", ""]).rstrip() + "\n", encoding="utf-8")
    print(f"  bench         written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
