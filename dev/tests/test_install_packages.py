"""The installer of Debian packages, with stand-ins for the programs that would change this machine."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
GROUPS = sorted({line.split()[0] for line in (ROOT / "dev/packages.txt").read_text().splitlines()
                 if line and not line.startswith("#")})


def packages(group):
    return [line.split()[1] for line in (ROOT / "dev/packages.txt").read_text().splitlines() if line.startswith(group + " ")]


class Machine:
    """A PATH on which the programs in question write down how they were called."""

    def __init__(self, folder):
        self.folder, self.calls = folder, folder / "calls"
        self.calls.touch()
        self.installed = folder / "installed"
        self.installed.touch()
        self.program("dpkg-query", f'while read -r name; do echo "installed $name"; done <{self.installed}')
        self.user(0)
        for name in ("apt-get", "tee", "chmod", "rm"):
            self.program(name, f'[ {name} != tee ] || cat >/dev/null; echo "{name} $*" >>{self.calls}')
        self.program("sudo", f'echo "sudo $*" >>{self.calls}; [ "$1" != -n ] || shift; exec "$@"')

    def program(self, name, script):
        path = self.folder / name
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)

    def user(self, number):
        self.program("id", f"echo {number}")

    def install(self, *groups):
        environment = {**os.environ, "PATH": f"{self.folder}:/usr/bin:/bin"}
        environment.pop("SKIP_PACKAGES", None)
        return subprocess.run([ROOT / "dev/install-packages.sh", *groups], env=environment, capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL)

    def called(self, text):
        return [line for line in self.calls.read_text().splitlines() if text in line]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_nothing_is_said_or_done_when_all_of_it_is_there(machine):
    machine.installed.write_text("\n".join(name.split("|")[0] for name in packages("build")) + "\n")
    done = machine.install("build")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls.read_text() == ""


def test_another_package_that_serves_as_well_counts(machine):
    machine.installed.write_text("\n".join(name.split("|")[-1] for name in packages("build")) + "\n")
    assert machine.install("build").stdout == ""


def test_what_is_missing_is_named_with_its_reason_and_installed_alone(machine):
    first, *rest = [name.split("|")[0] for name in packages("build")]
    machine.installed.write_text("\n".join(rest) + "\n")
    done = machine.install("build")
    assert done.returncode == 0, done.stderr
    assert f"  {first}" in done.stdout and "the embedded store is SQLite" in done.stdout
    assert f"Installed: {first}" in done.stdout
    assert machine.called("apt-get install") == [f"apt-get install -qq -y --no-install-recommends {first}"]
    assert not machine.called("sudo")


def test_who_is_not_root_installs_with_sudo_and_is_told(machine):
    machine.user(1000)
    done = machine.install("servers")
    assert done.returncode == 0, done.stderr
    assert "Installing with sudo." in done.stdout
    # Nobody sits at this terminal, so sudo must not wait for a password.
    assert machine.called("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install")


def test_who_may_not_become_root_is_told_what_to_ask_for(machine):
    machine.user(1000)
    machine.program("sudo", "exit 1")
    done = machine.install("servers")
    assert done.returncode == 1
    assert "Ask someone who may to run: sudo sh -c 'apt-get update && apt-get install" in done.stderr
    assert machine.calls.read_text() == ""


def test_a_failing_apt_says_what_to_do_by_hand(machine):
    machine.program("apt-get", "exit 100")
    done = machine.install("servers")
    assert done.returncode == 1
    assert "apt-get update failed" in done.stderr and "apt-get update && apt-get install --no-install-recommends" in done.stderr


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_packages_that_can_be_named(machine, group):
    assert all(machine.install(group).stdout.count(f"  {name.split('|')[0]} ") == 1 for name in packages(group)[:1])


def test_a_group_nobody_knows_is_refused(machine):
    done = machine.install("biuld")
    assert done.returncode == 1 and "no package group 'biuld'" in done.stderr
