"""Schemathesis asks what the API says it takes, and what it says it does not: a fixed seed, few examples."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.applications import Starlette

from web.api.query import MAX_LIMIT
from web.api.routes import features_routes

# A schema cannot say that south is below north, that a start comes before its end, or what places are called.
SAID_IN_WORDS = {"bbox", "datetime", "county", "prefecture"}
MODES = {mode.value: mode for mode in schemathesis.GenerationMode}


@pytest.fixture
def operations(tiny_network):
    load_all_checks()
    routes = features_routes(lambda: tiny_network)
    described = schemathesis.openapi.from_asgi("/api/openapi", Starlette(routes=routes))
    return [found.ok() for found in described.get_all_operations()]


def checks_to_leave_out(case):
    """Leave out, of the checks of what is accepted, those the standard itself contradicts."""
    left_out = []
    if SAID_IN_WORDS & set(case.query or ()):
        left_out.append(positive_data_acceptance)
    # OGC 17-069r4, /req/core/fc-limit-response-1: more than the maximum means the maximum.
    limit = str((case.query or {}).get("limit"))
    if limit.isdigit() and int(limit) > MAX_LIMIT:
        left_out.append(negative_data_rejection)
    return left_out


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_operation_answers_as_the_description_says(operations, mode):
    assert len(operations) == 15
    for operation in operations:
        assert ask_some(operation, MODES[mode]) > 0


def ask_some(operation, mode):
    asked = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=25, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case):
        asked.append(case.call_and_validate(excluded_checks=checks_to_leave_out(case)))

    ask()
    return len(asked)
