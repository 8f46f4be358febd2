"""One county on one page: who is reached, what is there, beside its like, and where nobody reaches."""

from ui import cached
from ui.card import card_choice
from ui.card import card_page as card

network = cached.network()
county = card_choice.ask_county(network)
answer = cached.county_card(county)
card.show_heading(answer, network)
card.show_official(answer)
card.show_places(answer, network)
card.show_distances(answer)
card.show_peers(answer)
card.show_gaps(answer)
card.show_sources(network)
