// Inclusion in a Merkle tree: RFC 6962, 2.1; checking as RFC 9162, 2.1.3.2. Positions go
// to 2**53 - 1, beyond what shifts can do.
import { ensure } from "./refusal.js";
import { joinBytes, sameBytes } from "./multibase.js";
import { sha256 } from "./ed25519.js";

export function leafHash(entry) {
  return sha256(joinBytes([0], entry));
}

function nodeHash(left, right) {
  return sha256(joinBytes([1], left, right));
}

export async function verifyInclusion(leaf, leafIndex, treeSize, path, rootHash) {
  ensure(leafIndex < treeSize, "not_in_log", "leaf " + leafIndex + " is not in a tree of " + treeSize);
  let position = leafIndex;
  let last = treeSize - 1;
  let hash = leaf;
  for (const sibling of path) {
    ensure(sibling.length === 32 && last > 0, "not_in_log", "the inclusion path is too long");
    // The tree's right edge has no right siblings: climb to the next left one.
    while (position === last && position % 2 === 0) {
      position /= 2;
      last = position;
    }
    hash = position % 2 ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  ensure(last === 0 && sameBytes(hash, rootHash), "not_in_log", "the inclusion path leads elsewhere");
}
