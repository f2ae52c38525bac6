"""The child process that drafts a translation. It reads and writes pipes; on Linux it has no network and no disk.

Run by its path with `python -I`. Its arguments: the folder of a model, how many seconds of processor it may use, and
what the model calls the language of the text and the language to write ("" where it has no word for it). It reads a
list of sentences as JSON on standard input, and writes a line of JSON for each: {"text": its translation}, or
{"text": null} for one that is too long. The model is loaded, its threads are begun and, on Linux, a filter of system
calls is in force for each of them before the first byte of the text is read (docs/decisions/speech.md).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits, memory, processes

if TYPE_CHECKING:
    import ctranslate2

LARGEST = 4 << 20  # bytes of a text
MEMORY = 4 << 30
PIECES: Final = 250  # of a sentence: what models learned from has seldom more
MOST_WRITTEN: Final = 2 * PIECES
WIDTH: Final = 2  # how many beginnings of a sentence the engine weighs
ABSENT, MODEL, LARGE, OPEN = 3, 4, 6, 7
"""Exit codes: the engine is not installed; it cannot load this model; text or model take too much memory; this computer
could not be locked down. Any other failure ends the child with another number.
"""
NETWORK, CONFIG, SOURCE, TARGET = "model/model.bin", "model/config.json", "source.spm", "target.spm"
"""The files of a model of CTranslate2, beside its vocabularies. Without the last, `SOURCE` puts words together too."""
PADDING: Final = "<pad>"
NO_MEMORY: Final = "failed to allocate"
"""In the `RuntimeError` of the engine's own allocators; those of C++ raise `MemoryError`."""


class Engine:
    """The model in `folder`. `source`, `target`: what it calls the languages."""

    def __init__(self, folder: Path, source: str, target: str) -> None:
        """Raises `RuntimeError`, `ValueError`, `OSError` for a model that it cannot load."""
        import ctranslate2
        import sentencepiece

        self._translator: ctranslate2.Translator = ctranslate2.Translator(
            str(folder / Path(NETWORK).parent), device="cpu", inter_threads=1, intra_threads=1
        )
        cutting = str(folder / SOURCE)
        joining = str(folder / TARGET) if (folder / TARGET).exists() else cutting
        self._cutter: Any = sentencepiece.SentencePieceProcessor(model_file=cutting)
        self._joiner: Any = sentencepiece.SentencePieceProcessor(model_file=joining)
        self._before = [source] if source else []
        self._after = _end(json.loads((folder / CONFIG).read_text("utf-8")))
        self._target = target

    def translated(self, sentence: str) -> str | None:
        """None: the sentence is too long for the model, or what it writes has no end."""
        pieces = self._cutter.encode(sentence, out_type=str)
        if len(pieces) > PIECES:
            return None
        found = self._translator.translate_batch(
            [[*self._before, *pieces, *self._after]],
            target_prefix=[[self._target]] if self._target else None,
            beam_size=WIDTH,
            max_input_length=0,
            max_decoding_length=MOST_WRITTEN,
        )[0].hypotheses[0]
        written = found[1:] if self._target else found
        return None if len(found) >= MOST_WRITTEN else str(self._joiner.decode(written)).strip()


def _end(config: Any) -> list[str]:
    """What ends a sentence, where the model was converted from one whose tokeniser wrote it.

    Those begin to write after that end or after padding; the engine itself ends the sentences of others that need it.
    """
    end = str(config.get("eos_token", "</s>"))
    begins = config.get("decoder_start_token")
    return [end] if begins in (end, PADDING) and not config.get("add_source_eos") else []


def limit(seconds: int, *, alone: bool) -> None:
    """Forbid growing files and core dumps; limit memory and time; `alone`: forbid new processes and threads."""
    limits.limit(memory=MEMORY, seconds=seconds, too_large=LARGE, alone=alone)


def lock() -> bool:
    """Restrict this process to reading, writing and its own memory. False if this computer has no such lock."""
    return limits.confine(measures=True)


def tell(text: str | None) -> None:
    sys.stdout.buffer.write(json.dumps({"text": text}).encode() + b"\n")
    sys.stdout.buffer.flush()


def is_for_memory(error: Exception) -> bool:
    """Whether it says that no memory is left."""
    return isinstance(error, MemoryError) or NO_MEMORY in str(error)


def main() -> int:
    folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
    memory.share_one_heap(keeps=True)  # before it shrinks the heap of a thread, glibc opens a file of the kernel's
    limit(seconds, alone=False)
    processes.end_with_starter()
    try:
        import ctranslate2  # noqa: F401
        import sentencepiece  # noqa: F401
    except ImportError:
        return ABSENT
    try:
        engine = Engine(folder, *sys.argv[3:5])
        json.dumps(engine.translated("1"))  # import and begin everything that the work needs
    except (MemoryError, RuntimeError, ValueError, OSError, AttributeError) as error:
        return LARGE if is_for_memory(error) else MODEL
    limit(seconds, alone=True)
    memory.withhold()  # a new program has neither setting from the desk, which warns where memory may be swapped
    memory.is_kept_out_of_swap()
    os.closerange(3, 1024)
    if not lock():
        return OPEN
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        return LARGE
    try:
        for one in json.loads(data):
            tell(engine.translated(one))
    except (MemoryError, RuntimeError) as error:
        if is_for_memory(error):
            return LARGE
        raise
    return 0


if __name__ == "__main__":
    os._exit(main())
