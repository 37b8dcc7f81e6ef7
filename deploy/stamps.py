"""Stamps: a step that has verified its result says so in .stamps, with what it was made from. Only a cache: deleting one is safe."""

import os

from .settings import ROOT

FOLDER = ROOT / ".stamps"


def path(step):
    return FOLDER / f"{step.name}.stamp"


def is_fresh(step, inputs):
    try:
        return path(step).read_text(encoding="utf-8").split("\n", 1)[0] == inputs
    except OSError:
        return False


def remove(step):
    path(step).unlink(missing_ok=True)


def write(step, inputs):
    """Written whole or not at all: a stamp cut short would only cost one more run, but never say too much."""
    FOLDER.mkdir(exist_ok=True)
    fresh = path(step).with_suffix(".new")
    fresh.write_text(f"{inputs}\n", encoding="utf-8")
    os.replace(fresh, path(step))
