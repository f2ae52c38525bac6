"""The interface for storing the bodies of parts, in a local folder or in a bucket of an object store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from testimony.settings import Settings
from testimony.store.blobs.folder import PartStore
from testimony.store.errors import PartDamaged, PartMissing

PARTS: Final = "parts"
"""The folder of a home, where bodies are unless the setting `parts_url` says otherwise."""
Found = bytes | PartMissing | PartDamaged


class Bodies(Protocol):
    """Immutable bodies, each named by its SHA-256 (lower-case hex). Safe to share between threads.

    A folder raises `StoreFull`, `StoreUnwritable`, `StoreFailing`; a bucket `BucketFull`, `BucketSilent`,
    `BucketRefused`, `BucketFailing`, which are `StoreFull` and `StoreFailing`.
    """

    @property
    def on_disk(self) -> bool:
        """Whether bodies take room on the disk of the home."""

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Keep `bodies` (name -> bytes, the caller has hashed them); one that is there and damaged is replaced.

        After an error some may be stored without notice. Code that acknowledges them calls `require_whole` first.
        """

    def not_whole(self, names: Iterable[str]) -> set[str]:
        """The `names` that are missing or damaged, each read from where it is kept and hashed."""

    def require_whole(self, names: Iterable[str]) -> None:
        """Raise `StoreFailing` if any of `names` is not whole."""

    def read(self, name: str) -> bytes:
        """The bytes, hashed again. Raises `PartMissing` or `PartDamaged`; and what the store raises."""

    def read_each(self, names: Iterable[str]) -> Iterator[tuple[str, Found]]:
        """Each of `names` in this order with what `read` gives, or why it is not whole; few at a time in memory."""

    def holds(self, name: str) -> bool:
        """Whether it is there (not whether it is undamaged: `read` says that)."""

    def remove(self, name: str) -> None:
        """Delete; nothing happens when it is not there."""

    def remove_all(self, names: Iterable[str]) -> None:
        """Delete many."""

    def names(self) -> set[str]:
        """The names of everything that is stored, whole or not."""

    def require_reachable(self) -> None:
        """Raise what a delivery would raise now because the store cannot be reached."""


def opened(settings: Settings) -> Bodies:
    """The storage in `settings`. A missing folder is made, which raises `StoreUnwritable`, `StoreFull`; of a bucket
    nothing is asked yet, so that a station opens, and takes withdrawals in, while its object store is away.
    """
    if not settings.parts_url:
        return PartStore(settings.home / PARTS)
    from testimony.store.blobs.s3 import BucketStore  # 15 MB that no field station and no desk needs

    return BucketStore(settings.parts_url, endpoint=settings.parts_endpoint, region=settings.parts_region)
