"""Errors after a station was restored."""

from __future__ import annotations

from testimony.errors import N_, StationBusy


class CentralRestored(StationBusy):
    """Central has a new epoch, and some field node has not yet offered again what it keeps."""

    code = "sync.restored"
    sentence = N_(
        "The central server was restored from a backup. It serves readers again when every field station has "
        "delivered anew, or when its operator says so. Nothing is lost; try again later."
    )

    def __init__(self, retry_after: int = 600) -> None:
        super().__init__(retry_after)
