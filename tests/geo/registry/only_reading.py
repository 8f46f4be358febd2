"""Run commands as a user who may only read; a process of its own, as root sees no rights.

`python -m tests.geo.registry.only_reading URL` first runs every command where it may write, to load all,
then gives its rights up and prints what each says, as JSON.
"""

import io
import json
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from geo import cli

NOBODY = 65534
COMMANDS = (
    ("registry", "history"),
    ("registry", "history", "imp-000002"),
    ("registry", "questions"),
    ("registry", "export", "--private"),
    ("registry", "backup", "{out}/copy.backup"),
    ("registry", "undo", "1", "--who", "甲"),
    ("registry", "restore", "{out}/copy.backup", "--force"),
)


def run(command, out):
    """Run one command; give its exit code, what it printed and what it complained of."""
    with (
        redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")) as said,
        redirect_stderr(io.StringIO()) as fault,
    ):
        code = cli.main([part.format(out=out) for part in command])
        said.seek(0)
        return code, said.read(), fault.getvalue()


def main(url):
    """Run every command twice: on a registry of its own, and on the one that may only be read."""
    with tempfile.TemporaryDirectory() as name:
        own, out = Path(name) / "own", Path(name) / "out"
        for folder in (own, out):
            folder.mkdir()
        os.environ["DATABASE_URL"] = f"sqlite:///{own / 'registry.sqlite3'}"
        from geo.registry.connection import open_registry
        from tests.geo.registry.writer import apply_made

        registry = open_registry()
        apply_made(registry, 3, word="甲")
        registry.close()
        for command in COMMANDS:
            run(command, own)
        for folder in (Path(name), out):
            folder.chmod(0o777)
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        os.environ["DATABASE_URL"] = url
        sys.stdout.write(json.dumps([run(command, out) for command in COMMANDS]))
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
