"""The command and the page hand over the same file of figures by county, byte for byte."""

import pytest

from geo import cli
from geo.analysis.county_table import LABELS
from geo.commands.clock import today
from ui.screens.coverage import files, view
from ui.screens.coverage.files import COUNTIES, make_file
from ui.screens.coverage.question import Asked, Question
from ui.shared.filters import Filters
from ui.shared.language import t

pytestmark = pytest.mark.slow
QUESTIONS = {
    "one city by the standard": (
        ["--prefecture", "北海", "--weights", "urban"],
        Filters(types=("worker_station",), prefectures=("450500",)),
        Question(),
    ),
    "two counties and a distance of one's own": (
        ["--county", "青秀区", "--county", "450502", "--weights", "workers", "--within", "750"],
        Filters(types=("worker_station",), counties=("450103", "450502")),
        Question("metres", metres=750.0, who="workers"),
    ),
    "all of Guangxi": (
        ["--origin", "simulated", "--status", "operating", "--within", "1500"],
        Filters(types=("worker_station",), origins=("simulated",), statuses=("operating",)),
        Question("metres", metres=1500.0, who="people"),
    ),
}


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson"])
@pytest.mark.parametrize(("arguments", "filters", "question"), QUESTIONS.values(), ids=QUESTIONS)
def test_the_command_writes_what_the_page_hands_over(tmp_path, arguments, filters, question, form):
    path, day = tmp_path / f"shares.{form}", today()
    assert cli.main(["coverage", "--type", "worker_station", *arguments, "-o", str(path)]) == 0
    handed = make_file(view.settle(filters, Asked(question)).view, COUNTIES, form, today=day)
    assert path.read_bytes() == handed


def test_both_call_what_was_asked_by_the_same_words():
    assert {key: t(label) for key, label in files.LABELS.items()} == LABELS
