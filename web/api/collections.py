"""Hold the collections of the read-only API ready: every feature encoded once, then only joined."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from geo.arrays import Int32s
from geo.caching.remembered import declare
from geo.export.provenance import as_json
from geo.network.network import Network
from web.api.datetimes import TimeSpan
from web.api.encode import describe_rows, feature_texts
from web.api.layers import Layer, find_layer, layer_times, matching_rows, timely_rows, touching_rows
from web.api.query import Box, Filters, ItemsQuery
from web.api.responses import PIECE_BYTES, Body, etag_of, not_found, quoted, to_json, whole

KEPT_SELECTIONS = 64
# A place of 8 bytes for each of 20,000 rows, in each of a handful of collections.
declare(
    "web.api.collections.selections",
    holds="Which rows of a collection a filter of the API selects.",
    most_entries=KEPT_SELECTIONS,
    most_bytes=KEPT_SELECTIONS * 8 * 20_000 * 6,
    dropped="With its collection, when a newer network is in sight; before that what was used least.",
)
SEPARATOR, TAIL = b",\n", b"\n]}"

Links = list[dict[str, str]]


@dataclass(frozen=True)
class Page:
    """Hold one answer of an items request, to be written once its links are known."""

    matched: int
    features: tuple[bytes, ...]
    about: Mapping[str, Any]
    time_stamp: str
    # Names the data behind the page: the same whenever the same data are read again.
    digest: bytes

    def etag(self, links: Links) -> str:
        """Return a validator that is the same for the same data and the same request on any day."""
        lasting = {name: value for name, value in self.about.items() if name != "generated_on"}
        return etag_of(self.digest, to_json(links), to_json(lasting))

    def body(self, links: Links) -> Body:
        """Write the page as a GeoJSON feature collection."""
        members = {
            "type": "FeatureCollection",
            "numberMatched": self.matched,
            "numberReturned": len(self.features),
            "timeStamp": self.time_stamp,
            "provenance": self.about,
            "links": links,
        }
        head = to_json(members)[:-1] + b',"features":[\n'
        separators = len(SEPARATOR) * max(len(self.features) - 1, 0)
        length = len(head) + sum(map(len, self.features)) + separators + len(TAIL)
        return Body(length, lambda: self._pieces(head))

    def _pieces(self, head: bytes) -> Iterator[bytes]:
        lead, group, weight_bytes = head, list[bytes](), 0
        for text in self.features:
            group.append(text)
            weight_bytes += len(text)
            if weight_bytes >= PIECE_BYTES:
                yield lead + SEPARATOR.join(group)
                lead, group, weight_bytes = SEPARATOR, [], 0
        if group or lead is head:
            yield lead + SEPARATOR.join(group)
        yield TAIL


class Collection:
    """Answer for one collection: its features encoded, and what was asked of it lately."""

    def __init__(self, layer: Layer, network: Network, *, made: datetime) -> None:
        """Encode every feature of `layer`.

        Parameters
        ----------
        layer, network
            The collection and where its rows come from.
        made
            When the answers were made, in UTC.
        """
        self.layer = layer
        self.rows = layer.rows(network)
        about = describe_rows(layer, network, self.rows, generated_on=made.date())
        self.texts = feature_texts(self.rows, about)
        self.digest = hashlib.blake2b(b"\n".join(self.texts), digest_size=16).digest()
        self._network = network
        self._made = made
        self._times = layer_times(layer, network, self.rows)
        self._places = {str(item): place for place, item in enumerate(self.rows.index)}
        # Bound to this collection, so that it goes when the collection goes.
        self._selection = lru_cache(maxsize=KEPT_SELECTIONS)(self._select)

    def page(self, query: ItemsQuery) -> Page:
        """Return the page a client asks for, in the order of the rows.

        Raises
        ------
        ApiError
            A value of a filter does not exist.
        """
        positions, about = self._selection(query.box, query.time, query.filters)
        shown = positions[query.offset : query.offset + query.limit]
        return Page(
            matched=len(positions),
            features=tuple(self.texts[place] for place in shown),
            about=about,
            time_stamp=rfc3339(self._made),
            digest=self.digest,
        )

    def item(self, item: str, links: Links) -> Body:
        """Write one feature with its provenance and links.

        Raises
        ------
        ApiError
            There is no such item (404).
        """
        place = self._places.get(item)
        if place is None:
            raise not_found(f"There is no item {quoted(item)} in {self.layer.name}.")
        about = describe_rows(
            self.layer, self._network, self.rows.iloc[[place]], generated_on=self._made.date()
        )
        members = to_json({"timeStamp": rfc3339(self._made), "provenance": as_json(about), "links": links})
        return whole(self.texts[place][:-1] + b"," + members[1:])

    def _select(
        self, box: Box | None, time: TimeSpan | None, filters: Filters
    ) -> tuple[Int32s, Mapping[str, Any]]:
        keep = matching_rows(self.layer, self._network, self.rows, filters)
        keep = keep & touching_rows(self.rows, box) & timely_rows(self._times, time)
        about = describe_rows(
            self.layer,
            self._network,
            self.rows[keep],
            generated_on=self._made.date(),
            filters=filters,
            box=box,
            time=time,
        )
        return np.flatnonzero(keep).astype(np.int32), as_json(about)


class Collections:
    """Open the collections on first use; the network is asked for once."""

    def __init__(self, network_loader: Callable[[], Network]) -> None:
        """Remember where the network comes from.

        Parameters
        ----------
        network_loader
            Gives the network; called on the first request that needs it, in a worker thread. If it
            raises, the next request calls it again.
        """
        self._network_loader = network_loader
        self._network: Network | None = None
        self._open: dict[str, Collection] = {}
        self._lock = threading.Lock()
        self._made = datetime.now(UTC)

    def network(self) -> Network:
        """Return the network, loading it if nobody did."""
        with self._lock:
            return self._load()

    def find(self, name: str) -> Collection:
        """Return a collection, encoding it if nobody did.

        Raises
        ------
        ApiError
            There is none of that name (404).
        """
        layer = find_layer(name)
        with self._lock:
            if name not in self._open:
                self._open[name] = Collection(layer, self._load(), made=self._made)
            return self._open[name]

    def _load(self) -> Network:
        if self._network is None:
            self._network = self._network_loader()
            self._made = datetime.now(UTC)
        return self._network


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC to the second, as 2026-01-31T08:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
