"""`hand-over` and `restore` from the command line: what is saved of a lost station, and what bad input is told."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, time
from pathlib import Path

from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from tests.support.cli.program import refused, run
from tests.support.services.batches import told
from tests.support.services.recovery.backups import KEEPER
from tests.support.settings import ISSUED

WHEN = datetime.combine(ISSUED, time(9), UTC)


def test_what_a_lost_node_had_not_delivered_is_handed_to_central(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    kept, keys, home, central = tmp_path / "kept", tmp_path / "shred.copy", homes / "field", homes / "central"
    (identity := tmp_path / "identity").write_text(KEEPER.text)
    with open_station(home) as node:
        sealed = demo.seal_invented(
            organisation,
            node.chain,
            told(0, ("P01", "P04")),
            number=0,
            taken_down=WHEN,
            withdraw=None,
        )
        take_in(node, demo.incoming(sealed))
    done = run("backup", kept, "--home", home, "--shred-keys", keys, "--recipient", KEEPER.recipient.text)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(home)
    given = ("--shred-keys", keys, "--key", identity)
    done = run("hand-over", kept, "--home", central, *given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 record, new here" in done.stdout
    done = run("hand-over", kept, "--home", central, *given)
    assert (done.returncode, "1 record, here already" in done.stdout) == (0, True)
    assert refused(run("hand-over", kept, "--home", homes / "desk-lawyer", *given), "A desk takes in no")
    assert run("check", "--home", central).returncode == 0
