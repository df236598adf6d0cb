"""A transparency log that anyone can check: RFC 6962 trees in the formats of C2SP.

* `merkle` - hashes, inclusion and consistency proofs (RFC 6962, section 2.1).
* `tiles` - the tree stored as tiles, and growing it (tlog-tiles).
* `note` - signed text (signed-note); `checkpoint` - a signed tree head
  (tlog-checkpoint); `cosignature` - what a witness adds to one (tlog-cosignature).
* `proof` - one entry's proof as a file that is checked offline (tlog-proof).

Pure: storage is a function from a tile's name to its bytes, time and keys are
arguments. Nothing here decides who may append, or which witnesses suffice. A log must
never sign two checkpoints that are not of one append-only tree; keeping that promise
is the ledger's work, and `verify_consistency` is how others find it broken.

    grown = append(tree_size, load_tile, [leaf_hash(entry)])
    note = sign_checkpoint(Checkpoint(origin, grown.tree_size, grown.root_hash), signer)
"""
