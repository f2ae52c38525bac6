"""Entry point of `python -m testimony`: checks the Python version before it imports anything that needs a newer one."""

from __future__ import annotations

import sys

OLDEST = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST:
        running = ".".join(str(number) for number in sys.version_info[:3])
        sys.stderr.write(
            "Testimony needs Python 3.11 or newer; this is Python %s. Install a newer one and start again with it, "
            "or use 'make run', which looks for one.\n" % running
        )
        return 1
    from testimony.cli.main import main as program

    return program()


if __name__ == "__main__":
    sys.exit(main())
