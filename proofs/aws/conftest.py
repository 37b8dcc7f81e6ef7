"""The AWS proofs: an account that is not there, a registry on this machine, and a copy of the tree to run make in."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

import tiny_image
import trap

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 120
MAKE_SECONDS = 600
# What a deployment is made of: copied, so that stamps and broken templates of a proof stay out of the work tree.
COPIED = ("Makefile", "env.sh", "deploy", "stacks", "cloudfront", "tasks", "dev")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer: {log.read_text(errors='replace')[-1500:]}")


class Server:
    """A process on a loopback port, its output in a file."""

    def __init__(self, command, url, log, environment=None):
        self.log = log
        with open(log, "wb") as file:
            # It ends with these tests even when they are killed.
            self._process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                             env=dict(os.environ, **(environment or {})))
        wait_for(url, self._process, log)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Account:
    """moto behind the deploy script, and a tree to run make in."""

    def __init__(self, folder):
        self.folder = folder
        self.tree = folder / "tree"
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                self.tree.mkdir(exist_ok=True)
                shutil.copy(source, self.tree / name)
        self._make_builder()
        tiny_image.write(folder / "layouts" / "xray", "xray")
        (self.tree / "deploy" / "certificates" / "proof.pem").write_text("-----BEGIN CERTIFICATE-----\n")
        self.port, registry = free_port(), free_port()
        self.skips = folder / "skips.txt"
        # The first is emptied between looks, the second keeps every call to the end.
        self.calls, self.every_call = folder / "calls.txt", folder / "every-call.txt"
        self.trap = trap.Trap()
        self._make_wrapper()
        templates = [str(path) for path in sorted((ROOT / "stacks").glob("*.yaml"))]
        self.moto = Server([sys.executable, str(HERE / "stand_in.py"), str(self.port), str(self.skips), *templates],
                           f"http://127.0.0.1:{self.port}/moto-api/", folder / "moto.log",
                           {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_ECS_SERVICE_RUNNING": "2"})
        settings = folder / "registry.yml"
        settings.write_text(f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {folder / 'registry'}}}}}\n"
                            f"http: {{addr: '127.0.0.1:{registry}'}}\n")
        self.registry = Server(["docker-registry", "serve", str(settings)], f"http://127.0.0.1:{registry}/v2/", folder / "registry.log")
        self.environment = {
            # Our own Python second: a shim that finds one elsewhere would put that one's `aws` before the wrapper.
            "PATH": f"{folder / 'bin'}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder), "LANG": "C.UTF-8",
            **self.trap.environment(),
            # Keys of nobody: had a call ever left this machine all the same, AWS would have refused it.
            "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}", "AWS_STAND_IN_SKIPS": str(self.skips),
            "AWS_ACCOUNT_ID": "123456789012", "DOMAIN_NAME": "seoul.tickets.example.com", "HOSTED_ZONE_ID": "Z0", "IMAGE_TAG": "first",
            "IMAGE_REGISTRY": f"127.0.0.1:{registry}", "IMAGE_LAYOUTS": str(folder / "layouts"),
            "XRAY_SOURCE_IMAGE": f"oci:{folder / 'layouts' / 'xray'}", "AWS_REGION": "ap-northeast-2",
            "PYTHONDONTWRITEBYTECODE": "1", "RDS_CERTIFICATES": "deploy/certificates/proof.pem",
        }
        zone = self.aws("route53", "create-hosted-zone", "--name", "tickets.example.com", "--caller-reference", "proof",
                        "--query", "HostedZone.Id")
        self.environment["HOSTED_ZONE_ID"] = zone.strip().strip('"').rsplit("/", 1)[1]
        self.calls.write_text("")

    def _make_builder(self):
        """Takes the place of dev/images.sh, which would compile for half an hour: it writes down how it was called and leaves
        tiny images, other ones for each tag."""
        self.builds = self.folder / "builds.txt"
        self.builds.write_text("")
        script = self.tree / "dev" / "images.sh"
        script.write_text(f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(HERE)!r})
import tiny_image
open({str(self.builds)!r}, "a").write(" ".join(sys.argv[1:]) + chr(10))
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
for name in ("public", "confirm", "worker"):
    tiny_image.write(options["--into"] + "/" + name, name + options["--tag"], options["--tag"])
""")
        script.chmod(0o755)

    def _make_wrapper(self):
        """An `aws` that writes down how it was called. It stops nothing: that is the trap's part."""
        (self.folder / "bin").mkdir()
        wrapper = self.folder / "bin" / "aws"
        real = pathlib.Path(sys.executable).parent / "aws"
        wrapper.write_text(f"""#!/bin/bash
printf '%s ' "$*" | tr '\\n' ' ' >>'{self.every_call}'
echo >>'{self.every_call}'
printf '%s\\n' "$*" | tr '\\n' ' ' | cut -c1-400 >>'{self.calls}'
exec '{real}' "$@"
""")
        wrapper.chmod(0o755)

    def stop(self):
        self.moto.stop()
        self.registry.stop()
        self.trap.stop()

    def aws(self, *words, region="ap-northeast-2"):
        run = subprocess.run(["aws", *words, "--region", region, "--output", "json", "--endpoint-url", self.environment["AWS_ENDPOINT_URL"]],
                             env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def make(self, *targets, **overrides):
        return subprocess.run(["make", *targets], cwd=self.tree, env=dict(self.environment, **overrides), capture_output=True, text=True,
                              timeout=MAKE_SECONDS, check=False, stdin=subprocess.DEVNULL)

    def deploy(self, *words, stdin="", **overrides):
        return subprocess.run([sys.executable, "-m", "deploy", *words], cwd=self.tree, env=dict(self.environment, **overrides),
                              capture_output=True, text=True, timeout=MAKE_SECONDS, check=False, input=stdin)

    def stamps(self):
        return sorted(path.name for path in (self.tree / ".stamps").glob("*.stamp"))

    def calls_made(self):
        """What was asked of AWS since the last time this was called."""
        lines = [line for line in self.calls.read_text().splitlines() if line]
        self.calls.write_text("")
        return lines


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    made = Account(tmp_path_factory.mktemp("account"))
    yield made
    made.stop()
