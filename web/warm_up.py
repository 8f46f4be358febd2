"""The compiled loops made ready beside the app, once, by a process that gives way to everything else.

Until a family of loops is ready the plain forms answer; what would take too long without them waits for them,
and says how far they are. While somebody waits, the process gives way no longer.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from geo.kernels.loader import FAMILIES, are_awaited, await_loops, take_loops

ROOT = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-m", "geo", "prepare")
GENTLY, FIRST = "--gently", "--first"
FOLDER = "NUMBA_CACHE_DIR"
LOOK_EVERY_S = 0.1
PATIENCE_S = 5.0
# Windows knows no niceness; a process of its own kind there waits until nobody else wants to run.
_GENTLE_FLAGS = getattr(subprocess, "IDLE_PRIORITY_CLASS", 0)
_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0)

logger = logging.getLogger(__name__)


class Preparation:
    """Hold the process that makes the loops ready, and how far it is.

    Parameters
    ----------
    command
        Writes a line after each loop, as `python -m geo prepare` does; with `--gently` it gives way, with
        `--first` and a family it begins with that.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._stopped, self._hurried = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._waited_for: str | None = None
        self._done = self._total = 0

    def start(self, *, after_s: float = 0.0) -> None:
        """Await all loops and make them ready; where numba is not installed there is nothing to do.

        Parameters
        ----------
        after_s
            How long to leave the machine to the first visitor.
        """
        if find_spec("numba") is None:
            return
        await_loops()
        self._thread = threading.Thread(target=self._work, args=(after_s,), name="loops", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process; what it has kept on disk stays good."""
        self._end_process(self._stopped)
        self._hurried.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def wait_for(self, family: str, on_progress: Callable[[int, int], object]) -> None:
        """Wait until a family is ready; from now on the process gives way to nothing, and it comes first.

        Parameters
        ----------
        family
            One of `geo.kernels.loader.FAMILIES`.
        on_progress
            Called with how many loops are ready, of how many (0 while that is not known); what it raises ends
            the waiting.
        """
        if are_awaited(family) and not self._hurried.is_set():
            self._waited_for = family
            self._end_process(self._hurried)
        while are_awaited(family):
            on_progress(self._done, self._total)
            time.sleep(LOOK_EVERY_S)

    def _work(self, after_s: float) -> None:
        try:
            self._hurried.wait(after_s)
            if not self._made(None):
                # The usual folders may be closed to us: one of our own serves as long as this program runs.
                with tempfile.TemporaryDirectory(
                    prefix="guigongtu-loops-", ignore_cleanup_errors=True
                ) as own:
                    os.environ[FOLDER] = own
                    if self._made(own):
                        take_loops()
                        self._stopped.wait()
        except OSError:
            logger.warning("the loops could not be made ready; each is compiled when it is first used")
        finally:
            take_loops()

    def _made(self, folder: str | None) -> bool:
        """Run the command, gently until somebody waits; tell whether it came to its end, or was stopped."""
        environment = os.environ | ({} if folder is None else {FOLDER: folder})
        while not self._stopped.is_set():
            hurried = self._hurried.is_set()
            if self._run(environment, hurried=hurried) == 0:
                return True
            if hurried or not self._hurried.is_set():
                break
            # It was ended because it gave way: what it has kept is there already when it starts again.
        return self._stopped.is_set()

    def _run(self, environment: dict[str, str], *, hurried: bool) -> int:
        way = (FIRST, self._waited_for) if hurried and self._waited_for else (GENTLY,)
        with subprocess.Popen(  # noqa: S603 - our own command, no word of it from outside
            (*self._command, *way),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            creationflags=_FLAGS if hurried else _FLAGS | _GENTLE_FLAGS,
        ) as process:
            with self._lock:
                self._process = process
                if self._stopped.is_set() or self._hurried.is_set() != hurried:
                    process.terminate()
            for line in process.stdout or ():
                self._hear(line)
        return process.returncode

    def _end_process(self, event: threading.Event) -> None:
        """Set what tells why, then end the process; one that is only starting sees it."""
        with self._lock:
            event.set()
            if self._process is not None:
                self._process.terminate()

    def _hear(self, line: str) -> None:
        count, *families = line.split()
        done, slash, total = count.partition("/")
        if not (slash and done.isdigit() and total.isdigit()):
            logger.info("making the loops ready: %s", line.strip())
            return
        self._done, self._total = int(done), int(total)
        take_loops(family for family in families if family in FAMILIES)


preparation = Preparation()
