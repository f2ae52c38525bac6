"""docs/openapi.yaml is what stations do: the routes are theirs; what it allows or forbids is answered as it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from sqlalchemy import text

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import questions
from testimony.services.intake.intake import take_in
from testimony.services.intake.uploads import Chunk
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.store.models.base import Base
from testimony.sync.http.transport import CHUNK_TYPE, FRAMES_TYPE, JSON_TYPE
from testimony.sync.server.desk_policy import KINDS as KINDS_OF_DESKS
from testimony.sync.server.server import answer_whereabouts
from testimony.sync.wire import chunks
from testimony.sync.wire.frames import KINDS, Frame, read_frames, write_frames
from testimony.web.factory import create_app
from tests.support.services.consent.suspension import both
from tests.support.services.world import DAY
from tests.support.sync.world import World, bring, objects_of, tid_of
from tests.support.web.signing_proxy import PLEASE, SigningDoor

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.yaml"
SYNC = DOCUMENT.with_name("sync.md")
CODE = re.compile(r"`([\w-]+)`")
OPERATIONS = (
    "nonce",
    "trust",
    "have",
    "batch",
    "upload",
    "whereabouts",
    "feed",
    "media",
    "rosters",
    "greeting",
    "certificate",
    "wordings",
    "update",
)
WITHOUT_QUESTION = ("nonce", "trust")
ROLES = ("field", "central")
ASKERS = ("node", "lawyer", "coordinator", "interviewer", "stranger")
GIVEN = {  # what a batch may answer, and what `feed`, `media` and `wordings` may give
    "batch": {"status", "record"},
    "upload": {"status", "record"},
    "feed": {"checkpoint", "proof", "entry", "leaf", "record", "object"},
    "media": {"object", "status"},
    "trust": {"record", "object"},
    "wordings": {"record", "object", "status"},
    "update": {"object"},
}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
STORED = b'"status":"stored"'
ANSWERED = {  # where it is not 200; nobody can invent a renewal that a node signed
    ("whereabouts", "central"): 404,
    ("upload", "field"): 404,
    ("media", "field"): 404,
    ("rosters", "field"): 404,
    ("greeting", "field"): 404,
    ("certificate", "field"): 404,
    ("certificate", "central"): 400,
    ("wordings", "field"): 404,
    ("update", "field"): 404,
}
FEW, MANY = 10, 1500
schema = schemathesis.openapi.from_path(DOCUMENT)
brought: list[Frame] = []  # of one testimony that no station holds


@schemathesis.serializer(JSON_TYPE)
def as_canonical(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """What a station sends: canonical, where that is possible at all. A schema's integer may be 7.0; ours is 7."""
    try:
        return canonical.encode(_whole(value))
    except NotCanonical:
        return str(value).encode("utf-8", "replace")


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


@st.composite
def containers(draw: st.DrawFn) -> bytes:
    """Frames: real ones, invented ones, of every kind; whole, torn, or with a byte changed."""
    invented = st.builds(Frame, st.sampled_from(sorted(KINDS - {"end"})), st.binary(max_size=300))
    frames = draw(st.lists(st.one_of(invented, st.sampled_from(brought)), max_size=12))
    whole = write_frames(frames)
    how = draw(st.sampled_from(["whole", "torn", "changed", "noise"]))
    if how == "torn":
        return whole[: draw(st.integers(0, len(whole)))]
    if how == "changed":
        place = draw(st.integers(0, len(whole) - 1))
        return whole[:place] + bytes([whole[place] ^ draw(st.integers(1, 255))]) + whole[place + 1 :]
    return whole if how == "whole" else draw(st.binary(max_size=200))


@st.composite
def pieces(draw: st.DrawFn) -> bytes:
    """Chunks of batches: the whole batch, its beginning, what does not follow; and what is none."""
    batch = write_frames(draw(st.lists(st.sampled_from(brought), max_size=12)))
    start = draw(st.sampled_from([0, 0, len(batch) // 2]))
    end = draw(st.sampled_from([len(batch), start, start + len(batch) // 2]))
    name = draw(st.sampled_from([hashlib.sha256(batch).hexdigest(), "0" * 64]))
    said = chunks.encode(Chunk(name, draw(st.sampled_from([len(batch), 1 << 40])), start, batch[start:end]))
    return said if draw(st.booleans()) else draw(st.binary(max_size=200))


schemathesis.openapi.media_type(FRAMES_TYPE, st.deferred(containers))
schemathesis.openapi.media_type(CHUNK_TYPE, st.deferred(pieces))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    other = world.testimony()
    brought[:] = [Frame("record", other.record.encode()), *(Frame("object", data) for data in objects_of(other))]
    yield world
    world.close()


@pytest.fixture(scope="module")
def stations(world: World) -> dict[str, Station]:
    made = {"field": world.node(), "central": world.central()}
    for station in made.values():
        bring(station, world.testimony(), world.with_media(size=1000))
    return made


@pytest.fixture(scope="module")
def doors(stations: dict[str, Station]) -> dict[str, SigningDoor]:
    return {role: SigningDoor(create_app(STATION=station)) for role, station in stations.items()}


def signers(world: World) -> dict[str, Signer]:
    return {
        "node": world.station,
        "lawyer": world.lawyer_signer,
        "coordinator": world.coordinator_signer,
        "interviewer": world.interviewer,
        "stranger": Signer.generate(),
    }


NOTED = {"node_incarnations", "node_software", "node_states", "node_gaps", "nodes", "log_readers", "quotas"}
NOTED |= {"rejection_counts", "clocks", "log_heads", "uploads", "used_nonces"}


def state_of(station: Station) -> str:
    """A hash over every row and file but what a station notes of requests and their dates, of who has read how far, and
    chunks.
    """
    seen = hashlib.sha256()
    with station.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in NOTED:
                seen.update(repr(sorted(map(repr, session.execute(text(f'SELECT * FROM "{table.name}"'))))).encode())
    for path in sorted((station.settings.home / "parts").rglob("*")):
        seen.update(str(path).encode())
    return seen.hexdigest()


def require_as_described(case: Case, answer: schemathesis.Response) -> None:
    """What the document says, and what it cannot say in a schema."""
    case.validate_response(answer, checks=CHECKS)
    if answer.headers["content-type"][0] == JSON_TYPE:
        canonical.decode_object(answer.content)
        return
    if isinstance(case.body, dict) and case.body.get("skip"):
        return  # what follows on bytes that the asker has is no container of its own
    *frames, end = read_frames(answer.content)
    assert {frame.kind for frame in frames} <= GIVEN[case.operation.definition.raw["operationId"]]
    assert end.kind == "end"


def examine(operation: str, mode: GenerationMode, world: World, door: SigningDoor, examples: int) -> set[int]:
    """Ask `examples` times, signed by all sorts; the statuses that were answered."""
    who, station, seen = signers(world), door.app.extensions["testimony.station"], set[int]()

    @settings(max_examples=examples, phases=(Phase.generate, Phase.shrink), database=None)
    @given(case=schema.find_operation_by_id(operation).as_strategy(generation_mode=mode), asker=st.sampled_from(ASKERS))
    def ask(case: Case, asker: str) -> None:
        before = state_of(station)
        door.signer = who[asker]
        case.headers = {**(case.headers or {}), "Signature": PLEASE}
        answer = case.call(app=door)
        seen.add(answer.status_code)
        require_as_described(case, answer)
        assert state_of(station) == before or STORED in answer.content

    ask()
    return seen


def test_the_document_names_exactly_the_routes_under_sync(doors: dict[str, SigningDoor]) -> None:
    described = yaml.safe_load(DOCUMENT.read_text())["paths"]
    said = {(path, method.upper()) for path, item in described.items() for method in item}
    assert {one["operationId"] for item in described.values() for one in item.values()} == set(OPERATIONS)
    for door in doors.values():
        rules = [rule for rule in door.app.url_map.iter_rules() if rule.rule.startswith("/sync")]
        assert {
            (rule.rule, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        } == said


def test_the_documents_name_exactly_the_kinds_that_central_takes_from_a_desk() -> None:
    described = yaml.safe_load(DOCUMENT.read_text())["paths"]["/sync/batch"]["post"]["description"]
    for said, place in (
        (described, r"From a desk central takes (.*?); manifests"),
        (SYNC.read_text("utf-8"), r"record of another kind than (.*?), unless"),
    ):
        [kinds] = re.findall(place, said, re.S)
        assert set(CODE.findall(kinds)) == KINDS_OF_DESKS


def test_the_document_describes_every_answer_about_whereabouts(world: World, stations: dict[str, Station]) -> None:
    """With all that an answer may hold: a void withdrawal, media, a question with its answer."""
    node, sealed = stations["field"], world.with_media(size=1000)
    told, tid = world.withdraw(sealed), tid_of(sealed)
    asked = questions.question(tid=tid, code="recording", day=DAY, signer=world.lawyer_signer)
    answer = questions.answer(tid=tid, question=asked.id, code="seen", day=DAY, signer=world.device)
    words = questions.question_in_words(tid=tid, id="5" * 32, sealed="0" * 7414, day=DAY, signer=world.lawyer_signer)
    bring(node, sealed)
    for record in (told, *both(world, told), asked, answer, words):
        take_in(node, [Incoming("record", record.encode())])
    said = canonical.decode_object(answer_whereabouts(node, canonical.encode({"names": [sealed.record.id]})))
    [whereabouts] = said.values()
    assert [one.get("signed") for one in whereabouts["questions"] if one["code"] != "recording"] == [
        canonical.decode_object(words.encode())
    ]
    assert set(whereabouts) == {"state", "media", "void", "questions"}
    document = yaml.safe_load(DOCUMENT.read_text())
    described = {"$ref": "#/components/schemas/Whereabouts", "components": document["components"]}
    jsonschema_rs.validate(described, whereabouts)
    assert set(document["components"]["schemas"]["Whereabouts"]["properties"]) == {*whereabouts, "receipt"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says(
    world: World, doors: dict[str, SigningDoor], operation: str, role: str
) -> None:
    seen = examine(operation, GenerationMode.POSITIVE, world, doors[role], FEW)
    assert ANSWERED.get((operation, role), 200) in seen, seen


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in WITHOUT_QUESTION])
def test_what_the_document_forbids_changes_nothing_and_is_answered_as_it_says(
    world: World, doors: dict[str, SigningDoor], operation: str, role: str
) -> None:
    """A key too many is passed over, so that a newer phone is understood: 200 is no mistake."""
    seen = examine(operation, GenerationMode.NEGATIVE, world, doors[role], FEW)
    assert operation == "batch" or any(400 <= status < 500 for status in seen), seen


@pytest.mark.long(short="test_what_the_document_allows_is_answered_as_it_says")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_long_campaign_finds_nothing_else(
    world: World, doors: dict[str, SigningDoor], operation: str, role: str
) -> None:
    examine(operation, GenerationMode.POSITIVE, world, doors[role], MANY)
    if operation not in WITHOUT_QUESTION:
        examine(operation, GenerationMode.NEGATIVE, world, doors[role], MANY)
