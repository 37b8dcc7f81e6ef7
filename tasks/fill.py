#!/usr/bin/env python3
"""Fills in a task definition: prints what `aws ecs register-task-definition --cli-input-json` takes.

    tasks/fill.py public [--architecture ARM64|X86_64] [--tracing on|off]

Every ${NAME} in tasks/SERVICE.json stands for the environment variable of that name. Nothing is printed when one is
missing. With tracing off the sidecar goes, and the service is told not to trace. The standard library is enough.
"""

import argparse
import json
import os
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
SIDECAR = "xray"
USAGE = 64


def fail(message):
    print(f"tasks/fill.py: {message}", file=sys.stderr)
    raise SystemExit(USAGE)


def without_tracing(task):
    """The definition without its sidecar, its services told so."""
    containers = [container for container in task["containerDefinitions"] if container["name"] != SIDECAR]
    for container in containers:
        kept = [setting for setting in container.get("environment", []) if not setting["name"].startswith("TICKET_TRACE")]
        container["environment"] = kept
    return {**task, "containerDefinitions": containers}


def filled(value, variables, missing):
    """The value with its placeholders replaced, in all texts inside it."""
    if isinstance(value, dict):
        return {name: filled(inner, variables, missing) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, variables, missing) for inner in value]
    if not isinstance(value, str):
        return value

    def replaced(match):
        name = match.group(1)
        text = variables.get(name, "")
        if not text:
            missing.add(name)
        return text

    return re.sub(r"\$\{([A-Z_]+)\}", replaced, value)


def main():
    names = sorted(path.stem for path in FOLDER.glob("*.json") if not path.stem.startswith("scaling-"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("service", choices=names)
    parser.add_argument("--architecture", choices=["ARM64", "X86_64"], default="ARM64")
    parser.add_argument("--tracing", choices=["on", "off"], default="on")
    parser.error = lambda message: fail(message)
    choice = parser.parse_args()

    task = json.loads((FOLDER / f"{choice.service}.json").read_text(encoding="utf-8"))
    if choice.tracing == "off":
        task = without_tracing(task)
    missing = set()
    task = filled(task, {**os.environ, "CPU_ARCHITECTURE": choice.architecture}, missing)
    if missing:
        fail(f"{', '.join(sorted(missing))} must be set for tasks/{choice.service}.json")
    print(json.dumps(task, indent=2))


if __name__ == "__main__":
    main()
