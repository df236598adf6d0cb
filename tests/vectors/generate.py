"""Makes the staged vectors again from fixed seeds: every stage, then every refusal.

    python -m tests.vectors.generate           write them
    python -m tests.vectors.generate --check   fail if a file differs

They pin our formats, which labels and records outlive, and feed verifiers in other
languages. What others published is in `published/` and is never generated.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.vectors import credentials, logs

HERE = Path(__file__).parent


def vectors() -> Mapping[str, str]:
    """Return the text of each file by its name."""
    documents = {"credential.json": credentials.vector(), "log.json": logs.vector()}
    return {
        name: json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        for name, document in documents.items()
    }


def stale(directory: Path) -> list[str]:
    """Return the names of the files in `directory` that differ or are missing."""
    return [
        name
        for name, text in vectors().items()
        if not (directory / name).is_file()
        or (directory / name).read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the vectors, or check them; return the exit status."""
    if arguments == ["--check"]:
        names = stale(HERE)
        for name in names:
            print(f"{name} differs from what the code makes", file=sys.stderr)
        return 1 if names else 0
    for name, text in vectors().items():
        (HERE / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
