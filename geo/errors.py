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


class PlanFaultError(GeoDataError):
    """Report a plan that broke its own limits: a fault of this program, never an answer."""

    def __init__(self, model: str, faults: list[str]) -> None:
        """Keep what was wrong, for the log; the sentence is the same for all.

        Parameters
        ----------
        model
            Which model made the plan.
        faults
            What its check found.
        """
        super().__init__(
            f"This program made a plan that breaks its own limits ({model}: {'; '.join(faults)}). That is a "
            "fault of the program, not of your question: no plan is shown. Report it with the question."
        )
        self.faults = faults


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


class FileNotWrittenError(GeoDataError):
    """Report a file that could not be written; nothing stands under its name that did not stand there before.

    `code` is a key of `geo.export.whole_file.REASONS`, for a screen that has its own words.
    """

    def __init__(self, message: str, *, code: str) -> None:
        """Keep the reason apart from the sentence.

        Parameters
        ----------
        message
            The whole sentence.
        code
            The reason.
        """
        super().__init__(message)
        self.code = code


class RegistryError(GeoDataError):
    """Report a registry that cannot be opened, read or written as asked.

    `code` is a key of `geo.registry.faults.SENTENCES` where the registry itself is at fault, else blank.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        """Keep the code apart from the sentence, for a screen that has its own words.

        Parameters
        ----------
        message
            The whole sentence.
        code
            What is wrong with the registry.
        """
        super().__init__(message)
        self.code = code


class ReadOnlyError(RegistryError):
    """Report a change asked of a registry that may only be read."""


class ConflictError(RegistryError):
    """Report a change to records that somebody else has changed in the meantime; nothing was written."""

    def __init__(self, message: str, *, conflicts: object) -> None:
        """Keep both sides apart from the sentence, for a screen that shows them.

        Parameters
        ----------
        message
            The whole sentence.
        conflicts
            A frame with one row a record and field: `facility_id`, `field`, `seen` (what you started from),
            `yours`, `theirs`, and `who` and `at` of the other change.
        """
        super().__init__(message)
        self.conflicts = conflicts


class UnreadablePeopleError(InvalidValueError):
    """Report a table or raster of people that is refused; nothing of it was kept.

    `zh` and `en` are the same sentence in two languages; the text of the error is the English one.
    """

    def __init__(self, *, zh: str, en: str) -> None:
        """Keep the sentence in both languages, for a screen that shows one of them.

        Parameters
        ----------
        zh, en
            The whole sentence.
        """
        super().__init__(en)
        self.zh = zh
        self.en = en
