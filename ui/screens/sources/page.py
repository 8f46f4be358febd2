"""Every source, published total and standard, and the limits stated plainly."""

from ui import cached, provenance

network = cached.network()
provenance.show_limits(network)
provenance.show_catalogue(network)
provenance.show_counts(network)
provenance.show_standards(network)
provenance.show_union_reach(network)
