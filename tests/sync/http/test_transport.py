"""The way to another station: what answers in another way than our protocol is never taken for a delivery."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from testimony import canonical
from testimony.errors import NotDelivered, StationBusy
from testimony.sealing.records.signatures import Signer
from testimony.services.intake.uploads import Chunk
from testimony.sync.errors import (
    HttpsAsked,
    NetworkLogIn,
    NotTheStation,
    StationDown,
    StationFaulty,
    StationRefused,
    StationsMixed,
    StationTooSlow,
    StationUnreachable,
    WrongAddress,
)
from testimony.sync.http.adaptive_batch import HEADERS, SMALL, SMALLEST
from testimony.sync.http.channel import ANSWER_LIMIT
from testimony.sync.http.transport import FRAMES_TYPE, PAUSES, UPLOAD_HEADER, Answer, Transport
from testimony.sync.wire.frames import Frame, write_frames
from testimony.sync.wire.signatures import verify_request

SIGNER = Signer(b"\3" * 32)
NONCE = {"testimony-nonce": "f" * 32}
OK = Answer(200, {**NONCE, "content-type": FRAMES_TYPE}, write_frames([]))
LOGIN_PAGE = b"<!doctype html><title>Free Wi-Fi</title><form action=/login>"


class Script:
    """A channel that gives prepared answers (or raises them), and remembers what was asked."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked.append((method, url, headers, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def transport(*answers: Answer | Exception, signer: Signer | None = None) -> tuple[Transport, Script]:
    script = Script(*answers)
    return Transport("http://central:8402/", signer, channel=script, pause=lambda _: None), script


def json_answer(value: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {**NONCE, "content-type": "application/json", **headers}, canonical.encode(value))


FOREIGN = [
    Answer(200, {"content-type": "text/html"}, LOGIN_PAGE),
    Answer(200, {}, b""),
    Answer(302, {"location": "http://login.example/"}, b""),
    Answer(302, {**NONCE, "location": "http://login.example/"}, b""),
    Answer(200, {**NONCE, "content-type": "text/html"}, LOGIN_PAGE),
    Answer(200, {"content-type": FRAMES_TYPE}, write_frames([])),
    Answer(200, {"testimony-nonce": "not a nonce", "content-type": FRAMES_TYPE}, write_frames([])),
    Answer(404, {"content-type": "text/html"}, LOGIN_PAGE),
    Answer(404, NONCE, LOGIN_PAGE),
    Answer(511, {"content-type": "text/html"}, LOGIN_PAGE),
]


@pytest.mark.parametrize("answer", FOREIGN)
def test_a_log_in_page_is_not_a_delivery(answer: Answer) -> None:
    sender, _ = transport(answer)
    with pytest.raises(NotTheStation) as error:
        sender.batch([Frame("object", b"abc")])
    assert "Nothing was sent" in str(error.value)
    assert "http://central:8402" in str(error.value)


HTML = {"content-type": "text/html; charset=utf-8"}
CAUSES = [
    (Answer(200, HTML, LOGIN_PAGE), NetworkLogIn, "Sign in to the network"),
    (Answer(302, {"location": "http://login.example/"}, b""), NetworkLogIn, "Sign in to the network"),
    (Answer(511, HTML, LOGIN_PAGE), NetworkLogIn, "Sign in to the network"),
    (Answer(301, {"location": "https://central:8402/sync/batch"}, b""), HttpsAsked, "https://"),
    (Answer(404, HTML, b"<title>404 Not Found</title>"), WrongAddress, "Check the address"),
    (Answer(403, {}, b""), WrongAddress, "Check the address"),
    (Answer(500, HTML, b"<title>500 Internal Server Error</title>"), StationFaulty, "central"),
    (Answer(500, {"content-type": "text/plain"}, b""), StationFaulty, "central"),
    (json_answer({"rule": "error", "sentence": ""}, 500), StationFaulty, "central"),
    (Answer(502, HTML, b"<title>502 Bad Gateway</title>"), StationDown, "central"),
    (Answer(504, HTML, b""), StationDown, "central"),
]


@pytest.mark.parametrize(("answer", "kind", "advice"), CAUSES)
def test_what_answered_instead_is_told_apart_with_what_to_do(
    answer: Answer, kind: type[NotDelivered], advice: str
) -> None:
    sender, _ = transport(answer)
    with pytest.raises(NotDelivered) as error:
        sender.batch([Frame("object", b"abc")])
    assert type(error.value) is kind
    assert advice in str(error.value)
    assert ("log-in page" in str(error.value)) is (kind is NetworkLogIn)


@pytest.mark.parametrize("answer", FOREIGN[:3])
def test_a_log_in_page_gets_no_signature_out_of_us(answer: Answer) -> None:
    sender, script = transport(answer, signer=SIGNER)
    with pytest.raises(NotTheStation):
        sender.batch([Frame("object", b"abc")])
    assert [(method, url) for method, url, _, _ in script.asked] == [("GET", "http://central:8402/sync/nonce")]


@pytest.mark.parametrize(
    "lacking", [{"lacking": "c0"}, {"lacking": "8"}, {"lacking": 1}, {"lacking": "8000"}, {}, {"names": []}]
)
def test_a_bitmap_of_another_length_is_not_from_a_station(lacking: object) -> None:
    sender, _ = transport(json_answer(lacking))
    with pytest.raises(NotTheStation):
        sender.lacking(["a" * 64])


def test_what_is_lacking_is_read_from_the_bitmap() -> None:
    sender, script = transport(json_answer({"lacking": "40"}))
    assert sender.lacking(["a" * 64, "b" * 64]) == {"b" * 64}
    assert canonical.decode(script.asked[0][3]) == {"names": ["a" * 64, "b" * 64]}


def test_each_request_is_signed_with_the_nonce_of_the_answer_before() -> None:
    first = json_answer({"nonce": "a" * 32})
    second = Answer(200, {"testimony-nonce": "b" * 32, "content-type": FRAMES_TYPE}, write_frames([]))
    sender, script = transport(first, second, OK, signer=SIGNER)
    sender.batch([])
    sender.batch([])
    nonces = []
    for method, url, headers, body in script.asked[1:]:
        nonces.append(verify_request(lambda _: SIGNER.public_keys[0], method, url, headers, body)[1])
    assert nonces == ["a" * 32, "b" * 32]


def test_a_nonce_that_was_used_up_is_replaced_once() -> None:
    spent = json_answer({"rule": "nonce", "sentence": ""}, status=401)
    sender, script = transport(json_answer({"nonce": "a" * 32}), spent, OK, signer=SIGNER)
    assert [frame.kind for frame in sender.batch([])] == ["end"]
    assert len(script.asked) == 3
    sender, _ = transport(json_answer({"nonce": "a" * 32}), spent, spent, signer=SIGNER)
    with pytest.raises(StationRefused) as error:
        sender.batch([])
    assert error.value.rule == "nonce"
    assert isinstance(error.value, StationsMixed)
    assert "http://central:8402" in str(error.value)


@pytest.mark.parametrize("rule", sorted(StationRefused.RULES))
def test_a_refusal_names_its_rule_and_says_what_to_do(rule: str) -> None:
    sender, _ = transport(json_answer({"rule": rule, "sentence": ""}, status=403))
    with pytest.raises(StationRefused) as error:
        sender.batch([])
    assert error.value.rule == rule
    assert error.value.sentence == StationRefused.RULES[rule]


@pytest.mark.parametrize(
    ("status", "given", "wait"),
    [(503, "5", 5), (507, "600", 600), (503, "", 60), (507, "soon", 60), (503, "9" * 8, 3600), (502, "-1", 60)],
)
def test_a_busy_station_says_how_long_to_wait(status: int, given: str, wait: int) -> None:
    sender, _ = transport(Answer(status, {"retry-after": given}, b""))
    with pytest.raises(StationBusy) as error:
        sender.batch([])
    assert error.value.retry_after == wait


def test_questions_are_asked_again_a_few_times_and_deliveries_are_not() -> None:
    broken = [StationUnreachable(url="http://central:8402") for _ in range(9)]
    sender, script = transport(*broken)
    with pytest.raises(StationUnreachable):
        sender.lacking(["a" * 64])
    assert len(script.asked) == len(PAUSES) + 1
    sender, script = transport(*broken)
    with pytest.raises(StationUnreachable):
        sender.batch([])
    assert len(script.asked) == 1


def test_pauses_grow_and_half_of_each_is_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        drawn.append((least, most))
        return least + most

    monkeypatch.setattr("testimony.sync.http.transport.random.uniform", uniform)
    paused: list[float] = []
    script = Script(*[StationUnreachable(url="http://central:8402") for _ in range(9)])
    with pytest.raises(StationUnreachable):
        Transport("http://central:8402", None, channel=script, pause=paused.append).lacking([])
    assert drawn == [(longest / 2, longest) for longest in PAUSES]
    assert paused == [1.5 * longest for longest in PAUSES]
    assert PAUSES == (0.1, 0.5, 3.0)


def test_who_had_its_time_is_not_asked_again() -> None:
    sender, script = transport(StationTooSlow(url="http://central:8402"), OK)
    with pytest.raises(StationTooSlow):
        sender.lacking([])
    assert len(script.asked) == 1


def test_a_small_request_measures_the_way_and_a_large_one_the_rate() -> None:
    """Each request takes a second by this clock."""
    ticks = itertools.count()
    large = Answer(200, OK.headers, write_frames([Frame("status", bytes(2 * SMALL))]))
    sender = Transport("http://central:8402", None, channel=Script(OK, large), clock=lambda: float(next(ticks)))
    sender.batch([])
    assert (sender.pace.overhead, sender.answers.overhead) == (HEADERS, HEADERS)
    sender.batch([])
    assert sender.pace.overhead == HEADERS, "a small request that got a large answer says nothing of the way"
    assert sender.answers.overhead > HEADERS
    sender = Transport("http://central:8402", None, channel=Script(OK, OK), clock=lambda: float(next(ticks)))
    sender.batch([])
    sender.batch([Frame("object", bytes(2 * SMALL))])
    assert sender.pace.overhead > HEADERS
    assert sender.answers.overhead == HEADERS


def test_the_feed_counts_what_arrives_and_asks_for_less_on_a_link_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, script = transport(OK, StationUnreachable(url="http://central:8402"), OK)
    arrived: list[int] = []
    monkeypatch.setattr(sender.answers, "arrived", arrived.append)
    sender.feed(7)
    sender.feed(8, "lawyers")
    assert arrived == [len(OK.body)] * 2
    paths = [url.removeprefix("http://central:8402/sync/feed") for _, url, _, _ in script.asked]
    assert paths == ["?after=7", "?after=8&audience=lawyers", f"?after=8&audience=lawyers&most={SMALLEST}"]


@pytest.mark.parametrize(("nonce", "is_one"), [("f" * 128, True), ("f" * 129, False), ("é", False), ("f-f", False)])
def test_a_nonce_is_letters_and_digits_and_not_long(nonce: str, is_one: bool) -> None:
    sender, _ = transport(Answer(200, {**OK.headers, "testimony-nonce": nonce}, OK.body))
    if is_one:
        assert [frame.kind for frame in sender.batch([])] == ["end"]
    else:
        with pytest.raises(NotTheStation):
            sender.batch([])


@pytest.mark.parametrize(
    ("said", "size"), [("1000", 1000), ("99999999", 99_999_999), ("100000000", 0), ("", 0), ("²", 0), ("-1", 0)]
)
def test_how_large_a_batch_it_takes_in_chunks_is_a_number_or_nothing(said: str, size: int) -> None:
    sender, _ = transport(Answer(200, {**OK.headers, UPLOAD_HEADER: said}, OK.body))
    sender.batch([])
    assert sender.takes_chunks == size


@pytest.mark.parametrize("here", [0, 5, 10, -1, 11, True, "5", None])
def test_of_a_batch_in_chunks_no_more_can_be_there_than_it_has(here: object) -> None:
    sender, _ = transport(json_answer({"here": here}))
    chunk = Chunk("a" * 64, 10, 0, b"12345")
    if here in (0, 5, 10) and here is not True:
        assert sender.upload(chunk) == here
    else:
        with pytest.raises(NotTheStation):
            sender.upload(chunk)


@pytest.mark.parametrize("number", [3, None, "3", True])
def test_the_number_of_a_roster_is_a_number(number: object) -> None:
    sender, _ = transport(json_answer({"roster": number}))
    if number == 3:
        assert sender.rosters([]) == 3
    else:
        with pytest.raises(NotTheStation):
            sender.rosters([])


@pytest.mark.parametrize(("signed", "given"), [("pem", b"pem"), (None, None)])
def test_a_certificate_comes_or_not_yet(signed: str | None, given: bytes | None) -> None:
    sender, _ = transport(json_answer({"certificate": signed}))
    assert sender.certificate(b"{}") == given


def test_a_certificate_that_is_no_text_is_none() -> None:
    sender, _ = transport(json_answer({"certificate": 1}))
    with pytest.raises(NotTheStation):
        sender.certificate(b"{}")


def test_a_torn_answer_is_no_answer() -> None:
    whole = write_frames([Frame("status", b"{}")])
    for cut in range(len(whole)):
        sender, _ = transport(Answer(200, OK.headers, whole[:cut]))
        with pytest.raises(StationUnreachable):
            sender.batch([])


Respond = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Callable[[Respond], str]]:
    """Starts a real server that answers every request by a function; its address."""
    started: list[ThreadingHTTPServer] = []

    def start(respond: Respond) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                respond(self)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                respond(self)

            def log_message(self, *_: object) -> None:
                pass

        running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        running.daemon_threads = True
        started.append(running)
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{running.server_port}"

    yield start
    for running in started:
        running.shutdown()
        running.server_close()


def respond_with(status: int, headers: dict[str, str], body: bytes, declared: int | None = None) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if declared is None else declared))
        handler.end_headers()
        handler.wfile.write(body)
        if declared is not None:
            handler.close_connection = True

    return respond


def quick(url: str) -> Transport:
    return Transport(url, None, pause=lambda _: None)


def test_over_http_a_captive_portal_is_named(server: Callable[[Respond], str]) -> None:
    url = server(respond_with(200, {"Content-Type": "text/html"}, LOGIN_PAGE))
    with pytest.raises(NotTheStation):
        quick(url).batch([Frame("object", b"abc")])


def test_over_http_a_redirect_is_not_followed(server: Callable[[Respond], str]) -> None:
    asked: list[str] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        respond_with(307, {"Location": "/elsewhere"}, b"")(handler)

    with pytest.raises(NotTheStation):
        quick(server(respond)).batch([])
    assert asked == ["/sync/batch"]


def test_over_http_an_answer_that_breaks_off_is_no_answer(server: Callable[[Respond], str]) -> None:
    headers = {"Testimony-Nonce": "f" * 32, "Content-Type": FRAMES_TYPE}
    url = server(respond_with(200, headers, write_frames([])[:50], declared=120))
    with pytest.raises(StationUnreachable):
        quick(url).batch([])


def test_over_http_an_endless_answer_is_not_read_to_its_end(server: Callable[[Respond], str]) -> None:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(ANSWER_LIMIT * 100))
        handler.end_headers()
        try:
            for _ in range(ANSWER_LIMIT * 100 // 65536):
                handler.wfile.write(b"x" * 65536)
        except OSError:
            handler.close_connection = True

    with pytest.raises(NotTheStation):
        quick(server(respond)).batch([])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://", "nonsense", "http://127.0.0.1:99999", "http://[::"])
def test_no_station_there_is_said_with_its_address(url: str) -> None:
    with pytest.raises(NotDelivered) as error:
        quick(url).batch([])
    assert str(error.value).startswith(url.rstrip("/"))


def test_before_the_first_answer_nothing_is_known_of_the_other_side() -> None:
    way, _ = transport()
    assert (way.takes_chunks, way.ahead, way.base_url) == (0, None, "http://central:8402")
    assert not way.answers.failing
