"""A disk that fails: SQLite's own calls to the file system counted, and the n-th of them made to fail.

The default file system of the library that `sqlite3` uses is given another way to open files; what it opens
writes, syncs, cuts and deletes through here. Of the calls of Python itself, those that give a file its name
are counted too.
"""

import contextlib
import ctypes
import ctypes.util
import errno
import os
import signal

OK, FULL, HALF = 0, 13, 2


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        *((f"m{number}", ctypes.c_void_p) for number in range(18)),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _System(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    )


_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(_File), ctypes.c_int, ctypes.c_void_p
)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_File), ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_CUT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_File), ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_File), ctypes.c_int)
# Places in the table of methods: https://www.sqlite.org/c3ref/io_methods.html
_PLACES = {"write": ("m2", _WRITE), "cut": ("m3", _CUT), "sync": ("m4", _SYNC)}
_NAMING = ("link", "rename", "replace", "fsync")


class FaultyDisk:
    """Count what is written, and fail at one call: by dying there, or by having no more room."""

    def __init__(self):
        """Stand between SQLite and its files, for every file opened from now on."""
        library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_System)
        self._system = library.sqlite3_vfs_find(None).contents
        self.calls, self._fatal, self._full = 0, 0, 0
        self._tables, self._kept = {}, []
        self._open, self._delete = _OPEN(self._system.open), _DELETE(self._system.delete)
        self._own = _OPEN(self._opened), _DELETE(self._deleted)
        self._system.open, self._system.delete = (
            ctypes.cast(own, ctypes.c_void_p).value for own in self._own
        )
        self._python = {name: getattr(os, name) for name in _NAMING}

    def remove(self):
        """Let SQLite write as ever."""
        self._system.open, self._system.delete = (
            ctypes.cast(first, ctypes.c_void_p).value for first in (self._open, self._delete)
        )

    @contextlib.contextmanager
    def failing(self, *, fatal=0, full=0):
        """Die at the n-th call, half of it written, or have no room from the n-th call on; 0 for never."""
        self.calls, self._fatal, self._full = 0, fatal, full
        for name, function in self._python.items():
            setattr(os, name, self._counted(function))
        try:
            yield self
        finally:
            for name, function in self._python.items():
                setattr(os, name, function)
            self._fatal = self._full = 0

    def _counted(self, function):
        def call(*arguments, **options):
            if self._count():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return function(*arguments, **options)

        return call

    def _count(self):
        self.calls += 1
        if self.calls == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return bool(self._full) and self.calls >= self._full

    def _opened(self, system, name, file, flags, told):
        code = self._open(system, name, file, flags, told)
        if code == OK and file.contents.methods:
            file.contents.methods = self._table(file.contents.methods)
        return code

    def _deleted(self, system, name, sync):
        self._count()
        return self._delete(system, name, sync)

    def _table(self, methods):
        key = ctypes.addressof(methods.contents)
        if key not in self._tables:
            table = _Methods.from_buffer_copy(methods.contents)
            for kind, (place, prototype) in _PLACES.items():
                first = prototype(getattr(table, place))
                own = prototype(self._method(kind, first))
                setattr(table, place, ctypes.cast(own, ctypes.c_void_p).value)
                self._kept += [first, own]
            self._tables[key] = ctypes.pointer(table)
        return self._tables[key]

    def _method(self, kind, first):
        if kind != "write":
            return lambda file, value: (self._count(), first(file, value))[1]

        def write(file, content, size, offset):
            if self.calls + 1 == self._fatal:
                first(file, content, size // HALF, offset)
            return FULL if self._count() else first(file, content, size, offset)

        return write
