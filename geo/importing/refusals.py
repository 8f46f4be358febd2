"""How a file that cannot be read says so: one clear line in each language, with the cure."""

from collections.abc import Mapping
from types import MappingProxyType

from geo.errors import GeoDataError


class UnreadableListError(GeoDataError):
    """Report a file that is refused, or that is not what its name says; nothing of it was kept.

    `zh` and `en` are the same sentence in two languages; the text of the error is the English one.
    """

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class UnknownEncodingError(UnreadableListError):
    """Report a text whose encoding must be asked for; `previews` shows its start in each likely one."""

    def __init__(self, *, zh: str, en: str, previews: Mapping[str, str]) -> None:
        super().__init__(zh=zh, en=en)
        self.previews = MappingProxyType(dict(previews))
