"""A stick in a test: a folder, and what stations write on it and take from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle.report import ImportReport
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.world import World


def export(station: Station, folder: Path, **options: Any) -> list[Path]:
    """The files of a delivery."""
    folder.mkdir(exist_ok=True)
    return bundle_export.deliver(station, folder, **options).written.files


def export_one(station: Station, folder: Path, **options: Any) -> bytes:
    (file,) = export(station, folder, **options)
    return file.read_bytes()


def answer(station: Station, folder: Path, to: str, **options: Any) -> list[Path]:
    folder.mkdir(exist_ok=True)
    return bundle_export.answer(station, folder, to, **options).written.files


def bring_file(station: Station, file: Path, reader: Reader | None = None) -> ImportReport:
    with file.open("rb") as source:
        return bundle_import.take_in(station, source, reader=reader)


def bring_bytes(station: Station, data: bytes, folder: Path, reader: Reader | None = None) -> ImportReport:
    file = folder / "brought.bin"
    file.write_bytes(data)
    return bring_file(station, file, reader)


def lawyer(world: World) -> Reader:
    return _reader("lawyer-a", Role.LAWYER, Audience.LAWYERS, world.lawyer_a, world.lawyer_signer)


def coordinator(world: World) -> Reader:
    return _reader("coordinator", Role.COORDINATOR, Audience.COORDINATORS, world.coordinator, world.coordinator_signer)


def frames_of(data: bytes) -> list[Frame]:
    """Without the end."""
    return [frame for frame in read_frames(data) if frame.kind != "end"]


def changed(data: bytes, *frames: Frame) -> bytes:
    """The same container with these frames instead, and an end that fits."""
    return write_frames(frames)


def _reader(name: str, role: Role, audience: Audience, key: OpeningKey, signer: Signer) -> Reader:
    return Reader(id=name, role=role, audience=audience, key=key, signer=signer)
