"""Custodial keys: seeds the operator keeps for organisations that hold none themselves.

A seed lies in the database sealed with AES-256-GCM under the key-encryption key, which
does not; the verification method is the associated data, so a seed moved to another
organisation's row does not open. Said plainly: with both halves the operator can sign
as that organisation, and the shopper is shown so.
"""

from collections.abc import Mapping
from datetime import datetime

from registry.errors import NotAllowed
from registry.signing.credential import secure
from registry.signing.custody import open_seed, seal_seed
from registry.signing.keys import Ed25519Signer, Signer
from registry.store.tables.operational import SealedKey
from registry.store.tables.projected import OrganisationKey


class Custody:
    """Opens and seals custodial seeds.

    Args:
        kek: the 32-byte key-encryption key.
        kek_id: names it, so that it can be rotated.
    """

    def __init__(self, kek: bytes, kek_id: str = "1") -> None:
        self._kek = kek
        self._kek_id = kek_id

    def keep(
        self, organisation: str, verification_method: str, seed: bytes, nonce: bytes
    ) -> None:
        """Seal and store a seed; call in the transaction that enrols its key."""
        sealed = seal_seed(seed, self._kek, self._kek_id, verification_method, nonce)
        SealedKey.create(
            verification_method=verification_method,
            organisation=organisation,
            kek_id=self._kek_id,
            sealed=sealed,
        )

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
        seed = open_seed(
            bytes(row.sealed), self._kek, row.kek_id, row.verification_method
        )
        return Ed25519Signer(row.verification_method, seed)
