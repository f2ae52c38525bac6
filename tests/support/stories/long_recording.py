"""A long recording without its length in time: a few seconds of real sound, cut into slices and stamped on and on.

What Chromium's recorder writes (WebM, RFC 8794 and 9559: a head, then clusters of Opus packets with their times) is
taken apart here once. A slice is then a cluster of its own with two seconds of those packets, under its own time, so
that any number of slices behind the head is one recording that plays.
"""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from playwright.sync_api import Page

SLICE = 2000  # milliseconds, as the page asks its recorder for them
SECONDS = 7
"""Recorded once: three whole slices and what the recorder needs to begin."""
SEGMENT, CLUSTER, TIME, BLOCK = 0x18538067, 0x1F43B675, 0xE7, 0xA3
TIME_AT = 4 + 8 + 2
RECORD = """async ([seconds, slice]) => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: "audio/webm;codecs=opus", audioBitsPerSecond: 24000 });
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((passed) => recorder.addEventListener("stop", passed));
  recorder.start(slice); // without slices it writes another kind of head
  await new Promise((passed) => setTimeout(passed, seconds * 1000));
  recorder.stop();
  await stopped;
  stream.getTracks().forEach((track) => track.stop());
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@dataclass(frozen=True)
class LongSound:
    """`head` begins a recording; `clusters` are taken in turn, each with a time to be put in at `TIME_AT`."""

    head: bytes
    clusters: tuple[bytes, ...]

    def slice(self, number: int) -> bytes:
        """What the recorder hands on as number `number`, from 0."""
        cluster = bytearray(self.clusters[number % len(self.clusters)])
        struct.pack_into(">I", cluster, TIME_AT, number * SLICE)
        return (b"" if number else self.head) + cluster

    def first(self, slices: int) -> bytes:
        """A recording of so many slices."""
        return b"".join(map(self.slice, range(slices)))

    def slices_in(self, length: int) -> int:
        """How many slices are `length` bytes; they must be whole ones."""
        number = found = 0
        while found < length:
            found += len(self.slice(number))
            number += 1
        assert found == length, "the phone keeps whole slices"
        return number

    def marks(self) -> list[bytes]:
        """Bytes of real packets that are nowhere else: three from each cluster."""
        return [each[at : at + 24] for each in self.clusters for at in (len(each) // 4, len(each) // 2, -60)]


def recorded_by(page: Page) -> LongSound:
    """Record with this page's microphone, in real time, and cut."""
    return cut(base64.b64decode(page.evaluate(RECORD, [SECONDS, SLICE])))


def cut(webm: bytes) -> LongSound:
    """The head and as many whole slices as there are."""
    start, blocks = _taken_apart(webm)
    slices = blocks[-1][0] // SLICE
    assert slices >= 3, f"{slices} slices are in {len(blocks)} packets"
    return LongSound(webm[:start], tuple(_cluster(blocks, number * SLICE) for number in range(slices)))


def _cluster(blocks: list[tuple[int, bytes]], start: int) -> bytes:
    """The packets of one slice: [id, size, time, packets], each under its time from `start` on."""
    inside = b"\xe7\x84" + bytes(4)
    for time, block in blocks:
        if start <= time < start + SLICE:
            stamped = block[:1] + struct.pack(">h", time - start) + block[3:]
            inside += _element(stamped)
    return struct.pack(">IQ", CLUSTER, 1 << 56 | len(inside)) + inside


def _element(block: bytes) -> bytes:
    return bytes([BLOCK]) + struct.pack(">I", 1 << 28 | len(block)) + block


def _taken_apart(webm: bytes) -> tuple[int, list[tuple[int, bytes]]]:
    """Where the first cluster begins, and (milliseconds, [track, time, flags, packet]) of each packet."""
    start = at = time = 0
    blocks = []
    while at < len(webm):
        name, inside = _number(webm, at, keep_mark=True)
        size, inside = _number(webm, inside, keep_mark=False)
        if name == CLUSTER:
            start = start or at
        elif name == TIME:
            time = int.from_bytes(webm[inside : inside + size])
        elif name == BLOCK:
            blocks.append((time + struct.unpack_from(">h", webm, inside + 1)[0], webm[inside : inside + size]))
        at = inside if name in (SEGMENT, CLUSTER) else inside + size
    return start, blocks


def _number(data: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """An EBML number, whose first byte tells how long it is, and where the next one begins."""
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length])
    return value if keep_mark else value & ((1 << 7 * length) - 1), at + length
