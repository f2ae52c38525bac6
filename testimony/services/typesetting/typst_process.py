"""The child process that typesets a document. It reads data from a pipe and can write nothing but its answer.

Run by its path with `python -I`: the data as JSON on standard input, the PDF or PNG on standard output, the name of an
error on standard error. Its arguments: the time, and which template. Limits are set before the first byte of the data
is read. No file can grow, so nothing of the data can reach a disk (docs/decisions/case-file.md).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits

HERE = Path(__file__).parent
FONTS = HERE / "casefonts"
PICTURE: Final = "picture"
"""The template that becomes a PNG; the others become a PDF."""
TEMPLATES: Final = {name: HERE / f"{name}.typ" for name in ("casefile", "quickcard", PICTURE)}
DENSITY: Final = 216.0  # dots of a PNG an inch
STANDARD: Final = "a-2a"
MEMORY = 2 << 30
CPU = 120  # seconds
ABSENT, UNSET = 3, 4
"""Exit codes: the typesetter is not installed; it could not set this."""


def limit() -> None:
    """Forbid growing files and core dumps; limit memory and time."""
    limits.limit(memory=MEMORY, seconds=CPU, too_large=UNSET)


def main() -> int:
    limit()
    try:
        import typst
    except ImportError:
        return ABSENT
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    day = int(sys.argv[1])
    try:
        setter = typst.Compiler(
            TEMPLATES[sys.argv[2]].read_bytes(),
            root=str(FONTS),  # it can read only the fonts, which are public
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"file": sys.stdin.buffer.read().decode()},
            package_path=os.devnull,
            package_cache_path=os.devnull,
        )
        if sys.argv[2] == PICTURE:
            made = setter.compile(format="png", ppi=DENSITY)
        else:
            made = setter.compile(format="pdf", pdf_standards=[STANDARD], timestamp=day)
    except typst.TypstError as error:
        sys.stderr.write(type(error).__name__)  # its message may contain text of the data
        return UNSET
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(main())
