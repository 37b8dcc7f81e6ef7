"""The images of the services: built, small, run as nobody, without a shell, and able to say how they are."""

import os
import shutil
import socket
import subprocess

import containers
import pytest

TARGETS = ["public", "confirm", "worker", "all"]
MAX_MEGABYTES_ON_TOP = 60
# What the C library and its loader are made of in Debian; nothing that could be called.
BARE_FILES = ["ld-linux-*", "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libresolv.so.2"]

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="buildah with chroot and debootstrap need root here"),
    pytest.mark.skipif(shutil.which("buildah") is None, reason="buildah is not installed: make set-up-test"),
    pytest.mark.skipif(shutil.which("debootstrap") is None, reason="debootstrap is not installed: make set-up-test"),
]


@pytest.fixture(scope="module")
def base():
    """A debootstrapped Debian in place of the one that would be pulled, with the release build laid out beside."""
    containers.run(["dev/build.sh"])
    containers.run(["dev/image-roots.sh", ".build/image"])
    yield containers.import_image(f"localhost/debian-{containers.SUITE}", containers.debian())
    # Each run leaves the images of the one before without a name, and vfs keeps them whole.
    # That is housekeeping: what cannot go yet goes after the next run. Containers first, for they keep layers mounted.
    for words in (["rm", "--all"], ["rmi", "--prune"]):
        subprocess.run(containers.buildah(*words), check=False, capture_output=True, timeout=300)


def free_ports():
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return {"TICKET_PORT": one.getsockname()[1], "TICKET_ADMIN_PORT": other.getsockname()[1]}


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_is_small_runs_as_nobody_and_answers_its_own_health_check(base, target, capsys):
    image = containers.build(target, base, "proof")
    added = (containers.size(image) - containers.size(base)) / 1e6
    with capsys.disabled():
        print(f"\n  image ticket-{target}: {added:.0f} MB on top of its base")
    assert added <= MAX_MEGABYTES_ON_TOP

    container = containers.Container(image, free_ports())
    try:
        configuration = container.configuration
        assert configuration["User"] == "65532:65532"
        assert list(configuration["Volumes"]) == ["/var/lib/ticket"]
        container.wait_until_ready()
        code, words = container.check_health()
        assert code == 0 and '"status":"ok"' in words, words
        # A service as strict about names as ours must not be told of anything it does not know.
        code, words = container.execute([*configuration["Entrypoint"][:1], "health", "--ready"])
        assert code == 0 and '"status":"ready"' in words, words
        assert container.stop() == 0
        assert '"message":"stopped"' in container.log
        code, words = container.check_health()
        assert code != 0 and "cannot connect" in words, words
    finally:
        container.remove()


def test_an_image_needs_no_shell_and_nothing_else_of_its_base(base):
    debian = containers.debian()
    found = [path.relative_to(debian) for name in BARE_FILES for path in debian.glob(f"usr/lib/*-linux-gnu/{name}")]
    # The loader's and libraries' places under /lib are links in Debian.
    links = [name for name in ["lib", "lib64"] if (debian / name).is_symlink()]
    loaders = [path.relative_to(debian) for path in debian.glob("usr/lib64/ld-linux*")]
    bare = containers.import_image("localhost/glibc-only", debian, [f"./{path}" for path in [*found, *links, *loaders]])
    image = containers.build("public", bare, "bare")
    container = containers.Container(image, free_ports())
    try:
        container.wait_until_ready()
        code, words = container.check_health()
        assert code == 0 and '"status":"ok"' in words, words
        code, _ = container.execute(["/bin/sh", "-c", "true"])
        assert code != 0, "there is a shell after all"
    finally:
        container.remove()


def test_the_worker_image_holds_the_tool_that_prepares_the_databases(base):
    container = containers.Container(containers.build("worker", base, "proof"), free_ports())
    try:
        container.wait_until_ready()
        code, words = container.execute(["/usr/local/bin/ticket", "--version"])
        assert code == 0 and words.startswith("ticket "), words
    finally:
        container.remove()
