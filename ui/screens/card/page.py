"""One county on one page: who is reached, what is there, beside its like, and where nobody reaches."""

from ui.screens.card import controls
from ui.screens.card import summary as card
from ui.shared import cache

network = cache.network()
county = controls.ask_county(network)
answer = cache.county_card(county)
card.show_heading(answer, network)
card.show_official(answer)
card.show_places(answer, network)
card.show_distances(answer)
card.show_peers(answer)
card.show_gaps(answer)
card.show_sources(network)
