"""Lists the files of the page that the installed program serves for a field node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.roster.pages import PageFile
    from testimony.station.station import Station

LIST = "/interview/files"
SAID = {"altered": "is another file", "lacking": "is not served", "unnamed": "is served, and named nowhere"}


def client(station: Station) -> Any:
    """The pages of `station`, asked without a network. Raises `StationRoleWrong` unless it is a field node."""
    from testimony.services.certificates.errors import StationRoleWrong
    from testimony.web.factory import create_app

    if station.settings.role != "field":
        raise StationRoleWrong(folder=station.settings.home, role=station.settings.role, wanted="field node")
    return create_app(STATION=station).test_client()


def by(station: Station) -> list[PageFile]:
    """Every file that a phone loads from `station`, as this program serves it."""
    return listed(client(station).get(LIST).get_json()["files"])


def listed(files: list[dict[str, Any]]) -> list[PageFile]:
    """A node's own list of its files."""
    from testimony.sealing.roster.pages import PageFile

    return [PageFile(one["path"], one["sha256"], one["len"]) for one in files]


def print_differences(found: Mapping[str, str]) -> None:
    """One line for each path, in their order."""
    for path, kind in sorted(found.items()):
        line("differs", f"{path} {SAID[kind]}")
