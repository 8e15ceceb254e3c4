"""Invoices on paper as others read them: poppler, qpdf, and a validator of PDF/A and PDF/UA."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import unicodedata
import zlib
from pathlib import Path

import httpx
import page
import pytest
from billing_system import System
from invoice_twins import assert_twins
from shopping import Customer, unused_domain

# A stream whose last byte is a carriage return stands before a line feed and `endstream`; the
# validator counts both as one line's end.
AMBIGUOUS_END = re.compile(rb"\r\nendstream")


@pytest.fixture(scope="module")
def invoice(system: System) -> tuple[Customer, dict]:
    customer = Customer.register(system)
    order = customer.buy(domain=unused_domain())
    assert order["status"] == "completed"
    return customer, customer.http.get(f"/invoices/{order['invoice_id']}").json()


@pytest.fixture(scope="module")
def pdf(invoice: tuple[Customer, dict], tmp_path_factory: pytest.TempPathFactory) -> Path:
    customer, shown = invoice
    answer = customer.http.get(f"/invoices/{shown['id']}/pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    path = tmp_path_factory.mktemp("pdf") / "invoice.pdf"
    path.write_bytes(answer.content)
    return path


def output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_syntax_is_sound(pdf: Path) -> None:
    assert "No syntax or stream encoding errors" in output("qpdf", "--check", pdf)


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_it_meets_the_standards_of_archives_and_of_accessibility(pdf: Path, profile: str) -> None:
    failures = [
        each.rule_id
        for each in page.validate_pdf(pdf, profile=profile).failures
        if "STREAM-LENGTH" not in each.rule_id or not AMBIGUOUS_END.search(pdf.read_bytes())
    ]
    assert failures == []


@pytest.mark.parametrize(
    ("profile", "claim", "other"),
    [
        ("3a", b"<pdfaid:part>3", b"<pdfaid:part>1"),
        ("ua1", b"<pdfuaid:part>1", b"<pdfuaid:part>7"),
    ],
)
def test_the_validator_is_awake(pdf: Path, profile: str, claim: bytes, other: bytes) -> None:
    broken = pdf.with_name("broken.pdf")
    command = ["qpdf", "--compress-streams=n", "--object-streams=disable", pdf, broken]
    subprocess.run(command, check=True)
    content = broken.read_bytes()
    assert claim in content
    broken.write_bytes(content.replace(claim, other))
    assert page.validate_pdf(broken, profile=profile).failures


def test_it_says_what_the_invoice_says(pdf: Path, invoice: tuple[Customer, dict]) -> None:
    _, shown = invoice
    text = output("pdftotext", "-layout", pdf, "-")
    total = shown["total"]["amount"]
    assert shown["number"] in text
    assert f"${total // 100:,}.{total % 100:02d} USD" in text
    for line in shown["lines"]:
        assert line["description"].split(",")[0] in text
    assert "PAID" in text
    assert "Page 1 of 1" in text


def test_its_page_is_its_twin(
    system: System, pdf: Path, invoice: tuple[Customer, dict]
) -> None:
    customer, shown = invoice
    assert_twins(system, customer.email, shown["id"], pdf)


def test_its_fonts_are_embedded_and_its_text_is_unicode(pdf: Path) -> None:
    fonts = output("pdffonts", pdf).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), fonts


def test_it_is_tagged(pdf: Path) -> None:
    structure = output("pdfinfo", "-struct-text", pdf)
    for tag in ("Document", "H1", "Table", "TH", "TD"):
        assert re.search(rf"^\s*{tag}\b", structure, re.MULTILINE), tag
    assert "Page 1 of 1" not in structure


def test_it_holds_the_same_for_programs(
    pdf: Path, invoice: tuple[Customer, dict], tmp_path: Path
) -> None:
    _, shown = invoice
    output("pdfdetach", "-savefile", "invoice.json", "-o", tmp_path / "invoice.json", pdf)
    data = json.loads((tmp_path / "invoice.json").read_bytes())
    assert data["number"] == shown["number"]
    assert data["total"] == shown["total"]["amount"]
    assert [line["amount"] for line in data["lines"]] == [
        line["amount"]["amount"] for line in shown["lines"]
    ]


def test_it_is_the_same_after_a_restart(pdf: Path, invoice: tuple[Customer, dict]) -> None:
    customer, shown = invoice
    customer.system.kill_billing()
    customer.system.start_billing()
    again = customer.http.get(f"/invoices/{shown['id']}/pdf")
    assert again.content == pdf.read_bytes()
    assert again.headers["ETag"] == f'"{hashlib.sha256(again.content).hexdigest()}"'


# Documents that staff write: many pages, every script, and credit notes.

WORDS = [
    "Straße und Garçon",
    "Обслуживание сервера",
    "Υπηρεσία φιλοξενίας",
    "خدمة الاستضافة",
    "שירות אחסון",
    "网站托管服务",
    "ホスティング料金",
]


@pytest.fixture(scope="module")
def long_one(system: System) -> tuple[httpx.Client, dict]:
    customer = Customer.register(system)
    billing = system.log_in("billing@example.com")
    found = billing.get("/admin/customers", params={"q": customer.email}).raise_for_status()
    lines = [
        {
            "description": f"{WORDS[turn % len(WORDS)]} {turn}",
            "quantity": 1 + turn % 3,
            "unit_price": {"amount": 1_000 + turn, "currency": "EUR"},
        }
        for turn in range(120)
    ]
    body = {
        "customer_id": found.json()["data"][0]["id"],
        "currency": "EUR",
        "lines": lines,
        "memo": "Vielen Dank.\nМы благодарим вас.",
        "issue": True,
    }
    return billing, billing.post("/invoices", json=body).raise_for_status().json()


def stored(content: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    return path


def failures(path: Path, profile: str) -> list[str]:
    return [
        each.rule_id
        for each in page.validate_pdf(path, profile=profile).failures
        if "STREAM-LENGTH" not in each.rule_id or not AMBIGUOUS_END.search(path.read_bytes())
    ]


def test_many_pages_in_every_script_keep_to_the_standards(
    long_one: tuple[httpx.Client, dict], tmp_path: Path
) -> None:
    billing, shown = long_one
    path = stored(billing.get(f"/invoices/{shown['id']}/pdf").content, tmp_path)
    assert "No syntax or stream encoding errors" in output("qpdf", "--check", path)
    for profile in ("3a", "ua1"):
        assert failures(path, profile) == []
    pages = int(output("qpdf", "--show-npages", path))
    assert pages >= 4
    text = output("pdftotext", "-layout", path, "-")
    for number in range(1, pages + 1):
        assert f"Page {number} of {pages}" in text
    for words in WORDS[:3] + WORDS[5:]:
        assert words in text, words
    # Poppler puts what is read from right to left in an order of its own: the letters are there.
    letters = set(unicodedata.normalize("NFKC", text))
    for words in WORDS[3:5]:
        assert set(words) - {" "} <= letters, words
    assert "Vielen Dank." in text and "Мы благодарим вас." in text


def test_a_page_of_many_lines_is_the_twin_of_its_pages(
    system: System, long_one: tuple[httpx.Client, dict], tmp_path: Path
) -> None:
    billing, shown = long_one
    path = stored(billing.get(f"/invoices/{shown['id']}/pdf").content, tmp_path)
    assert_twins(system, shown["buyer"]["email"], shown["id"], path)


def test_a_credit_note_keeps_to_the_standards(
    long_one: tuple[httpx.Client, dict], tmp_path: Path
) -> None:
    billing, shown = long_one
    part = {"line_id": shown["lines"][0]["id"], "amount": {"amount": 500, "currency": "EUR"}}
    note = billing.post(
        f"/invoices/{shown['id']}/credit-notes",
        json={"reason": "Zu viel berechnet", "lines": [part]},
    )
    note = note.raise_for_status().json()
    path = stored(billing.get(f"/credit-notes/{note['id']}/pdf").content, tmp_path)
    assert "No syntax or stream encoding errors" in output("qpdf", "--check", path)
    for profile in ("3a", "ua1"):
        assert failures(path, profile) == []
    text = output("pdftotext", "-layout", path, "-")
    for words in ("Credit note", note["number"], shown["number"], "Zu viel berechnet", "€5.00"):
        assert words in text, words


def png(width: int, height: int) -> bytes:
    """A blue rectangle."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    rows = (b"\0" + bytes([30, 60, 200]) * width) * height
    signature = b"\x89PNG\r\n\x1a\n"
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return signature + body


def test_letter_logo_foot_and_notes_as_they_are_set(system: System, tmp_path: Path) -> None:
    admin, billing = (system.log_in(f"{name}@example.com") for name in ("admin", "billing"))
    customer = Customer.register(system)
    found = billing.get("/admin/customers", params={"q": customer.email}).raise_for_status()
    look = {
        "paper": "letter",
        "footer": "Registergericht HRB 4711",
        "notes": "IBAN DE02120300000000202051",
        "logo_png": base64.b64encode(png(320, 80)).decode(),
    }
    path = "/admin/settings/documents"
    try:
        assert admin.put(path, json=look).raise_for_status().json()["has_logo"]
        price = {"amount": 5_000, "currency": "USD"}
        body = {
            "customer_id": found.json()["data"][0]["id"],
            "currency": "USD",
            "lines": [{"description": "Work", "quantity": 1, "unit_price": price}],
            "issue": True,
        }
        invoice = billing.post("/invoices", json=body).raise_for_status().json()
        pdf = stored(billing.get(f"/invoices/{invoice['id']}/pdf").content, tmp_path)
    finally:
        usual = {"paper": "automatic", "footer": "", "notes": "", "logo_png": ""}
        admin.put(path, json=usual).raise_for_status()
    assert "612 x 792" in output("pdfinfo", pdf)
    assert len(output("pdfimages", "-list", pdf).splitlines()) > 2
    text = output("pdftotext", "-layout", pdf, "-")
    assert look["footer"] in text and look["notes"] in text
    for profile in ("3a", "ua1"):
        assert failures(pdf, profile) == []
