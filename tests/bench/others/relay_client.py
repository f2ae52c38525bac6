"""A Nostr relay for the benchmark: `push PORT FOLDER` signs what lies there, hands it in and tells the time.

The relay (nostr-relay, in Python) verifies a Schnorr signature of each event and writes it into SQLite, which it does
not sync at each commit. It runs in an environment of its own: nothing of ours needs it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp  # type: ignore[import-not-found]  # of the relay's environment
from aionostr.event import Event, PrivateKey  # type: ignore[import-not-found]

SEALED = 1059
"""The kind of an event whose content is sealed (NIP-59)."""
AHEAD = 46
"""Events that are on their way unanswered, as many as a batch of ours holds."""


def signed(folder: Path) -> Iterator[str]:
    """An event for each record: a folder in one of the folders of `folder`, of files."""
    key = PrivateKey()
    for record in sorted(folder.glob("*/*")):
        content = base64.b64encode(b"".join(part.read_bytes() for part in sorted(record.iterdir()))).decode()
        event = Event(pubkey=key.public_key.format()[1:].hex(), content=content, kind=SEALED)
        event.sign(key.secret.hex())
        yield json.dumps(["EVENT", event.to_json_object()])


async def push(port: int, folder: Path) -> dict[str, float]:
    events = list(signed(folder))
    async with aiohttp.ClientSession() as session, session.ws_connect(f"ws://127.0.0.1:{port}/") as way:
        before = time.perf_counter()
        answered = 0
        for number, event in enumerate(events):
            if number >= AHEAD:
                answered += _accepted(await way.receive_json())
            await way.send_str(event)
        while answered < len(events):
            answered += _accepted(await way.receive_json())
        seconds = time.perf_counter() - before
    return {"seconds": seconds, "sent": sum(map(len, events))}


def _accepted(answer: list[object]) -> int:
    if answer[0] != "OK" or answer[2] is not True:
        raise SystemExit(f"the relay answered {answer}")
    return 1


if __name__ == "__main__":
    print(json.dumps(asyncio.run(push(int(sys.argv[1]), Path(sys.argv[2])))))
