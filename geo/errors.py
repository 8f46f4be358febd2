"""Every error this library raises on purpose: a code with values, said in two languages.

::

    ValueError
    └── GeoDataError                    input or data that cannot be used as it is
        ├── MissingColumnError          a frame lacks columns
        ├── InvalidValueError           a value outside what is allowed
        │   └── UnreadablePeopleError   a table or raster of people is refused
        ├── UnknownNameError            a county, prefecture, type, status or origin that does not exist
        ├── CatalogError                a data file is missing, changed or without an entry
        ├── ConflictingActionsError     actions that exclude each other
        ├── PlanFaultError              a plan broke its own limits: a fault of this program
        ├── RecipeError                 a recipe cannot be read, or rests on other data
        ├── FileNotWrittenError         a file could not be written
        ├── RegistryError               the registry cannot be opened, read or written as asked
        │   ├── ReadOnlyError           it may only be read
        │   └── ConflictError           somebody else changed the same records
        └── UnreadableListError, UnknownEncodingError, ReadingCancelledError (`geo.importing.errors`)

`error_sentences.csv` holds the sentence of every code: a format string over its values. A value is never one.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from geo.caching.remembered import remember

if TYPE_CHECKING:
    import pandas as pd

ZH, EN = "zh", "en"
# What stands between the items of a list: of names and numbers, and of messages.
BETWEEN = {EN: (", ", "; "), ZH: ("、", "；")}
# Values of these names are adcodes; a screen gives the names that stand for them.
_COUNTIES = ("county", "counties")


@remember(holds="The sentence of every error, by language.", most_bytes=500_000)
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Read the sentence of every code by language: `zh` and `en`."""
    path = Path(__file__).with_name("error_sentences.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({row.pop("code"): row for row in csv.DictReader(lines)})


class Message:
    """Hold what is to be said as a code of `sentences` and the values that fill its sentence.

    Parameters
    ----------
    code
        A key of `sentences`.
    values
        Numbers and texts; lists of them; and messages or errors, which are said in the language of the whole.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.given = {name: _kept(value) for name, value in values.items()}

    def in_language(self, language: str, *, name_of: Callable[[str], str] = str) -> str:
        """Return the sentence.

        Parameters
        ----------
        language
            `zh` or `en`.
        name_of
            Gives the name of a county by its adcode, for a reader who knows no codes.
        """
        values = {
            name: _shown(value, language, name_of, is_county=name in _COUNTIES)
            for name, value in self.given.items()
        }
        return sentences()[self.code][language].format_map(values)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.in_language(EN)

    def __eq__(self, other: object) -> bool:
        """Return whether the other says the same."""
        return isinstance(other, Message) and (self.code, self.given) == (other.code, other.given)

    def __hash__(self) -> int:
        """Return a hash that messages of one code share."""
        return hash(self.code)

    def __repr__(self) -> str:
        """Return the code and its values."""
        return f"{type(self).__name__}({self.code!r}, {self.given!r})"


def some(labels: "Sequence[Any] | pd.Index", *, most: int = 5) -> list[Any] | Message:
    """Return the first few of some labels, and how many more there are.

    Parameters
    ----------
    labels
        A list, or an index of pandas.
    most
        So many are named.
    """
    more = len(labels) - most
    return Message("some", named=list(labels[:most]), more=more) if more > 0 else list(labels)


class GeoDataError(ValueError):
    """Report input or data that cannot be used as it is.

    `message` is its code with the values; the text of the error is the English sentence.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.message = Message(code, **values)

    @classmethod
    def of(cls, message: Message) -> Self:
        """Return the error that says a message."""
        return cls(message.code, **message.given)

    @property
    def code(self) -> str:
        """Return the code, a key of `sentences`."""
        return self.message.code

    @property
    def given(self) -> Mapping[str, object]:
        """Return the values of the sentence by their name."""
        return self.message.given

    def in_language(self, language: str, *, name_of: Callable[[str], str] = str) -> str:
        """Return the sentence, as `Message.in_language` does."""
        return self.message.in_language(language, name_of=name_of)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.in_language(EN)


class MissingColumnError(GeoDataError):
    """Report a frame that lacks columns it must have."""


class InvalidValueError(GeoDataError):
    """Report values outside what a column or an argument allows."""


class CatalogError(GeoDataError):
    """Report a data file that is missing, changed, or without a catalogue entry."""


class ConflictingActionsError(GeoDataError):
    """Report actions that cannot all be taken, as to close a site and to extend its hours."""


class PlanFaultError(GeoDataError):
    """Report a plan that broke its own limits: a fault of this program, never an answer."""


class RecipeError(GeoDataError):
    """Report a recipe of a scenario that cannot be read, or whose data are not those it was made with."""


class UnknownNameError(GeoDataError):
    """Report a county, prefecture, type, status or origin that does not exist, with the near names."""

    @property
    def near(self) -> str:
        """Return the near names, or the choices of a name that means several; blank where there are none."""
        near = self.given.get("near")
        return near if isinstance(near, str) else ""


class FileNotWrittenError(GeoDataError):
    """Report a file that could not be written; under its name stands what stood there before."""


class RegistryError(GeoDataError):
    """Report a registry that cannot be opened, read or written as asked.

    Where the registry itself is at fault, `code` is one of `geo.registry.faults.CODES`.
    """


class ReadOnlyError(RegistryError):
    """Report a change asked of a registry that may only be read."""


class ConflictError(RegistryError):
    """Report a change to records that somebody else has changed in the meantime; nothing was written.

    `conflicts` is a frame with one row a record and field: `facility_id`, `field`, `seen` (what you started
    from), `yours`, `theirs`, and `who` and `at` of the other change.
    """

    def __init__(self, code: str, /, *, conflicts: object, **values: object) -> None:
        super().__init__(code, **values)
        self.conflicts = conflicts


class UnreadablePeopleError(InvalidValueError):
    """Report a table or raster of people that is refused; nothing of it was kept."""


class _Listed:
    """Show the items of a list one after the other, each in the form the sentence asks for."""

    def __init__(self, items: list[object], between: str) -> None:
        self._items, self._between = items, between

    def __format__(self, form: str) -> str:
        return self._between.join(format(item, form) for item in self._items)

    def __repr__(self) -> str:
        return self._between.join(map(repr, self._items))


def _kept(value: object) -> object:
    """Return a value without what an error holds of the running program."""
    if isinstance(value, GeoDataError):
        return value.message
    if isinstance(value, list):
        return [_kept(item) for item in value]
    return str(value) if isinstance(value, BaseException) else value


def _shown(value: object, language: str, name_of: Callable[[str], str], *, is_county: bool) -> object:
    """Return a value as it fills a sentence: a text of this language, or what the sentence gives a form."""
    if isinstance(value, Message):
        return value.in_language(language, name_of=name_of)
    if isinstance(value, list):
        items = [_shown(item, language, name_of, is_county=is_county) for item in value]
        return _Listed(items, BETWEEN[language][any(isinstance(item, Message) for item in value)])
    return name_of(value) if is_county and isinstance(value, str) else value
