"""The calls of Stripe's API, as the services of the official SDK for Python make them."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
import textwrap
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import stripe

# The resources that billing or its simulator speaks of; a path belongs to one when it begins so.
RESOURCES = (
    "balance_transactions",
    "billing_portal/sessions",
    "charges",
    "checkout/sessions",
    "customers",
    "disputes",
    "events",
    "payment_intents",
    "payment_methods",
    "payouts",
    "refunds",
    "setup_intents",
    "webhook_endpoints",
)


@dataclass(frozen=True)
class Operation:
    """One call of the API: how it is asked, and the SDK's types of both directions."""

    method: str
    path: str
    name: str
    parameters: type | None
    answer: Any


def operations() -> Iterator[Operation]:
    for module in service_modules():
        names = every_name(module)
        for service in vars(module).values():
            if not inspect.isclass(service) or service.__module__ != module.__name__:
                continue
            for name, function in vars(service).items():
                call = requested(function)
                if call is None or not wanted(call[1]):
                    continue
                hints = typing.get_type_hints(function, globalns=names)
                yield Operation(
                    method=call[0],
                    path=call[1],
                    name=f"{service.__name__}.{name}",
                    parameters=without_none(hints.get("params")),
                    answer=hints["return"],
                )


def service_modules() -> Iterator[types.ModuleType]:
    for module in pkgutil.walk_packages(stripe.__path__, "stripe."):
        if module.name.endswith("_service") and not module.name.startswith("stripe.v2."):
            yield importlib.import_module(module.name)


def wanted(path: str) -> bool:
    resource = path.removeprefix("/v1/")
    return any(resource == each or resource.startswith(each + "/") for each in RESOURCES)


def requested(function: Any) -> tuple[str, str] | None:
    """Method and path of the request that a function of a service makes, read from its source.

    The path is written as a text, or as `"/v1/charges/{charge}".format(…)`.
    """
    if not inspect.isfunction(function) or inspect.iscoroutinefunction(function):
        return None
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "_request":
            method, path = node.args[:2]
            if isinstance(path, ast.Call) and isinstance(path.func, ast.Attribute):
                path = path.func.value
            return ast.literal_eval(method), ast.literal_eval(path)
    return None


@functools.cache
def every_name(module: types.ModuleType) -> dict[str, Any]:
    """What a module's annotations may name: its own names and those imported for checkers only."""
    names = dict(vars(module))
    for statement in ast.parse(inspect.getsource(module)).body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for line in statement.body:
                if isinstance(line, ast.ImportFrom) and line.module:
                    source = importlib.import_module(line.module)
                    for alias in line.names:
                        names[alias.asname or alias.name] = getattr(source, alias.name)
    return names


def without_none(hint: Any) -> Any:
    options = [each for each in typing.get_args(hint) if each is not type(None)]
    if typing.get_origin(hint) is typing.Union and len(options) == 1:
        return options[0]
    return hint
