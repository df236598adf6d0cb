"""Custodial keys: seeds the operator keeps for organisations that hold none themselves.

A seed lies in the database sealed with AES-256-GCM under the key-encryption key, which
does not; the verification method is the associated data, so a seed moved to another
organisation's row does not open. Said plainly: with both halves the operator can sign
as that organisation, and the shopper is shown so.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from registry.errors import NotAllowed, UntrustedKey
from registry.signing.credential import secure
from registry.signing.custody import NONCE_BYTES, open_seed, seal_seed
from registry.signing.keys import Ed25519Signer, Signer
from registry.store.database import writing
from registry.store.tables.operational import SealedKey, Setting
from registry.store.tables.projected import OrganisationKey

FIRST_KEK = "1"
IN_FORCE = "kek_id"  # the setting's name

Keks = Mapping[str, bytes]


def kek_id(kek: bytes) -> str:
    """Return the name of a key-encryption key: it tells nothing of the key."""
    return hashlib.sha256(b"produce-registry kek-id\0" + kek).hexdigest()[:16]


class Custody:
    """Opens and seals custodial seeds.

    Which key-encryption key is in force is a row of the database, so that it changes
    in the transaction that seals every seed again. A process that meets a name it does
    not hold reads the files once more: a rotation stops no service.

    Args:
        load: gives the key-encryption keys by their names, 32 bytes each.
    """

    def __init__(self, load: Callable[[], Keks]) -> None:
        self._load = load
        self._keks = load()

    def keep(
        self, organisation: str, verification_method: str, seed: bytes, nonce: bytes
    ) -> None:
        """Seal and store a seed; call in the transaction that enrols its key."""
        name = self.in_force()
        sealed = seal_seed(seed, self._kek(name), name, verification_method, nonce)
        SealedKey.create(
            verification_method=verification_method,
            organisation=organisation,
            kek_id=name,
            sealed=sealed,
        )

    def in_force(self) -> str:
        """Return the name of the key that new seeds are sealed under."""
        row = Setting.get_or_none(Setting.name == IN_FORCE)
        return str(row.content) if row else FIRST_KEK

    def reseal(self, name: str, entropy: Callable[[int], bytes]) -> int:
        """Seal every seed under the key `name` and put it in force: all or nothing.

        Returns:
            How many seeds there are.

        Raises:
            UntrustedKey: a seed does not open under the key that its row names.
        """
        with writing():
            rows = list(SealedKey.select())
            for row in rows:
                nonce = entropy(NONCE_BYTES)
                method = row.verification_method
                sealed = seal_seed(
                    self._open(row), self._kek(name), name, method, nonce
                )
                SealedKey.update(kek_id=name, sealed=sealed).where(
                    SealedKey.verification_method == method
                ).execute()
            Setting.insert(name=IN_FORCE, content=name).on_conflict(
                conflict_target=(Setting.name,), update={Setting.content: name}
            ).execute()
        return len(rows)

    def _open(self, row: SealedKey) -> bytes:
        return open_seed(
            bytes(row.sealed),
            self._kek(row.kek_id),
            row.kek_id,
            row.verification_method,
        )

    def _kek(self, name: str) -> bytes:
        if name not in self._keks:
            self._keks = self._load()
        try:
            return self._keks[name]
        except KeyError as error:
            raise UntrustedKey(
                f"the key-encryption key {name} is not among the secrets: restore it"
            ) from error

    def secure(
        self, document: Mapping[str, object], issuer: str, created: datetime
    ) -> bytes:
        """Return `document` secured by the issuer's newest active custodial key."""
        return secure(document, self.signer(issuer), created)

    def finish(self) -> None:
        """Go on: custody has everything it needs."""

    def signer(self, organisation: str) -> Signer:
        """Return a signer with the organisation's newest active custodial key.

        Raises:
            NotAllowed: the organisation keeps its keys itself.
        """
        row = (
            SealedKey.select(SealedKey)
            .join(
                OrganisationKey,
                on=SealedKey.verification_method == OrganisationKey.verification_method,
            )
            .where(
                (SealedKey.organisation == organisation)
                & (OrganisationKey.status == "active")
            )
            .order_by(OrganisationKey.leaf_index.desc())
            .first()
        )
        if row is None:
            raise NotAllowed.at(
                "",
                "This organisation has no key in the registry's custody. Sign with "
                "your own key.",
            )
        return Ed25519Signer(row.verification_method, self._open(row))
