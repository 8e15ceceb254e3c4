"""Holds requests to Stripe, and answers of Stripe, to the types of the official SDK.

`check_request` and `check_answer` return the problems they find, in words; an empty list is good.
The document is build/stripe/openapi.json, which scripts/stripe_reference.py writes.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

Schema = dict[str, Any]
Pairs = Iterable[tuple[str, str]]

DOCUMENT = Path(__file__).resolve().parents[2] / "build" / "stripe" / "openapi.json"
FIELDS = Path(__file__).with_name("stripe_fields.json")
FORM = "application/x-www-form-urlencoded"

# What Stripe insists on though its SDK's types leave it out, since it depends on other parameters.
BEYOND_THE_TYPES: dict[tuple[str, str], Schema] = {
    ("POST", "/v1/checkout/sessions"): {
        "required": ["mode", "success_url"],
        "properties": {
            "line_items": {
                "minItems": 1,
                "items": {
                    "required": ["quantity"],
                    "anyOf": [{"required": ["price"]}, {"required": ["price_data"]}],
                    "properties": {
                        "price_data": {
                            "anyOf": [{"required": ["product"]}, {"required": ["product_data"]}],
                            "required": ["unit_amount"],
                        }
                    },
                },
            }
        },
        "if": {"properties": {"mode": {"const": "payment"}}},
        "then": {"required": ["line_items"]},
    },
    ("POST", "/v1/refunds"): {
        "anyOf": [{"required": ["payment_intent"]}, {"required": ["charge"]}]
    },
    ("POST", "/v1/payment_methods/{payment_method}/attach"): {"required": ["customer"]},
    ("POST", "/v1/payment_methods"): {"required": ["type"]},
}


def check_request(method: str, path: str, form_pairs: Pairs) -> list[str]:
    """What Stripe would refuse about a request.

    `form_pairs` are the decoded names and values of the form, or of the query of a GET or DELETE.
    """
    call = find_call(method, path)
    if isinstance(call, str):
        return [call]
    schema = request_schema(call.operation)
    try:
        parameters = typed(nested(form_pairs), schema)
    except MalformedForm as error:
        return [str(error)]
    beyond = BEYOND_THE_TYPES.get((method, call.template), {})
    return sorted({*problems(schema, parameters), *problems(beyond, parameters)})


def check_recorded(request: dict[str, Any]) -> list[str]:
    """The same about a request of the simulator's journal, whose parameters may be misplaced."""
    method, path, body, query = (request[key] for key in ("method", "path", "body", "query"))
    headers = {name.lower(): value for name, value in request["headers"].items()}
    used, unused = (body, query) if method == "POST" else (query, body)
    found = []
    if unused:
        found.append(f"(the whole): parameters of a {method} stand in the wrong place")
    if body and headers.get("content-type", "").partition(";")[0] != FORM:
        found.append("(the whole): the body is not said to be a form")
    try:
        pairs = parse_qsl(used, keep_blank_values=True, strict_parsing=True) if used else []
    except ValueError as error:
        return [*found, f"(the whole): {error}"]
    return [*found, *check_request(method, path, pairs)]


def check_answer(method: str, path: str, status: int, answer: Any) -> list[str]:
    """What the official SDK's types do not allow about an answer."""
    call = find_call(method, path)
    if isinstance(call, str):
        return [call]
    response = call.operation["responses"]["200" if status == 200 else "default"]
    return problems(response["content"]["application/json"]["schema"], answer)


def check_fields(value: Any, place: str = "") -> list[str]:
    """The fields that Stripe's official examples have, and an object in an answer lacks.

    The SDK's types let most fields be absent, since they serve every version of the API.
    """
    parts: Iterable[tuple[Any, Any]] = ()
    found = []
    if isinstance(value, list):
        parts = enumerate(value)
    elif isinstance(value, dict):
        parts = value.items()
        name = value.get("object")
        if isinstance(name, str) and not value.get("deleted"):
            required = set(official_fields().get(name, []))
            if name == "payment_method" and value.get("type") != "card":
                # The example is a card; a method of another type describes that instead.
                required = required - {"card"} | {str(value.get("type"))}
            missing = required - value.keys()
            found = [f"{place}{name}: '{each}' is missing" for each in sorted(missing)]
    return found + [each for key, part in parts for each in check_fields(part, f"{place}{key}.")]


def check_event(event: Any) -> list[str]:
    """What the official SDK's types do not allow about an event, and about the object in it."""
    return [
        *check_answer("GET", f"/v1/events/{event.get('id')}", 200, event),
        *(f"data.object.{each}" for each in check_object(event["data"]["object"])),
        *check_fields(event),
    ]


def check_object(value: Any) -> list[str]:
    """The same about an object by itself, whose type it names."""
    name = value["object"]
    schema = document()["components"]["schemas"].get(name)
    return [f"object: there is no {name}"] if schema is None else problems(schema, value)


# The document.


@functools.cache
def official_fields() -> dict[str, list[str]]:
    return json.loads(FIELDS.read_text(encoding="utf-8"))


@functools.cache
def document() -> Schema:
    if not DOCUMENT.exists():
        raise FileNotFoundError("build/stripe is missing: run `make test`, which prepares it")
    return as_json_schema(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def as_json_schema(node: Any) -> Any:
    """The same schema, with OpenAPI 3.0's `nullable` said as JSON Schema says it."""
    if isinstance(node, list):
        return [as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: as_json_schema(each) for key, each in node.items()}
    if node.get("nullable") is True:
        del node["nullable"]
        return {"anyOf": [*node.get("anyOf", [node]), {"type": "null"}]}
    return node


@dataclass(frozen=True)
class Call:
    """A call of the document, with its path as it stands there."""

    template: str
    operation: Schema


def find_call(method: str, path: str) -> Call | str:
    """The call that a path names, or what is wrong; `/search` wins over `/{id}`."""
    path = path.partition("?")[0]
    matches = [
        template
        for template in document()["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    matches.sort(key=lambda template: template.count("{"))
    for template in matches:
        operation = document()["paths"][template].get(method.lower())
        if operation is not None:
            return Call(template, operation)
    if not matches:
        return f"{method} {path}: there is no such call"
    methods = sorted({each.upper() for path in matches for each in document()["paths"][path]})
    return f"{method} {path}: the path takes {', '.join(methods)} alone"


def request_schema(operation: Schema) -> Schema:
    if "requestBody" in operation:
        return operation["requestBody"]["content"][FORM]["schema"]
    query = [each for each in operation["parameters"] if each["in"] == "query"]
    return {
        "type": "object",
        "properties": {each["name"]: each["schema"] for each in query},
        "required": [each["name"] for each in query if each["required"]],
        "additionalProperties": False,
    }


# The bracketed form.


class MalformedForm(ValueError):
    """A name that Stripe's form encoding does not know."""


def nested(pairs: Pairs) -> dict[str, Any]:
    """`a[b][0]=c` as `{"a": {"b": ["c"]}}`, with every value still a text."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        branch = tree
        *outer, last = segments(name)
        for segment in outer:
            branch = branch.setdefault(segment, {})
            if not isinstance(branch, dict):
                raise MalformedForm(f"{name}: is both a value and an object")
        if last == "":
            last = str(len(branch))
        if last in branch:
            raise MalformedForm(f"{name}: is given twice")
        branch[last] = value
    return tree


def segments(name: str) -> list[str]:
    match = re.fullmatch(r"([^\[\]]+)((?:\[[^\[\]]*\])*)", name)
    if match is None:
        raise MalformedForm(f"{name}: is no name of a form field")
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def typed(value: Any, schema: Schema) -> Any:
    """A value of the form as the type its schema names; what fits no type stays a text."""
    options = alternatives(schema)
    if isinstance(value, dict):
        return typed_branch(value, options)
    for option in options:
        if option.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
            return int(value)
        if option.get("type") == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
        if option.get("type") == "boolean" and value in ("true", "false"):
            return value == "true"
    return value


def typed_branch(value: dict[str, Any], options: list[Schema]) -> Any:
    lists = [option for option in options if option.get("type") == "array"]
    if lists and all(key.isdecimal() for key in value):
        if sorted(map(int, value)) != list(range(len(value))):
            raise MalformedForm(f"a list is numbered {', '.join(value)}")
        items = lists[0]["items"]
        return [typed(value[str(index)], items) for index in range(len(value))]
    objects = [option for option in options if option.get("type") == "object"]
    if not objects:
        return value
    best = max(objects, key=lambda option: len(value.keys() & option.get("properties", {}).keys()))
    known, rest = best.get("properties", {}), best.get("additionalProperties")
    free = rest if isinstance(rest, dict) else {}
    return {key: typed(each, known.get(key, free)) for key, each in value.items()}


def alternatives(schema: Schema) -> list[Schema]:
    return [each for option in schema.get("anyOf", [schema]) for each in flattened(option)]


def flattened(schema: Schema) -> list[Schema]:
    return alternatives(schema) if "anyOf" in schema else [schema]


# Validation.


def problems(schema: Schema, value: Any) -> list[str]:
    rooted = {"components": document()["components"], "allOf": [schema]}
    errors = Draft202012Validator(rooted).iter_errors(value)
    return sorted(sentence(each) for error in errors for each in causes(error))


def causes(error: ValidationError) -> list[ValidationError]:
    """Every error of the alternative of a union that came nearest, or the error itself."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        return [error]
    nearest = best_match([error])
    alternatives: dict[Any, list[ValidationError]] = {}
    for each in error.context:
        alternatives.setdefault(each.schema_path[0], []).append(each)
    for errors in alternatives.values():
        below = [cause for each in errors for cause in causes(each)]
        if nearest in below:
            return below
    return [error]


def sentence(error: ValidationError) -> str:
    """Where and what."""
    place = ".".join(str(part) for part in error.absolute_path) or "(the whole)"
    message = error.message
    return f"{place}: {message if len(message) <= 300 else message[:300] + '…'}"
