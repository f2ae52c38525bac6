"""What a hostile station may answer: a true answer, changed in whatever way a generator comes upon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.records.signatures import Signer
from testimony.services.custody import log as custody_log
from testimony.sync.http.transport import Answer
from testimony.sync.wire.frames import KINDS, PREFACE, Frame, read_frames, write_frames

KEYS = st.sampled_from(["v", "tid", "parts", "part", "heads", "record", "sigs", "by", "name", "status", "a"])
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(max_size=8)
    | st.sampled_from(["0" * 64, "f" * 16]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def twisted(draw: st.DrawFn, value: Any) -> Any:
    """`value` with one thing in it, at any depth, replaced, left out or added."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        how = draw(st.integers(0, 5))
        rest = {name: item for name, item in value.items() if name != key}
        if how == 0:
            return rest
        return {**rest, key: draw(JUNK) if how == 1 else draw(twisted(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(twisted(value[place])), *value[place + 1 :]]
    return draw(JUNK)


def written(value: Any) -> bytes:
    """Canonical where that is possible, else something that is not."""
    try:
        return canonical.encode(value)
    except NotCanonical:
        return repr(value).encode("utf-8", "surrogatepass")


@st.composite
def twisted_payload(draw: st.DrawFn, frame: Frame) -> bytes:
    """The payload with its JSON twisted, that of a record inside its envelope too; or with a byte changed."""
    try:
        value = canonical.decode(frame.payload)
    except NotCanonical:
        place = draw(st.integers(0, max(0, len(frame.payload) - 1)))
        return frame.payload[:place] + draw(st.binary(max_size=4)) + frame.payload[place + 1 :]
    if frame.kind == "record" and draw(st.booleans()):
        inner = draw(twisted(canonical.decode(value["record"].encode())))
        return written({**value, "record": written(inner).decode("utf-8", "replace")})
    return written(draw(twisted(value)))


@st.composite
def shuffled(draw: st.DrawFn, frames: Sequence[Frame], strangers: Sequence[Frame]) -> list[Frame]:
    """`frames` with one to three of them lost, doubled, moved, changed, renamed or from elsewhere."""
    made = list(frames)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(made) - 1)))
        how = draw(st.sampled_from(["lost", "doubled", "moved", "twisted", "twisted", "renamed", "strange", "noise"]))
        if how == "strange" or not made:
            made.insert(place, draw(st.sampled_from(strangers)))
        elif how == "lost":
            del made[place]
        elif how == "doubled":
            made.insert(place, made[place])
        elif how == "moved":
            made.insert(draw(st.integers(0, len(made) - 1)), made.pop(place))
        elif how == "twisted":
            made[place] = Frame(made[place].kind, draw(twisted_payload(made[place])))
        elif how == "renamed":
            made[place] = Frame(draw(st.sampled_from(sorted(KINDS - {"end"}))), made[place].payload)
        else:
            made[place] = Frame(made[place].kind, draw(st.binary(max_size=40)))
    return made


@st.composite
def falsified(
    draw: st.DrawFn, honest: Answer, strangers: Sequence[Frame], sign: Callable[[list[Frame]], Frame]
) -> Answer:
    """`honest`, changed. `sign` makes the checkpoint that a hostile central signs for the frames that it gives."""
    how = draw(
        st.sampled_from(
            ["frames", "frames", "frames", "resigned", "resigned", "end", "torn", "noise", "huge", "headers"]
        )
    )
    if not honest.body.startswith(PREFACE):
        return Answer(200, honest.headers, written(draw(twisted(canonical.decode(honest.body)))))
    if how == "headers":
        headers = {
            **honest.headers,
            **draw(st.dictionaries(st.sampled_from(sorted(honest.headers)), st.text(max_size=9), max_size=3)),
        }
        return Answer(
            draw(st.sampled_from([200, 204, 302, 400, 401, 403, 404, 413, 418, 500, 502, 503, 507])),
            headers,
            honest.body,
        )
    *frames, end = read_frames(honest.body)
    said = {key: value for key, value in canonical.decode(end.payload).items() if key not in {"frames", "sha256"}}
    if how == "end":
        return Answer(200, honest.headers, _ended(frames, draw(twisted(said))))
    if how == "torn":
        return Answer(200, honest.headers, honest.body[: draw(st.integers(0, len(honest.body) - 1))])
    if how == "noise":
        return Answer(200, honest.headers, PREFACE + draw(st.binary(max_size=99)))
    if how == "huge":
        length = draw(st.sampled_from([2**18 + 1, 2**31, 2**53]))
        header = b'{"kind":"object","len":%d}' % length
        return Answer(200, honest.headers, PREFACE + len(header).to_bytes(4, "big") + header + b"x" * 99)
    made = draw(shuffled(frames, strangers))
    if how == "resigned" and said.get("size"):
        made = [frame for frame in made if frame.kind not in {"checkpoint", "proof"}]
        count = sum(frame.kind in {"entry", "leaf"} for frame in made)
        made = [sign(made), Frame("proof", b"[]"), *made]
        said |= {"next": count, "size": count}
    return Answer(200, honest.headers, write_frames(made, **said))


def head_of(frames: Sequence[Frame], signer: Signer) -> Frame:
    """The checkpoint of a log of just these entries and leaves, signed by `signer`."""
    leaves = [
        frame.payload if frame.kind == "leaf" else merkle.leaf_hash(frame.payload)
        for frame in frames
        if frame.kind in {"entry", "leaf"}
    ]
    root = merkle.root(leaves)
    return Frame("checkpoint", checkpoint.sign(custody_log.origin(signer.kid), len(leaves), root, signer).encode())


def _ended(frames: Sequence[Frame], said: Any) -> bytes:
    """The frames with `said` at their end, as far as a container can say it."""
    try:
        return write_frames(frames, **said) if isinstance(said, dict) else b""
    except NotCanonical:  # a number that no end can hold
        return PREFACE
