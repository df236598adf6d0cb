// Keys that this device holds: Ed25519 pairs whose private half WebCrypto never gives
// out, kept in IndexedDB under the verification method. Whoever has the unlocked device
// can sign with them; nobody can copy them.
import { canonicalize } from "../verify/canonical.js";
import { joinBytes, utf8 } from "../verify/multibase.js";

const ED25519 = { name: "Ed25519" };
const DATABASE = "produce-registry-keys";
const STORE = "keys";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MULTICODEC = Uint8Array.of(0xed, 0x01); // ed25519-pub as a varint
const POSSESSION = "produce-registry key possession v1\u0000"; // registry/domain/keys.py

export function encodeMultibase(bytes) {
  const digits = []; // least significant first
  for (const byte of bytes) {
    let carry = byte;
    for (let i = 0; i < digits.length; i += 1) {
      carry += digits[i] << 8;
      digits[i] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    while (carry) {
      digits.push(carry % 58);
      carry = Math.floor(carry / 58);
    }
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  const leading = "1".repeat(zeros < 0 ? bytes.length : zeros);
  return "z" + leading + digits.reverse().map((digit) => BASE58[digit]).join("");
}

// A new key for an organisation, kept here; what enrols it. Throws where the browser
// has no Ed25519 or cannot keep such a key (Firefox before 136, some private windows).
export async function makeKey(did) {
  const pair = await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const multikey = encodeMultibase(joinBytes(MULTICODEC, raw));
  await keep(did + "#" + multikey, pair.privateKey);
  // Without this a browser short of space may drop the key.
  if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
  const claim = canonicalize({ id: did, publicKeyMultibase: multikey });
  const possession = await signWith(pair.privateKey, utf8(POSSESSION + claim));
  return { multikey, possession: encodeMultibase(possession) };
}

export async function signWith(key, data) {
  return new Uint8Array(await crypto.subtle.sign(ED25519, key, data));
}

// The key of a verification method, or undefined.
export function keyOf(method) {
  return inStore("readonly", (store) => store.get(method));
}

function keep(method, key) {
  return inStore("readwrite", (store) => store.put(key, method));
}

async function inStore(mode, ask) {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode);
    const answer = ask(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return answer.result;
  } finally {
    database.close();
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
