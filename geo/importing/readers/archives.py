"""Look at a zip's directory before anything in it is opened, and read members within bounds."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from geo.errors import Message
from geo.importing.errors import UnreadableListError

MAX_MEMBERS = 2_000
MAX_UNPACKED = 300 * 2**20
# Real workbooks stay below 30; a bomb is in the hundreds.
MAX_RATIO = 150
# A small file may well shrink a lot: a sheet of blank rows does.
RATIO_FREE = 8 * 2**20
PIECE = 2**20
UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
# What the standard library raises of a damaged archive; a forged offset is a seek to a negative place.
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MEMBER = b"PK\x01\x02"
_DRIVE = re.compile(r"^[A-Za-z]:")


def member_names(data: bytes, *, file_name: str) -> list[str]:
    """List the files in a zip after checking its directory; nothing is unpacked.

    Parameters
    ----------
    data
        The whole zip.
    file_name
        For the message.

    Returns
    -------
    list
        Names as the directory spells them, folders left out; GBK names are read as such.

    Raises
    ------
    UnreadableListError
        The zip is broken, holds too many members, unpacks to too much, is encrypted, names a path outside
        itself, or holds a link.
    """
    return [name for name, _ in _members(data, file_name)]


def read_members(data: bytes, *, file_name: str, endings: tuple[str, ...]) -> dict[str, bytes]:
    """Unpack the members whose names end in one of `endings`, whatever their case.

    Parameters
    ----------
    data
        The whole zip.
    file_name
        For the message.
    endings
        Lower case, with the dot; an empty one takes all members.

    Returns
    -------
    dict
        Bytes by name, in the order of the directory.

    Raises
    ------
    UnreadableListError
        As `member_names`; also when a member is longer than the directory says or does not unpack.
    """
    wanted = [(name, info) for name, info in _members(data, file_name) if name.lower().endswith(endings)]
    with _opened(data, file_name) as archive:
        return {name: b"".join(member_pieces(archive, info, file_name=file_name)) for name, info in wanted}


def member_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, file_name: str) -> Iterator[bytes]:
    """Unpack one member a piece at a time.

    Raises
    ------
    UnreadableListError
        It does not unpack, or is longer than the directory says.
    """
    length = 0
    try:
        with archive.open(info) as stream:
            while piece := stream.read(PIECE):
                length += len(piece)
                if length > info.file_size:
                    raise _broken(file_name)
                yield piece
    except DAMAGES:
        raise _broken(file_name) from None


def _members(data: bytes, file_name: str) -> list[tuple[str, zipfile.ZipInfo]]:
    _require_few(data, file_name)
    with _opened(data, file_name) as archive:
        infos = archive.infolist()
    named = [(_name(info), info) for info in infos]
    for name, info in named:
        _require_harmless(name, info, file_name)
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise UnreadableListError(
            "archive_too_large", file_name=file_name, unpacked=unpacked >> 20, most=MAX_UNPACKED >> 20
        )
    packed_here = min(packed, len(data))
    if unpacked > RATIO_FREE and unpacked > MAX_RATIO * packed_here:
        raise UnreadableListError(
            "archive_bomb",
            file_name=file_name,
            unpacked=unpacked >> 20,
            packed=packed_here >> 10,
            most=MAX_RATIO,
        )
    if packed > len(data):
        raise _broken(file_name)
    return [(name, info) for name, info in named if not name.endswith("/") and not _is_twin(name)]


def _is_twin(name: str) -> bool:
    """Mark the files macOS packs beside every other one, which have its name and none of its content."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def _require_few(data: bytes, file_name: str) -> None:
    """Count the marks of members before Python reads the directory; no member can do without one."""
    if data.count(_MEMBER) > MAX_MEMBERS:
        raise UnreadableListError("archive_of_many", file_name=file_name, most=MAX_MEMBERS)


def _opened(data: bytes, file_name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except DAMAGES:
        raise _broken(file_name) from None


def _name(info: zipfile.ZipInfo) -> str:
    """Read a name that is not marked as UTF-8: Chinese Windows writes GBK."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    raw = info.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _require_harmless(name: str, info: zipfile.ZipInfo, file_name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    # The raw name too: decoding must not hide a path.
    raw = info.orig_filename.replace("\\", "/")
    outside = name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name) or ".." in raw.split("/")
    link = stat.S_ISLNK(info.external_attr >> 16)
    if outside or "\x00" in info.orig_filename:
        fault = Message("archive_path_outside")
    elif link:
        fault = Message("archive_link")
    elif info.flag_bits & ENCRYPTED_FLAG:
        fault = Message("archive_encrypted")
    elif info.compress_type not in METHODS:
        fault = Message("archive_method")
    else:
        return
    raise UnreadableListError("archive_member_refused", file_name=file_name, fault=fault, name=name[:40])


def _broken(file_name: str) -> UnreadableListError:
    return UnreadableListError("archive_broken", file_name=file_name)
