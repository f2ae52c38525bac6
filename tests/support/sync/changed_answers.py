"""What central gives, changed on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from testimony import canonical
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.wire.frames import Frame, read_frames, write_frames

COUNTED = ("frames", "sha256")
"""What every container says of itself at its end."""


@dataclass(frozen=True)
class Unpacked:
    """Asks for answers as they are, so that a test can change them."""

    channel: Channel

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        plain = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
        return self.channel.send(method, url, plain, body)


def given_changed(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    """Both ways on which central gives: its feed, and what is asked for by name."""

    def changed(path: str, answer: Answer) -> Answer:
        if answer.status != 200 or not path.startswith(("/sync/feed", "/sync/media")):
            return answer
        *frames, end = read_frames(answer.body)
        rest = {key: value for key, value in canonical.decode_object(end.payload).items() if key not in COUNTED}
        return Answer(200, answer.headers, write_frames(change(frames), **rest))

    return changed
