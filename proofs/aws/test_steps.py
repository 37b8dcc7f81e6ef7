"""What the steps do where the stand-in has nothing to do it with: secrets, and which steps a change touches."""

import pathlib
import subprocess

from deploy import steps
from deploy.aws import AwsFault
from deploy.steps import BY_NAME, STEPS

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Vault:
    """Secrets Manager as far as the steps use it. It keeps the words of every command."""

    def __init__(self, held=None):
        self.held, self.words = held, []

    def call(self, service, operation, *words, **_):
        self.words.append((operation, *words))
        if operation == "put-secret-value":
            given = words[words.index("--secret-string") + 1]
            self.held = pathlib.Path(given.removeprefix("file://")).read_text() if given.startswith("file://") else given
            return {}
        if self.held is None:
            raise AwsFault("secretsmanager", "ResourceNotFoundException", "it has no value")
        return {"SecretString": self.held, "VersionId": "1"}

    @property
    def puts(self):
        return [words for words in self.words if words[0] == "put-secret-value"]


class Deployment:
    """Only what these functions ask for."""

    def __init__(self, vault, seed="demo"):
        self.aws, self.settings = vault, {"SEED_EVENT": seed}

    def exercised(self, kind, what):
        return True

    def output(self, name):
        return f"arn:{name}"

    def say(self, line):
        pass


def test_the_ticket_key_is_made_once_and_never_stands_in_a_command():
    vault = Vault()
    assert steps.make_ticket_key(Deployment(vault))
    key = vault.held
    assert len(key) == 43 and not [words for words in vault.words if key in words]
    assert not steps.make_ticket_key(Deployment(vault))
    assert vault.held == key and len(vault.puts) == 1


def test_the_event_is_put_where_the_task_finds_it_and_only_when_it_differs(tmp_path):
    file = tmp_path / "event.json"
    file.write_text('{"id": "one"}')
    vault = Vault()
    for _ in range(2):
        steps.put_seed(Deployment(vault, str(file)))
    assert vault.held == '{"id": "one"}' and len(vault.puts) == 1
    file.write_text('{"id": "two"}')
    steps.put_seed(Deployment(vault, str(file)))
    assert vault.held == '{"id": "two"}' and len(vault.puts) == 2
    steps.put_seed(Deployment(vault, "demo"))
    assert vault.held == "demo"


def touched(tree, *paths):
    """What deploy/touched-steps.sh says of a tree in which these files differ from its first commit."""
    def git(*words):
        subprocess.run(["git", "-c", "user.name=proof", "-c", "user.email=proof@example.com", *words], cwd=tree, check=True,
                       capture_output=True, timeout=30)
    (tree / "deploy").mkdir()
    (tree / "deploy" / "touched-steps.sh").write_bytes((ROOT / "deploy" / "touched-steps.sh").read_bytes())
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "before")
    for path in paths:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("changed")
    git("add", ".")
    run = subprocess.run(["bash", "deploy/touched-steps.sh", "HEAD"], cwd=tree, check=True, capture_output=True, text=True, timeout=30)
    return run.stdout.split()


def test_a_change_touches_its_own_steps_and_no_other(tmp_path):
    assert touched(tmp_path, "stacks/07-cloudfront.yaml", "cloudfront/viewer-request.js", "docs/operating.md", "tasks/worker.json") == [
        "04-taskdefs", "07-cloudfront"]


def test_a_change_of_the_settings_touches_every_step(tmp_path):
    assert touched(tmp_path, "env.sh") == [step.name for step in STEPS]
    assert list(BY_NAME) == sorted(BY_NAME)
