"""Run by a Python that has anjana, which ours never has: in.json of a folder, through k-anonymity, to out.json.

Also what pycanon, which comes with it, says of the rows that we published (ours.json): the size of the smallest class.
"""

import json
import sys
import time
from pathlib import Path

import anjana.anonymity
import numpy
import pandas
import pycanon.anonymity

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
ours = pandas.DataFrame(json.loads((folder / "ours.json").read_text())).astype(str)
ours.columns = [str(column) for column in ours.columns]
print(json.dumps({"seconds": spent, "pycanon": pycanon.anonymity.k_anonymity(ours, list(ours.columns))}))
