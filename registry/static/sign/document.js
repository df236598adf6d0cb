// A document that waits for a signature: hashed here, as eddsa-jcs-2022 has it (W3C Data
// Integrity EdDSA Cryptosuites 1.0, 3.3), and said in the reader's words. What the server
// hashed is only compared: a hash that one is given says nothing about a document.
import { ensure } from "../verify/refusal.js";
import { canonicalize, isObject, objectOf, parseObject, textOf } from "../verify/canonical.js";
import { joinBytes, toHex, utf8 } from "../verify/multibase.js";
import { sha256 } from "../verify/ed25519.js";

// The document in `text` and the 64 bytes to sign; refuses what the key may not say.
export async function readDocument(text, method, created, claimedHash) {
  const document = parseObject(text);
  ensure("@context" in document && !("proof" in document), "bad_record", "no document to sign");
  ensure(textOf(document, "issuer") === method.split("#")[0], "bad_record", "another organisation speaks");
  const configuration = {
    "@context": document["@context"],
    created,
    cryptosuite: "eddsa-jcs-2022",
    proofPurpose: "assertionMethod",
    type: "DataIntegrityProof",
    verificationMethod: method,
  };
  const parts = [configuration, document].map((part) => sha256(utf8(canonicalize(part))));
  const hash = joinBytes(...await Promise.all(parts));
  ensure(toHex(hash) === claimedHash, "bad_record", "the registry hashed another document");
  return { document, hash };
}

// What the document says, as [label, text] pairs. `words` has the members' labels, in the
// order in which a person asks, and the words of their values; what it does not know
// comes last and as it stands: nothing that is signed is left out.
export function factsOf(document, words) {
  const subject = objectOf(document, "credentialSubject");
  const facts = [];
  const known = Object.keys(words.members).filter((name) => name in subject);
  const others = Object.keys(subject).filter((name) => !known.includes(name));
  for (const name of known.concat(others)) {
    const values = Array.isArray(subject[name]) ? subject[name] : [subject[name]];
    for (const value of values) facts.push([words.members[name] || name, said(value, name, words)]);
  }
  for (const name of ["supersedes", "reason"]) {
    if (name in document) facts.push([words.members[name] || name, document[name]]);
  }
  return facts;
}

function said(value, name, words) {
  if (Array.isArray(value)) return value.map((item) => said(item, name, words)).join(", ");
  if (isObject(value)) {
    if ("value" in value && "unitCode" in value) {
      return value.value + " " + said(value.unitCode, "unitCode", words);
    }
    return Object.keys(value)
      .map((key) => (words.members[key] || key) + " " + said(value[key], key, words))
      .join(" · ");
  }
  const known = words.values[name] || {};
  return known[value] === undefined ? String(value) : known[value];
}
