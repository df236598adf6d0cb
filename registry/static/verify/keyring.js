// Keys as the log has them, from entry 0 on: registry/verify/keyring.py. A key signs what
// stands after its enrolment and before its end: places in the log, never times.
import { Refusal, ensure } from "./refusal.js";
import { canonicalize, countOf, objectOf, textOf } from "./canonical.js";
import { decodeMultibase, utf8 } from "./multibase.js";
import { isSignedBy, parseMultikey } from "./ed25519.js";

const IDENTITY = ["GenesisRecord", "OrganisationRecord", "KeyRecord"];
const VOUCHED = ["authority", "inspection_body", "certification_body"];
const CHANGES = ["enrol", "retire", "revoke"];
const POSSESSION = "produce-registry key possession v1\0";

export function isIdentity(record) {
  return IDENTITY.includes(record.type);
}

class Keyring {
  // `knownEnds`: ends that a first reading found, by verification method.
  constructor(knownEnds) {
    this.knownEnds = knownEnds;
    this.keys = new Map();
    this.parties = new Map();
  }

  // Verify an identity record by the keys held, then learn what it says of keys.
  async take(record) {
    const subject = objectOf(record.document, "credentialSubject");
    if (record.type === "GenesisRecord") return this.found(record, subject);
    await this.verify(record);
    return record.type === "KeyRecord" ? this.change(record, subject) : this.admit(record, subject);
  }

  async verify(record) {
    const key = this.keys.get(record.method);
    const counts = key && key.organisation === record.issuer &&
      key.enrolledAt < record.leafIndex && record.leafIndex < key.endedAt;
    ensure(counts, "untrusted_key", record.method + " is here no key of " + record.issuer);
    // By the key in `method`, which `enrol` found to be this one.
    await record.verifySignature();
  }

  async found(record, subject) {
    ensure(record.leafIndex === 0 && !this.keys.size,
      "untrusted_key", "a GenesisRecord stands at entry 0 and nowhere else");
    const claim = objectOf(subject, "rootKey");
    const root = objectOf(subject, "rootAuthority");
    ensure(record.issuer === textOf(root, "id"), "untrusted_key", "not signed by its root authority");
    await this.enrol(record.issuer, claim, -1);
    this.parties.set(record.issuer, { kind: "authority", division: textOf(root, "division") });
    await this.verify(record);
  }

  admit(record, subject) {
    const did = textOf(subject, "id");
    ensure(!this.parties.has(did), "untrusted_key", did + " is admitted already");
    const party = {
      kind: textOf(subject, "kind"), division: textOf(subject, "division"), admittedBy: record.issuer,
    };
    const mayAdmit = this.governs(record.issuer, party) ||
      this.operates(record.issuer) && !VOUCHED.includes(party.kind);
    ensure(mayAdmit, "untrusted_key", record.issuer + " may not admit " + party.kind);
    this.parties.set(did, party);
  }

  async change(record, subject) {
    const did = textOf(subject, "id");
    const isOwn = record.issuer === did;
    const change = textOf(subject, "action");
    ensure(CHANGES.includes(change), "bad_record", change + " is no change of a key");
    const isFirst = !Array.from(this.keys.values()).some((key) => key.organisation === did);
    const target = this.parties.get(did);
    const isAdmitter = Boolean(target) && target.admittedBy === record.issuer;
    const mayChange = isOwn || change === "enrol" && isFirst && isAdmitter ||
      this.governs(record.issuer, target) && !this.arePeers(record.issuer, target);
    ensure(mayChange, "untrusted_key", record.issuer + " may not " + change + " a key of " + did);
    if (change === "enrol") await this.enrol(did, objectOf(subject, "key"), record.leafIndex);
    else this.end(did, subject, record.leafIndex, change === "revoke" && !isOwn);
  }

  // An authority may name an earlier index than where the record stands.
  end(did, subject, leafIndex, mayDisown) {
    const method = textOf(objectOf(subject, "key"), "id");
    const key = this.keys.get(method);
    ensure(key && key.organisation === did, "untrusted_key", method + " is no key of " + did);
    let endedAt = leafIndex + 1; // the key may sign the very record that ends it
    if ("compromisedFromIndex" in subject) {
      ensure(mayDisown, "untrusted_key", did + " may not disown what it signed before");
      endedAt = Math.min(leafIndex, countOf(subject, "compromisedFromIndex", 0));
    }
    key.endedAt = Math.min(key.endedAt, endedAt);
  }

  async enrol(organisation, claim, enrolledAt) {
    const multibase = textOf(claim, "publicKeyMultibase");
    const publicKey = parseMultikey(multibase);
    const method = textOf(claim, "id");
    ensure(method === organisation + "#" + multibase, "bad_record", method + " names another key");
    ensure(!this.keys.has(method), "untrusted_key", method + " is enrolled already");
    if (textOf(claim, "custody") === "organisation") {
      const possession = decodeMultibase(textOf(claim, "possession"));
      ensure(possession, "bad_record", "the proof of possession is not multibase");
      const wanted = POSSESSION + canonicalize({ id: organisation, publicKeyMultibase: multibase });
      const holds = await isSignedBy(publicKey, possession, utf8(wanted));
      ensure(holds, "bad_signature", method + " does not prove its possession");
    }
    const endedAt = this.knownEnds.has(method) ? this.knownEnds.get(method) : Infinity;
    this.keys.set(method, { organisation, enrolledAt, endedAt });
  }

  operates(did) {
    return this.parties.has(did) && this.parties.get(did).kind === "operator";
  }

  // Two authorities of one division: neither is over the other.
  arePeers(did, target) {
    const issuer = this.parties.get(did);
    return target.kind === "authority" && issuer.kind === "authority" && issuer.division === target.division;
  }

  // A division's code begins with its parent's (GB/T 2260).
  governs(did, target) {
    const issuer = this.parties.get(did);
    return Boolean(issuer && target && issuer.kind === "authority" && target.division.startsWith(issuer.division));
  }
}

// The keyring of a log's identity records in log order, and the faults by record. What a
// key enrolled after it was compromised goes with it: read again until nothing changes.
export async function settleKeys(records) {
  let ends = new Map();
  for (let round = 0; round <= records.length; round += 1) {
    const keyring = new Keyring(ends);
    const faults = new Map();
    for (const record of records) {
      try {
        await keyring.take(record);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        faults.set(record, error);
      }
    }
    const found = Array.from(keyring.keys).filter((entry) => entry[1].endedAt < Infinity);
    if (found.length === ends.size && found.every((entry) => ends.get(entry[0]) === entry[1].endedAt)) {
      return { keyring, faults };
    }
    ends = new Map(found.map((entry) => [entry[0], entry[1].endedAt]));
  }
  throw new Refusal("untrusted_key", "the log's revocations contradict each other");
}
