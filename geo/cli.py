"""The command line: `guigongtu export …`, `guigongtu data check`, and so on; `python -m geo` is the same.

Each command, or group of commands, is a module of `geo.commands`; here they are put together and their
faults shown. Only what `--help` needs is imported at once; a command imports what it works with when called.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import typer

from geo.commands import app as open_page
from geo.commands import coverage, data, export, lists, prepare, registry, scenario, site
from geo.errors import GeoDataError

if TYPE_CHECKING:
    import io

FAULT = 2
PROGRAM = "guigongtu"

app = typer.Typer(
    help="桂工图: the union service network of Guangxi, without a screen.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# One line a command or group, in the order of `--help`.
app.command("app", context_settings=open_page.FORWARDED)(open_page.open_app)
app.command("export")(export.export)
app.command("coverage")(coverage.coverage)
app.command("site")(site.site)
app.add_typer(scenario.app, name="scenario")
app.command("import")(lists.import_list)
app.add_typer(registry.app, name="registry")
app.add_typer(data.app, name="data")
app.command("prepare")(prepare.prepare)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; say what went wrong in one line on standard error.

    Parameters
    ----------
    arguments
        What follows the program's name; by default the command line's. None at all asks for help.

    Returns
    -------
    int
        The exit code: 0, or 2 where something was wrong.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A console that has no Chinese letters shows their codes; it must not stop us.
    cast("io.TextIOWrapper", sys.stdout).reconfigure(errors="backslashreplace")
    try:
        app(given or ["--help"], prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as fault:
        return _report(fault.format_message())
    except GeoDataError as fault:
        return _report(str(fault))
    except BrokenPipeError:
        # Whoever read us (`| head`) has enough; Python must not try to flush again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as fault:
        return _report(f"{fault.filename}: {fault.strerror}." if fault.filename else f"{fault.strerror}.")
    except (typer.Abort, KeyboardInterrupt):
        return _report("stopped.")
    return 0


def run() -> None:
    """Run the command line and end the process with its exit code: what `guigongtu` starts."""
    sys.exit(main())


def _report(message: str) -> int:
    typer.echo(f"Error: {' '.join(message.split())}", err=True)
    return FAULT
