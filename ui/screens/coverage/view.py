"""One setting of the coverage page, settled: what is asked, who counts, by which threshold."""

from dataclasses import dataclass, replace

from ui.screens.coverage import cache
from ui.screens.coverage import question as reach
from ui.screens.coverage.question import ANY_TIME, Asked, Question, Rule, Scope
from ui.shared.filters import Filters


@dataclass(frozen=True)
class View:
    """Hold one setting: the filters, the question, its threshold, and what shares are asked of."""

    filters: Filters
    question: Question
    rule: Rule
    scope: Scope

    @property
    def any_time(self) -> Scope:
        """Return the same without the hour."""
        return replace(self.scope, supply=replace(self.scope.supply, day=0, hour=ANY_TIME))


@dataclass(frozen=True)
class Views:
    """Hold what the page shows: a setting, the map's layers, and the other setting if two are compared."""

    view: View
    layers: tuple[str, ...]
    other: View | None

    @property
    def both(self) -> tuple[View, ...]:
        """Return the setting, and the other one if there is one."""
        return (self.view,) if self.other is None else (self.view, self.other)


def settle(filters: Filters, asked: Asked) -> Views:
    """Settle what is asked.

    Parameters
    ----------
    filters, asked
        What the sidebar and the page ask for.
    """
    other = None if asked.other is None else _view(filters, asked.other)
    return Views(_view(filters, asked.question), asked.layers, other)


def _view(filters: Filters, question: Question) -> View:
    rule = reach.rule_of(question, cache.reach_standards(reach.types_of(filters)))
    supply = reach.supply_of(filters, question)
    return View(filters, question, rule, Scope(supply, cache.reach_counties(filters), rule.reach_m))
