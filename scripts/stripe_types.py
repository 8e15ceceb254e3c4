"""Turns the types of the official Stripe SDK for Python into an OpenAPI 3.0 document.

Stripe generates the SDK from its own specification, so its types say what the API takes and gives:
the services name the paths, the parameter dictionaries the requests, the resource classes the
answers. Objects come out closed (an unknown key is an error) and enumerations strict, so that the
document can refuse a request that Stripe would refuse, and an answer that only we would give.
"""

from __future__ import annotations

import importlib
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NotRequired, Required

import stripe
from stripe._api_version import _ApiVersion
from stripe._list_object import ListObject
from stripe._request_options import RequestOptions
from stripe._search_result_object import SearchResultObject
from stripe._stripe_object import StripeObject, UntypedStripeObject
from stripe_calls import Operation, every_name, operations
from typing_extensions import is_typeddict

Schema = dict[str, Any]

FORM = "application/x-www-form-urlencoded"

SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "format": "decimal"},
}

# What the SDK reads from an error, which it has no type for.
ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {
                    "type": "string",
                    "enum": [
                        "api_error",
                        "card_error",
                        "idempotency_error",
                        "invalid_request_error",
                    ],
                },
                **{
                    name: {"type": "string", "nullable": True}
                    for name in (
                        "advice_code",
                        "charge",
                        "code",
                        "decline_code",
                        "doc_url",
                        "message",
                        "network_advice_code",
                        "network_decline_code",
                        "param",
                        "payment_method_type",
                        "request_log_url",
                    )
                },
                "payment_intent": {"$ref": "#/components/schemas/payment_intent"},
                "payment_method": {"$ref": "#/components/schemas/payment_method"},
                "setup_intent": {"$ref": "#/components/schemas/setup_intent"},
            },
        }
    },
}


def document() -> Schema:
    """The whole OpenAPI document."""
    answers = Answers()
    paths: dict[str, Schema] = {}
    for operation in sorted(operations(), key=lambda each: (each.path, each.method)):
        paths.setdefault(operation.path, {})[operation.method] = described(operation, answers)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"Stripe, as the types of stripe-python {stripe.VERSION} describe it",
            "version": _ApiVersion.CURRENT,
        },
        "paths": paths,
        "components": {"schemas": {"error": ERROR, **dict(sorted(answers.components().items()))}},
    }


def described(operation: Operation, answers: Answers) -> Schema:
    """The OpenAPI object of one call."""
    path_names = re.findall(r"\{(\w+)\}", operation.path)
    result: Schema = {
        "operationId": operation.name,
        "parameters": [
            {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
            for name in path_names
        ],
    }
    request = request_schema(operation.parameters)
    if operation.method == "post":
        content = {FORM: {"schema": request}}
        result["requestBody"] = {"required": bool(request.get("required")), "content": content}
    else:
        result["parameters"] += [
            {
                "in": "query",
                "name": name,
                "required": name in request.get("required", []),
                "style": "deepObject",
                "explode": True,
                "schema": schema,
            }
            for name, schema in request["properties"].items()
        ]
    result["responses"] = {
        "200": json_response("The object.", answers.schema(operation.answer)),
        "default": json_response("An error.", {"$ref": "#/components/schemas/error"}),
    }
    return result


def json_response(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


# Parameters: what a request may hold.


def request_schema(parameters: type | None) -> Schema:
    if parameters is None:
        return {"type": "object", "properties": {}, "additionalProperties": False}
    return parameter_object(parameters)


def parameter_object(dictionary: type) -> Schema:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    own = importlib.import_module(dictionary.__module__)
    inherited = importlib.import_module(RequestOptions.__module__)
    names = {**every_name(inherited), **vars(own)}
    hints = typing.get_type_hints(dictionary, globalns=names, include_extras=True)
    for name, hint in hints.items():
        if name in RequestOptions.__annotations__:
            continue  # Options of the SDK itself, which never reach the wire.
        origin = typing.get_origin(hint)
        if origin is NotRequired:
            (hint,) = typing.get_args(hint)
        else:
            required.append(name)
            if origin is Required:
                (hint,) = typing.get_args(hint)
        properties[name] = parameter_schema(hint)
    schema: Schema = {
        "type": "object",
        "title": dictionary.__name__,
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "required": sorted(required)} if required else schema


def parameter_schema(hint: Any) -> Schema:
    if is_typeddict(hint):
        return parameter_object(hint)
    return common_schema(hint, parameter_schema)


# Resources: what an answer holds.


class Answers:
    """The schemas of answers; a resource becomes a component that others refer to."""

    def __init__(self) -> None:
        self._components: dict[str, Schema] = {}

    def components(self) -> dict[str, Schema]:
        return self._components

    def schema(self, hint: Any) -> Schema:
        origin = typing.get_origin(hint)
        if origin in (ListObject, SearchResultObject):
            return self._list(origin, *typing.get_args(hint))
        if inspect.isclass(hint) and issubclass(hint, StripeObject):
            return self._object(hint)
        return common_schema(hint, self.schema)

    def _list(self, kind: type, item: Any) -> Schema:
        properties: dict[str, Schema] = {
            "object": {"type": "string", "enum": [kind.OBJECT_NAME]},
            "data": {"type": "array", "items": self.schema(item)},
            "has_more": {"type": "boolean"},
            "url": {"type": "string"},
        }
        required = sorted(properties)
        if kind is SearchResultObject:
            properties["next_page"] = {"type": "string", "nullable": True}
            properties["total_count"] = {"type": "integer"}
        return {"type": "object", "properties": properties, "required": required}

    def _object(self, resource: type[StripeObject]) -> Schema:
        name = getattr(resource, "OBJECT_NAME", None)
        if not name:
            return self._fields(resource)
        if name not in self._components:
            self._components[name] = {}  # Resources refer to one another in circles.
            schema = self._fields(resource)
            if "deleted" in schema["properties"]:
                schema = {"anyOf": [deleted_schema(name), schema]}
            self._components[name] = schema
        return {"$ref": f"#/components/schemas/{name}"}

    def _fields(self, resource: type[StripeObject]) -> Schema:
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for name, hint in resource_hints(resource).items():
            if name.startswith("_") or typing.get_origin(hint) is typing.ClassVar:
                continue
            properties[name] = self.schema(hint)
            if type(None) not in typing.get_args(hint):
                required.append(name)
        schema: Schema = {"type": "object", "title": resource.__name__, "properties": properties}
        if properties:  # An empty class stands for details that the SDK does not know yet.
            schema["additionalProperties"] = False
        return {**schema, "required": sorted(required)} if required else schema


def deleted_schema(name: str) -> Schema:
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "object": {"type": "string", "enum": [name]},
            "deleted": {"type": "boolean", "enum": [True]},
        },
        "required": ["deleted", "id", "object"],
        "additionalProperties": False,
    }


def resource_hints(resource: type) -> dict[str, Any]:
    """The annotations that a resource class itself writes, resolved in its own module."""
    module = importlib.import_module(resource.__module__)
    own = types.SimpleNamespace(__annotations__=vars(resource).get("__annotations__", {}))
    names = {**every_name(module), **nested_names(module, resource)}
    return typing.get_type_hints(own, globalns=names, include_extras=True)


def nested_names(module: types.ModuleType, resource: type) -> dict[str, Any]:
    """The classes declared in the classes around this one, the innermost winning."""
    names: dict[str, Any] = {}
    outer: Any = module
    for part in resource.__qualname__.split("."):
        outer = getattr(outer, part)
        names |= {key: each for key, each in vars(outer).items() if inspect.isclass(each)}
    return names


# What both directions share.


def common_schema(hint: Any, schema_of: Callable[[Any], Schema]) -> Schema:
    if hint in SCALARS:
        return dict(SCALARS[hint])
    if hint is Any or hint is object:
        return {}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return enumeration(list(arguments))
    if origin in (typing.Union, types.UnionType):
        return union_schema(arguments, schema_of)
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0])}
    if origin in (dict, UntypedStripeObject) or is_mapping(origin):
        return {"type": "object", "additionalProperties": schema_of(arguments[-1])}
    raise TypeError(f"no schema for the SDK's type {hint!r}")


def is_mapping(origin: Any) -> bool:
    return inspect.isclass(origin) and issubclass(origin, Mapping)


def enumeration(values: list[Any]) -> Schema:
    kind = "boolean" if all(isinstance(value, bool) for value in values) else "string"
    return {"type": kind, "enum": values}


def union_schema(options: tuple[Any, ...], schema_of: Callable[[Any], Schema]) -> Schema:
    """A union: its literals together are one enumeration.

    Where the SDK writes `Literal[…] | str` it only leaves room for values of a later version, so
    the enumeration stays strict; `Literal[""] | str` is any text, which may be empty.
    """
    literals = [
        value
        for option in options
        if typing.get_origin(option) is typing.Literal
        for value in typing.get_args(option)
    ]
    others = [option for option in options if typing.get_origin(option) is not typing.Literal]
    nullable = type(None) in others
    others = [option for option in others if option is not type(None)]
    if any(literals):
        others = [option for option in others if option is not str]
    elif literals and str in others:
        literals = []
    # A dictionary of anything stands beside its own "untyped" form; one of them says it all.
    schemas: list[Schema] = []
    for option in others:
        schema = schema_of(option)
        if schema not in schemas:
            schemas.append(schema)
    if literals:
        schemas.append(enumeration(literals))
    if len(schemas) == 1 and not (nullable and "$ref" in schemas[0]):
        union = schemas[0]
    else:
        union = {"anyOf": schemas}
    return {**union, "nullable": True} if nullable else union
