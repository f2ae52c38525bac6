"""The child process that writes down a recording. It reads and writes pipes, and has no network and no disk.

Run by its path with `python -I`. Its arguments: the folder of a model, and how many seconds of processor it may use.
It reads a recording on standard input, and writes lines of JSON: {"ms": far} or {"ms": far, "words": [[start, end,
text], ...]}, where all times are milliseconds from the beginning. Limits are set, the model is loaded and, on Linux, a
filter of system calls is in force before the first byte of the recording is read (docs/decisions/speech.md).
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits, memory, processes

if TYPE_CHECKING:
    import av
    import av.filter
    import pocketsphinx

LARGEST = 256 << 20  # bytes of a recording
MEMORY = 2 << 30
RATE: Final = 16_000  # samples a second, of two bytes each
LONGEST: Final = 30 * 1000  # milliseconds that are written down in one go, where nobody pauses
TOLD: Final = 5 * 1000  # milliseconds between two lines at most
ABSENT, MODEL, DAMAGED, LARGE, OPEN = 3, 4, 5, 6, 7
"""Exit codes: the engine is not installed; it cannot load this model; the recording cannot be decoded, or is too large;
this computer could not be locked down. Any other failure ends the child with another number.
"""
ACOUSTIC, LANGUAGE, DICTIONARY = "acoustic", "language.lm.bin", "dictionary.dict"
"""The folder and the files of a model of PocketSphinx."""


def limit(seconds: int) -> None:
    """Forbid growing files, new processes and core dumps; limit memory and time."""
    limits.limit(memory=MEMORY, seconds=seconds, too_large=LARGE, alone=True)


def lock() -> bool:
    """Restrict this process to reading, writing and its own memory. False if this computer has no such lock."""
    return limits.confine(measures=True)


def samples(recording: bytes) -> Iterator[bytes]:
    """The sound as 16-bit samples of one channel at `RATE`, in order. Raises `av.FFmpegError`, `IndexError`."""
    import av

    alone: Any = [{"threads": "1"}]
    container: Any
    with av.open(io.BytesIO(recording), stream_options=alone) as container:
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        graph = None
        for frame in container.decode(stream):
            graph = graph or _resampling(frame)
            graph.push(frame)
            yield from _ready(graph)
        if graph is not None:
            graph.push(None)
            yield from _ready(graph)


def _resampling(first: av.AudioFrame) -> av.filter.Graph:
    """What brings frames like `first` to one channel at `RATE`. `av.AudioResampler` would start threads."""
    import av.filter

    graph = av.filter.Graph()
    graph.threads = 1
    source = graph.add(
        "abuffer",
        sample_rate=str(first.sample_rate),
        sample_fmt=first.format.name,
        channel_layout=first.layout.name,
        time_base=str(first.time_base),
    )
    form = graph.add("aformat", sample_rates=str(RATE), sample_fmts="s16", channel_layouts="mono")
    graph.link_nodes(source, form, graph.add("abuffersink")).configure()
    return graph


def _ready(graph: av.filter.Graph) -> Iterator[bytes]:
    """What has come through `graph` by now."""
    import av

    with suppress(av.BlockingIOError, av.EOFError):
        while True:
            frame: Any = graph.pull()
            yield bytes(frame.planes[0])[: 2 * frame.samples]


def said(decoder: pocketsphinx.Decoder, sound: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The lines: words as soon as the speaker pauses, and how far it is."""
    import pocketsphinx

    ear = pocketsphinx.Endpointer(sample_rate=RATE)
    begun = last = told = 0.0  # milliseconds: of the utterance, of what was heard, of the last line
    speaking = False
    for frame, whole in _frames(sound, ear.frame_bytes):
        heard = ear.process(frame) if whole else ear.end_stream(frame)
        last += len(frame) / 2 / RATE * 1000
        if heard is not None and not speaking:
            decoder.start_utt()
            speaking, begun = True, ear.speech_start * 1000
        if heard is not None:
            decoder.process_raw(heard)
        if speaking and (not ear.in_speech or not whole or last - begun >= LONGEST):
            decoder.end_utt()
            yield {"ms": round(last), "words": _words(decoder, begun)}
            told = last
            speaking = ear.in_speech and whole
            if speaking:
                decoder.start_utt()
                begun = last
        elif last - told >= TOLD:
            yield {"ms": round(last)}
            told = last


def _frames(sound: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of `size` bytes, and at the end what is left, which is not whole and may be empty."""
    left = b""
    for piece in sound:
        left += piece
        while len(left) > size:
            yield left[:size], True
            left = left[size:]
    yield left, False


def _words(decoder: pocketsphinx.Decoder, begun: float) -> list[list[Any]]:
    """[start, end, text] of what was heard last, without silence, noise and the number of a pronunciation."""
    step = 1000 / decoder.config["frate"]
    return [
        [round(begun + one.start_frame * step), round(begun + (one.end_frame + 1) * step), one.word.partition("(")[0]]
        for one in decoder.seg() or ()
        if one.word[0] not in "<["
    ]


def load(model: Path) -> pocketsphinx.Decoder:
    """The engine with this model. Raises `RuntimeError` for one that it cannot load."""
    import pocketsphinx

    return pocketsphinx.Decoder(
        hmm=str(model / ACOUSTIC),
        lm=str(model / LANGUAGE),
        dict=str(model / DICTIONARY),
        samprate=RATE,
        loglevel="FATAL",
    )


def warm(decoder: pocketsphinx.Decoder) -> None:
    """Import and set up everything that the work needs, before the filter is in force."""
    for form, codec in (("ogg", "libopus"), ("webm", "libopus"), ("mp4", "aac")):
        json.dumps(list(said(decoder, samples(_silence(form, codec)))))


def _silence(form: str, codec: str) -> bytes:
    """A recording in the container `form`, as phones make them."""
    import av

    made = io.BytesIO()
    with av.open(made, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=48_000, layout="mono")
        stream.codec_context.thread_count = 1
        frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=960)
        frame.rate, frame.pts = 48_000, 0
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return made.getvalue()


def main() -> int:
    model, seconds = Path(sys.argv[1]), int(sys.argv[2])
    limit(seconds)
    processes.end_with_starter()
    try:
        import av
        import pocketsphinx  # noqa: F401
    except ImportError:
        return ABSENT
    try:
        decoder = load(model)
    except RuntimeError:
        return MODEL
    warm(decoder)
    memory.withhold()  # a new program has neither setting from the desk, which warns where memory may be swapped
    memory.is_kept_out_of_swap()
    os.closerange(3, 1024)
    if not lock():
        return OPEN
    recording = sys.stdin.buffer.read(LARGEST + 1)
    if len(recording) > LARGEST:
        return LARGE
    try:
        for line in said(decoder, samples(recording)):
            sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
            sys.stdout.buffer.flush()
    except (av.FFmpegError, IndexError):
        return DAMAGED
    except MemoryError:
        return LARGE
    return 0


if __name__ == "__main__":
    os._exit(main())
