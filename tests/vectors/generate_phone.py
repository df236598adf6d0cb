"""Makes the vectors of what a phone checks again, one file a case.

    python -m tests.vectors.generate_phone           write them
    python -m tests.vectors.generate_phone --check   fail if a file differs

A file that holds `code` is to be refused with it, one with `result` is to be accepted;
`refused_...` names the fault. The formats are described at the head of
`registry/signing/label_payload.py`, `registry/signing/trust_list.py`,
`registry/tlog/batch_index.py` and `registry/verify/bundle.py`. Python and the phone's
JavaScript are both held to these files.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.vectors.batch_index import indexes
from tests.vectors.bundles import stories
from tests.vectors.label_payload import labels
from tests.vectors.trust_list import lists

HERE = Path(__file__).parent
KINDS = {
    "label_payload": labels.vectors,
    "trust_list": lists.vectors,
    "batch_index": indexes.vectors,
    "bundles": stories.vectors,
}


def vectors() -> Mapping[str, str]:
    """Return the text of each file by its path below this folder."""
    return {
        f"{kind}/{name}.json": json.dumps(case, ensure_ascii=False, indent=1) + "\n"
        for kind, make in KINDS.items()
        for name, case in make().items()
    }


def stale(directory: Path) -> list[str]:
    """Return the files below `directory` that differ, are missing or too many."""
    made = vectors()
    found = {
        path.relative_to(directory).as_posix(): path.read_text("utf-8")
        for kind in KINDS
        for path in (directory / kind).glob("*.json")
    }
    return sorted(name for name in {*made, *found} if made.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Write the vectors, or check them; return the exit status."""
    if arguments == ["--check"]:
        names = stale(HERE)
        for name in names:
            print(f"{name} differs from what the code makes", file=sys.stderr)
        return 1 if names else 0
    for name in set(stale(HERE)) - set(vectors()):
        (HERE / name).unlink()
    for name, text in vectors().items():
        (HERE / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
