"""What a hostile client may send straight at the server, and what it must be told.

The cases are those of HTTP request smuggling (two readers that find different requests in the same
bytes), of bombs (small effort, large work), and of splitting an answer. Each is bytes, and a status.
"""

from __future__ import annotations

import functools
import gzip
import zlib
from dataclasses import dataclass

HOST = "Host: shop.example\r\n"
FORM = "application/x-www-form-urlencoded"
SMUGGLED = "GET /health?smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n"


@dataclass(frozen=True)
class Case:
    """Bytes with the statuses of the answers to them."""

    name: str
    data: bytes
    statuses: tuple[int, ...]
    #: Whether the server must close the connection after the last answer.
    closes: bool = True
    #: Whether the server may close before it has read all of the bytes.
    is_long: bool = False


def raw(name: str, text: str, *statuses: int, closes: bool = True) -> Case:
    return Case(name, text.encode("latin-1"), statuses or (400,), closes)


def post(name: str, fields: str, status: int = 400, body: str = "hello") -> Case:
    """A form whose framing is odd, with a request hidden behind it."""
    return raw(name, f"POST /login HTTP/1.1\r\n{HOST}{fields}\r\n{body}{SMUGGLED}", status)


def get(name: str, fields: str, status: int = 400) -> Case:
    return raw(name, f"GET /health HTTP/1.1\r\n{HOST}{fields}\r\n{SMUGGLED}", status)


def chunked(name: str, body: str, status: int = 400) -> Case:
    head = f"POST /login HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
    return raw(name, f"{head}{body}{SMUGGLED}", status)


LENGTHS = [
    post(f"length {value!r}", f"Content-Length: {value}\r\n", 413 if value == "9" * 18 else 400)
    for value in [
        *("+5", "-1", "-0", "5,5", "5, 5", "5,6", "0x5", "5 5", "5;", "5.0", "5e0", "0b1", "five"),
        *("", " ", "\t", "5\x0b", "5\x0c", "\xa05", "\xb2", "9" * 18, str(2**63), str(2**64)),
        *(str(2**64 + 5), "1" * 40, "5\xff"),
    ]
]

TWO_FRAMINGS = [
    post("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    post("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    post("length 0 and chunked", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", body=""),
    post("chunked that ends at once", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", body="0\r\n\r\n"),
    post("two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n"),
    post("two lengths", "Content-Length: 5\r\nContent-Length: 55\r\n"),
    post("two lengths, one padded", "Content-Length: 5\r\nContent-Length: 05\r\n"),
    post("lengths apart", "Content-Length: 5\r\nX: y\r\ncontent-LENGTH: 0\r\n"),
    post("length as a hop's own", "Connection: content-length\r\nContent-Length : 5\r\n"),
    post("length in an underscore", "Content_Length: 50\r\nContent-Length: 5\r\nContent-Length: 6\r\n"),
]

CODINGS = [
    post(f"coding {value!r}", f"Transfer-Encoding: {value}\r\n")
    for value in [
        *("xchunked", "chunkedx", "chunked, identity", "identity, chunked", "chunked, chunked"),
        *("identity", "gzip", "gzip, chunked", "chunked\x0b", "chunked\x0c", "\x0bchunked", "CHUNKED"),
        *("cow", "'chunked'", '"chunked"', "chunked;q=1", ",chunked", "chunked,", "", "chunked\xa0"),
        *("\xa0chunked", "chunk\x00ed", "chunked\x00", "[chunked]"),
    ]
] + [
    post("two codings", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
    post("coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    post("space before the colon", "Transfer-Encoding : chunked\r\n"),
    post("tab before the colon", "Transfer-Encoding\t: chunked\r\n"),
    post("NUL before the colon", "Transfer-Encoding\x00: chunked\r\n"),
    post("space in front", " Transfer-Encoding: chunked\r\n"),
    post("folded coding", "Transfer-Encoding:\r\n chunked\r\n"),
    post("folded by a tab", "Transfer-Encoding:\r\n\tchunked\r\n"),
    post("hidden behind a bare line feed", "X: y\nTransfer-Encoding: chunked\r\n"),
    post("hidden behind a bare return", "X: y\rTransfer-Encoding: chunked\r\n"),
    post("coding without colon", "Transfer-Encoding chunked\r\n"),
    post("coding as a hop's own", "Connection: transfer-encoding\r\nTransfer-Encoding: xchunked\r\n"),
    raw(
        "chunked in HTTP/1.0",
        f"POST /login HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    ),
    raw(
        "chunked in HTTP/1.0 that stays",
        f"POST /login HTTP/1.0\r\n{HOST}Connection: keep-alive\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    ),
]

CHUNKS = [
    chunked(f"chunk {body[:24]!r}", body, status)
    for body, status in [
        ("0x5\r\nhello\r\n0\r\n\r\n", 400),
        ("0X5\r\nhello\r\n0\r\n\r\n", 400),
        ("+5\r\nhello\r\n0\r\n\r\n", 400),
        ("-5\r\nhello\r\n0\r\n\r\n", 400),
        (" 5\r\nhello\r\n0\r\n\r\n", 400),
        ("5 \r\nhello\r\n0\r\n\r\n", 400),
        ("5\t\r\nhello\r\n0\r\n\r\n", 400),
        ("5_0\r\nhello\r\n0\r\n\r\n", 400),
        ("5;ext\r\nhello\r\n0\r\n\r\n", 400),
        ('5;ext="\r\nhello\r\n0\r\n\r\n', 400),
        ("5\nhello\r\n0\r\n\r\n", 400),
        ("5\rhello\r\n0\r\n\r\n", 400),
        ("5\r\nhello\n0\r\n\r\n", 400),
        ("5\r\nhelloXX0\r\n\r\n", 400),
        ("5\r\nhello\r\n0\n\r\n", 400),
        ("5\r\nhello\r\n0\r\n\n", 400),
        ("5\r\nhello\r\n0\r\nX: y\n\r\n", 400),
        ("5\r\nhell\r\n0\r\n\r\n", 400),
        ("\r\nhello\r\n0\r\n\r\n", 400),
        ("g\r\nhello\r\n0\r\n\r\n", 400),
        ("\x00\r\n\r\n", 400),
        ("0000000000000000005\r\nhello\r\n0\r\n\r\n", 400),
        ("fffffffffffffffff\r\n", 400),
        ("10000000000000005\r\nhello\r\n0\r\n\r\n", 400),
        ("8000000000000000\r\nhello\r\n", 400),
        ("7fffffffffffff\r\nhello\r\n", 413),
        ("0\r\n folded\r\n\r\n", 400),
        ("0\r\nno colon\r\n\r\n", 400),
        ("0\r\nContent-Length : 5\r\n\r\n", 400),
        ("5;" + "a" * 1_048_576, 400),
    ]
]

LINES = [
    raw("line feeds only", f"GET /health HTTP/1.1\nHost: h\n\n{SMUGGLED}"),
    raw("empty line first", f"\r\nGET /health HTTP/1.1\r\n{HOST}\r\n"),
    raw("a name with a NUL", f"GET /health HTTP/1.1\r\n{HOST}X\x00Y: z\r\n\r\n"),
    raw("a value with a NUL", f"GET /health HTTP/1.1\r\n{HOST}X: y\x00z\r\n\r\n"),
    raw("a value with a bell", f"GET /health HTTP/1.1\r\n{HOST}X: y\x07z\r\n\r\n"),
    raw("a value with a delete", f"GET /health HTTP/1.1\r\n{HOST}X: y\x7fz\r\n\r\n"),
    raw("a name beyond ASCII", f"GET /health HTTP/1.1\r\n{HOST}X\xe9: y\r\n\r\n"),
    raw("a name with a space", f"GET /health HTTP/1.1\r\n{HOST}X Y: z\r\n\r\n"),
    raw("no name", f"GET /health HTTP/1.1\r\n{HOST}: z\r\n\r\n"),
    raw("no colon", f"GET /health HTTP/1.1\r\n{HOST}X\r\n\r\n"),
    raw("no Host", f"GET /health HTTP/1.1\r\n\r\n{SMUGGLED}"),
    raw("two Hosts", f"GET /health HTTP/1.1\r\n{HOST}Host: other\r\n\r\n"),
    raw("one Host twice", f"GET /health HTTP/1.1\r\n{HOST}{HOST}\r\n"),
    raw("a Host with a path", "GET /health HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    raw("a Host with a user", "GET /health HTTP/1.1\r\nHost: user@a\r\n\r\n"),
    raw("a list of Hosts", "GET /health HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    raw("a whole address", f"GET http://shop.example/health HTTP/1.1\r\n{HOST}\r\n"),
    raw("another host's address", f"GET http://other/health HTTP/1.1\r\n{HOST}\r\n"),
    raw("an address with a user", f"GET http://shop.example@other/ HTTP/1.1\r\n{HOST}\r\n"),
    raw("a path with a fragment", f"GET /health#x HTTP/1.1\r\n{HOST}\r\n"),
    raw("a path with a space", f"GET /health x HTTP/1.1\r\n{HOST}\r\n"),
    raw("a path with a tab", f"GET /health\tx HTTP/1.1\r\n{HOST}\r\n"),
    raw("a path beyond ASCII", f"GET /h\xe9alth HTTP/1.1\r\n{HOST}\r\n"),
    raw("a path without a slash", f"GET health HTTP/1.1\r\n{HOST}\r\n"),
    raw("two spaces", f"GET  /health HTTP/1.1\r\n{HOST}\r\n"),
    raw("a tab for a space", f"GET\t/health\tHTTP/1.1\r\n{HOST}\r\n"),
    raw("a lower-case method", f"get /health HTTP/1.1\r\n{HOST}\r\n", 501),
    raw("a method of our own", f"SMUGGLE /health HTTP/1.1\r\n{HOST}\r\n", 501),
    raw("a tunnel", "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n", 501),
    raw("a trace", f"TRACE /health HTTP/1.1\r\n{HOST}\r\n", 501),
    raw("HTTP/0.9", "GET /health\r\n"),
    raw("HTTP/1.2", f"GET /health HTTP/1.2\r\n{HOST}\r\n", 505),
    raw("HTTP/2.0", f"GET /health HTTP/2.0\r\n{HOST}\r\n", 505),
    raw("HTTP/1.1 with a tail", f"GET /health HTTP/1.1x\r\n{HOST}\r\n", 505),
    raw("HTTP/01.1", f"GET /health HTTP/01.1\r\n{HOST}\r\n", 505),
    raw("http/1.1", f"GET /health http/1.1\r\n{HOST}\r\n"),
    raw("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00", 505),
    raw("a greeting of TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    raw("a greeting of SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
    raw("the PROXY line of a balancer", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + SMUGGLED),
    get("GET with a body", "Content-Length: 5\r\n"),
    get("GET in chunks", "Transfer-Encoding: chunked\r\n"),
    get("an expectation of nothing", "Expect: nothing\r\n", 417),
    get("an expectation twice", "Expect: 100-continue\r\nExpect: 100-continue\r\n", 417),
    get("an expectation with a tail", "Expect: 100-continue, x\r\n", 417),
    get("an empty expectation", "Expect:\r\n", 417),
    post("an expectation folded", "Expect: 100-\r\n continue\r\nContent-Length: 5\r\n"),
    post("a body without length that stays", "Connection: keep-alive\r\n", 411),
    post("a body without length as a hop's own", "Connection: content-length\r\n", 411),
]

#: What looks odd, but can be read in one way only: it is answered, and the next request as well.
HARMLESS = [
    raw("pipelined", SMUGGLED * 100, *[200] * 100, closes=False),
    raw(
        "upgrade to h2c, which is not spoken",
        f"GET /health HTTP/1.1\r\n{HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        f"HTTP2-Settings: AAMAAABk\r\n\r\n{SMUGGLED}",
        *(200, 200),
        closes=False,
    ),
    raw(
        "an upgrade to a socket",
        f"GET /health HTTP/1.1\r\n{HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n{SMUGGLED}",
        *(200, 200),
        closes=False,
    ),
    raw("HTTP/1.0", f"GET /health HTTP/1.0\r\n{HOST}\r\n{SMUGGLED}", 200),
    raw("a close", f"GET /health HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n{SMUGGLED}", 200),
    raw(
        "fields of framing in a trailer",
        f"POST /nowhere HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
        f"5\r\nhello\r\n0\r\nContent-Length: 500\r\n\r\n{SMUGGLED}",
        *(404, 200),
        closes=False,
    ),
    raw(
        "a method by another name",
        f"GET /health HTTP/1.1\r\n{HOST}X-HTTP-Method-Override: DELETE\r\n\r\n{SMUGGLED}",
        *(200, 200),
        closes=False,
    ),
    raw(
        "an address by another name",
        f"GET /nowhere HTTP/1.1\r\n{HOST}X-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n\r\n"
        f"{SMUGGLED}",
        *(404, 200),
        closes=False,
    ),
    *(
        raw(f"a path like {path!r}", f"GET {path} HTTP/1.1\r\n{HOST}\r\n{SMUGGLED}", 404, 200, closes=False)
        for path in [
            *("//health", "/./health", "/x/../health", "/%2fhealth", "/health%00", "/health;x=y"),
            *("/health%2f", "/%68ealth", "/health.", "/HEALTH", "/health%0d%0aX:%20y", "/%", "/%zz"),
        ]
    ),
]

SMUGGLING = [*LENGTHS, *TWO_FRAMINGS, *CODINGS, *CHUNKS, *LINES]


def long(name: str, head: str, body: bytes, *statuses: int) -> Case:
    return Case(name, head.encode() + body, statuses, is_long=True)


def sized(name: str, kind: str, body: bytes, *statuses: int, extra: str = "") -> Case:
    """A body for the log-in of the API, whatever it is."""
    head = (
        f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}Connection: close\r\nContent-Type: {kind}\r\n"
        f"{extra}Content-Length: {len(body)}\r\n\r\n"
    )
    return long(name, head, body, *statuses)


def multipart(parts: int, is_closed: bool) -> bytes:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    return part * parts + (b"--x--\r\n" if is_closed else b"")


def gzip_bomb(megabytes: int) -> bytes:
    """Zeros that unpack to a thousand times their length, packed twice."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    return gzip.compress(packed)


@functools.cache
def bombs() -> list[Case]:
    """Little effort for the client, a lot of work for a careless server; made when asked for."""
    start = f"GET /health HTTP/1.1\r\n{HOST}"
    many = b"".join(b'"%d":0,' % number for number in range(1_000_000))
    some = b"".join(b'"%x":0,' % number for number in range(80_000))
    gzipped = "Content-Encoding: gzip\r\n"
    return [
        long("a header of a megabyte", start, b"X: " + b"a" * 1_000_000 + b"\r\n\r\n", 431),
        long("a header without an end", start, b"X: " + b"a" * 200_000, 431),
        long("100,000 headers", start, b"X: yyyyy\r\n" * 100_000 + b"\r\n", 431),
        long("100,000 names", start, b"".join(b"X%d: y\r\n" % n for n in range(100_000)), 431),
        long("10,000 cookies", start, b"Cookie: " + b"a=b; " * 10_000 + b"\r\n\r\n", 431),
        long("3,000 cookies", start, b"Cookie: " + b"a=b; " * 3_000 + b"\r\nConnection: close\r\n\r\n", 200),
        long("a line of 100 KB", "GET /", b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", 431),
        long("50,000 parameters", "GET /health?", b"a=b&" * 50_000 + b" HTTP/1.1\r\n\r\n", 431),
        long(
            "4,000 parameters",
            "GET /health?",
            b"a&" * 4_000 + f" HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n".encode(),
            200,
        ),
        long(
            "4,000 parameters that are read",
            "GET /api/v1/plans/?",
            b"a&" * 4_000 + f" HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n".encode(),
            400,
        ),
        sized("JSON 100,000 deep", "application/json", b"[" * 100_000 + b"]" * 100_000, 400),
        sized("objects 100,000 deep", "application/json", b'{"a":' * 100_000, 400),
        sized("a million names", "application/json", b"{" + many + b'"":0}', 413),
        sized("80,000 names", "application/json", b"{" + some + b'"":0}', 422),
        sized("a name 100,000 times", "application/json", b'{"a":0' + b',"a":0' * 100_000 + b"}", 400),
        sized("a string of 64 MB", "application/json", b'"' + b"a" * (64 << 20) + b'"', 413),
        sized("a string of a megabyte", "application/json", b'"' + b"a" * 1_048_000 + b'"', 422),
        sized("a number of a megabyte", "application/json", b"1" * 1_048_000, 400),
        sized("200,000 elements", "application/json", b"[" + b"{}," * 200_000 + b"0]", 422),
        sized("50,000 form fields", FORM, b"a=b&" * 50_000, 415),
        sized("gzip twice", "application/json", gzip_bomb(64), 400, extra=gzipped),
        sized("gzip that is none", "application/json", b"\x1f\x8b" + b"a" * 5_000, 400, extra=gzipped),
        sized("100,000 parts", "multipart/form-data; boundary=x", multipart(100_000, True), 413),
        sized("15,000 parts", "multipart/form-data; boundary=x", multipart(15_000, True), 415),
        sized("parts without end", "multipart/form-data; boundary=x", multipart(100, False), 415),
        sized("no boundary", "multipart/form-data", multipart(100, False), 415),
        long(
            "a length of 10 GB",
            f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}{gzipped}Content-Length: 10737418240\r\n\r\n",
            gzip.compress(b"a"),
            413,
        ),
        long(
            "chunks of one byte",
            f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}Connection: close\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\n1\r\n" * 20_000 + b"0\r\n\r\n",
            400,
        ),
        long(
            "a trailer without end",
            f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X: yyyyy\r\n" * 100_000,
            431,
        ),
    ]


@dataclass(frozen=True)
class FormBomb:
    """A form of the portal, sent with the session and the token that it asks for."""

    name: str
    path: str
    kind: str
    body: bytes
    status: int


def form_bombs(token: str, upload: str) -> list[FormBomb]:
    """What gets past the framing and the session, to the readers of forms and files."""
    start = f"csrf={token}&".encode()
    opening = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'.encode()
    file = b'--x\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n'
    parts = "multipart/form-data; boundary=x"
    png = b"\x89PNG\r\n\x1a\n"
    # 60,000 points square in a few bytes: what is drawn would take 14 GB.
    huge = png + b"\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0" + bytes(4)

    def form(name: str, body: bytes, status: int) -> FormBomb:
        return FormBomb(name, "/login", FORM, body, status)

    def files(name: str, body: bytes, status: int, kind: str = parts) -> FormBomb:
        return FormBomb(name, upload, kind, body, status)

    return [
        form("200,000 fields", start + b"a=b&" * 200_000, 400),
        form("500,000 empty fields", start + b"&" * 500_000, 422),
        form("a field a megabyte long", start + b"email=" + b"a" * 1_000_000, 422),
        form("a name a megabyte long", start + b"a" * 1_000_000, 422),
        form("300,000 escapes", start + b"email=" + b"%41" * 300_000, 422),
        form("300,000 broken escapes", start + b"email=" + b"%4" * 300_000, 400),
        form("300,000 bytes of no UTF-8", start + b"email=" + b"%ff" * 300_000, 400),
        form("one field 100,000 times", start + b"email=a&" * 100_000, 400),
        form("two megabytes", start + b"a" * (2 << 20), 413),
        files("15,000 parts", opening + multipart(15_000, True), 400),
        files("parts without end", opening + multipart(50, False), 400),
        files("a head of a megabyte", opening + b"--x\r\nX: " + b"a" * 1_000_000, 400),
        files("a boundary that nearly comes", opening + file + b"\r\n--" * 200_000 + b"\r\n--x--\r\n", 303),
        files("a boundary of 10 KB", opening, 400, "multipart/form-data; boundary=" + "x" * 10_000),
        files("a picture of 60,000 by 60,000", opening + file + huge + b"\r\n--x--\r\n", 303),
    ]
