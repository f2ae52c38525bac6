"""The tables of a station as PostgreSQL would make them, which has lengths and types where SQLite has none.

`python -m tests.support.store.kept_schema` notes them anew.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import Final

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from testimony.store import models, state
from testimony.store.models.base import Base
from testimony.store.sql import postgresql as store_postgresql

KEPT: Final = Path(__file__).parents[2] / "vectors" / "schema.sql"


def written() -> str:
    assert store_postgresql.__name__  # it says which index has a condition on PostgreSQL alone
    for package in (models, state):
        for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(one.name)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    found = []
    for table in Base.metadata.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda one: str(one.name))
        found += [str(CreateIndex(one).compile(dialect=dialect)).strip() for one in indexes]
    return "\n\n".join(line.replace("\t", " ") for line in found) + "\n"


if __name__ == "__main__":
    KEPT.write_text(written(), "utf-8")
