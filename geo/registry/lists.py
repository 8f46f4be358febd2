"""Return what the network needs of the registry: its records, and whose lists they are."""

from geo import schema
from geo.network.own_lists import ImportedLists
from geo.registry.connection import Registry
from geo.registry.history import read_batches, read_revision
from geo.registry.tables import AT, FILE_NAME, UNDONE_AT, WHO

DAY = 10


def read_lists(registry: Registry) -> ImportedLists:
    """Read every record and the words about the lists they come from.

    Parameters
    ----------
    registry
        As from `open_registry`.
    """
    revision, records = read_revision(registry)
    standing = read_batches(registry)
    standing = standing[standing[UNDONE_AT].isna()]
    sources = [
        f"{name}（{who}，{at[:DAY]}）"
        for name, who, at in standing[[FILE_NAME, WHO, AT]].itertuples(index=False)
    ]
    latest = str(standing[AT].max())[:DAY] if len(standing) else ""
    dates = records[schema.AS_OF].dropna()
    return ImportedLists(
        revision=revision,
        records=records,
        sources=tuple(dict.fromkeys(sources)),
        as_of=str(dates.max()) if len(dates) else latest,
    )
