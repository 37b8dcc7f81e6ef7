"""The images of the three services: built when they are missing, pushed by tag, named by digest."""

import base64
import hashlib
import json
import pathlib
import shutil
import subprocess

from .settings import ROOT

SERVICES = ("public", "confirm", "worker")
PUSH_SECONDS = 1800
# CPU_ARCHITECTURE as images call it.
ARCHITECTURES = {"ARM64": "arm64", "X86_64": "amd64"}
# Where a layout says under which tag its image was built (OCI image specification, annotations).
REFERENCE = "org.opencontainers.image.ref.name"


class ImageFault(Exception):
    """An image that could not be built or pushed."""


class ImageMissing(ImageFault):
    """An image that is not in the registry."""


class Images:
    """Pushes to IMAGE_REGISTRY under APP_NAME/SERVICE:IMAGE_TAG. A tag that is there is never pushed again."""

    def __init__(self, settings, aws, say):
        self._settings = settings
        self._aws = aws
        self._say = say
        folder = pathlib.Path(settings["IMAGE_LAYOUTS"])
        # Tags never move, so one that was found is not asked for again.
        self._found = {}
        self._is_logged_in = False
        self._layouts = folder if folder.is_absolute() else ROOT / folder

    @property
    def registry(self):
        return self._settings["IMAGE_REGISTRY"]

    def repository(self, name):
        return f"{self.registry}/{self._settings['APP_NAME']}/{name}"

    def _is_loopback(self):
        return self.registry.split(":")[0] in ("127.0.0.1", "localhost")

    def _skopeo(self, *arguments, stdin=None):
        if shutil.which("skopeo") is None:
            raise ImageFault("skopeo is not on PATH; install it (Debian and Ubuntu: apt-get install skopeo)")
        run = subprocess.run(["skopeo", *arguments], capture_output=True, text=True, timeout=PUSH_SECONDS, check=False,
                             input=stdin if stdin is not None else "")
        return run

    def _plain(self, flag):
        # Plain HTTP is for a registry on this very machine alone.
        return [f"--{flag}=false"] if self._is_loopback() else []

    def log_in(self):
        """Once, and only by whoever has something to ask of the registry: any step may be the first that does."""
        if self._is_logged_in or self._is_loopback():
            return
        # The CLI prints the password as text, which `call` would take for JSON; the token carries the same.
        data = self._aws.call("ecr", "get-authorization-token")["authorizationData"][0]
        user, password = base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
        run = self._skopeo("login", "--username", user, "--password-stdin", self.registry, stdin=password)
        if run.returncode != 0:
            raise ImageFault(f"{self.registry} does not let us in: {run.stderr.strip()}")
        self._is_logged_in = True

    def digest(self, name, tag):
        """The digest behind a tag, or None when the tag is not there."""
        if (name, tag) in self._found:
            return self._found[name, tag]
        self.log_in()
        run = self._skopeo("inspect", "--raw", *self._plain("tls-verify"), f"docker://{self.repository(name)}:{tag}")
        if run.returncode == 0:
            self._found[name, tag] = "sha256:" + hashlib.sha256(run.stdout.encode()).hexdigest()
            return self._found[name, tag]
        if "manifest unknown" in run.stderr or "name unknown" in run.stderr or "not found" in run.stderr.lower():
            return None
        raise ImageFault(f"{self.repository(name)}:{tag} cannot be looked at: {run.stderr.strip()}")

    def by_digest(self, name, tag):
        digest = self.digest(name, tag)
        if digest is None:
            raise ImageMissing(f"{self.repository(name)}:{tag} is not in the registry; run make 01-ecr")
        return f"{self.repository(name)}@{digest}"

    def _index(self, name):
        return json.loads((self._layouts / name / "index.json").read_text(encoding="utf-8"))

    def _is_built(self, name):
        """Whether the image that lies there is of this tag: an older one would keep the name of this commit for ever."""
        try:
            manifests = self._index(name)["manifests"]
        except OSError:
            return False
        return [entry.get("annotations", {}).get(REFERENCE) for entry in manifests] == [self._settings["IMAGE_TAG"]]

    def build(self):
        """Has the images built unless all of them lie there under this very tag."""
        tag = self._settings["IMAGE_TAG"]
        missing = [name for name in SERVICES if not self._is_built(name)]
        if not missing:
            return
        self._say(f"no image of {', '.join(missing)} of {tag} in {self._layouts}: they are built")
        script = ROOT / "dev" / "images.sh"
        if not script.is_file():
            raise ImageFault(f"{script} is not there, and IMAGE_LAYOUTS={self._layouts} has no built images of {tag}")
        command = [str(script), "--builder", self._settings["IMAGE_BUILDER"], "--tag", tag, "--into", str(self._layouts)]
        if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=PUSH_SECONDS * 2, check=False).returncode != 0:
            raise ImageFault("the images could not be built; see above")
        still = [name for name in SERVICES if not self._is_built(name)]
        if still:
            raise ImageFault(f"what was built is not {tag} in {self._layouts}: {', '.join(still)}")

    def _check_architecture(self, name):
        """Fargate would start it, and it would end at once with nothing but `exec format error` in the log."""
        layout = self._layouts / name

        def blob(digest):
            return json.loads((layout / "blobs" / digest.replace(":", "/")).read_text(encoding="utf-8"))
        built = blob(blob(self._index(name)["manifests"][0]["digest"])["config"]["digest"])["architecture"]
        if built != ARCHITECTURES[self._settings["CPU_ARCHITECTURE"]]:
            raise ImageFault(f"{layout} is for {built}, and CPU_ARCHITECTURE is {self._settings['CPU_ARCHITECTURE']}: remove it and build "
                             f"on such a machine, or change the setting")

    def _source(self, name):
        return f"oci:{self._layouts / name}"

    def _copy(self, source, name, tag):
        # Of an image for several machines the tasks' own is taken, whatever machine this is.
        machine = ["--override-os", "linux", "--override-arch", ARCHITECTURES[self._settings["CPU_ARCHITECTURE"]]]
        self.log_in()
        run = self._skopeo(*machine, "copy", "--retry-times", "3", *self._plain("dest-tls-verify"), source, f"docker://{self.repository(name)}:{tag}")
        if run.returncode != 0:
            raise ImageFault(f"{name} could not be pushed: {run.stderr.strip()}")
        self._say(f"pushed  {self.repository(name)}:{tag}")

    def missing(self, ask=True):
        """Every image that would be pushed now, with where it comes from; `ask` says whether the registry is asked, or has nothing."""
        tag = self._settings["IMAGE_TAG"]
        wanted = [f"{self.repository(name)}:{tag}" + ("" if self._is_built(name) else " (built first)")
                  for name in SERVICES if not ask or self.digest(name, tag) is None]
        if self._settings["TRACING"] == "on" and (not ask or self.digest("xray", self.xray_tag()) is None):
            wanted.append(f"{self.repository('xray')}:{self.xray_tag()} (copied from {self._settings['XRAY_SOURCE_IMAGE']})")
        return wanted

    def push_missing(self):
        """Pushes what is not there yet. True when something was pushed."""
        tag = self._settings["IMAGE_TAG"]
        wanted = [name for name in SERVICES if self.digest(name, tag) is None]
        if wanted:
            self.build()
        # All of them before the first push: a tag, once pushed, can never be used again.
        for name in wanted:
            self._check_architecture(name)
        for name in wanted:
            self._copy(self._source(name), name, tag)
        pushed = bool(wanted)
        if self._settings["TRACING"] == "on" and self.digest("xray", self.xray_tag()) is None:
            self._copy(self.xray_source(), "xray", self.xray_tag())
            pushed = True
        return pushed

    def xray_source(self):
        source = self._settings["XRAY_SOURCE_IMAGE"]
        return source if source.startswith("oci:") else f"docker://{source}"

    def xray_tag(self):
        """The same source for the same machine always has the same tag here, whatever it was called there."""
        source, machine = self._settings["XRAY_SOURCE_IMAGE"], self._settings["CPU_ARCHITECTURE"]
        return hashlib.sha256(f"{source} {machine}".encode()).hexdigest()[:12]
