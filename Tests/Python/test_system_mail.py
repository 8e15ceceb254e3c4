"""Mail as others take it: aiosmtpd receives it, Python's `email` reads it, dkimpy verifies it."""

from __future__ import annotations

import base64
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import AddressHeader, DateHeader
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import dkim
import httpx
import pytest
from billing_system import System, eventually, running_system
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from mail_server import Mail, MailServer

SENDER_NAME = 'Zoë & Söhne, "Hosting"'
SENDER = "billing@mail.example.com"
DEADLINE_SECONDS = 2
FIELDS = [
    "DKIM-Signature",
    "DKIM-Signature",
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Auto-Submitted",
    "Content-Type",
]


@dataclass(frozen=True)
class Place:
    system: System
    server: MailServer
    # What the DNS of the domain would say, by name.
    records: dict[bytes, bytes]

    def register(self, full_name: str = "Ada Example", status: int = 201) -> str:
        """Makes somebody get a mail, and returns the address."""
        address = f"customer-{uuid.uuid4().hex[:12]}@example.com"
        body = {"email": address, "password": "correct horse battery", "full_name": full_name}
        answer = self.system.http.post("/api/v1/auth/register", json=body)
        assert answer.status_code == status, answer.text
        return address

    def naming(self, address: str) -> Mail:
        """Shows that an address is its owner's, and then gets a mail there that names them."""
        text = parts_of(self.server.first_to(address))[0].get_content()
        token = re.search(r"/verify/([\w-]+)", text)
        assert token is not None
        for path, body in [
            ("verify-email", {"token": token[1]}),
            ("password/forgot", {"email": address}),
        ]:
            answer = self.system.http.post(f"/api/v1/auth/{path}", json=body)
            answer.raise_for_status()
        return eventually(lambda: self.server.to(address)[1:], 20, f"a mail naming {address}")[0]

    def is_signed(self, content: bytes, index: int) -> bool:
        def look_up(name: bytes, timeout: int = 5) -> bytes | None:
            return self.records.get(name)

        try:
            return dkim.DKIM(content, minkey=2048).verify(index, dnsfunc=look_up)
        except dkim.ValidationError:
            return False


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    classic = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elliptic = ed25519.Ed25519PrivateKey.generate()
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    file.write_bytes(private_text(classic))
    records = {
        b"classic._domainkey.example.com.": b"v=DKIM1; k=rsa; p="
        + base64.b64encode(public_bytes(classic, serialization.Encoding.DER)),
        b"elliptic._domainkey.example.com.": b"v=DKIM1; k=ed25519; p="
        + base64.b64encode(public_bytes(elliptic, serialization.Encoding.Raw)),
    }
    with MailServer() as server:
        settings = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(server.port),
            "MAIL_FROM": f"{SENDER_NAME} <{SENDER}>",
            "DKIM_DOMAIN": "example.com",
            "DKIM_SELECTOR": "classic,elliptic",
            "DKIM_PRIVATE_KEY": f"{file},{private_text(elliptic).decode()}",
            "REMOTE_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
        }
        with running_system(RATE_LIMITS="off", **settings) as system:
            yield Place(system, server, records)


def private_text(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_bytes(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, encoding: serialization.Encoding
) -> bytes:
    is_raw = encoding == serialization.Encoding.Raw
    kind = serialization.PublicFormat.Raw if is_raw else None
    return key.public_key().public_bytes(
        encoding, kind or serialization.PublicFormat.SubjectPublicKeyInfo
    )


def parts_of(mail: Mail) -> list[EmailMessage]:
    parts = list(mail.parsed.iter_parts())
    assert all(isinstance(part, EmailMessage) for part in parts)
    return parts  # type: ignore[return-value]


# What a mail is.


def test_a_mail_says_the_same_as_text_and_as_html(place: Place) -> None:
    mail = place.naming(place.register("Łukasz <李> & Co"))

    message = mail.parsed
    assert message.get_content_type() == "multipart/alternative"
    text, html = parts_of(mail)
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    for part in [text, html]:
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part.defects == []
    assert message.defects == []
    assert "Hello Łukasz <李> & Co," in text.get_content()
    assert "Hello Łukasz &lt;李&gt; &amp; Co," in html.get_content()
    link = re.search(rf"{place.system.portal_url}/\S+", text.get_content())
    assert link is not None
    assert f'href="{link[0]}"' in html.get_content()
    assert "You get this mail because" in text.get_content()
    assert "You get this mail because" in html.get_content()


def test_a_mail_is_made_of_short_lines_of_ascii(place: Place) -> None:
    mail = place.naming(place.register("ü" * 150))
    assert mail.content.isascii()
    assert mail.content.endswith(b"\r\n")
    lines = mail.content.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\r" in line or b"\n" in line for line in lines)


def test_the_header_tells_from_whom_when_and_that_nobody_need_answer(place: Place) -> None:
    address = place.register()
    mail = place.server.first_to(address)
    message = mail.parsed

    assert message.keys() == FIELDS
    assert all(message[name].defects == () for name in FIELDS[2:])  # type: ignore[union-attr]
    sender, recipient, date = message["From"], message["To"], message["Date"]
    assert isinstance(sender, AddressHeader) and isinstance(recipient, AddressHeader)
    assert [each.display_name for each in sender.addresses] == [SENDER_NAME]
    assert [each.addr_spec for each in sender.addresses] == [SENDER]
    assert [each.addr_spec for each in recipient.addresses] == [address]
    # RFC 2047: nothing but ASCII goes over the wire.
    assert re.search(rb"^From: =\?utf-8\?B\?", mail.content, re.M)
    assert isinstance(date, DateHeader) and date.datetime is not None
    assert abs((datetime.now(UTC) - date.datetime).total_seconds()) < 60
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\w+@mail\.example\.com>", message["Message-ID"])
    assert message["Subject"] == "Confirm your e-mail address"
    assert (mail.sender, mail.recipients) == (SENDER, [address])


def test_every_mail_has_an_id_of_its_own(place: Place) -> None:
    mails = [place.server.first_to(place.register()) for _ in range(3)]
    assert len({mail.parsed["Message-ID"] for mail in mails}) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: all@example.com",
        "Ada\nBcc: all@example.com\n\nHi",
        "Ada\rBcc: all@example.com",
        "Ada\x0bBcc: all@example.com",
    ],
)
def test_a_name_with_another_line_is_no_name(place: Place, name: str) -> None:
    address = place.register(name, status=422)
    assert place.server.to(address) == []


@pytest.mark.parametrize(
    "name",
    [
        "Ada\u2028Bcc: all@example.com",
        "Ada\u0085Bcc: all@example.com",
        "=?utf-8?Q?Ada=0D=0ABcc:_all@example.com?=",
        'Ada" <all@example.com>, "B',
        "--=_alternative--",
        ".",
        "%0d%0aBcc: all@example.com",
    ],
)
def test_no_name_adds_a_field_or_a_recipient(place: Place, name: str) -> None:
    body = {"email": f"customer-{uuid.uuid4().hex[:12]}@example.com", "full_name": name}
    body["password"] = "correct horse battery"
    answer = place.system.http.post("/api/v1/auth/register", json=body)
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        mail = place.naming(body["email"])
        assert mail.parsed.keys() == FIELDS
        assert mail.recipients == [body["email"]]
        assert [each.get_content_type() for each in parts_of(mail)] == ["text/plain", "text/html"]


# What goes along with a mail.


def write_invoice(place: Place, address: str, issue: bool = True) -> tuple[Any, dict[str, Any]]:
    billing = place.system.log_in("billing@example.com")
    found = billing.get("/admin/customers", params={"q": address}).raise_for_status().json()
    price = {"amount": 12_345, "currency": "EUR"}
    body = {
        "customer_id": found["data"][0]["id"],
        "currency": "EUR",
        "lines": [{"description": "Größe 李", "quantity": 2, "unit_price": price}],
        "issue": issue,
    }
    return billing, billing.post("/invoices", json=body).raise_for_status().json()


def attached(mail: Mail) -> EmailMessage:
    message = mail.parsed
    assert message.get_content_type() == "multipart/mixed"
    assert message.defects == []
    texts, document = parts_of(mail)
    assert texts.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in texts.iter_parts()] == ["text/plain", "text/html"]
    assert document.get_content_type() == "application/pdf"
    assert document.get_content_disposition() == "attachment"
    assert document["Content-Transfer-Encoding"] == "base64"
    assert document.defects == []
    return document


def test_an_invoice_goes_along_with_its_mail_as_it_is_kept(place: Place) -> None:
    address = place.register("Ada 李")
    billing, invoice = write_invoice(place, address)
    mails = eventually(
        lambda: [m for m in place.server.to(address) if "INV-" in str(m.parsed["Subject"])],
        30,
        "the mail of the invoice",
    )
    document = attached(mails[0])
    assert document.get_filename() == f"{invoice['number']}.pdf"
    kept = billing.get(f"/invoices/{invoice['id']}/pdf").raise_for_status().content
    assert document.get_content() == kept
    assert place.is_signed(mails[0].content, 0) and place.is_signed(mails[0].content, 1)
    assert mails[0].content.isascii()
    assert max(map(len, mails[0].content.split(b"\r\n"))) <= 78
    # A third more than the file, and the texts.
    assert len(mails[0].content) < 1.4 * len(kept) + 20_000

    billing.post(f"/invoices/{invoice['id']}/send").raise_for_status()
    again = eventually(
        lambda: [m for m in place.server.to(address) if "INV-" in str(m.parsed["Subject"])][1:],
        30,
        "the same once more",
    )
    assert attached(again[0]).get_content() == kept
    assert again[0].parsed["Message-ID"] != mails[0].parsed["Message-ID"]


def test_a_credit_note_goes_along_with_its_mail(place: Place) -> None:
    address = place.register()
    billing, invoice = write_invoice(place, address)
    body = {"reason": "Billed by mistake"}
    note = billing.post(f"/invoices/{invoice['id']}/credit-notes", json=body)
    number = note.raise_for_status().json()["number"]
    mails = eventually(
        lambda: [m for m in place.server.to(address) if number in str(m.parsed["Subject"])],
        30,
        "the mail of the credit note",
    )
    document = attached(mails[0])
    assert document.get_filename() == f"{number}.pdf"
    kept = billing.get(f"/credit-notes/{note.json()['id']}/pdf").raise_for_status().content
    assert document.get_content() == kept
    assert place.is_signed(mails[0].content, 0)


def test_the_link_of_a_mail_shows_the_invoice_to_whoever_has_it(place: Place) -> None:
    address = place.register()
    billing, invoice = write_invoice(place, address)
    mails = eventually(
        lambda: [m for m in place.server.to(address) if "INV-" in str(m.parsed["Subject"])],
        30,
        "the mail of the invoice",
    )
    text = next(parts_of(mails[0])[0].iter_parts()).get_content()
    link = re.search(rf"{place.system.portal_url}/pay/\S+", text)
    assert link is not None
    with httpx.Client(trust_env=False) as stranger:
        shown = stranger.get(link[0])
        assert shown.status_code == 200
        assert invoice["number"] in shown.text
        assert "noindex" in shown.headers["X-Robots-Tag"]
        assert billing.delete(f"/invoices/{invoice['id']}/links").status_code == 204
        assert stranger.get(link[0]).status_code == 410


# What becomes of a mail that the server does not take.


@pytest.mark.parametrize(
    ("where", "reply"),
    [
        ("mail", "421 4.3.2 Closing down"),
        ("mail", "530 5.7.0 Authentication required"),
        ("rcpt", "451 4.7.1 Greylisted, try again"),
        ("rcpt", "452 4.2.2 Mailbox full"),
        ("data", "451 4.3.0 Out of order"),
    ],
)
def test_what_is_refused_for_now_is_sent_again(place: Place, where: str, reply: str) -> None:
    place.server.fail(where, reply, times=2)
    address = place.register()
    mail = place.server.first_to(address)
    time.sleep(1)
    assert len(place.server.to(address)) == 1
    assert not place.server.faults
    for attempt in place.server.attempts_to(address):
        assert attempt.content in (b"", mail.content)


@pytest.mark.parametrize(
    ("where", "reply"),
    [("rcpt", "550 5.1.1 No such user"), ("data", "554 5.7.1 This looks like advertising")],
)
def test_what_is_refused_for_good_is_left_to_a_person(
    place: Place, where: str, reply: str
) -> None:
    staff = place.system.log_in("support@example.com")

    def dead() -> list[dict[str, Any]]:
        query = {"status": "dead", "kind": "mail.send"}
        return staff.get("/admin/jobs", params=query).raise_for_status().json()["data"]

    before = len(dead())
    place.server.fail(where, reply)
    address = place.register()
    eventually(lambda: len(dead()) > before, 10, "mail that is left to a person")
    time.sleep(2)
    assert len(place.server.attempts_to(address)) == 1
    assert place.server.to(address) == []
    assert dead()[0]["last_error"] == reply
    assert dead()[0]["attempts"] == 1


def test_a_confirmation_that_is_lost_leads_to_one_twin_at_most(place: Place) -> None:
    place.server.fail("data", "drop")
    address = place.register()
    eventually(lambda: len(place.server.to(address)) == 2, 15, "second attempt")
    time.sleep(2)
    first, second = place.server.to(address)
    assert first.parsed["Message-ID"] == second.parsed["Message-ID"]
    # Even the signatures are the same, so that a mailbox can tell.
    assert first.content == second.content


@pytest.mark.parametrize("where", ["mail", "data"])
def test_a_server_that_does_not_answer_is_left_at_the_deadline(place: Place, where: str) -> None:
    place.server.fail(where, "hold")
    began = time.monotonic()
    slow = place.register()
    eventually(lambda: not place.server.faults, 5, "attempt that is held")
    quick = place.server.first_to(place.register(), seconds=DEADLINE_SECONDS)
    assert quick.at - began < DEADLINE_SECONDS
    mail = place.server.first_to(slow)
    assert DEADLINE_SECONDS <= mail.at - began < 3 * DEADLINE_SECONDS
    assert len(place.server.to(slow)) == 1


# Who vouches for a mail.


def test_both_signatures_are_good(place: Place) -> None:
    mail = place.server.first_to(place.register("Łukasz 李"))
    signatures = mail.parsed.get_all("DKIM-Signature")
    assert signatures is not None
    tags = [dkim.util.parse_tag_value(str(each).encode()) for each in signatures]
    assert [each[b"a"] for each in tags] == [b"rsa-sha256", b"ed25519-sha256"]
    assert [each[b"s"] for each in tags] == [b"classic", b"elliptic"]
    for each in tags:
        assert (each[b"d"], each[b"c"]) == (b"example.com", b"relaxed/relaxed")
    assert [place.is_signed(mail.content, index) for index in (0, 1)] == [True, True]


def test_a_signature_outlives_the_way_and_nothing_else(place: Place) -> None:
    content = place.server.first_to(place.register()).content
    # Servers on the way add fields on top, and fold and space anew.
    relayed = b"Received: from a by b\r\n" + content
    relayed = relayed.replace(b"Subject: Confirm ", b"SUBJECT:  Confirm\r\n\t ")
    relayed = relayed.rstrip(b"\r\n") + b"\r\n\r\n\r\n"
    forged = {
        "another subject": content.replace(b"Subject: Confirm", b"Subject: confirm"),
        "another link": content.replace(b"/verify", b"/evil", 1),
        "another sender": content.replace(b"\r\nFrom: ", b"\r\nFrom: <a@b.example>\r\nX: "),
        "a second sender": b"From: <boss@example.com>\r\n" + content,
        "a second subject": b"Subject: Pay at once\r\n" + content,
        "another address for answers": b"Reply-To: <thief@example.net>\r\n" + content,
        "another recipient": content.replace(b"\r\nTo: <", b"\r\nTo: <x"),
        "another kind": content.replace(b"multipart/alternative", b"multipart/mixed"),
        "a longer body": content + b"PS: send money\r\n",
    }
    for index in (0, 1):
        assert place.is_signed(relayed, index)
        believed = [
            name
            for name, mail in forged.items()
            if mail == content or place.is_signed(mail, index)
        ]
        assert believed == []


def test_the_key_is_nowhere_to_be_read(place: Place) -> None:
    logs = Path(place.system.billing.log).read_text(errors="replace")
    assert "mail" in logs
    assert "PRIVATE KEY" not in logs
