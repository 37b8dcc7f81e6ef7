"""Images built with buildah in a store of the project's own, and containers run from them without namespaces."""

import hashlib
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build" / "image-proof"
# The base must have this machine's glibc, since the release build of this machine goes in.
SUITE = platform.freedesktop_os_release().get("VERSION_CODENAME", "bookworm")
# chroot needs no namespaces, and vfs no overlay: both work inside another container.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("TICKET_")},
    "BUILDAH_ISOLATION": "chroot",
    "STORAGE_DRIVER": "vfs",
}


def run(command, **options):
    """Runs a command to its end; what it said is the message when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env=ENVIRONMENT, timeout=1200, **options,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}"
    return done.stdout


def buildah(*words):
    return ["buildah", "--root", FOLDER / "store", "--runroot", FOLDER / "run", *words]


def debian():
    """The smallest Debian that debootstrap makes, as a folder; made once and kept."""
    finished = FOLDER / SUITE
    if not finished.exists():
        draft = FOLDER / f"{SUITE}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        run(["debootstrap", "--variant=minbase", SUITE, draft])
        # Renamed last: a download that was cut short is begun again.
        draft.rename(finished)
    return finished


def exists(name):
    return any(name in (listed.get("names") or []) for listed in json.loads(run(buildah("images", "--json")) or "null") or [])


def import_image(name, folder, files=None):
    """An image of one layer: all of the folder without what nobody runs, or the files that are named. Its tag says what was
    asked for, so one from an earlier run is taken as it is. Gives back the name with the tag."""
    words = json.dumps([str(folder), sorted(files or [])])
    name = f"{name}:{hashlib.sha256(words.encode()).hexdigest()[:12]}"
    if exists(name):
        return name
    context = FOLDER / "context"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    left_out = ["./var/cache/apt/archives/*.deb", "./var/lib/apt/lists/*", "./usr/share/doc/*", "./usr/share/man/*",
                "./usr/share/locale/*", "./proc/*", "./sys/*"]
    run(["tar", "-C", folder, *[f"--exclude={path}" for path in left_out], "-cf", context / "layer.tar", *(files or ["."])])
    (context / "Dockerfile").write_text("FROM scratch\nADD layer.tar /\n")
    run(buildah("build", "--format", "docker", "--tag", name, context))
    return name


def build(target, base, tag):
    """The project's Dockerfile, as a machine without a Swift image builds it."""
    name = f"localhost/ticket-{target}:{tag}"
    run(buildah("build", "--format", "docker", "--build-arg", "BUILDER=local", "--build-arg", f"BASE={base}",
                "--target", target, "--tag", name, "."))
    return name


def configuration(image):
    return json.loads(run(buildah("inspect", "--type", "image", image)))["Docker"]["config"]


def size(image):
    """In bytes, all layers."""
    for listed in json.loads(run(buildah("images", "--json"))):
        if image in (listed.get("names") or []):
            # buildah says it in words: "105 MB"
            number, unit = listed["size"].split()
            return float(number) * {"KB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
    raise AssertionError(f"there is no image {image}")


class Container:
    """A container whose entry point runs, on ports of its own because the network is the host's."""

    def __init__(self, image, settings):
        self._settings = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        self.configuration = configuration(image)
        self._name = run(buildah("from", "--pull-never", image)).strip()
        self._log = FOLDER / f"{self._name}.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in self._command(self.configuration["Entrypoint"])],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env=ENVIRONMENT)

    def _command(self, words):
        return buildah("run", *self._settings, self._name, "--", *words)

    @property
    def log(self):
        return self._log.read_text(errors="replace")

    def wait_until_ready(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            if '"message":"ready"' in self.log:
                return
            time.sleep(0.05)
        raise AssertionError(f"{self._name} did not become ready: {self.log[-2000:]}")

    def execute(self, words):
        """Exit code and output of a command beside the entry point, with the same settings."""
        done = subprocess.run([str(word) for word in self._command(words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=60)
        return done.returncode, done.stdout

    def check_health(self):
        """What Docker and ECS do: the image's own command, without a shell."""
        kind, *words = self.configuration["Healthcheck"]["Test"]
        assert kind == "CMD", "a health check through a shell needs a shell"
        return self.execute(words)

    def stop(self):
        """SIGTERM to the service itself, as a runtime sends it; the exit code."""
        for child in descendants(self._process.pid):
            if command_name(child).startswith("ticket"):
                os.kill(child, signal.SIGTERM)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            for child in descendants(self._process.pid):
                os.kill(child, signal.SIGKILL)
            self._process.kill()
            return self._process.wait()

    def remove(self):
        if self._process.poll() is None:
            self.stop()
        run(buildah("rm", self._name))
        self._log.unlink(missing_ok=True)


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    try:
        own = [int(child) for child in children.read_text().split()]
    except OSError:
        return []
    # A child may hang on any thread of its parent.
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            own += [int(child) for child in task.read_text().split() if int(child) not in own]
        except OSError:
            continue
    return own + [deeper for child in own for deeper in descendants(child)]


def command_name(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
