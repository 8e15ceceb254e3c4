"""Holds requests to Stripe, and answers of Stripe, to the types of the official SDK.

`check_request` and `check_answer` return the problems they find, in words; an empty list is good.
The document is build/stripe/openapi.json, which scripts/stripe_reference.py writes.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

Schema = dict[str, Any]
Pairs = Iterable[tuple[str, str]]

DOCUMENT = Path(__file__).resolve().parents[2] / "build" / "stripe" / "openapi.json"
FORM = "application/x-www-form-urlencoded"


def check_request(method: str, path: str, form_pairs: Pairs) -> list[str]:
    """What Stripe would refuse about a request.

    `form_pairs` are the decoded names and values of the form, or of the query of a GET or DELETE.
    """
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path}: there is no such call"]
    schema = request_schema(operation)
    try:
        parameters = typed(nested(form_pairs), schema)
    except MalformedForm as error:
        return [str(error)]
    return problems(schema, parameters)


def check_answer(method: str, path: str, status: int, answer: Any) -> list[str]:
    """What the official SDK's types do not allow about an answer."""
    operation = find_operation(method, path)
    if operation is None:
        return [f"{method} {path}: there is no such call"]
    response = operation["responses"]["200" if status == 200 else "default"]
    return problems(response["content"]["application/json"]["schema"], answer)


# The document.


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


def find_operation(method: str, path: str) -> Schema | None:
    """The call that a path names; `/search` wins over `/{id}`."""
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
            return operation
    return None


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
    return sorted(sentence(error) for error in Draft202012Validator(rooted).iter_errors(value))


def sentence(error: ValidationError) -> str:
    """Where and what: of the alternatives of a union, the one that came nearest."""
    nearest = best_match([error])
    place = ".".join(str(part) for part in nearest.absolute_path) or "(the whole)"
    message = nearest.message
    return f"{place}: {message if len(message) <= 300 else message[:300] + '…'}"
