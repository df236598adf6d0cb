"""Signs records and verifies them; knows nothing of what a record says.

* `canonical` - the one serialiser of signed bytes (RFC 8785).
* `keys` - Ed25519 keys as Multikeys, and the `Signer` that custody hides behind.
* `custody` - seeds at rest, sealed under a key-encryption key.
* `credential` - a document becomes a secured credential (`eddsa-jcs-2022`).
* `did` - `did:web` names of organisations and their DID documents.

Pure: no files, no database, no clock, no randomness of its own. Whether a key may be
trusted for a statement is not decided here: `verify_*` says that these bytes are signed
by this key, and nothing about whose it is, whether it was revoked, or when it signed.

    secured = secure(document, Ed25519Signer(method, seed), created=now)
    document = verify_credential(secured, PublicKey.parse(multibase))
"""
