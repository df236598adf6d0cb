"""The high-water mark: how far the log has been acknowledged, outside the database.

A backup that is restored brings back an old database, but not an old mark; so the log
notices, and refuses to sign a second history. The file lies outside database and
backups and is written before each answer: temporary file, fsync, rename, fsync of the
directory.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.errors import BadCheckpoint
from registry.tlog.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Mark:
    """A tree size and its root hash that somebody was told."""

    tree_size: int
    root_hash: bytes


class HighWaterMark:
    """The mark in the file at `path`: one line, tree size and root in hex."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def folder(self) -> Path:
        """Where the mark lies, and beside it what was decided about it."""
        return self._path.parent

    def read(self) -> Mark | None:
        """Return the mark, or None before the first acknowledgement.

        Raises:
            BadCheckpoint: the file is not a mark.
        """
        try:
            text = self._path.read_text("ascii")
        except FileNotFoundError:
            return None
        try:
            size, root = text.split()
            mark = Mark(int(size), bytes.fromhex(root))
        except ValueError as error:
            raise BadCheckpoint(f"{self._path} is not a high-water mark") from error
        return mark

    def advance(self, checkpoint: Checkpoint) -> None:
        """Raise the mark to `checkpoint` durably; a higher mark stays."""
        with self._locked():
            held = self.read()
            if held is not None and held.tree_size >= checkpoint.tree_size:
                return
            self._write(checkpoint)

    def move(self, checkpoint: Checkpoint) -> None:
        """Set the mark to `checkpoint`, also below what it was.

        For `Ledger.accept` alone, where a person has decided.
        """
        with self._locked():
            self._write(checkpoint)

    def _write(self, checkpoint: Checkpoint) -> None:
        line = f"{checkpoint.tree_size} {checkpoint.root_hash.hex()}\n"
        replace_durably(self._path, line.encode("ascii"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep the processes of one machine from overtaking each other."""
        lock = self._path.with_suffix(".lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def replace_durably(path: Path, content: bytes) -> None:
    """Give `path` its content so that a power cut leaves the old or the new one."""
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path)


def sync_folder(path: Path) -> None:
    """Make the name of `path` in its folder durable."""
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
