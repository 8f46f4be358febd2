"""What `test_cancelling` puts before the true app: hours and draws take half a minute, loops are never ready.

What is worked on is written to the file that `SLOW_NOTES` names, a line a step.
"""

import os
import sys
import time
from pathlib import Path

from geo.coverage import opening_hours
from geo.geodesy import ellipsoid
from web import warm_up

STEP_S = 1.2
NOTES = Path(os.environ["SLOW_NOTES"])
search, moved = opening_hours.nearest_place, ellipsoid.moved


def note(text):
    with NOTES.open("a", encoding="utf-8") as stream:
        stream.write(f"{text}\n")


def slow_search(*places):
    time.sleep(STEP_S)
    note("hour")
    return search(*places)


def slow_draw(*places, **way):
    time.sleep(STEP_S)
    note("draw")
    return moved(*places, **way)


def slow_wait(self, family, on_progress):
    for done in range(1000):
        note("wait")
        on_progress(done, 1000)
        time.sleep(STEP_S / 4)


opening_hours.nearest_place = slow_search
ellipsoid.moved = slow_draw
warm_up.Preparation.wait_for = slow_wait
warm_up.preparation = warm_up.Preparation((sys.executable, "-c", "pass"))
