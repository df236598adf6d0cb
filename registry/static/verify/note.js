// Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint) and what witnesses add
// to them (tlog-cosignature, Ed25519). A line of an unknown key is ignored; one of a
// trusted key that does not verify condemns the note.
import { Refusal, ensure } from "./refusal.js";
import { decodeBase64, joinBytes, toHex, utf8 } from "./multibase.js";
import { isSignedBy, sha256 } from "./ed25519.js";

export const LOG_KEY = 1; // signature type of a note signed as it stands
export const WITNESS_KEY = 4; // of a timestamped cosignature
const MAX_SIGNATURES = 64;
const LAST_SECOND = 253402300799; // of the year 9999
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const KEY_NAME = /^[^\s+\u0000-\u001f]+$/;

// The key in `name+id+key`.
export async function parseVkey(vkey, type) {
  const parts = vkey.split("+");
  const name = parts[0];
  const material = decodeBase64(parts.slice(2).join("+"));
  const isKey = KEY_NAME.test(name) && material && material.length === 33 && material[0] === type;
  ensure(isKey, "bad_record", vkey + " is no key of type " + type);
  const named = joinBytes(utf8(name + "\n"), material);
  const id = toHex((await sha256(named)).slice(0, 4));
  ensure(parts[1] === id, "bad_record", vkey + " has another key's id");
  return { name, id, type, publicKey: material.slice(1) };
}

// The text of a note and, by key, what each trusted one signed it with.
export async function openNote(note, keys) {
  const cut = note.lastIndexOf("\n\n");
  ensure(cut >= 0 && note.endsWith("\n") && note.length > cut + 2 && !CONTROL.test(note),
    "bad_checkpoint", "not text, an empty line and signature lines");
  const text = note.slice(0, cut + 1);
  const lines = note.slice(cut + 2, -1).split("\n").map(parseLine);
  ensure(lines.length <= MAX_SIGNATURES, "bad_checkpoint", "too many signatures");
  const signatures = new Map();
  for (const line of lines) {
    const key = keys.find((each) => each.name === line.name && each.id === line.id);
    if (!key) continue;
    const holds = await isSignedBy(key.publicKey, ...signedParts(key, text, line.signature));
    ensure(holds, "bad_checkpoint", "the signature of " + key.name + " does not verify");
    if (!signatures.has(key)) signatures.set(key, line.signature);
  }
  ensure(signatures.size, "bad_checkpoint", "no trusted key signed the note");
  return { text, signatures };
}

function parseLine(line) {
  const parts = line.split(" ");
  const blob = decodeBase64(parts.slice(2).join(" "));
  ensure(parts[0] === "\u2014" && KEY_NAME.test(parts[1] || "") && blob && blob.length > 4,
    "bad_checkpoint", line + " is no signature line");
  return { name: parts[1], id: toHex(blob.slice(0, 4)), signature: blob.slice(4) };
}

function signedParts(key, text, signature) {
  if (key.type === LOG_KEY) return [signature, utf8(text)];
  ensure(signature.length === 72, "bad_checkpoint", "a cosignature has 72 bytes");
  const time = secondsOf(signature);
  return [signature.slice(8), utf8("cosignature/v1\ntime " + time + "\n" + text)];
}

function secondsOf(signature) {
  const view = new DataView(signature.buffer, signature.byteOffset);
  const seconds = view.getUint32(0) * 4294967296 + view.getUint32(4);
  ensure(seconds <= LAST_SECOND, "bad_checkpoint", "a cosignature is of after the year 9999");
  return seconds;
}

// The checkpoint in a note, and the times (ms) at which trusted witnesses saw it.
export async function openCheckpoint(note, trust) {
  const opened = await openNote(note, [trust.log].concat(trust.witnesses));
  ensure(opened.signatures.has(trust.log), "bad_checkpoint", "not signed by the log");
  const lines = opened.text.slice(0, -1).split("\n");
  const rootHash = lines.length === 3 && decodeBase64(lines[2]);
  const isCheckpoint = rootHash && rootHash.length === 32 && lines[0] === trust.origin;
  ensure(isCheckpoint, "bad_checkpoint", "no checkpoint of " + trust.origin);
  const cosignedAt = trust.witnesses
    .filter((witness) => opened.signatures.has(witness))
    .map((witness) => secondsOf(opened.signatures.get(witness)) * 1000);
  return { treeSize: parseSize(lines[1], "bad_checkpoint"), rootHash, cosignedAt };
}

export function parseSize(text, code) {
  const size = Number(text);
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text) || !Number.isSafeInteger(size)) {
    throw new Refusal(code, text + " is no number of leaves");
  }
  return size;
}
