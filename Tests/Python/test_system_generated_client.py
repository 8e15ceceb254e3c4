"""A client that a generator made from the API's document buys a plan, without a word of ours."""

from __future__ import annotations

import importlib
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from billing_system import System, eventually
from shopping import all_done, statuses_of, unused_domain

DOCUMENT = Path(__file__).resolve().parents[2] / "openapi.json"
GENERATOR = Path(sys.executable).with_name("openapi-python-client")
NAME = "generated_billing_client"


@dataclass(frozen=True)
class Generated:
    """The package that was generated."""

    folder: Path
    # What the generator said about parts of the document that it does not understand.
    said: str

    @property
    def models(self) -> Any:
        return self.module("models")

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{NAME}.{name}")

    def call(self, tag: str, operation: str) -> Callable[..., Any]:
        """An operation that returns the model of its answer."""
        return self.module(f"api.{tag}.{operation}").sync

    def client(self, system: System, token: str | None = None) -> Any:
        module = self.module("client")
        settings: dict[str, Any] = {"httpx_args": {"trust_env": False}, "timeout": 40}
        if token is None:
            return module.Client(base_url=system.api_url, **settings)
        return module.AuthenticatedClient(base_url=system.api_url, token=token, **settings)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    folder = tmp_path_factory.mktemp("client")
    settings = folder / "settings.yaml"
    # The generator would have its work tidied up by a tool that is not needed here, and takes
    # files by one type alone.
    overrides = "content_type_overrides:\n  application/pdf: application/octet-stream\n"
    settings.write_text(f"post_hooks: []\n{overrides}", encoding="utf-8")
    words = [GENERATOR, "generate", "--path", DOCUMENT, "--meta", "none", "--config", settings]
    made = subprocess.run(
        [*words, "--output-path", folder / NAME, "--fail-on-warning"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield Generated(folder / NAME, made.stdout + made.stderr)
    sys.path.remove(str(folder))


def test_the_generator_understands_all_of_the_document(generated: Generated) -> None:
    assert "arning" not in generated.said
    operations = [path for path in (generated.folder / "api").rglob("*.py")]
    assert len([path for path in operations if path.name != "__init__.py"]) > 60


def test_the_generated_client_buys_a_plan(system: System, generated: Generated) -> None:
    models, public = generated.models, generated.client(system)

    tokens = generated.call("auth", "post_api_v1_auth_register")(
        client=public,
        body=models.NewUser(
            email=f"generated-{uuid.uuid4().hex[:12]}@example.com",
            password="correct horse battery",
            full_name="Ada Generated",
        ),
    )
    assert isinstance(tokens, models.Tokens), tokens
    client = generated.client(system, tokens.access_token)
    me = generated.call("auth", "get_api_v1_auth_me")(client=client)
    assert me.full_name == "Ada Generated"

    plans = generated.call("plans", "get_api_v1_plans")(client=public).data
    plan = next(each for each in plans if each.slug == "professional")
    price = next(each for each in plan.prices if each.billing_cycle.value == "monthly")

    domain = unused_domain()
    order = generated.call("orders", "post_api_v1_orders")(
        client=client,
        idempotency_key=uuid.uuid4().hex,
        body=models.NewOrder(
            items=[
                models.NewOrderItem(
                    plan_id=plan.id,
                    billing_cycle=models.NewOrderItemBillingCycle(price.billing_cycle.value),
                    domain=models.NewOrderDomain(
                        name=domain, action=models.NewOrderDomainAction.REGISTER, years=1
                    ),
                )
            ]
        ),
    )
    assert isinstance(order, models.Order), order
    assert order.total.amount > price.price.amount

    checkout = generated.call("orders", "post_api_v1_orders_id_checkout")(
        order.id, client=client, body=models.NewCheckout()
    )
    assert isinstance(checkout, models.Checkout), checkout
    assert system.stripe.complete_checkout(checkout.session_id).status_code == 200

    def completed() -> Any:
        now = generated.call("orders", "get_api_v1_orders_id")(order.id, client=client)
        return now if now.status is models.OrderStatus.COMPLETED else None

    bought = eventually(completed, 40, "completed order")
    document = bought.to_dict()
    assert statuses_of(document) == all_done(document)
    invoice = generated.call("invoices", "get_api_v1_invoices_id")(bought.invoice_id, client=client)
    assert invoice.status is models.InvoiceStatus.PAID
    assert invoice.amount_paid.amount == bought.total.amount
    licenses = generated.call("licences", "get_api_v1_licenses")(client=client).data
    assert [each.plan_name for each in licenses] == ["Professional"]
    domains = generated.call("domains", "get_api_v1_domains")(client=client).data
    assert [each.name for each in domains] == [domain]


def test_the_generated_client_reads_a_refusal(system: System, generated: Generated) -> None:
    models = generated.models
    login = generated.call("auth", "post_api_v1_auth_login")
    credentials = models.Credentials(email="nobody@example.com", password="wrong password")
    problem = login(client=generated.client(system), body=credentials)
    assert isinstance(problem, models.Problem)
    assert problem.status == 401
    assert problem.code
