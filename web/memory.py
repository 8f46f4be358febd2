"""Memory given back to the system: how the C library keeps what is freed, and when it lets go of it.

Where the C library is not glibc (macOS, Windows, musl) nothing is set and nothing is trimmed.
"""

import ctypes
import gc
import sys
from typing import Any

import pyarrow as pa

# Numbers of glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
# From this size a block is the system's again as soon as it is freed. Left alone glibc raises the bound to
# 32 MB by itself, and holes between small blocks keep the rest for good.
BLOCK_BYTES = 1 << 20
# What may stay free at the end of the heap.
TRIM_BYTES = 16 << 20
# Threads share few heaps: each has holes of its own.
HEAPS = 2


def set_allocator() -> bool:
    """Have freed memory go back to the system; call it before threads start, and once.

    Returns
    -------
    bool
        Whether there is a glibc that understood.
    """
    library = _glibc()
    if library is None:
        return False
    # Arrow's own pool keeps what is freed in a way that the C library cannot see.
    pa.set_memory_pool(pa.system_memory_pool())
    settings = ((M_MMAP_THRESHOLD, BLOCK_BYTES), (M_TRIM_THRESHOLD, TRIM_BYTES), (M_ARENA_MAX, HEAPS))
    understood = [bool(library.mallopt(name, value)) for name, value in settings]
    return all(understood)


def return_memory() -> bool:
    """Collect what nobody holds any more and give free memory back to the system.

    Returns
    -------
    bool
        Whether the C library had any to give.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    library = _glibc()
    return library is not None and bool(library.malloc_trim(0))


def _glibc() -> Any:
    """Return the C library this program runs on if it is glibc, else None."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
