// The browser's own cryptography (WebCrypto). There is none of ours: a browser without
// Ed25519 does not check, and the page says that the server did.
import { ensure } from "./refusal.js";
import { decodeMultibase, toHex } from "./multibase.js";

const ED25519 = { name: "Ed25519" };
// Little-endian y of the points of small order: under such a key one signature fits
// many messages (registry/signing/keys.py).
const SMALL_ORDER = new Set([
  "00".repeat(32),
  "01" + "00".repeat(31),
  "ec" + "ff".repeat(30) + "7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);
const NOT_BELOW_PRIME = /^(?:e[d-f]|f.)f{60}7f$/;

const imported = new Map();

// Whether this browser can check: a secure page, and Ed25519.
export async function canVerify() {
  try {
    await importKey(new Uint8Array(32).fill(9));
    return true;
  } catch (missing) {
    return false;
  }
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export async function isSignedBy(publicKey, signature, data) {
  if (signature.length !== 64) return false;
  return crypto.subtle.verify(ED25519, await importKey(publicKey), signature, data);
}

function importKey(publicKey) {
  const name = toHex(publicKey);
  if (!imported.has(name)) {
    imported.set(name, crypto.subtle.importKey("raw", publicKey, ED25519, false, ["verify"]));
  }
  return imported.get(name);
}

// The 32 bytes of an Ed25519 Multikey `z6Mk...`, none of the weak ones.
export function parseMultikey(multibase) {
  const bytes = decodeMultibase(multibase);
  const isMultikey = bytes && bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 1;
  ensure(isMultikey, "bad_record", multibase + " is no Ed25519 Multikey");
  const publicKey = bytes.slice(2);
  const y = toHex(publicKey.map((byte, i) => i === 31 ? byte & 127 : byte));
  ensure(!SMALL_ORDER.has(y) && !NOT_BELOW_PRIME.test(y), "bad_record", multibase + " is a weak key");
  return publicKey;
}
