"""Use cases: one module a noun, one function a use case.

Every function that says something in the registry has one shape:

    command(registry, actor, given, request_id=..., now=...) -> Receipt

It holds the log (`Ledger.writing`), asks `store.queries` what is held already, lets the
rules of `domain` decide, has the issuer's key sign, and appends; nothing is written if
any of it refuses. `request_id` is a UUID of the caller's: sending the same request
again gives the same receipt, sending another under the same id is a conflict.
"""
