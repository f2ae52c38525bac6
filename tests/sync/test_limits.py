"""Limits that docs/sync.md promises to other programs, and those that keep a hostile station from filling memory."""

from __future__ import annotations

import pytest

from testimony.sync.backup import hand_over, writer
from testimony.sync.bundle import certificate_requests, heads, import_answer
from testimony.sync.client import (
    delivery,
    handshake,
    newer_rosters,
    pull_gaps,
    pull_media,
    pull_text,
    pull_update,
    pull_wordings,
    push,
)
from testimony.sync.http import channel, transport
from testimony.sync.mail import smtp
from testimony.sync.server import by_name, server, updates
from testimony.sync.wire import content_coding, frames

KB, MB, GB = 1 << 10, 1 << 20, 1 << 30


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (frames.PAYLOAD_LIMIT, 256 * KB),
        (frames.HEADER_LIMIT, 256),
        (frames.BATCH_LIMIT, MB),
        (server.NAMES_LIMIT, 4096),
        (server.ASKED_LIMIT, 256),
        (server.FRAMES_LIMIT, 4096),
        (server.PAGE, 512 * KB),
        (by_name.PIECES_LIMIT, 4096),
        (by_name.TEXTS_LIMIT, 1024),
        (updates.PIECES, 2),
        (transport.NAMES_LIMIT, 4096),
        (transport.TRIES, 64),
        (channel.ANSWER_LIMIT, 8 * MB),
        (channel.ANSWER, MB),
        (content_coding.BLOCK, 16 * KB),
        (content_coding.LEAST, 512),
        (content_coding.WORTH, 64),
        (list(content_coding.WINDOW.values()), [23]),
        (handshake.PROOF_LIMIT, 128),
        (handshake.NOTE_LIMIT, 4096),
        (handshake.ROUNDS, 4),
        (newer_rosters.A_TIME, 256 * KB),
        ((pull_text.FEW, pull_text.MANY), (128, 1024)),
        ((pull_media.FEW, pull_media.MANY), (32, 2048)),
        ((pull_wordings.FEW, pull_wordings.MANY), (64, 2048)),
        ((pull_gaps.MOST_PIECES, pull_gaps.MOST_UNCONFIRMED), (64, 2)),
        (pull_update.LARGEST, 4 * GB),
        ((push.SHARE, push.AT_A_TIME), (200, 256)),
        ((delivery.MOST_FRAMES, delivery.ATTEMPTS), (2048, 6)),
        ((delivery.FIRST_PAUSE, delivery.GROWTH, delivery.LONGEST_PAUSE), (0.1, 4, 8.0)),
        ((import_answer.PAGE_LIMIT, import_answer.RECEIPTS, import_answer.PIECES), (32 * MB, 200, MB)),
        (heads.MOST, 100),
        (certificate_requests.MOST, 4096),
        (hand_over.SHARE, 512 * KB),
        (writer.FLUSHED, 16 * MB),
        ((smtp.OTHERS, smtp.LONGEST_PASSWORD), (0o007, 1000)),
    ],
)
def test_a_limit_is_what_is_promised(limit: object, value: object) -> None:
    assert limit == value
