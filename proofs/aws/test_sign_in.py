"""The keys of a workflow: fetched anew before whatever takes long, and never seen."""

import os
import pathlib
import stat
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = "workflows/sign-in/sign-in.sh"


def stand_ins(folder):
    """A `curl` that is GitHub and an `aws` that is STS; each answer differs from the one before."""
    counter = folder / "count"
    counter.write_text("0")
    folder.joinpath("bin").mkdir()
    programs = {
        "curl": """echo '{"value": "identity"}'""",
        "aws": f"""n=$(($(cat {counter}) + 1)); echo $n >{counter}; echo "$*" >>{folder}/said
for word; do case $word in file://*) cat "${{word#file://}}" >>{folder}/identity ;; esac; done
echo "{{\\"Credentials\\": {{\\"AccessKeyId\\": \\"key$n\\", \\"SecretAccessKey\\": \\"secret$n\\", \\"SessionToken\\": \\"session$n\\"}}}}" """,
    }
    for name, text in programs.items():
        program = folder / "bin" / name
        program.write_text(f"#!/bin/bash\n{text}\n")
        program.chmod(0o755)
    (folder / "temp").mkdir()
    return {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "RUNNER_TEMP": str(folder / "temp"), "GITHUB_RUN_ID": "7", "SIGN_IN_ROLE": "arn:role",
            "AWS_REGION": "ap-northeast-2", "AWS_SHARED_CREDENTIALS_FILE": str(folder / "temp" / "aws-keys"),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example?x=1"}


def test_signing_in_again_brings_new_keys_that_only_we_can_read(tmp_path):
    environment = stand_ins(tmp_path)
    for count in (1, 2):
        run = subprocess.run([ROOT / SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
        keys = tmp_path / "temp" / "aws-keys"
        assert keys.read_text() == f"[default]\naws_access_key_id = key{count}\naws_secret_access_key = secret{count}\naws_session_token = session{count}\n"
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert (tmp_path / "identity").read_text() == "identity" * 2
    said = (tmp_path / "said").read_text()
    # The token goes by a file, and the file goes too.
    assert "--web-identity-token file://" in said and "--duration-seconds 3600" in said
    assert os.listdir(tmp_path / "temp") == ["aws-keys"]


def test_a_refusal_leaves_the_keys_that_were_there(tmp_path):
    environment = stand_ins(tmp_path)
    (tmp_path / "temp" / "aws-keys").write_text("old")
    (tmp_path / "bin" / "aws").write_text("#!/bin/bash\nexit 255\n")
    run = subprocess.run([ROOT / SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode != 0 and (tmp_path / "temp" / "aws-keys").read_text() == "old"


def order(tmp_path, action, **environment):
    """In which order an action signs in and deploys, with stand-ins for both."""
    tree = tmp_path / "tree"
    (tree / "workflows" / "sign-in").mkdir(parents=True)
    (tree / "deploy").mkdir()
    (tree / "bin").mkdir()
    told = tree / "told"
    for path, text in ((SCRIPT, f"echo sign-in >>{told}"), ("bin/python3", f'echo "${{@:3}}" >>{told}'), ("deploy/touched-steps.sh", "printf '%s\\n' 02-cluster 03-dataplane")):
        (tree / path).write_text(f"#!/bin/bash\n{text}\n")
        (tree / path).chmod(0o755)
    for step in yaml.safe_load((ROOT / "workflows" / action / "action.yml").read_text())["runs"]["steps"]:
        subprocess.run(["bash", "-euo", "pipefail", "-c", step["run"]], cwd=tree, check=True, timeout=30, capture_output=True,
                       env={"PATH": f"{tree / 'bin'}:{os.environ['PATH']}", **environment, **step.get("env", {})})
    return told.read_text().splitlines()


def test_each_service_and_each_step_has_keys_of_its_own(tmp_path):
    (tmp_path / "one").mkdir()
    # The database knows what the services will ask of it before the first of them does.
    assert order(tmp_path / "one", "roll-out") == ["step 01-ecr", "sign-in", "step 08-db-init", "sign-in", "roll-out worker", "sign-in",
                                                   "roll-out confirm", "sign-in", "roll-out public"]
    (tmp_path / "two").mkdir()
    assert order(tmp_path / "two", "apply-steps", BASE="HEAD") == ["sign-in", "step 02-cluster", "sign-in", "step 03-dataplane"]


def test_a_roll_out_migrates_and_brings_no_event():
    steps = yaml.safe_load((ROOT / "workflows" / "roll-out" / "action.yml").read_text())["runs"]["steps"]
    assert [step["env"] for step in steps if "08-db-init" in step["run"]] == [{"SEED_EVENT": "none"}]


def test_every_job_that_deploys_signs_in_first():
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            used = [step.get("uses", "") for step in job.get("steps", [])]
            deploys = [index for index, name in enumerate(used) if name in ("./workflows/roll-out", "./workflows/apply-steps", "./workflows/change-set")]
            assert not deploys or "./workflows/sign-in" in used[:deploys[0]], path.name
            assert not deploys or job["permissions"]["id-token"] == "write", path.name
