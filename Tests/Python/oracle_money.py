"""An independent account of what the money engine computes.

It is written from what the rules say, on Python's fractions, zoneinfo and calendar, and shares
nothing with the engine but the questions.

Periods: counted from the day and the time of purchase in the customer's zone; a month that is too
short ends with its last day. A time that clocks skip or repeat is read with the offset from before
(PEP 495's fold 0).
Changes: what is not used of a period is given back, and the rest charged anew, to the second.
Amounts: a multiple of what the currency is charged in, rounded once, half to even unless told.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

STEPS = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10, "ISK": 100, "UGX": 100}
MONTHS = {"monthly": 1, "yearly": 12}


def step(currency: str) -> int:
    return STEPS.get(currency, 1)


def whole(value: Fraction, rounding: str) -> int:
    if rounding == "half_even":
        return round(value)
    if rounding == "towards_zero":
        return int(value)
    magnitude = int(abs(value) + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude


def scaled(amount: int, currency: str, ratio: Fraction, rounding: str = "half_even") -> int:
    unit = step(currency)
    return whole(Fraction(amount) * ratio / unit, rounding) * unit


def shared(total: int, shares: list[Fraction], unit: int) -> list[int]:
    """Gives each share its whole units, and what is left to those with the most left over."""
    floors = [share // unit for share in shares]
    rests = [share - floor * unit for share, floor in zip(shares, floors, strict=True)]
    left = total // unit - sum(floors)
    for index in sorted(range(len(shares)), key=lambda index: (-rests[index], index))[:left]:
        floors[index] += 1
    return [floor * unit for floor in floors]


def allocated(amount: int, currency: str, weights: list[int]) -> list[int]:
    unit = step(currency) if amount % step(currency) == 0 else 1
    shares = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    parts = shared(abs(amount), shares, unit)
    return parts if amount >= 0 else [-part for part in parts]


def boundary(anchor: int, zone: str, months: int) -> int:
    if months == 0:
        return anchor
    local = datetime.fromtimestamp(anchor, ZoneInfo(zone))
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    moved = local.replace(year=year, month=month + 1, day=day, fold=0)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return (moved.astimezone(UTC) - epoch) // timedelta(seconds=1)


@dataclass
class Subscription:
    """What a subscription owes, told event by event."""

    zone: str = "UTC"
    anchor: int = 0
    month: int = 0
    start: int = 0
    end: int = 0
    terms: dict = field(default_factory=dict)
    planned: dict | None = None
    notices: list = field(default_factory=list)
    alive: bool = False
    ending: bool = False
    lines: list = field(default_factory=list)

    def owe(self, kind: str, since: int, terms: dict) -> None:
        share = Fraction(self.end - since, self.end - self.start)
        amount = scaled(terms["price"] * terms["quantity"], terms["currency"], share)
        self.lines.append(
            {
                "kind": kind,
                "from": since,
                "to": self.end,
                "amount": -amount if kind == "credit" else amount,
            }
        )

    def open(self) -> None:
        length = MONTHS[self.terms["cycle"]]
        self.start = boundary(self.anchor, self.zone, self.month)
        self.end = boundary(self.anchor, self.zone, self.month + length)
        self.owe("period", self.start, self.terms)

    def adopt(self, terms: dict) -> None:
        if (terms["plan"], terms["cycle"]) != (self.terms["plan"], self.terms["cycle"]):
            self.notices = []
        self.terms, self.planned = terms, None

    def pass_to(self, now: int) -> None:
        while self.alive and self.end <= now:
            if self.ending:
                self.alive = False
                return
            turn = self.end
            self.month += MONTHS[self.terms["cycle"]]
            if self.planned is not None:
                self.adopt(self.planned)
            # The latest day holds; of one day, what was said last (sorting keeps their order).
            for since, price in sorted(self.notices, key=lambda notice: notice[0]):
                if since <= turn:
                    self.terms = {**self.terms, "price": price}
            self.notices = [notice for notice in self.notices if notice[0] > turn]
            self.open()

    def begin(self, event: dict) -> None:
        self.zone, self.anchor, self.month = event["zone"], event["at"], 0
        self.terms, self.planned, self.notices = event, None, []
        self.alive, self.ending = True, False
        self.open()

    def take(self, event: dict) -> None:
        now = event["at"]
        self.pass_to(now)
        match event["kind"]:
            case "started" | "reactivated":
                self.begin(event)
            case "changed at once":
                self.owe("credit", now, self.terms)
                is_other_cycle = event["cycle"] != self.terms["cycle"]
                self.adopt(event)
                if is_other_cycle:
                    self.anchor, self.month = now, 0
                    self.open()
                else:
                    self.owe("proration", now, event)
            case "changed at period end":
                self.planned = event
            case "repriced":
                self.notices.append((event["from"], event["price"]))
            case "cancelled at once":
                self.owe("credit", now, self.terms)
                self.alive = False
            case "cancelled at period end":
                self.ending = True


def owed(events: list[dict], now: int) -> list[dict]:
    subscription = Subscription()
    for event in events:
        subscription.take(event)
    subscription.pass_to(now)
    return subscription.lines


def factors(rates: list[dict]) -> list[Fraction]:
    plain = sum(
        (Fraction(rate["millionths"], 10**6) for rate in rates if not rate["compound"]), Fraction(0)
    )
    return [
        Fraction(rate["millionths"], 10**6) * (1 + plain if rate["compound"] else 1)
        for rate in sorted(rates, key=lambda rate: rate["compound"])
    ]


def rounded_together(shares: list[Fraction], currency: str, rounding: str) -> list[int]:
    unit = step(currency)
    return shared(whole(sum(shares, Fraction(0)) / unit, rounding) * unit, shares, unit)


def taxes(question: dict, amounts: list[int]) -> list[list[int]]:
    """The taxes of each line, in the order of the rates, compound ones last."""
    currency, rounding = question["currency"], question["rounding"]
    parts = factors(question["rates"])

    def rounded(factor: Fraction) -> list[int]:
        shares = [amount * factor for amount in amounts]
        if question["by_invoice"]:
            return rounded_together(shares, currency, rounding)
        return [rounded_together([share], currency, rounding)[0] for share in shares]

    if not question["inclusive"]:
        columns = [rounded(factor) for factor in parts]
        return [[column[index] for column in columns] for index in range(len(amounts))]
    if sum(parts) == 0:
        return [[0 for _ in parts] for _ in amounts]
    scale = 10**12
    weights = [int(part * scale) for part in parts]
    contained = rounded(sum(parts) / (1 + sum(parts)))
    return [allocated(tax, currency, weights) for tax in contained]


def tax(question: dict) -> list[dict]:
    rows = taxes(question, question["amounts"])
    return [
        {"net": amount - (sum(row) if question["inclusive"] else 0), "taxes": row}
        for amount, row in zip(question["amounts"], rows, strict=True)
    ]


def bill(question: dict) -> dict:
    amounts, currency = question["amounts"], question["currency"]
    discount = scaled(sum(amounts), currency, Fraction(question["basis_points"], 10_000))
    discounts = allocated(discount, currency, amounts) if sum(amounts) else [0] * len(amounts)
    left = [amount - part for amount, part in zip(amounts, discounts, strict=True)]
    sums = [sum(row) for row in taxes(question, left)]
    return {
        "discounts": discounts,
        "taxes": sums,
        "total": sum(left) + (0 if question["inclusive"] else sum(sums)),
    }


def answer(question: dict) -> object:
    currency = question.get("currency", "")
    match question["ask"]:
        case "boundaries":
            months = question["months"]
            return [boundary(question["anchor"], question["zone"], month) for month in months]
        case "scaled":
            ratio = Fraction(question["numerator"], question["denominator"])
            return scaled(question["amount"], currency, ratio, question["rounding"])
        case "allocated":
            return allocated(question["amount"], currency, question["weights"])
        case "owed":
            return owed(question["events"], question["at"])
        case "tax":
            return tax(question)
        case "bill":
            return bill(question)
    raise ValueError(question["ask"])
