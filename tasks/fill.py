"""tasks/NAME.json with its ${NAMES} filled in from the environment, printed as ecs register-task-definition takes it.

    python3 tasks/fill.py public|confirm|worker|db-init [--architecture ARM64|X86_64] [--tracing on|off]
"""

import argparse
import json
import os
import pathlib
import re
import sys

MISSING_CODE = 64
SIDECAR = "xray"


def without_sidecar(definition):
    containers = [container for container in definition["containerDefinitions"] if container["name"] != SIDECAR]
    for container in containers:
        # Nobody may wait for a container that is not there.
        waits = [wait for wait in container.pop("dependsOn", []) if wait["containerName"] != SIDECAR]
        if waits:
            container["dependsOn"] = waits
    return dict(definition, containerDefinitions=containers)


def filled(value, variables, missing):
    if isinstance(value, dict):
        return {key: filled(part, variables, missing) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, variables, missing) for part in value]
    if not isinstance(value, str):
        return value

    def word(match):
        if not variables.get(match.group(1)):
            missing.add(match.group(1))
        return variables.get(match.group(1), "")
    return re.sub(r"\$\{([A-Z0-9_]+)\}", word, value)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("name", choices=["public", "confirm", "worker", "db-init"])
    parser.add_argument("--architecture", choices=["ARM64", "X86_64"], default="ARM64")
    parser.add_argument("--tracing", choices=["on", "off"], default="on")
    chosen = parser.parse_args(words)
    path = pathlib.Path(__file__).with_name(f"{chosen.name}.json")
    definition = json.loads(path.read_text(encoding="utf-8"))
    if chosen.tracing == "off":
        definition = without_sidecar(definition)
    missing = set()
    definition = filled(definition, dict(os.environ, CPU_ARCHITECTURE=chosen.architecture), missing)
    if missing:
        print(f"error: {path.name} needs {', '.join(sorted(missing))}, which the environment does not have", file=sys.stderr)
        return MISSING_CODE
    print(json.dumps(definition, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
