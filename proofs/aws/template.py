"""CloudFormation templates read as plain values: `!Ref X` becomes {"Ref": "X"} and so on."""

import pathlib

import yaml

STACKS = pathlib.Path(__file__).resolve().parents[2] / "stacks"


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {"Ref" if suffix == "Ref" else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", short_form)


def load(name):
    return yaml.load((STACKS / f"{name}.yaml").read_text(encoding="utf-8"), Loader)


def all_of():
    return {path.stem: load(path.stem) for path in sorted(STACKS.glob("*.yaml"))}


def resources(template, kind):
    return {name: entry["Properties"] for name, entry in template["Resources"].items() if entry["Type"] == kind}


def metrics_of(alarm):
    """Every entry of an alarm's metrics, of both branches where a condition chooses."""
    metrics = alarm.get("Metrics", [])
    return metrics["Fn::If"][1] + metrics["Fn::If"][2] if isinstance(metrics, dict) else metrics


def statements(template):
    """Every statement of every policy, with the name of the resource that it stands in."""
    for name, entry in template["Resources"].items():
        properties = entry.get("Properties", {})
        documents = [properties.get("PolicyDocument")] + [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        for document in documents:
            for statement in (document or {}).get("Statement", []):
                yield name, statement
