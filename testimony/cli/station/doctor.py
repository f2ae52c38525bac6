"""`testimony doctor`: say in about ten lines how a station is and what to do, with the exit codes of monitoring."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import counted, line, safe

if TYPE_CHECKING:
    from testimony.services.diagnosis.types import Finding, Line


def add_to(commands: Any) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="say how a station is and what to do, in about ten lines",
        description="Say how a station is, running or not, and what to do about what is not well: the central server, "
        "the roster, clock, backup, disk, records, versions, and what waits. Works offline; without an answer of the "
        "central server it ends after a few seconds. Exit code: 0 well, 1 warning, 2 critical, 3 cannot tell.",
    )
    doctor.add_argument("--home", required=True, type=Path, help="the station's folder")
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    doctor.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.services.diagnosis.types import worst

    lines = _lines(arguments.home)
    level = worst(one.level for one in lines)
    if arguments.json:
        print(_json(lines))
        return level
    unwell = [one.subject for one in lines if one.level]
    print(f"{level.name}: {', '.join(unwell)}" if unwell else "WELL: all of it")
    for one in lines:
        mark = f"{one.level.name}: " if one.level else ""
        line(one.subject, mark + " ".join(map(_words, one.findings)))
        for finding in one.findings:
            if finding.do:
                line("", f"-> {finding.do}")
    return level


def _lines(home: Path) -> list[Line]:
    """What a station that does not open says is a line too: a monitor must not take it for a warning."""
    from testimony.errors import HomeMissing, TestimonyError
    from testimony.services.diagnosis import diagnosis
    from testimony.services.diagnosis.types import Level
    from testimony.services.startup import open_station
    from testimony.station.errors import StationWaiting
    from testimony.sync.diagnosis import probe

    try:
        with open_station(home) as station:
            return probe.look(station, now=datetime.now(UTC))
    except HomeMissing as error:
        return diagnosis.closed(error, Level.UNKNOWN)
    except StationWaiting as error:
        return diagnosis.closed(error, Level.WARNING)
    except TestimonyError as error:
        return diagnosis.closed(error)


def _json(lines: Sequence[Line]) -> str:
    from testimony.services.diagnosis.types import worst

    level = worst(one.level for one in lines)
    said = [
        {
            "subject": one.subject,
            "level": one.level.name.lower(),
            "says": [_words(finding) for finding in one.findings],
            "do": [finding.do for finding in one.findings if finding.do],
        }
        for one in lines
    ]
    return json.dumps({"level": level.name.lower(), "code": int(level), "lines": said}, indent=1, ensure_ascii=False)


def _words(finding: Finding) -> str:
    values = {name: _value(value) for name, value in finding.values.items()}
    return finding.text % values if values else finding.text


def _value(value: object) -> str:
    from testimony.services.diagnosis.types import Size, Span

    if isinstance(value, Size):
        return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:.1f} MB"
    if isinstance(value, Span):
        minutes = value // 60
        if minutes < 120:
            return counted(minutes, "minute")
        return counted(minutes // 60, "hour") if minutes < 2880 else f"{minutes // 1440} days"
    return safe(str(value))
