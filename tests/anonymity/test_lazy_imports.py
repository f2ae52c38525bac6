"""What only makes releases is not loaded by what runs in a camp."""

from __future__ import annotations

import subprocess
import sys


def test_a_station_that_serves_does_not_load_numpy() -> None:
    program = "import testimony.web.factory, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
