"""A bundle in, named steps out; trusts the log key it is given and nothing else.

`verify_bundle` raises at the first thing that does not hold; `checks` walks on and
reports every step, for a page or a terminal. Neither knows a database, a clock or the
registry that made the bundle, so the shopper's server, an auditor's laptop and the
command line run the same code.

What is checked, in order:

* the checkpoint is signed by the log's key and names the log's origin;
* every record's leaf is under the checkpoint, and the leaf commits to its exact bytes;
* entry 0 is the genesis, and its root key signed it;
* every other key was enrolled by a KeyRecord of an authority or the operator, at a
  smaller index than what it signs: position counts, claimed time does not;
* every record is signed by a key of its issuer, who may say such a thing;
* the log's signed batch index names exactly the records shown.
"""

from registry.verify.bundle import Bundle, BundledRecord, parse_bundle
from registry.verify.checks import Check, Trust, checks, verify_bundle

__all__ = [
    "Bundle",
    "BundledRecord",
    "Check",
    "Trust",
    "checks",
    "parse_bundle",
    "verify_bundle",
]
