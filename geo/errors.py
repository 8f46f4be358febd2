"""Every error this library raises on purpose; each names the thing, the value and the cure."""


class GeoDataError(ValueError):
    """Report input or data that cannot be used as it is."""


class MissingColumnError(GeoDataError):
    """Report a frame that lacks columns it must have."""


class InvalidValueError(GeoDataError):
    """Report values outside what a column or an argument allows."""


class CatalogError(GeoDataError):
    """Report a data file that is missing, changed, or without a catalogue entry."""


class ConflictingActionsError(GeoDataError):
    """Report actions that cannot all be taken, as to close a site and to extend its hours."""


class RecipeError(GeoDataError):
    """Report a recipe of a scenario that cannot be read, or whose data are not those it was made with."""


class UnknownNameError(GeoDataError):
    """Report a county, prefecture, type, status or origin that does not exist, with the near names."""

    def __init__(self, message: str, *, near: str = "") -> None:
        """Keep the near names apart from the sentence, for a screen that has its own words.

        Parameters
        ----------
        message
            The whole sentence.
        near
            The near names, or the choices of a name that means several, joined by commas.
        """
        super().__init__(message)
        self.near = near
