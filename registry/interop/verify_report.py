"""Checks a file that somebody holds: a bundle, or one record with or without its proof.

For the command line. The result is a list of steps, each with the reason where it does
not hold; whoever prints it succeeds if and only if all of them hold. A lone record
cannot show that its key was enrolled, so it never passes as a whole: its bundle does.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from registry.domain.gs1 import parse_digital_link
from registry.domain.records import RecordType
from registry.errors import (
    BadRecord,
    InvalidInput,
    NotInLog,
    UntrustedKey,
    VerificationError,
    msg,
)
from registry.interop.bundles import names_of
from registry.signing.canonical import parse_object
from registry.signing.credential import verify_credential
from registry.signing.did import parse_verification_method
from registry.signing.trust_list import Freshness, TrustList
from registry.tlog.cosignature import CosignatureVerifier, open_cosigned_checkpoint
from registry.tlog.note import NoteVerifier
from registry.tlog.proof import parse_proof, verify_proof
from registry.verify import Bundle, Check, Trust, checks, parse_bundle
from registry.verify.bundle import leaf_bytes, read_record
from registry.verify.checks import check


def verify_report(data: bytes, trust: Trust, proof: bytes = b"") -> list[Check]:
    """Return every step of checking `data`; raises nothing.

    Args:
        data: a bundle, or the exact bytes of one secured record.
        trust: the log's origin and key.
        proof: the record's `.tlog-proof` file, if there is one.
    """
    if _is_record(data):
        return _record_report(data, trust, proof)
    try:
        bundle = parse_bundle(data)
    except VerificationError as error:
        message = msg("The file is a bundle or a record of this registry.")
        return [Check("format", message, code=error.code, detail=str(error))]
    return [*checks(bundle, trust), _subject_check(bundle)]


class StaleWitnesses(VerificationError):
    """The witnesses' word on a bundle's checkpoint is older than the list allows."""

    code = "stale"


class FewWitnesses(VerificationError):
    """Fewer witnesses than the trust list asks for saw a bundle's checkpoint."""

    code = "few_witnesses"


class NewerTrust(VerificationError):
    """A bundle was made by a newer trust list than the one it is checked by."""

    code = "newer_trust"


def freshness_report(data: bytes, trust_list: TrustList, now: datetime) -> list[Check]:
    """Return what a trust list adds to checking a bundle; nothing for a lone record.

    Args:
        data: the bundle.
        trust_list: verified.
        now: aware.
    """
    try:
        bundle = parse_bundle(data)
    except VerificationError:
        return []  # `verify_report` says so
    return [
        check(
            "witnesses",
            msg(
                "{quorum} of {count} witnesses saw this state within {hours} hours.",
                quorum=trust_list.quorum,
                count=len(trust_list.witnesses),
                hours=trust_list.max_checkpoint_age // timedelta(hours=1),
            ),
            lambda: _require_fresh(bundle, trust_list, now),
        ),
        check(
            "trust_list",
            msg(
                "No newer trust list than version {version} is named.",
                version=trust_list.version,
            ),
            lambda: _require_newest(bundle, trust_list),
        ),
    ]


def _require_fresh(bundle: Bundle, trust_list: TrustList, now: datetime) -> None:
    opened = open_cosigned_checkpoint(
        bundle.checkpoint_note,
        trust_list.log.name,
        NoteVerifier.parse(trust_list.log.vkey),
        [CosignatureVerifier.parse(witness.vkey) for witness in trust_list.witnesses],
    )
    times = opened.cosigned_at.values()
    freshness = trust_list.freshness(list(times), now)
    if freshness is Freshness.FEW_WITNESSES:
        raise FewWitnesses(f"{len(times)} of {trust_list.quorum} that are asked for")
    if freshness is Freshness.STALE:
        raise StaleWitnesses(f"the newest cosignature is of {max(times)}")


def _require_newest(bundle: Bundle, trust_list: TrustList) -> None:
    if bundle.trust_version > trust_list.version:
        raise NewerTrust(f"the bundle was made by version {bundle.trust_version}")


def _is_record(data: bytes) -> bool:
    """Tell a credential from a bundle, by the member that every credential has."""
    try:
        document: object = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, Mapping) and "credentialSubject" in document


def _subject_check(bundle: Bundle) -> Check:
    """Check that the bundle is about what it says it is about."""

    def find() -> None:
        try:
            names, path = names_of(bundle.path), parse_digital_link(bundle.path).path
        except InvalidInput as error:
            raise BadRecord(f"{bundle.path!r} is not a Digital Link path") from error
        wanted = RecordType.ORIGIN if "/10/" in path else RecordType.PRODUCT
        if not any(
            one.read().record_type is wanted and names & set(one.batches)
            for one in bundle.records
        ):
            raise BadRecord(f"no {wanted} of {bundle.path} is in the bundle")

    message = msg("The bundle holds the record of {path} itself.", path=bundle.path)
    return check("subject", message, find)


def _record_report(data: bytes, trust: Trust, proof: bytes) -> list[Check]:
    try:
        record = read_record(data)
    except VerificationError as error:
        message = msg("The record is whole.")
        return [Check("format", message, code=error.code, detail=str(error))]
    method = record.verification_method

    def sign() -> None:
        try:
            issuer, public_key = parse_verification_method(method)
        except InvalidInput as error:
            raise UntrustedKey(f"{method} does not name a key") from error
        if issuer != record.issuer:
            raise UntrustedKey(f"{method} is not a key of {record.issuer}")
        verify_credential(data, public_key)

    def enrolled() -> None:
        raise UntrustedKey(
            "one record does not carry the KeyRecord that enrols its key; check the "
            "bundle of its batch"
        )

    about = {"method": method, "issuer": record.issuer}
    return [
        check("signature", msg("The bytes fit the key {method}.", **about), sign),
        check(
            "inclusion",
            msg("The record is on the list of {origin}.", origin=trust.origin),
            lambda: _include(data, trust, proof),
        ),
        check("key", msg("The key was enrolled for {issuer}.", **about), enrolled),
    ]


def _include(data: bytes, trust: Trust, proof: bytes) -> None:
    """Check the proof file; the leaf that it brings along must be of this record."""
    if not proof:
        raise NotInLog("no .tlog-proof was given with the record")
    try:
        parsed = parse_proof(proof)
    except InvalidInput as error:
        raise NotInLog(str(error)) from error
    batches = parse_object(parsed.extra).get("batches")
    if not isinstance(batches, list) or not all(isinstance(b, str) for b in batches):
        raise BadRecord("the proof does not bring the leaf of a record along")
    leaf = leaf_bytes(read_record(data, parsed.leaf_index, tuple(batches)))
    verify_proof(parsed, leaf, trust.origin, trust.verifier)
