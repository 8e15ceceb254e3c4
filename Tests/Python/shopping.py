"""A customer who buys through the API, and finishes Stripe's page without a browser."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
from billing_system import System, eventually

FINAL = {"completed", "attention", "cancelled", "refunded"}

Order = dict[str, Any]
Domain = dict[str, Any]


class Customer:
    """A registered customer of the running system."""

    def __init__(self, system: System, email: str, http: httpx.Client) -> None:
        self.system = system
        self.email = email
        self.http = http

    @classmethod
    def register(cls, system: System) -> Customer:
        email = f"customer-{uuid.uuid4().hex[:12]}@example.com"
        body = {"email": email, "password": "correct horse battery", "full_name": "Ada Example"}
        answer = system.http.post("/api/v1/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return cls(system, email, system.client(answer.json()["access_token"]))

    def order(
        self,
        plan: str = "professional",
        cycle: str = "monthly",
        domain: str | Domain | None = None,
        coupon: str | None = None,
    ) -> Order:
        """Places an order for a plan by its slug; a domain that is only named is registered."""
        plans = self.system.http.get("/api/v1/plans/").raise_for_status().json()["data"]
        item: dict[str, Any] = {
            "plan_id": next(each["id"] for each in plans if each["slug"] == plan),
            "billing_cycle": cycle,
        }
        if domain is not None:
            item["domain"] = registration(domain) if isinstance(domain, str) else domain
        answer = self.http.post(
            "/orders",
            json={"items": [item]} | ({"coupon_code": coupon} if coupon else {}),
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def check_out(self, order: Order) -> str:
        """Opens Stripe's page for an order, and returns the session's id."""
        answer = self.http.post(
            f"/orders/{order['id']}/checkout", json={"save_payment_method": True}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["session_id"]

    def pay(self, session: str, card: str = "4242424242424242") -> httpx.Response:
        return self.system.stripe.complete_checkout(session, card)

    def start_intent(self, order: Order) -> str:
        """Starts a payment that a page of the customer's own completes; its client secret."""
        answer = self.http.post("/payments/intent", json={"invoice_id": order["invoice_id"]})
        assert answer.status_code == 201, answer.text
        return answer.json()["client_secret"]

    def pay_intent(self, client_secret: str, card: str = "pm_card_visa") -> httpx.Response:
        return self.system.stripe.confirm_intent(client_secret, card)

    def look_at(self, order: Order) -> Order:
        return self.http.get(f"/orders/{order['id']}").raise_for_status().json()

    def wait_for(self, order: Order, *statuses: str, seconds: float = 30) -> Order:
        """The order once it has one of the statuses, or any final one when none is named."""
        wanted = set(statuses) or FINAL

        def settled() -> Order | None:
            try:
                now = self.look_at(order)
            except httpx.TransportError:
                return None
            return now if now["status"] in wanted else None

        return eventually(settled, seconds, f"order that is {' or '.join(sorted(wanted))}")

    def buy(
        self, plan: str = "professional", cycle: str = "monthly", domain: str | None = None
    ) -> Order:
        """Orders, pays, and waits until all of it is delivered."""
        order = self.order(plan, cycle, domain)
        paid = self.pay(self.check_out(order))
        assert paid.status_code == 200, paid.text
        return self.wait_for(order)


def statuses_of(order: Order) -> dict[str, str]:
    """How the steps of an order stand, by name."""
    return {step["name"]: step["status"] for step in order["steps"]}


def all_done(order: Order) -> dict[str, str]:
    """How they stand when all of it is delivered; an old panel is told of no licence."""
    detail = {step["name"]: step["detail"] for step in order["steps"]}
    is_old = "Sandbox panel 3" in (detail["hosting_account"] or "")
    done = dict.fromkeys(statuses_of(order), "succeeded")
    return {**done, "panel_license": "skipped"} if is_old else done


def registration(name: str) -> Domain:
    return {"name": name, "action": "register", "years": 1}


def transfer(name: str) -> Domain:
    return {"name": name, "action": "transfer", "auth_code": "Let-me-go-1"}


def unused_domain(ending: str = "com") -> str:
    return f"shop-{uuid.uuid4().hex[:12]}.{ending}"
