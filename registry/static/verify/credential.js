// Secured credentials, eddsa-jcs-2022: W3C Data Integrity EdDSA Cryptosuites 1.0, 3.3,
// in the one spelling of registry/signing/credential.py.
import { Refusal, ensure } from "./refusal.js";
import { canonicalize, isObject, parseObject, textOf } from "./canonical.js";
import { decodeMultibase, joinBytes, utf8 } from "./multibase.js";
import { isSignedBy, sha256 } from "./ed25519.js";

const MAX_RECORD_BYTES = 256 * 1024;
const FIXED = { type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "assertionMethod" };
const ZONED = /(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

// A credential taken apart; nothing in it is verified.
export function readCredential(text) {
  ensure(text.length <= MAX_RECORD_BYTES, "bad_record", "the record is too large");
  const document = parseObject(text);
  ensure(canonicalize(document) === text, "bad_record", "the record is not canonical");
  const proof = document.proof;
  ensure(isObject(proof), "bad_record", "the record lacks its proof");
  for (const name of Object.keys(FIXED)) {
    ensure(proof[name] === FIXED[name], "bad_record", "the proof has another " + name);
  }
  const created = textOf(proof, "created");
  const isTime = ZONED.test(created) && !isNaN(Date.parse(created));
  const signature = decodeMultibase(textOf(proof, "proofValue"));
  ensure(isTime && signature, "bad_record", "the proof's time or value is malformed");
  delete document.proof;
  return { document, proof, method: textOf(proof, "verificationMethod"), signature };
}

// Check that the key signed exactly these bytes.
export async function verifyCredential(credential, publicKey) {
  const document = credential.document;
  const proof = credential.proof;
  ensure("@context" in document, "bad_record", "the record lacks its @context");
  const configuration = Object.assign({}, FIXED, {
    "@context": document["@context"],
    created: new Date(proof.created).toISOString().slice(0, 19) + "Z",
    verificationMethod: credential.method,
  });
  const expected = Object.assign({}, configuration, { proofValue: proof.proofValue });
  ensure(
    canonicalize(expected) === canonicalize(proof) && credential.signature.length === 64,
    "bad_record", "the proof has other members than its kind");
  const hashes = await Promise.all([configuration, document].map((part) => sha256(utf8(canonicalize(part)))));
  const holds = await isSignedBy(publicKey, credential.signature, joinBytes(...hashes));
  if (!holds) throw new Refusal("bad_signature", "not signed by " + credential.method);
}
