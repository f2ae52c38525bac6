"""Run by a Python that has anjana, which ours never has: in.json of a folder, through k-anonymity, to out.json."""

import json
import sys
import time
from pathlib import Path

import anjana.anonymity
import numpy
import pandas

folder, k, suppressed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
held = json.loads((folder / "in.json").read_text())
names = list(held["columns"])
data = pandas.DataFrame(held["columns"])
hierarchies = {
    name: {level: numpy.array(labels, dtype=object) for level, labels in enumerate(levels)}
    for name, levels in held["hierarchies"].items()
}
before = time.process_time()
made = anjana.anonymity.k_anonymity(data, [], names, k, suppressed, hierarchies)
spent = time.process_time() - before
(folder / "out.json").write_text(json.dumps(made[names].to_numpy().tolist()))
print(json.dumps({"seconds": spent}))
