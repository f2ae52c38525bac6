"""What a station knows of itself and of others, in typed tables instead of one table of names and packed values.

Each fact goes into the table of its noun, and back. On a server the tables can be read and written under the old name
until the next revision, because other servers of the same central may still run the program before this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

from testimony.errors import FactUnreadable

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OBSOLETE = frozenset({"central-restored"})
"""The day of a restoration, which only the log has told since before the first release. It is not kept."""


class Shape(NamedTuple):
    """How a value stands in a fact. `pattern` is one for Python and for PostgreSQL.

    `given` and `taken` are SQL: of the column `{}` the text, and of the text `{}` the column.
    """

    pattern: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    given: str = "{}"
    taken: str = "{}"


SHAPES = {
    "hex16": Shape("[0-9a-f]{16}"),
    "hex32": Shape("[0-9a-f]{32}"),
    "hex64": Shape("[0-9a-f]{64}"),
    "hex64?": Shape("(?:[0-9a-f]{64})?"),
    "day": Shape("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "word": Shape("[^ \n]{1,32}"),
    "log": Shape("[^ \n]{1,16}"),
    "int": Shape("-?(?:0|[1-9][0-9]{0,8})", int, str, "CAST({} AS text)", "CAST({} AS integer)"),
    "big": Shape("-?(?:0|[1-9][0-9]{0,17})", int, str, "CAST({} AS text)", "CAST({} AS bigint)"),
    "yes": Shape(
        "yes|no", "yes".__eq__, lambda so: "yes" if so else "no", "CASE WHEN {} THEN 'yes' ELSE 'no' END", "{} = 'yes'"
    ),
    "bit": Shape("0|1", "1".__eq__, lambda so: "1" if so else "0", "CASE WHEN {} THEN '1' ELSE '0' END", "{} = '1'"),
    "damaged": Shape(
        "(?: damaged)?",
        bool,
        lambda so: " damaged" if so else "",
        "CASE WHEN {} THEN ' damaged' ELSE '' END",
        "{} <> ''",
    ),
    "head": Shape("[0-9a-f]{56}", str, lambda name: str(name)[:56], "left({}, 56)"),
    "text": Shape('[^"\\\\\n]{0,20}'),
    "true": Shape("true", bool, lambda so: "true", "CASE WHEN {} THEN 'true' END", "{} IS NOT NULL"),
}
FIELD = re.compile(r"<(?P<column>\w+):(?P<shape>[\w?]+)>")


class Kind(NamedTuple):
    """One kind of fact. `name` and `value` are its name and value, with `<column:shape>` where a column stands.

    `members` in the place of `value`: a JSON object of these columns, in order; one that is null is left out.
    `fixed` and `unlike`: what columns say, or do not say, in rows of this kind. `filled`: what is written into another.
    """

    table: str
    name: str
    value: str = ""
    members: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = MappingProxyType({})
    unlike: Mapping[str, Any] = MappingProxyType({})
    filled: Mapping[str, Any] = MappingProxyType({})

    @property
    def of_name(self) -> list[tuple[str, str]]:
        return FIELD.findall(self.name)

    @property
    def of_value(self) -> list[tuple[str, str]]:
        return [tuple(one.split(":")) for one in self.members] or FIELD.findall(self.value)  # type: ignore[misc]

    @property
    def keys(self) -> list[str]:
        """Columns that the name of the fact says."""
        return [column for column, _ in self.of_name]

    @property
    def columns(self) -> list[str]:
        """Columns that the value says, and not the name."""
        return [column for column, _ in self.of_value if column not in self.keys]

    @property
    def needed(self) -> list[str]:
        """Columns without which a row says nothing of this kind."""
        return [] if self.members else self.columns

    @property
    def name_pattern(self) -> str:
        return _pattern(self.name)

    @property
    def value_pattern(self) -> str:
        if not self.members:
            return _pattern(self.value)
        inside = (_quoted(column, shape, f"({SHAPES[shape].pattern})") for column, shape in self.of_value)
        return r"\{" + "".join(f"(?:{one},?)?" for one in inside) + r"\}"

    def read(self, names: re.Match[str], values: re.Match[str]) -> dict[str, Any]:
        """The columns that a fact says, by the matches of its name and value."""
        row = {**self.fixed, **self.filled}
        said = [*zip(self.of_name, names.groups(), strict=True), *zip(self.of_value, values.groups(), strict=True)]
        for (column, shape), text in said:
            row[column] = SHAPES[shape].read(text) if text is not None else (False if shape == "true" else None)
        return row

    def write(self, row: Mapping[str, Any]) -> tuple[str, str]:
        """Name and value of the fact that `row` says."""
        if not self.members:
            return _filled(self.name, row), _filled(self.value, row)
        said = [
            _quoted(column, shape, SHAPES[shape].write(row[column]))
            for column, shape in self.of_value
            if row[column] is not None and row[column] is not False
        ]
        return _filled(self.name, row), "{" + ",".join(said) + "}"


def _pattern(template: str) -> str:
    """The regular expression of a template, with a group for each column."""
    parts = FIELD.split(template)  # literal, column, shape, literal, ...
    shapes = (f"({SHAPES[shape].pattern})" for shape in parts[2::3])
    return "".join(a + b for a, b in zip(map(re.escape, parts[::3]), [*shapes, ""], strict=True))


def _filled(template: str, row: Mapping[str, Any]) -> str:
    return FIELD.sub(lambda found: SHAPES[found["shape"]].write(row[found["column"]]), template)


def _quoted(column: str, shape: str, said: str) -> str:
    """A member of a JSON object."""
    return f'"{column}":"{said}"' if shape in ("text", "day") else f'"{column}":{said}'


ONE = {"id": 1}
KINDS = (
    Kind("station_epoch", "incarnation", "<epoch:hex32>", fixed=ONE),
    Kind("station_epoch", "restored", "<unserved:hex32>", fixed=ONE),
    Kind("left_epochs", "left-<epoch:hex32>", "<central:hex16>"),
    Kind("centrals", "epoch-<central:hex16>", "<epoch:hex32>"),
    Kind("centrals", "offered-to-<central:hex16>", "<offered:hex32>"),
    Kind("centrals", "read-says-<central:hex16>", "<lawyers_read:big>"),
    Kind("centrals", "forked-<central:hex16>", "<forked_since:day> <fork:log>"),
    Kind("standing", "quarantined", "<quarantined_since:day>", fixed=ONE),
    Kind("standing", "greeted", "<told_size:big>", fixed=ONE),
    Kind("nodes", "lives-<node:hex16>", "<incarnation:hex32>"),
    Kind("nodes", "quarantine-<node:hex16>", "<quarantine:log> <quarantined_since:day>"),
    Kind("nodes", "offered-<node:hex16>", "<offered:hex32>"),
    Kind(
        "node_incarnations",
        "life-<node:hex16>-<incarnation:hex32>",
        "<size:big> <root:hex64> <first:day> <last:day>",
    ),
    Kind(
        "node_states",
        "node-stands-<node:hex16>",
        members=("carried:true", "clock:int", "day:day", "floor:int", "free:int", "media:int", "waiting:int"),
    ),
    Kind(
        "node_software",
        "node-has-<node:hex16>",
        members=("form:text", "roster:int", "software:text", "until:text", "wordings:int"),
    ),
    Kind("log_readers", "read-by-<kid:hex16>", "<read:big>"),
    Kind("log_readers", "bundle-from-<kid:hex16>", "<asked:big>"),
    Kind("link", "exchanged", "<exchanged:day>", fixed=ONE),
    Kind("link", "clock", "<clock_ahead:int>", fixed=ONE),
    Kind("link", "link-rate", "<bytes_a_second:big>", fixed=ONE),
    Kind("link", "metered", "<metered:yes>", fixed=ONE),
    Kind("link", "media-now", "<media_once:yes>", fixed=ONE),
    Kind("maintenance", "backed-up", "<backed_up:day>", fixed=ONE),
    Kind("maintenance", "integrity", "<checked:day><unsound:damaged>", fixed=ONE),
    Kind("maintenance", "rehashed", "<rehashed:hex64?>", fixed=ONE),
    Kind("maintenance", "probe", "<probe:bit>", fixed=ONE),
    Kind("damaged_objects", "damaged:<name:head>", "<name:hex64> <day:day>"),
    Kind("outbox_state", "in-part", "<day:day> <arrival:big>", fixed=ONE),
    Kind("outbox_refusals", "refused:<record:head>", "<record:hex64> <day:day> <rule:word>"),
    Kind("rejection_counts", "rejected-<day:day>-<rule:word>", "<number:int>", fixed={"sender": ""}),
    Kind(
        "rejection_counts",
        "turned-away-<sender:hex16>-<day:day>-<rule:word>",
        "<number:int>",
        unlike={"sender": ""},
    ),
    Kind("quotas", "quota-<kid:hex16>", "<day:day> <number:int> <size:big>", fixed={"kind": "upload"}),
    Kind("quotas", "waiting-<kid:hex16>", "<day:day> <number:int>", fixed={"kind": "withdrawal"}, filled={"size": 0}),
    Kind("quotas", "asked-<kid:hex16>", "<day:day> <number:int>", fixed={"kind": "question"}, filled={"size": 0}),
    Kind("timestamp_authority", "stamps-set-up", "<since:day> <authority:hex16>", fixed=ONE),
    Kind("witness_failures", "unkept-<kind:log>", "<day:day> <reason:word>"),
    Kind("ledger", "ledger", "<accepted:hex64>", fixed=ONE),
    Kind("departures", "leaving:<batch:hex32>", "<incarnation:hex32>"),
    Kind("alarm_mail", "alarm-mail", members=("error:text", "next:big", "sent:big", "tries:int"), fixed=ONE),
)


def upgrade() -> None:
    op.create_table(
        "station_epoch",
        sa.Column("epoch", sa.String(32), nullable=True),
        sa.Column("unserved", sa.String(32), nullable=True),
        *_one_row("station_epoch"),
    )
    op.create_table(
        "left_epochs",
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("central", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_left_epochs")),
    )
    op.create_table(
        "centrals",
        sa.Column("central", sa.String(16), nullable=False),
        sa.Column("epoch", sa.String(32), nullable=True),
        sa.Column("offered", sa.String(32), nullable=True),
        sa.Column("lawyers_read", sa.BigInteger(), nullable=True),
        sa.Column("forked_since", sa.String(10), nullable=True),
        sa.Column("fork", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("central", name=op.f("pk_centrals")),
    )
    op.create_table(
        "standing",
        sa.Column("quarantined_since", sa.String(10), nullable=True),
        sa.Column("told_size", sa.BigInteger(), nullable=True),
        *_one_row("standing"),
    )
    op.create_table(
        "nodes",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("incarnation", sa.String(32), nullable=True),
        sa.Column("quarantine", sa.String(16), nullable=True),
        sa.Column("quarantined_since", sa.String(10), nullable=True),
        sa.Column("offered", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_nodes")),
    )
    op.create_table(
        "node_incarnations",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("incarnation", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("node", "incarnation", name=op.f("pk_node_incarnations")),
    )
    op.create_table(
        "node_states",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("media", sa.Integer(), nullable=True),
        sa.Column("free", sa.Integer(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_states")),
    )
    op.create_table(
        "node_software",
        sa.Column("node", sa.String(16), nullable=False),
        sa.Column("software", sa.String(20), nullable=True),
        sa.Column("form", sa.String(20), nullable=True),
        sa.Column("until", sa.String(20), nullable=True),
        sa.Column("roster", sa.Integer(), nullable=True),
        sa.Column("wordings", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_software")),
    )
    op.create_table(
        "log_readers",
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_log_readers")),
    )
    op.create_table(
        "link",
        sa.Column("exchanged", sa.String(10), nullable=True),
        sa.Column("clock_ahead", sa.Integer(), nullable=True),
        sa.Column("bytes_a_second", sa.BigInteger(), nullable=True),
        sa.Column("metered", sa.Boolean(), nullable=True),
        sa.Column("media_once", sa.Boolean(), nullable=True),
        *_one_row("link"),
    )
    op.create_table(
        "maintenance",
        sa.Column("backed_up", sa.String(10), nullable=True),
        sa.Column("checked", sa.String(10), nullable=True),
        sa.Column("unsound", sa.Boolean(), nullable=True),
        sa.Column("rehashed", sa.String(64), nullable=True),
        sa.Column("probe", sa.Boolean(), nullable=True),
        *_one_row("maintenance"),
    )
    op.create_table(
        "damaged_objects",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_damaged_objects")),
    )
    op.create_table(
        "outbox_state",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        *_one_row("outbox_state"),
    )
    op.create_table(
        "outbox_refusals",
        sa.Column("record", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_outbox_refusals")),
    )
    op.create_table(
        "rejection_counts",
        sa.Column("sender", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "day", "rule", name=op.f("pk_rejection_counts")),
    )
    op.create_table(
        "quotas",
        sa.Column("kid", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", "kind", name=op.f("pk_quotas")),
    )
    op.create_table(
        "timestamp_authority",
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("authority", sa.String(16), nullable=False),
        *_one_row("timestamp_authority"),
    )
    op.create_table(
        "witness_failures",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_witness_failures")),
    )
    op.create_table("ledger", sa.Column("accepted", sa.String(64), nullable=True), *_one_row("ledger"))
    op.create_table(
        "departures",
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("incarnation", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_departures")),
    )
    op.create_table(
        "alarm_mail",
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(32), nullable=False),
        *_one_row("alarm_mail"),
    )
    facts = _move_facts()
    op.drop_table("facts")
    if facts:
        _answer_the_program_before()


def downgrade() -> None:
    """Each fact as it was."""
    facts = _facts()
    if _is_server():
        _execute("DROP VIEW IF EXISTS facts")
        _execute("DROP FUNCTION IF EXISTS write_fact")
    table = op.create_table(
        "facts",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    if facts:
        op.bulk_insert(table, facts)
    for name in dict.fromkeys(kind.table for kind in KINDS):
        op.drop_table(name)


def _one_row(table: str) -> tuple[sa.Column[int], sa.CheckConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f(f"ck_{table}_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _move_facts() -> int:
    """Copy each fact into its table; how many there were. Raises `FactUnreadable` for one that has none."""
    tables = _tables()
    patterns = [(kind, re.compile(kind.name_pattern), re.compile(kind.value_pattern)) for kind in KINDS]
    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {name: {} for name in tables}
    facts = op.get_bind().execute(sa.text("SELECT name, value FROM facts ORDER BY name")).all()
    for name, value in facts:
        if name in OBSOLETE:
            continue
        kind, row = _read(patterns, name, value)
        table = tables[kind.table]
        key = tuple(row[column.name] for column in table.primary_key.columns)
        whole = rows[kind.table].setdefault(key, dict.fromkeys(table.columns.keys()))
        whole |= row
        lacking = any(whole[column.name] is None and not column.nullable for column in table.columns)
        if lacking or kind.write(whole) != (name, value):
            raise FactUnreadable(name=name)
    for name, of_table in rows.items():
        if of_table:
            op.bulk_insert(tables[name], list(of_table.values()))
    return len(facts)


def _read(
    patterns: Sequence[tuple[Kind, re.Pattern[str], re.Pattern[str]]], name: str, value: str
) -> tuple[Kind, dict[str, Any]]:
    for kind, of_name, of_value in patterns:
        names, values = of_name.fullmatch(name), of_value.fullmatch(value)
        if names is not None and values is not None:
            return kind, kind.read(names, values)
    raise FactUnreadable(name=name)


def _facts() -> list[dict[str, str]]:
    """All that the tables say, as facts."""
    tables = _tables()
    found = []
    for kind in KINDS:
        for row in op.get_bind().execute(sa.select(tables[kind.table])).mappings():
            if _says(kind, row):
                name, value = kind.write(row)
                found.append({"name": name, "value": value})
    return found


def _says(kind: Kind, row: Mapping[str, Any]) -> bool:
    """Whether `row` is of this kind, and says something of it: other kinds may share the row."""
    is_kind = all(row[column] == said for column, said in kind.fixed.items())
    is_other = any(row[column] == said for column, said in kind.unlike.items())
    return is_kind and not is_other and all(row[column] is not None for column in kind.needed)


def _tables() -> dict[str, sa.Table]:
    """Those of this revision, as the database has them."""
    held = sa.MetaData()
    held.reflect(op.get_bind(), only=sorted({kind.table for kind in KINDS}))
    return {table.name: table for table in held.sorted_tables}


def _is_server() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _execute(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def _answer_the_program_before() -> None:
    """A view under the old name that says what the tables say and writes into them: for a server that still runs the
    program before. SQLite has one process that uses it, and none of it runs during an upgrade."""
    if not _is_server():
        return
    tables = _tables()
    _execute("CREATE VIEW facts AS " + " UNION ALL ".join(map(_selected, KINDS)))
    written = "".join(_written(kind, tables[kind.table]) for kind in KINDS)
    deleted = "".join(_deleted(kind, tables[kind.table]) for kind in KINDS)
    _execute(
        "CREATE FUNCTION write_fact() RETURNS trigger LANGUAGE plpgsql AS $body$ DECLARE m text[]; BEGIN "
        f"IF TG_OP = 'DELETE' THEN {deleted} RAISE EXCEPTION USING MESSAGE = 'no such fact: ' || OLD.name; END IF; "
        f"{written} RAISE EXCEPTION USING MESSAGE = 'no such fact: ' || NEW.name; END $body$"
    )
    _execute(
        "CREATE TRIGGER write_fact INSTEAD OF INSERT OR UPDATE OR DELETE ON facts "
        "FOR EACH ROW EXECUTE FUNCTION write_fact()"
    )


def _selected(kind: Kind) -> str:
    where = [f"{column} = {_literal(said)}" for column, said in kind.fixed.items()]
    where += [f"{column} <> {_literal(said)}" for column, said in kind.unlike.items()]
    where += [f"{column} IS NOT NULL" for column in kind.needed]
    if kind.members:
        members = (_member(column, shape) for column, shape in kind.of_value)
        value = f"'{{' || concat_ws(',', {', '.join(members)}) || '}}'"
    else:
        value = _joined(kind.value)
    columns = f"CAST({_joined(kind.name)} AS varchar(64)) AS name, CAST({value} AS varchar(128)) AS value"
    return f"SELECT {columns} FROM {kind.table} WHERE {' AND '.join(where or ['true'])}"  # noqa: S608


def _member(column: str, shape: str) -> str:
    said = SHAPES[shape].given.format(column)
    begin, _, end = _quoted(column, shape, "\n").partition("\n")
    return " || ".join([_literal(begin), said, *([_literal(end)] if end else [])])


def _joined(template: str) -> str:
    parts = FIELD.split(template)
    said = [SHAPES[shape].given.format(column) for column, shape in zip(parts[1::3], parts[2::3], strict=True)]
    literals = [_literal(part) if part else "" for part in parts[::3]]
    woven = [one for pair in zip(literals, [*said, ""], strict=True) for one in pair if one]
    return " || ".join(woven)


def _written(kind: Kind, table: sa.Table) -> str:
    """Of a row that is inserted or updated under the old name."""
    taken = dict(enumerate([*kind.of_name, *kind.of_value], 1))
    said = {
        column: SHAPES[shape].taken.format(f"m[{place}]") for place, (column, shape) in taken.items() if shape != "head"
    }
    said |= {column: _literal(value) for column, value in {**kind.fixed, **kind.filled}.items()}
    key = [column.name for column in table.primary_key.columns]
    rest = [column for column in said if column not in key]
    pattern = _literal(f"^{kind.name_pattern}\n{kind.value_pattern}$")
    update = ", ".join(f"{column} = EXCLUDED.{column}" for column in rest)
    insert = f"INSERT INTO {kind.table} ({', '.join(said)}) VALUES ({', '.join(said.values())})"  # noqa: S608
    return (
        f"m := regexp_match(NEW.name || chr(10) || NEW.value, {pattern}); IF m IS NOT NULL THEN "
        f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {update}; RETURN NEW; END IF; "
    )


def _deleted(kind: Kind, table: sa.Table) -> str:
    """Of one that is deleted: where other kinds share the row, its own columns become null."""
    where = [f"{column} = {_literal(said)}" for column, said in kind.fixed.items()]
    where += [f"{SHAPES[shape].given.format(column)} = m[{n}]" for n, (column, shape) in enumerate(kind.of_name, 1)]
    own = {*kind.fixed, *kind.filled, *kind.keys, *kind.columns, *(column for column, _ in kind.of_value)}
    clear = ", ".join(f"{column} = NULL" for column in kind.columns)
    is_shared = not own.issuperset(table.columns.keys())
    act = f"UPDATE {kind.table} SET {clear}" if is_shared else f"DELETE FROM {kind.table}"  # noqa: S608
    return (
        f"m := regexp_match(OLD.name, {_literal(f'^{kind.name_pattern}$')}); IF m IS NOT NULL THEN "
        f"{act} WHERE {' AND '.join(where)}; RETURN OLD; END IF; "
    )


def _literal(said: Any) -> str:
    return str(said) if isinstance(said, int) else "'" + str(said).replace("'", "''") + "'"
