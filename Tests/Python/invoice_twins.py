"""Whether an invoice's page says what its PDF says."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from billing_system import System
from portal_tour import reader

# What paper labels in other words, or not at all.
UNHEARD = {"th", "caption", "summary"}
AMOUNT = re.compile(r"[$€£¥][\d,]+(?:\.\d+)?")


class Sheet(HTMLParser):
    """The texts of the sheet that a page shows: rows, sums with their names, lines, remarks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []
        self._is_sums = False
        sheet = re.search(r'<article class="card paper">(.*?)</article>', page, re.S)
        assert sheet, "the page shows no invoice"
        self.feed(sheet.group(1))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "dl":
            self._is_sums = "is-sums" in (dict(attributes)["class"] or "")
        begins = {"tr", "p", "br", "address", "dt" if self._is_sums else "dd"}
        if tag in begins:
            self.texts.append("")
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        unheard = UNHEARD if self._is_sums else UNHEARD | {"dt"}
        if not unheard & set(self._open):
            self.texts[-1] += data


def squeezed(text: str) -> str:
    """Without what differs on paper: where lines break, and capitals.

    Numbers beside Arabic and Hebrew come in the order of the eye from there; the letters go.
    """
    return re.sub(r"[\s\u202b\u202c\u0590-\u06ff]", "", text).casefold()


def assert_twins(system: System, email: str, invoice: str, pdf: Path) -> None:
    """Holds each text of the customer's page to the document, and the document's amounts to it."""
    browser = reader(system, "customer", email).http
    page = browser.get(f"/invoices/{invoice}").raise_for_status().text
    browser.close()
    printed = subprocess.run(
        ["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    texts = [squeezed(text) for text in Sheet(page).texts]
    assert len(texts) >= 12
    missing = [text for text in texts if text not in squeezed(printed)]
    assert not missing, missing
    extra = set(AMOUNT.findall(printed)) ^ set(AMOUNT.findall(" ".join(texts)))
    assert not extra, extra
