"""What an auditor remembers between audits: log key, checkpoint and trust list.

Without an older checkpoint a rewritten log cannot be told from an honest one; so keep
this folder, and keep it somewhere the operator cannot reach.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from registry.audit.download import SeenCheckpoint
from registry.audit.findings import AuditReport, Finding
from registry.interop.trust import FILE, IssuedList, parse_issued
from registry.signing.canonical import canonicalize
from registry.tlog.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder: `seen.json`, `trust-list.json`, `cache/`, and `evidence/` of lies."""

    folder: Path

    @property
    def cache(self) -> Path:
        """Where full tiles and bundles are kept."""
        return self.folder / "cache"

    def seen(self) -> tuple[str, SeenCheckpoint] | None:
        """Return the log's vkey and the checkpoint seen last time, or None."""
        try:
            known = json.loads((self.folder / "seen.json").read_text("utf-8"))
        except FileNotFoundError:
            return None
        return known["vkey"], SeenCheckpoint(
            known["treeSize"],
            bytes.fromhex(known["rootHash"]),
            known["note"].encode(),
        )

    def remember(self, vkey: str, checkpoint: Checkpoint, note: bytes) -> None:
        """Keep a checkpoint whose log was found good."""
        self._write(
            "seen.json",
            canonicalize(
                {
                    "vkey": vkey,
                    "treeSize": checkpoint.tree_size,
                    "rootHash": checkpoint.root_hash.hex(),
                    "note": note.decode(),
                }
            ),
        )

    def trusted(self) -> IssuedList | None:
        """Return the trust list seen last time, whose root is pinned; None at first.

        Raises:
            VerificationError: the file was damaged here.
        """
        try:
            return parse_issued((self.folder / FILE).read_bytes())
        except FileNotFoundError:
            return None

    def remember_list(self, trusted: IssuedList) -> None:
        """Keep a trust list whose log was found good."""
        self._write(FILE, trusted.data)

    def keep_evidence(self, report: AuditReport) -> list[Path]:
        """Write the signed bytes that contradict each other; return the files."""
        return [
            self._write(f"evidence/{_file_name(number, finding)}-{name}", content)
            for number, finding in enumerate(report.wrong)
            for name, content in finding.evidence.items()
        ]

    def _write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.new")
        temporary.write_bytes(content)
        temporary.replace(path)
        return path


def _file_name(number: int, finding: Finding) -> str:
    return f"{number:03d}-{finding.code}"
