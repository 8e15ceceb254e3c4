"""Invoices on paper as others read them: poppler, qpdf, and a validator of PDF/A and PDF/UA."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import page
import pytest
from billing_system import System
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
