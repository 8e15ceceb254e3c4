"""Invoices on paper: ours beside the same page by reportlab, which neither tags nor shapes text."""

from __future__ import annotations

import io
import multiprocessing
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(os.environ.get("BILLING_PROGRAMS", ".build/debug"))
LINES = [f"Business hosting, monthly, account {index}" for index in range(1, 13)]


@dataclass(frozen=True)
class Documents:
    """How many were made a second, the processor's time for one, and how long one is."""

    per_second: float
    milliseconds: float
    size: int


def ours(threads: int, count: int) -> Documents:
    command = [PROGRAMS / "benchmark", str(threads), str(count)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return Documents(float(printed[0]), float(printed[1]), int(printed[2]))


def reportlab(processes: int, count: int) -> Documents:
    """Python has one thread at a time, so here they are processes."""
    share = count // processes
    with multiprocessing.Pool(processes) as pool:
        pool.map(make_pages, [1] * processes, chunksize=1)
        began = time.monotonic()
        made = pool.map(make_pages, [share] * processes, chunksize=1)
        rate = share * processes / (time.monotonic() - began)
    seconds = sum(each for each, _ in made)
    return Documents(rate, seconds / (share * processes) * 1_000, made[0][1])


def make_pages(count: int) -> tuple[float, int]:
    """The processor's time for all of them, and how long the last one is."""
    began = time.process_time()
    size = 0
    for _ in range(count):
        size = len(page())
    return time.process_time() - began, size


def page() -> bytes:
    """An invoice of the same twelve lines, in a font of ours that is embedded as a subset."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name in ("Regular", "Bold"):
        if name not in pdfmetrics.getRegisteredFontNames():
            font = TTFont(name, f"/usr/share/fonts/truetype/noto/NotoSans-{name}.ttf")
            pdfmetrics.registerFont(font)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True, pageCompression=1)
    top = A4[1]
    canvas.setFont("Bold", 25)
    canvas.drawString(52, top - 75, "Invoice")
    canvas.setFont("Regular", 9)
    for column, name in ((52, "Example Hosting"), (310, "Ada Example")):
        address = [name, "1 Example Street", "12345 Springfield", "DE", "mail@example.com"]
        for row, text in enumerate(address):
            canvas.drawString(column, top - 120 - 12 * row, text)
    for row, text in enumerate(LINES):
        y = top - 240 - 22 * row
        canvas.drawString(52, y, text)
        canvas.drawRightString(380, y, "1")
        canvas.drawRightString(460, y, "$29.00")
        canvas.drawRightString(543, y, "$29.00")
        canvas.line(52, y - 6, 543, y - 6)
    canvas.setFont("Bold", 11)
    canvas.drawRightString(543, top - 560, "Amount due: $348.00 USD")
    canvas.drawRightString(543, 40, "Page 1 of 1")
    canvas.save()
    return target.getvalue()
