"""Where an audit reads from: an address or a folder, through a cache that resumes."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20
LARGEST = 80 * 1024 * 1024


class Unreachable(Exception):
    """The registry cannot be read now: says nothing about whether it is honest."""


class Missing(Exception):
    """A file that must exist is not there: the log is incomplete."""


class Source(Protocol):
    """Gives published files by their path below the registry's address."""

    def read(self, path: str) -> bytes:
        """Return a file.

        Raises:
            Missing: it does not exist.
            Unreachable: it could not be asked for.
        """
        ...


class FolderSource:
    """Files that `registry publish` wrote, or anybody's copy of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes:
        """Return a file of the folder."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Missing(path) from error
        except OSError as error:
            raise Unreachable(f"{path}: {error}") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A log that sends its auditor elsewhere is not followed there."""

    def redirect_request(self, *_args: object) -> None:
        return None


class WebSource:
    """A registry, or any web server with its published files."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise Unreachable(f"{url} is not an http address")
        self._url = url.rstrip("/")
        self._opener = urllib.request.build_opener(_NoRedirects)

    def read(self, path: str) -> bytes:
        """Return a file of the server."""
        request = urllib.request.Request(  # noqa: S310 - scheme checked above
            f"{self._url}/{path}", headers={"Accept": "*/*"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                content: bytes = response.read(LARGEST + 1)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in {404, 410}:
                    raise Missing(path) from error
                raise Unreachable(f"{path}: status {error.code}") from error
        except OSError as error:
            raise Unreachable(f"{path}: {error}") from error
        if len(content) > LARGEST:
            raise Missing(f"{path} has more than {LARGEST} bytes")
        return content


class CachedSource:
    """Keeps what never changes, so that an interrupted audit goes on where it was.

    Only full tiles and bundles are kept: a partial one is a moment's view.
    """

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self._folder = folder

    def read(self, path: str) -> bytes:
        """Return a file from the cache, or fetch and keep it."""
        if ".p/" in path or not path.startswith(("log/tile/", "log/records/")):
            return self._source.read(path)
        kept = self._folder / path
        if kept.exists():
            return kept.read_bytes()
        content = self._source.read(path)
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place: a cache that was cut off must not look whole.
        partial = kept.with_name(f"{kept.name}.new")
        partial.write_bytes(content)
        partial.replace(kept)
        return content


def source_of(place: str, cache: Path | None = None) -> Source:
    """Return the source of an address or a folder."""
    if place.startswith(("http://", "https://")):
        source: Source = WebSource(place)
    else:
        source = FolderSource(Path(place))
    return CachedSource(source, cache) if cache else source
