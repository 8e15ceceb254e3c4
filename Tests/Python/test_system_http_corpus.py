"""A hostile client, straight at the server: it is told what is wrong, and nobody else notices."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from billing_system import DEMO_PASSWORD, System, eventually, running_system
from http_corpus import HARMLESS, HOST, SMUGGLING, Case, bombs, form_bombs
from raw_http import Answer, RawClient, ask
from shopping import Customer

REQUEST_SECONDS = 4
IDLE_SECONDS = 3
#: How far a deadline may be passed on a busy machine.
GRACE_SECONDS = 3
MOST_GROWTH = 48 << 20
MOST_ANSWER = 65_536
#: Far more than a megabyte of a form takes without optimisation, far less than a square of it.
FORM_SECONDS = 10

PORTS = ("api", "portal")
#: What is asked where a case only needs some address that answers 200.
SAMPLES = {"api": b"/health", "portal": b"/login"}


@pytest.fixture(scope="module")
def target() -> Iterator[System]:
    """A system with little patience, and its memory watched."""
    settings = {
        "RATE_LIMITS": "off",
        "REQUEST_SECONDS": str(REQUEST_SECONDS),
        "IDLE_SECONDS": str(IDLE_SECONDS),
    }
    with running_system(**settings) as running:
        yield running


def port_of(system: System, server: str) -> int:
    return getattr(system.ports, server)


def bytes_for(case: Case, server: str) -> bytes:
    return case.data.replace(b"/health", SAMPLES[server])


def require_next_client(system: System, server: str) -> None:
    """Whoever comes after is served as if nothing had been."""
    asked = b"GET " + SAMPLES[server] + f" HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n".encode()
    answer = ask(port_of(system, server), asked)
    assert answer.status == 200


def faults_of(system: System, server: str, case: Case) -> list[str]:
    """What the server does wrong about a case; one connection, so that order counts."""
    with RawClient(port_of(system, server)) as client:
        client.send_beside(bytes_for(case, server))
        answers = [client.answer() for _ in case.statuses]
        statuses = tuple(answer.status if answer else None for answer in answers)
        faults = []
        if statuses != case.statuses:
            faults.append(f"answered {statuses} instead of {case.statuses}")
        elif case.closes and not client.is_closed_within(2):
            faults.append("the connection was kept, or more was said")
        if any(answer and len(answer.body) > MOST_ANSWER for answer in answers if case.is_long):
            faults.append(f"an answer of {max(len(each.body) for each in answers if each)} bytes")
        return [f"{case.name} ({server}): {fault}" for fault in faults]


@pytest.mark.parametrize("server", PORTS)
def test_a_request_that_two_readers_could_take_for_two_is_refused(target: System, server: str) -> None:
    assert len(SMUGGLING) >= 60
    names = [case.name for case in SMUGGLING]
    assert len(set(names)) == len(names)
    faults = []
    for case in SMUGGLING:
        faults += faults_of(target, server, case)
        require_next_client(target, server)
    assert faults == []


@pytest.mark.parametrize("server", PORTS)
def test_what_is_odd_but_clear_is_answered(target: System, server: str) -> None:
    assert [fault for case in HARMLESS for fault in faults_of(target, server, case)] == []
    require_next_client(target, server)


def test_bombs_cost_the_server_little(target: System) -> None:
    for _ in range(50):
        require_next_client(target, "api")
    base = target.billing.resident_bytes
    faults = []
    for case in bombs():
        started = time.monotonic()
        faults += faults_of(target, "api", case)
        seconds = time.monotonic() - started
        if seconds > 2:
            faults.append(f"{case.name}: answered after {seconds:.1f} s")
        require_next_client(target, "api")
    assert faults == []
    assert grown_less_than(target, base, MOST_GROWTH)


def test_bombs_at_once_leave_no_memory_behind(target: System) -> None:
    base = target.billing.resident_bytes
    cases = [case for case in bombs() if len(case.data) < 2 << 20] * 2
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda case: faults_of(target, "api", case), cases)
    assert [fault for faults in found for fault in faults] == []
    require_next_client(target, "api")
    assert grown_less_than(target, base, MOST_GROWTH)


def test_bombs_in_forms_files_and_cookies_cost_the_server_little(target: System) -> None:
    base = target.billing.resident_bytes
    faults = []
    with httpx.Client(base_url=target.portal_url, trust_env=False, timeout=20) as browser:
        token = log_in_as_staff(browser)
        for bomb in form_bombs(token, "/console/settings/logo"):
            started = time.monotonic()
            answer = browser.post(
                bomb.path, content=bomb.body, headers={"Content-Type": bomb.kind, "Origin": target.portal_url}
            )
            seconds = time.monotonic() - started
            # A page says again what was typed into a field, and no more than that.
            is_short = len(answer.content) <= len(bomb.body) + MOST_ANSWER
            if answer.status_code != bomb.status or seconds > FORM_SECONDS or not is_short:
                faults.append(
                    f"{bomb.name}: {answer.status_code} after {seconds:.1f} s, {len(answer.content)} bytes"
                )
            require_next_client(target, "portal")
    for cookies in ("session=" + "a" * 14_000, "session=a; " * 1_300, "=;" * 7_000, "theme=" + "%" * 14_000):
        fields = f"{HOST}Cookie: {cookies}\r\nConnection: close\r\n"
        answer = ask(target.ports.portal, f"GET /login HTTP/1.1\r\n{fields}\r\n".encode())
        if answer.status != 200:
            faults.append(f"{cookies[:20]}: {answer.status}")
    assert faults == []
    assert grown_less_than(target, base, MOST_GROWTH)


def log_in_as_staff(browser: httpx.Client) -> str:
    """Logs somebody in who may upload files, and gives the token of their forms."""

    def token(path: str) -> str:
        return browser.get(path).text.partition('name="csrf" value="')[2].partition('"')[0]

    form = {"csrf": token("/login"), "email": "admin@example.com", "password": DEMO_PASSWORD}
    assert browser.post("/login", data=form).status_code == 303
    return token("/console/settings")


@pytest.mark.parametrize("server", PORTS)
def test_connections_that_are_reset_leave_nothing(target: System, server: str) -> None:
    """Thousands of clients go away in the middle: before a word, in a head, in a body, before the answer."""
    starts = [
        b"",
        b"GET / HT",
        HEAD + b"Content-Length: 100\r\n\r\n{",
        f"GET /pricing HTTP/1.1\r\n{HOST}\r\n".encode(),
    ]
    port = port_of(target, server)
    base = target.billing.resident_bytes
    files = target.billing.open_files

    def storm(start: bytes) -> None:
        for _ in range(1_000):
            with RawClient(port) as client:
                client.send(start)
                # Ends by RST instead of FIN.
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with ThreadPoolExecutor(len(starts)) as pool:
        list(pool.map(storm, starts))
    require_next_client(target, server)
    eventually(lambda: target.billing.open_files <= files + 4, 10, "closed connections")
    assert grown_less_than(target, base, MOST_GROWTH)


def grown_less_than(system: System, base: int, most: int) -> bool:
    """Memory is given back a moment after the last byte; what it has then is told on failure."""

    def is_back() -> bool:
        return system.billing.resident_bytes - base < most

    try:
        return eventually(is_back, 10, f"memory within {most >> 20} MB of {base >> 20} MB")
    except TimeoutError:
        pytest.fail(f"{base >> 20} MB became {system.billing.resident_bytes >> 20} MB")


HEAD = f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n".encode()

#: What a slow sender has sent, and goes on with byte by byte.
SLOW_SENDERS = {
    "slowloris": (b"GET /health HTTP/1.1\r\nHost: h\r\n", b"X-a: b\r\n"),
    "a slow request line": (b"GET /", b"a"),
    "R.U.D.Y.": (HEAD + b"Content-Length: 100000\r\n\r\n{", b" "),
    "slow chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "a slow chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n", b"a"),
    "a slow trailer": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "a promise after 100 Continue": (HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", b""),
}


def drip(port: int, start: bytes, more: bytes) -> tuple[float, bytes]:
    """Sends slowly until the server ends it: how long that took, and what it said."""
    with RawClient(port) as client:
        client.send(start)
        began = time.monotonic()
        client.socket.settimeout(0.2)
        while time.monotonic() - began < 30:
            try:
                if not client.read_more():
                    break
            except TimeoutError:
                if more and not client.send(more[:1]):
                    break
                more = more[1:] + more[:1]
        return time.monotonic() - began, client.rest


def test_slow_senders_are_cut_off_in_time(target: System) -> None:
    jobs = [(server, *each) for server in PORTS for each in SLOW_SENDERS.values()]
    with ThreadPoolExecutor(len(jobs)) as pool:
        dripping = [
            pool.submit(drip, port_of(target, server), start, more) for server, start, more in jobs
        ]
        time.sleep(1)
        for server in PORTS:
            require_next_client(target, server)
        results = [job.result() for job in dripping]
    for (server, start, _), (seconds, said) in zip(jobs, results, strict=True):
        assert seconds <= REQUEST_SECONDS + GRACE_SECONDS, (server, start, seconds)
        assert b"HTTP/1.1 408 " in said, (server, start, said)


def test_who_says_nothing_is_cut_off_in_time(target: System) -> None:
    with ThreadPoolExecutor(2) as pool:
        silent = pool.submit(drip, target.ports.api, b"", b"")
        rested = pool.submit(drip, target.ports.api, f"GET /health HTTP/1.1\r\n{HOST}\r\n".encode(), b"")
        assert silent.result()[0] <= REQUEST_SECONDS + GRACE_SECONDS
        assert rested.result()[0] <= IDLE_SECONDS + GRACE_SECONDS
        assert silent.result()[1] == b""
        assert rested.result()[1].startswith(b"HTTP/1.1 200 ")


def test_slow_readers_are_cut_off_in_time_and_hold_no_memory(target: System) -> None:
    size = len(target.http.get("/openapi.json").raise_for_status().content)
    asked = f"GET /openapi.json HTTP/1.1\r\n{HOST}\r\n".encode() * 60
    base = target.billing.resident_bytes
    clients = [RawClient(target.ports.api, buffer=4_096) for _ in range(20)]
    try:
        for client in clients:
            assert client.send(asked)
        time.sleep(1)
        assert target.billing.resident_bytes - base < MOST_GROWTH
        require_next_client(target, "api")
        eventually(lambda: open_connections(target) <= 1, IDLE_SECONDS + GRACE_SECONDS + 2, "end")
        # What the kernel had taken may still be read; then there is no more.
        assert len(clients[0].read_to_end()) < 60 * size
    finally:
        for client in clients:
            client.socket.close()
    assert grown_less_than(target, base, MOST_GROWTH)


def open_connections(system: System) -> int:
    """The connections of the API's port that the server holds, as the kernel tells."""
    wanted = f":{system.ports.api:04X}"
    count = 0
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table:
            local, _, state = line.split()[1:4]
            count += local.endswith(wanted) and state == "01"
    return count


SPLITS = [
    *("%0d%0aSet-Cookie:%20evil=1", "%0aSet-Cookie:%20evil=1", "%0d%0a%0d%0a<html>", "%00", "%e5%98%8d%e5%98%8aSet-Cookie:evil=1"),
    *("%u000dSet-Cookie:evil=1", "//evil.example", "%2f%2fevil.example", "/%5cevil.example", "https://evil.example"),
    *("/%09/evil.example", "javascript:alert(1)", "%0d%0aLocation:%20//evil.example"),
]


def require_unsplit(answer: Answer) -> None:
    names = [name.lower() for name, _ in answer.headers]
    assert len([name for name in names if name == "location"]) <= 1, answer.headers
    for name, value in answer.headers:
        assert name.replace("-", "").isalnum(), answer.headers
        assert not value.startswith("evil"), answer.headers
        assert all(32 <= ord(character) < 127 for character in value), answer.headers
    for place in answer.all("Location"):
        assert place.startswith("/"), place
        assert not place.startswith(("//", "/\\")), place


def test_no_answer_can_be_split_by_where_one_wants_to_go(target: System) -> None:
    for split in SPLITS:
        for path in (f"/login?next={split}", f"/orders?x={split}", f"/orders/{split}", f"/{split}"):
            with RawClient(target.ports.portal) as client:
                client.send(f"GET {path} HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n".encode())
                answer = client.answer()
                assert answer is not None
                assert answer.status < 500
                require_unsplit(answer)
                assert client.is_closed_within(2)


def test_nor_by_who_logs_in(target: System) -> None:
    customer = Customer.register(target)
    with httpx.Client(base_url=target.portal_url, trust_env=False) as browser:
        page = browser.get("/login").text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        form = {"csrf": token, "email": customer.email, "password": "correct horse battery"}
        for next_page in ("//evil.example", "/\\evil.example", "https://evil.example", "/orders"):
            answer = browser.post("/login", data={**form, "next": next_page})
            assert answer.status_code == 303
            assert answer.headers["Location"] == ("/orders" if next_page == "/orders" else "/")
            browser.cookies.delete("session")
        for next_page in ("/a\r\nSet-Cookie: evil=1", "/a\nX: y", "/\x00"):
            answer = browser.post("/login", data={**form, "next": next_page})
            assert answer.status_code in (400, 422)
            assert "evil" not in str(answer.headers)


def test_nor_by_a_request_id_or_a_domain(target: System) -> None:
    for given in ("abcdefgh%0d%0aX: y", "abcdefgh X", "a" * 65, "short", "abcdefg\xe9h", "abcdefgh\t"):
        with RawClient(target.ports.api) as client:
            fields = f"{HOST}X-Request-Id: {given}\r\nConnection: close\r\n"
            client.send(f"GET /health HTTP/1.1\r\n{fields}\r\n".encode("latin-1"))
            answer = client.answer()
            assert answer is not None
            require_unsplit(answer)
            sent = answer.all("X-Request-Id")
            assert len(sent) == 1
            # Space around a value is none of it.
            assert sent[0] == given.strip() if given == "abcdefgh\t" else sent[0].startswith("req_")
    for name in ("a\r\nX-Evil: 1.com", "a\u2028b.com", "a\x00b.com", "evil.example/\r\n\r\nHTTP/1.1 200 OK"):
        answer = target.http.post("/api/v1/domains/check", json={"domain": name})
        assert answer.status_code in (400, 422), answer.text
        assert "x-evil" not in answer.headers
