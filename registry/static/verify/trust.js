// The trust list that an offline root signs: registry/signing/trust_list.py.
import { ensure } from "./refusal.js";
import { countOf, isObject, listOf, objectOf, textOf, textsOf } from "./canonical.js";
import { toHex } from "./multibase.js";
import { parseMultikey, sha256 } from "./ed25519.js";
import { readCredential, verifyCredential } from "./credential.js";
import { LOG_KEY, WITNESS_KEY, parseVkey } from "./note.js";

const STATUSES = ["active", "retired", "revoked"];
const DAY_MS = 86400000;
const FIRST_DAY = 18262; // 2020-01-01, in days since 1970

// The list in `text`, if the pinned root (a Multikey) vouches for it now.
export async function verifyTrustList(text, root, lastVersion, now) {
  const credential = readCredential(text);
  ensure(credential.method === "did:key:" + root + "#" + root,
    "untrusted_key", "signed by " + credential.method + ", not by the pinned root");
  await verifyCredential(credential, parseMultikey(root));
  const trust = await readTrustList(credential.document);
  ensure(trust.version >= lastVersion, "rollback", "version " + lastVersion + " was seen before");
  ensure(now < trust.expires, "expired", "the list has expired");
  return trust;
}

async function readTrustList(list) {
  ensure(list.type === "TrustList", "bad_record", "not a trust list");
  const log = objectOf(list, "log");
  const origin = textOf(log, "origin");
  const witnesses = objectsOf(list, "witnesses");
  requireIndependent(origin, witnesses);
  const quorum = countOf(list, "quorum", 0);
  ensure(quorum <= witnesses.length, "bad_record", "too large a quorum");
  const runs = textsOf(list, "labelRuns");
  ensure(runs.every((run) => /^[0-9a-f]{32}$/.test(run)), "bad_record", "a run is not 16 bytes in hex");
  return {
    version: countOf(list, "version", 1),
    issued: timeOf(list, "issued"),
    expires: timeOf(list, "expires"),
    maxAge: countOf(list, "maxCheckpointAgeHours", 1) * 3600000,
    origin,
    quorum,
    runs,
    log: await parseVkey(textOf(log, "vkey"), LOG_KEY),
    witnesses: await Promise.all(witnesses.map((each) => parseVkey(textOf(each, "vkey"), WITNESS_KEY))),
    labelKeys: await Promise.all(objectsOf(list, "labelKeys").map(readLabelKey)),
  };
}

// A witness counts once, and none of the log's own host.
function requireIndependent(origin, witnesses) {
  const host = origin.split("/")[0];
  const keys = new Set();
  for (const witness of witnesses) {
    const own = textOf(witness, "name").split("/")[0];
    ensure(own !== host && !own.endsWith("." + host), "bad_record", own + " is run by the log's operator");
    keys.add(textOf(witness, "vkey").split("+").slice(2).join("+"));
  }
  ensure(keys.size === witnesses.length, "bad_record", "a witness stands there twice");
}

export async function readLabelKey(claim) {
  const publicKey = parseMultikey(textOf(claim, "publicKeyMultibase"));
  const status = textOf(claim, "status");
  ensure(STATUSES.includes(status), "bad_record", "no such status: " + status);
  return {
    publicKey,
    status,
    id: toHex((await sha256(publicKey)).slice(0, 8)),
    from: dayOf(claim, "from"),
    until: dayOf(claim, "until"),
  };
}

function objectsOf(members, key) {
  const items = listOf(members, key);
  ensure(key in members && items.every(isObject), "bad_record", key + " is no list of objects");
  return items;
}

// Milliseconds of a time in UTC and whole seconds.
function timeOf(members, key) {
  const text = textOf(members, key);
  const time = Date.parse(text);
  ensure(!isNaN(time) && new Date(time).toISOString().replace(".000Z", "Z") === text,
    "bad_record", text + " is no time in UTC");
  return time;
}

// Days from 2020-01-01 to a legal date.
function dayOf(members, key) {
  const text = textOf(members, key);
  const time = Date.parse(text);
  ensure(!isNaN(time) && new Date(time).toISOString().slice(0, 10) === text,
    "bad_record", text + " is no date");
  return time / DAY_MS - FIRST_DAY;
}

// fresh, stale, few_witnesses or unwitnessed: the newest quorum of times (ms) decides.
export function freshnessOf(trust, cosignedAt, now) {
  if (!trust.quorum) return "unwitnessed";
  if (cosignedAt.length < trust.quorum) return "few_witnesses";
  const completedAt = cosignedAt.slice().sort((a, b) => b - a)[trust.quorum - 1];
  return now - completedAt > trust.maxAge ? "stale" : "fresh";
}
