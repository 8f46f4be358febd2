"""Every source, published total and standard, and the limits stated plainly."""

from ui.screens.sources import tables
from ui.shared import cache

network = cache.network()
tables.show_limits(network)
tables.show_catalogue(network)
tables.show_counts(network)
tables.show_standards(network)
tables.show_union_reach(network)
