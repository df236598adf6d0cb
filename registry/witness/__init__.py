"""A witness: somebody else who watches that a log only grows (C2SP tlog-witness).

A witness holds one key and, for each log it follows, the largest tree it ever saw. It
cosigns a checkpoint only if that extends what it saw before, so an operator who
rewrites history, or shows two histories, finds nobody to cosign the second one.

* `heads` - the largest tree seen of each log, in a file of its own.
* `cosigning` - the decision, and the order: verify, store durably, only then sign.
* `key` - the signing key, a file that only its owner reads.
* `pages`, `app` - the decision over HTTP, and a page for people.
* `cli` - `registry witness init | follow | serve`.

Nothing here knows the registry that it watches, beyond the formats of `tlog`: a
witness is run by another organisation, on another machine.

What a witness cannot survive is forgetting. A folder that was lost, or brought back
from a backup, must never serve again: make a new key under a new name and tell those
who trust the old one.
"""
