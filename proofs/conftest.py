"""What several proofs stand on."""

import os
import pathlib
import tempfile

import pytest


@pytest.fixture
def open_folder():
    """A folder that others may go through: PostgreSQL refuses to run as root and becomes somebody else."""
    with tempfile.TemporaryDirectory(prefix="ticket-proof-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)
