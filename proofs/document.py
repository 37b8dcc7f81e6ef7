"""What `docs/openapi.yaml` allows: each answer that a proof gets is held against it, refusals too."""

import functools
import json
import re

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from system import ROOT

DOCUMENT = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
REGISTRY = Registry().with_resource("urn:ticket", Resource.from_contents(DOCUMENT, DRAFT202012))
PATHS = [(re.compile(re.sub(r"\{[^}]+\}", "[^/?]+", path) + r"(\?.*)?"), path) for path in DOCUMENT["paths"]]
# Answers to paths and methods that no operation has, so no operation names them.
UNNAMED = {404: "NotFound", 405: "MethodNotAllowed"}


class Undocumented(AssertionError):
    """An answer that a client could not expect."""


def resolve(value):
    """Follows references, and gives where they end."""
    pointer = None
    while "$ref" in value:
        pointer = value["$ref"]
        value = DOCUMENT
        for part in pointer.removeprefix("#/").split("/"):
            value = value[part.replace("~1", "/").replace("~0", "~")]
    return value, pointer


@functools.cache
def operation(method, target):
    """The path of the document that a target falls under, and its operation; None where there is none."""
    for pattern, path in PATHS:
        if pattern.fullmatch(target):
            return path, DOCUMENT["paths"][path].get(method.lower())
    return None, None


@functools.cache
def validator(pointer):
    return Draft202012Validator({"$ref": f"urn:ticket{pointer}"}, registry=REGISTRY)


def problems():
    """The names of all problems that the document has."""
    schemas = DOCUMENT["components"]["schemas"].items()
    types = [schema["properties"]["type"]["const"] for name, schema in schemas if name.startswith("Problem") and name != "Problem"]
    return {path.removeprefix("/problems/") for path in types}


def shape(value):
    """All that schemas look at but for numbers and free words: answers of one shape are looked at once."""
    if isinstance(value, dict):
        return tuple((name, value[name] if name in ("type", "status", "state") else shape(value[name])) for name in sorted(value))
    if isinstance(value, list):
        return ("list", *sorted({repr(shape(item)) for item in value}))
    return type(value).__name__


SEEN = set()


def check(method, target, answer):
    """That the document has this answer of this operation: status, media type, headers that are always there, members."""
    path, found = operation(method, target)
    said = f"{method} {target}: {answer.status} {answer.body[:300]}"
    if found is None:
        response = {"$ref": f"#/components/responses/{UNNAMED[answer.status]}"} if answer.status in UNNAMED else None
    else:
        response = found["responses"].get(str(answer.status))
    if response is None:
        raise Undocumented(f"{said} has a status that {path} does not have")
    response, pointer = resolve(response)
    pointer = pointer or f"#/paths/{path.replace('/', '~1')}/{method.lower()}/responses/{answer.status}"
    for name, header in response.get("headers", {}).items():
        if resolve(header)[0].get("required") and name.lower() not in answer.headers:
            raise Undocumented(f"{said} has no {name}")
    content = response.get("content")
    if not content or method == "HEAD":
        return
    media_type = answer.headers.get("content-type", "")
    if media_type not in content:
        raise Undocumented(f"{said} is {media_type or 'of no type'}, not one of {list(content)}")
    if not media_type.endswith("json"):
        return
    body = json.loads(answer.body)
    key = (path, method, answer.status, repr(shape(body)))
    if key in SEEN:
        return
    schema = validator(f"{pointer}/content/{media_type.replace('/', '~1')}/schema")
    errors = [error.message for error in schema.iter_errors(body)]
    if errors:
        raise Undocumented(f"{said} is not what the document says: {errors[:3]}")
    SEEN.add(key)
