"""Sealing and opening in Python, and the tools that people know on the same bytes: Debian's age, gpg with RSA-4096."""

from __future__ import annotations

import os
from collections.abc import Sequence

from testimony.sealing.age import age
from testimony.sealing.parts.manifest import ALWAYS
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from tests.bench.others import peers
from tests.bench.support.figures import Aim, Figure, each, rate
from tests.support.sealing.organisation import Organisation

PART = 2500
PIECE = 512 * 1024  # of media, twice what a part may hold: what is measured is the cipher
WHAT = "a testimony of six parts, 2.5 kB each, slots 2/4/1"


def contents() -> dict[str, Content]:
    """Six parts of 2.5 kB; provenance holds the attestation besides."""
    made = {name: Content("text/plain", os.urandom(PART)) for name in ALWAYS}
    made["provenance"] = Content("application/json", b'{"pad":"%s"}' % (b"x" * 1500))
    return made


def measure() -> Sequence[Figure]:
    return [*_testimonies(), *_media(), *_messages()]


def _testimonies() -> Sequence[Figure]:
    organisation, six = Organisation(), contents()
    sealed = organisation.seal(six)

    envelope = sealed.record.encode()

    def open_all() -> None:
        record = SignedRecord.decode(envelope)  # as it comes from the store: nothing of it is remembered
        for part in sealed.parts:
            organisation.open(sealed, part.part, "lawyers", organisation.lawyer_b, record=record)

    return [
        *each(f"seal {WHAT}", rate(lambda: organisation.seal(six)), Aim(least=122, cause=SLOW)),
        *each("open it, all six parts, by a lawyer", rate(open_all), Aim(least=155, cause=SLOW)),
        Figure("the same on the wire, with its manifest", size_of(sealed) / 1000, "kB"),
    ]


def size_of(sealed: SealedTestimony) -> int:
    """Bytes of the manifest's record, the heads and the bodies."""
    parts = sum(len(part.body) + sum(map(len, part.heads.values())) for part in sealed.parts)
    return len(sealed.record.encode()) + parts


def _media() -> Sequence[Figure]:
    key, piece = age.new_file_key(), os.urandom(PIECE)
    body = age.seal_body(key, piece)
    return [
        Figure("seal media, in pieces of 512 KiB", rate(lambda: age.seal_body(key, piece)) * PIECE / 1e6, "MB/s"),
        Figure("open media", rate(lambda: age.open_body(key, body)) * PIECE / 1e6, "MB/s"),
        *peers.media(),
    ]


def _messages() -> Sequence[Figure]:
    organisation, message = Organisation(), os.urandom(peers.MESSAGE)
    recipient = organisation.lawyer_a.recipient
    key = age.new_file_key()
    head, body = age.seal_head(key, [recipient], 1), age.seal_body(key, message)

    def seal() -> None:
        fresh = age.new_file_key()
        age.seal_head(fresh, [recipient], 1)
        age.seal_body(fresh, message)

    def opened() -> None:
        age.open_body(age.open_head(head, organisation.lawyer_a), body)

    return [
        Figure("seal 4 KiB for one reader, ML-KEM-768 with X25519", 1000 / rate(seal), "ms"),
        Figure("open 4 KiB", 1000 / rate(opened), "ms"),
        *peers.messages(),
    ]


SLOW = "a slower or busier processor than the one that the aim was measured on"
