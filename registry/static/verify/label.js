// The 91 bytes behind a label's `#`: registry/signing/label_payload.py.
import { ensure } from "./refusal.js";
import { decodeBase32, joinBytes, toHex, utf8 } from "./multibase.js";
import { isSignedBy } from "./ed25519.js";

const LABEL = /^https?:\/\/([^/?#\s]+)(\/01\/[0-9]{14}\/10\/[0-9A-Z-]{1,20}(?:\/21\/[0-9A-Z-]{1,20})?)#([A-Z2-7]+)$/;

// What a label says; nothing is verified.
export function parseLabel(text) {
  const match = LABEL.exec(text);
  const payload = match && decodeBase32(match[3]);
  ensure(payload, "malformed", "no label with a payload in base32");
  ensure(payload[0] === 1, "unsupported_version", "label version " + payload[0]);
  ensure(payload.length === 91, "malformed", payload.length + " bytes, expected 91");
  return {
    host: match[1],
    path: match[2],
    header: payload.slice(0, 27),
    keyId: toHex(payload.slice(1, 9)),
    day: payload[9] * 256 + payload[10],
    run: toHex(payload.slice(11, 27)),
    signature: payload.slice(27),
  };
}

// Check that a trusted key signed it in its window; whether its run is on the list.
export async function verifyLabel(label, trust) {
  const key = trust.labelKeys.find((each) => each.id === label.keyId);
  ensure(key, "unknown_key", "no label key " + label.keyId);
  ensure(key.status !== "revoked", "revoked_key", "the label key was revoked");
  ensure(key.from <= label.day && label.day <= key.until,
    "day_outside_window", "the key was not used on the label's day");
  const message = joinBytes(utf8("agri-label-v1\0"), label.header, utf8(label.path));
  const holds = await isSignedBy(key.publicKey, label.signature, message);
  ensure(holds, "bad_signature", "the label key did not sign this label");
  return trust.runs.includes(label.run) ? "run_confirmed" : "run_not_confirmed";
}
