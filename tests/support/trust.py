"""A trust list for a test's registry, and witnesses who cosign its newest head."""

from datetime import datetime, timedelta
from pathlib import Path

from registry.interop.trust import IssuedList, issue_next
from registry.service import POLICY_FILE, Registry, load_policy
from registry.signing.keys import public_key_of
from registry.store.cosignatures import KeptCosignature, keep
from registry.tlog.cosignature import CosignatureSigner
from tests.support.keys import seed
from tests.support.registry import NOW

ROOT_SEED = seed("trust root")
ROOT = public_key_of(ROOT_SEED)
UNION = CosignatureSigner("witness.example/union", seed("union"))
UNIVERSITY = CosignatureSigner("witness.example/university", seed("university"))


def issues_trust_list(registry: Registry, now: datetime = NOW) -> IssuedList:
    """Sign the next list, good for 90 days."""
    home = registry.settings.home
    policy = load_policy(home)
    lasts = timedelta(days=90)
    return issue_next(home, registry.ledger.verifier, policy, ROOT_SEED, now, lasts)


def write_policy(home: Path, threshold: int = 1) -> None:
    """Ask for the word of the union, the university, or both."""
    lines = [
        f"witness union {UNION.verifier.vkey}",
        f"witness university {UNIVERSITY.verifier.vkey}",
        f"group both {threshold} union university",
        "quorum both",
    ]
    (home / POLICY_FILE).write_text("\n".join(lines) + "\n", "utf-8")


def cosign(registry: Registry, witness: CosignatureSigner, at: datetime) -> None:
    """Let a witness have cosigned the newest head at a time."""
    head = registry.ledger.head()
    line = str(witness.cosign(head.checkpoint, at))
    keep(KeptCosignature(witness.verifier.vkey, head.tree_size, at, line))
