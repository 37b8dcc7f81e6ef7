"""A service refuses a variable that begins like its settings and is none: what is for us alone has another name."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:environ(?:\.get\(|\.pop\(|\[)["']|getenv\("|\$\{?|^\s*@?)(TICKET_[A-Z_]+)(?=["'\]:=}\s])""", re.M)


def test_no_test_or_tool_reads_a_variable_that_a_service_would_refuse():
    settings = set(re.findall(r"TICKET_[A-Z_]+", (ROOT / "docs" / "settings.md").read_text()))
    settings |= {f"{name}_FILE" for name in settings}
    assert {"TICKET_PORT", "TICKET_DATA"} <= settings
    listed = subprocess.run(
        ["git", "ls-files", "Makefile", "dev", "proofs", "bench", "fuzz", "Tests", "*.mk", "CONTRIBUTING.md"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout.split()
    read = {(name, path) for path in listed if pathlib.Path(path).suffix in (".py", ".sh", ".mk", ".swift", ".md", "")
            for name in READ.findall((ROOT / path).read_text(errors="replace"))}
    assert len(listed) > 200
    assert sorted((name, path) for name, path in read if name not in settings) == []


def test_a_reading_is_seen_in_every_language():
    text = """
os.environ.get("TICKET_PORT")
os.environ["TICKET_HOST"]
getenv("TICKET_DATA")
[ "${TICKET_LOOPS:-}" != 1 ]
\t@TICKET_ORDERS=1 dev/test.sh
"""
    assert READ.findall(text) == ["TICKET_PORT", "TICKET_HOST", "TICKET_DATA", "TICKET_LOOPS", "TICKET_ORDERS"]
