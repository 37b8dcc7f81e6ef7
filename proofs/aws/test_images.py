"""What of the images is asked, copied and built, with a registry that only writes down how skopeo was called."""

import base64
import json
import pathlib
import re
import subprocess
import types

import pytest

import tiny_image
from deploy import images, steps
from deploy.images import ImageFault, ImageMissing, Images

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = {"APP_NAME": "shop", "IMAGE_REGISTRY": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com", "IMAGE_TAG": "new",
            "IMAGE_BUILDER": "compiled", "TRACING": "on", "CPU_ARCHITECTURE": "ARM64", "XRAY_SOURCE_IMAGE": "public.example/xray:3"}


class Registry(Images):
    """It has `held` tags, and every call of skopeo is kept in `said`."""

    def __init__(self, layouts, held=(), **settings):
        token = base64.b64encode(b"AWS:password").decode()
        aws = types.SimpleNamespace(call=lambda *_, **__: {"authorizationData": [{"authorizationToken": token}]})
        super().__init__({**SETTINGS, "IMAGE_LAYOUTS": str(layouts), **settings}, aws, lambda line: None)
        self.held, self.said = held, []

    def _skopeo(self, *words, stdin=None):
        self.said.append(words)
        found = "inspect" not in words or any(words[-1].endswith(f":{tag}") for tag in self.held)
        return subprocess.CompletedProcess(words, 0 if found else 1, "{}", "" if found else "manifest unknown")

    def verbs(self):
        return [next(word for word in words if word in ("login", "inspect", "copy")) for words in self.said]


def layouts(folder, tag):
    for name in images.SERVICES:
        tiny_image.write(folder / name, name + tag, tag)
    return folder


@pytest.fixture
def builder(monkeypatch):
    """Builds at once, under the tag that it is given."""
    calls = []

    def build(command, **_):
        calls.append(command[1:])
        options = dict(zip(command[1::2], command[2::2]))
        layouts(pathlib.Path(options["--into"]), options["--tag"])
        return subprocess.CompletedProcess(command, 0)
    monkeypatch.setattr(images.subprocess, "run", build)
    return calls


def test_whoever_asks_first_signs_in_once(tmp_path):
    registry = Registry(tmp_path, held=["new"])
    registry.by_digest("public", "new")
    registry.by_digest("confirm", "new")
    assert registry.verbs() == ["login", "inspect", "inspect"]


def test_an_image_that_lies_there_from_another_commit_is_built_anew(tmp_path, builder):
    registry = Registry(layouts(tmp_path, "old"), TRACING="off")
    assert registry.push_missing()
    assert builder == [["--builder", "compiled", "--tag", "new", "--into", str(tmp_path)]]
    assert registry.verbs().count("copy") == 3
    assert [json.loads((tmp_path / name / "index.json").read_text())["manifests"][0]["annotations"][images.REFERENCE] for name in images.SERVICES] == ["new"] * 3


def test_an_image_of_this_very_tag_is_not_built_again(tmp_path, builder):
    assert Registry(layouts(tmp_path, "new"), TRACING="off").push_missing()
    assert builder == []


def test_a_builder_that_leaves_something_else_pushes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(images.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0))
    registry = Registry(layouts(tmp_path, "old"))
    with pytest.raises(ImageFault) as fault:
        registry.push_missing()
    assert "what was built is not new" in str(fault.value) and "copy" not in registry.verbs()


def test_the_sidecar_is_copied_for_the_machine_of_the_tasks(tmp_path):
    for architecture, machine in (("ARM64", "arm64"), ("X86_64", "amd64")):
        registry = Registry(tmp_path, held=["new"], CPU_ARCHITECTURE=architecture)
        assert registry.push_missing()
        copy = next(words for words in registry.said if "copy" in words)
        assert copy[:5] == ("--override-os", "linux", "--override-arch", machine, "copy")
        assert copy[-1].endswith(f":{registry.xray_tag()}")
    tags = {Registry(tmp_path, CPU_ARCHITECTURE=architecture).xray_tag() for architecture in ("ARM64", "X86_64")}
    assert len(tags) == 2


def test_a_plan_goes_on_where_an_image_is_not_pushed_yet():
    def differs(name):
        if name == "public":
            raise ImageMissing("not in the registry")
        return name == "worker"
    deployment = types.SimpleNamespace(find_output=lambda name: "shop-ledger", tasks=types.SimpleNamespace(differs=differs, family="shop-{}".format))
    assert steps.plan_of_tasks(deployment) == ["new revision of shop-public (its image is not pushed yet)", "new revision of shop-worker"]


def test_what_would_be_pushed_is_named_and_nothing_is_pushed(tmp_path, builder):
    registry = Registry(layouts(tmp_path, "new"), held=["new"])
    sidecar = f"{registry.repository('xray')}:{registry.xray_tag()} (copied from public.example/xray:3)"
    assert registry.missing() == [sidecar]
    registry = Registry(layouts(tmp_path, "old"), TRACING="off")
    assert registry.missing() == [f"{registry.repository(name)}:new (built first)" for name in images.SERVICES]
    assert set(registry.verbs()) == {"login", "inspect"} and builder == []
    # Where there are no repositories yet, nobody is asked.
    registry = Registry(layouts(tmp_path, "new"), held=["new"])
    assert registry.missing(ask=False) == [*(f"{registry.repository(name)}:new" for name in images.SERVICES), sidecar]
    assert registry.said == []


def test_the_build_script_takes_what_it_is_given_and_names_its_layouts_by_the_tag():
    script = (ROOT / "dev" / "images.sh").read_text()
    assert {"--builder", "--tag", "--into"} <= set(re.findall(r"^    (--[a-z]+)\)", script, re.M))
    assert '"oci:$into/$service:$tag"' in script
