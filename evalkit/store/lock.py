"""One writer at a time, between processes; the lock dies with the process that holds it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from evalkit.errors import Problem, StoreError
from evalkit.store.disk import told_as_disk
from evalkit.store.store import Store

WAIT_SECONDS = 120.0
_PAUSE_SECONDS = 0.02
_MARK = b"ecriture en cours\n"


@contextmanager
def writing(store: Store, wait: float = WAIT_SECONDS) -> Iterator[bool]:
    """Hold the store for writing; readers are never stopped.

    The operating system frees the lock when the process ends, however it ends. A mark stays in the file of the lock
    for as long as a writer has not ended well, so that the next one knows that it must tidy up first.

    Args:
        store: the store.
        wait: seconds to wait for another writer.

    Yields:
        Whether the writer before was interrupted.

    Raises:
        StoreError: another process kept the store for the whole wait (``EVK-S002``).
    """
    with told_as_disk():
        store.lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(store.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + wait
        while not _take(handle):
            if time.monotonic() >= deadline:
                message = "Un autre processus écrit dans l’entrepôt depuis trop longtemps."
                raise StoreError(Problem("EVK-S002", message, repair="Attendez sa fin, puis recommencez."))
            time.sleep(_PAUSE_SECONDS)
        was_interrupted = os.fstat(handle).st_size > 0
        with told_as_disk():
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, _MARK)
        yield was_interrupted
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
