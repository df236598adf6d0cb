"""A witness process that is killed at a named point; run by the tests of crashes.

`python -m tests.witness.killed_witness MEMORY POINT COUNT` serves the union's witness
on a free port, which it prints, and dies with SIGKILL at the COUNT-th time that it
comes to POINT: `persisted` (stored, nothing signed) or `signed` (signed, not answered).
"""

import os
import signal
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from registry.clock import utc_now
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.note import NoteSignature
from registry.witness.app import WitnessApp
from registry.witness.cosigning import Cosigning
from registry.witness.heads import Heads
from tests.support.keys import seed
from tests.witness.parties import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Doom:
    """Kills this process when its time has come."""

    def __init__(self, point: str, count: int) -> None:
        self._point = point
        self._left = count

    def reached(self, point: str) -> None:
        """Count one arrival at `point`."""
        self._left -= point == self._point
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedSigner(CosignatureSigner):
    """Comes to `persisted` before it signs."""

    def __init__(self, doom: Doom) -> None:
        super().__init__("witness.example/union", seed("union"))
        self._doom = doom

    def cosign(self, checkpoint: Checkpoint, at: datetime) -> NoteSignature:
        """Cosign, if it comes to that."""
        self._doom.reached("persisted")
        return super().cosign(checkpoint, at)


def doomed(app: "WSGIApplication", doom: Doom) -> "WSGIApplication":
    """Return `app`, coming to `signed` before it answers."""

    def run(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        answer = app(environ, start_response)
        doom.reached("signed")
        return answer

    return run


def main(memory: str, point: str, count: str) -> None:
    """Serve until killed."""
    heads = Heads(Path(memory))
    heads.check()
    doom = Doom(point, int(count))
    app = WitnessApp(Cosigning(heads, DoomedSigner(doom)), utc_now)
    with served(doomed(app, doom)) as url:
        print(url, flush=True)
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
