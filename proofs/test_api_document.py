"""schemathesis drives the running services from docs/openapi.yaml: no 5xx, no answer, field, header or type that the
document does not have. `make prove` gives it ten times as many examples."""

import os
import pathlib
import subprocess
import sys

from system import ROOT, System, binary

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)
EXAMPLES = 200 if os.environ.get("PROVE") else 20


def test_services_answer_as_the_document_says(tmp_path):
    demo = subprocess.run([binary("ticket"), "events", "demo"], capture_output=True, text=True, check=True).stdout
    system = System(tmp_path, demo)
    try:
        token = system.tokens(1)[0]
        done = subprocess.run(
            [str(pathlib.Path(sys.executable).parent / "st"), "run", str(ROOT / "docs/openapi.yaml"),
             "--url", system.processes["all"].address, "-H", f"Authorization: Bearer {token}", "--exclude-tag", "operations",
             "--checks", CHECKS, "--max-examples", str(EXAMPLES), "--seed", os.environ.get("PROOF_SEED", "1"),
             "--request-timeout", "10", "--no-color", "--warnings", "off", "--generation-database", "none"],
            capture_output=True, text=True, timeout=1500, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Test cases:" in done.stdout, done.stdout[-2000:]
    finally:
        assert system.stop() == [0]
