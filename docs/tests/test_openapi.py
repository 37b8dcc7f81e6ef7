"""The API document is valid, agrees with itself, and its examples are what it says."""

import pathlib

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = yaml.safe_load((pathlib.Path(__file__).parents[1] / "openapi.yaml").read_text(encoding="utf-8"))
REGISTRY = Registry().with_resource("urn:ticket", Resource.from_contents(DOCUMENT, DRAFT202012))
METHODS = ("get", "head", "post", "put", "patch", "delete")
PUBLIC = [path for path in DOCUMENT["paths"] if path.startswith("/public/")]


def at(pointer):
    value = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        value = value[part.replace("~1", "/").replace("~0", "~")]
    return value


def resolve(value):
    while isinstance(value, dict) and "$ref" in value:
        value = at(value["$ref"])
    return value


def validator(pointer):
    return Draft202012Validator({"$ref": f"urn:ticket{pointer}"}, registry=REGISTRY)


def walk(value, pointer="#"):
    yield pointer, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{pointer}/{index}")


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def answers():
    for path, method, operation in operations():
        for status, answer in operation["responses"].items():
            yield f"{method} {path} {status}", status, resolve(answer)


def problems():
    return {
        name: schema for name, schema in DOCUMENT["components"]["schemas"].items()
        if name.startswith("Problem") and name != "Problem"
    }


def examples():
    """Each example with the pointer to the schema it stands beside."""
    for pointer, value in walk(DOCUMENT):
        if not isinstance(value, dict) or "/properties/" in pointer or "/examples/" in pointer:
            continue
        if "schema" in value:
            if "example" in value:
                yield f"{pointer}/schema", value["example"]
            for example in value.get("examples", {}).values():
                yield f"{pointer}/schema", example["value"]
        elif isinstance(value.get("examples"), list):
            for example in value["examples"]:
                yield pointer, example


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)


def test_every_reference_leads_somewhere_and_every_component_is_used():
    references = {value["$ref"] for _, value in walk(DOCUMENT) if isinstance(value, dict) and "$ref" in value}
    for reference in references:
        at(reference)
    # What no operation can name, since it is for methods and paths that are not there.
    unnamed = {"#/components/responses/NotFound", "#/components/responses/MethodNotAllowed"}
    declared = {
        f"#/components/{kind}/{name}" for kind, components in DOCUMENT["components"].items()
        if kind != "securitySchemes" for name in components
    }
    assert declared - references - unnamed == set()


@pytest.mark.parametrize(("pointer", "example"), list(examples()))
def test_every_example_is_what_its_schema_says(pointer, example):
    assert [error.message for error in validator(pointer).iter_errors(example)] == []


def test_there_are_enough_examples_to_mean_something():
    assert len(list(examples())) > 50
    assert all(schema.get("examples") for schema in problems().values()), "every problem has an example"


def test_every_operation_has_a_name_of_its_own():
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_paths_have_get_and_head_and_nothing_else(path):
    assert {method for method in METHODS if method in DOCUMENT["paths"][path]} == {"get", "head"}


def test_every_get_has_its_head():
    for path, item in DOCUMENT["paths"].items():
        assert ("get" in item) == ("head" in item), path


def test_every_answer_names_its_request():
    for place, _, answer in answers():
        assert "Request-Id" in answer.get("headers", {}), place


def test_answers_carry_the_headers_their_status_needs():
    needed = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After", "503": "Retry-After"}
    for place, status, answer in answers():
        if status in needed:
            assert needed[status] in answer["headers"], place


def test_every_problem_says_the_status_it_is_sent_with():
    for place, status, answer in answers():
        if not status.isdigit() or int(status) < 400:
            continue
        schema = resolve(answer["content"]["application/problem+json"]["schema"])
        for problem in [schema] if "properties" in schema else map(resolve, schema["oneOf"]):
            assert problem["properties"]["status"]["const"] == int(status), place


def test_every_problem_has_a_type_of_its_own():
    types = [schema["properties"]["type"]["const"] for schema in problems().values()]
    assert len(set(types)) == len(types)
    assert all(name.startswith("/problems/") for name in types)


def test_a_member_that_is_not_documented_is_refused():
    for name, schema in problems().items():
        example = {**schema["examples"][0], "surprise": 1}
        assert not validator(f"#/components/schemas/{name}").is_valid(example), name
    event = at("#/components/responses/Event/content/application~1json/example")
    assert not validator("#/components/schemas/Event").is_valid({**event, "surprise": 1})


def test_an_availability_has_states_or_changes_or_runs_and_never_two_of_them():
    answer = at("#/components/responses/Availability/content/application~1json")
    full, changes, runs = (answer["examples"][name]["value"] for name in ("full", "changes", "runs"))
    check = validator("#/components/schemas/Availability")
    assert check.is_valid(full) and check.is_valid(changes) and check.is_valid(runs)
    assert not check.is_valid({**full, **changes})
    assert not check.is_valid({**changes, **runs})
    assert not check.is_valid({key: value for key, value in full.items() if key != "states"})


@pytest.mark.parametrize(
    ("key", "is_right"),
    [
        ("a", True), ('"a"', True), ("x" * 255, True), ('"' + "x" * 255 + '"', True), ('a"b', True),
        ("", False), ('""', False), ("x" * 256, False), ("a b", False), ("schlüssel", False),
    ],
)
def test_idempotency_keys_are_visible_ascii_with_or_without_quotes(key, is_right):
    assert validator("#/components/parameters/IdempotencyKey/schema").is_valid(key) is is_right
