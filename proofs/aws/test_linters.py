"""What linters know. Each exception stands in the linter's own file with its reason beside it."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.executable).parent
LINT_SECONDS = 240


def clean(*command):
    run = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, timeout=LINT_SECONDS, check=False)
    assert run.returncode == 0, (run.stdout + run.stderr)[-4000:]


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    return listed.stdout.split()


def test_cfn_lint_finds_nothing():
    clean(BIN / "cfn-lint", "-r", "ap-northeast-1", "ap-northeast-2", "us-east-1", "--", *sorted((ROOT / "stacks").glob("*.yaml")), ROOT / "workflows" / "sign-in" / "roles.yaml")


def test_checkov_finds_nothing():
    clean(ROOT / ".venv-checkov" / "bin" / "checkov", "--config-file", ".checkov.yaml")


def test_shellcheck_finds_nothing():
    clean("shellcheck", "-x", "-S", "warning", "env.sh", ".ci/run", *tracked("*.sh"))


def test_workflows_fit_the_schema():
    clean(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *tracked(".github/workflows/*.yml"))
    clean(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", *tracked("workflows/*/action.yml"))


def test_zizmor_finds_nothing():
    clean(BIN / "zizmor", "--offline", "--config", ".github/zizmor.yml", ".github", "workflows")
