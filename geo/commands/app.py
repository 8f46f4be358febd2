"""`guigongtu app`: open the app in a browser."""

import subprocess
import sys

import typer

from geo.catalog import HOME

FORWARDED = {"allow_extra_args": True, "ignore_unknown_options": True}


def open_app(context: typer.Context) -> None:
    """Open the app; what follows goes to `streamlit run`, such as `--server.port 8600`."""
    command = [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py"), *context.args]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own file, started by its own user
