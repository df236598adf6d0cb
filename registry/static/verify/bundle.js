// A whole bundle: registry/verify/bundle.py, checks.py and registry/tlog/batch_index.py.
import { Refusal, ensure } from "./refusal.js";
import { canonicalize, countOf, isObject, listOf, parseObject, textOf, textsOf } from "./canonical.js";
import { decodeBase64, sameBytes, toHex, utf8 } from "./multibase.js";
import { parseMultikey, sha256 } from "./ed25519.js";
import { readCredential, verifyCredential } from "./credential.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { openCheckpoint, openNote, parseSize } from "./note.js";
import { freshnessOf } from "./trust.js";
import { isIdentity, settleKeys } from "./keyring.js";

const FORMAT = "produce-registry/bundle/v1";
const MAX_BUNDLE = 4 * 1024 * 1024;
const RECORD_TYPE = /^[A-Z][A-Za-z]*Record$/; // a later one's signature is checked alike
const BATCH_PATH = /^\/01\/[0-9]{14}(?:\/10\/[0-9A-Z-]{1,20})?$/;

// What a bundle proves under a trust list. `step(name)` hears of each part that holds.
export async function verifyBundle(text, trust, now, step) {
  const bundle = parseBundle(text);
  const checkpoint = await openCheckpoint(bundle.checkpoint, trust);
  step("checkpoint");
  const records = await verifyRecords(bundle.records, checkpoint, step);
  await verifyIndex(bundle.batchIndex, bundle.batch, checkpoint, records, trust);
  step("complete");
  return {
    batch: bundle.batch,
    treeSize: checkpoint.treeSize,
    records,
    freshness: freshnessOf(trust, checkpoint.cosignedAt, now),
    newerTrust: bundle.trustVersion > trust.version,
  };
}

function parseBundle(text) {
  ensure(text.length <= MAX_BUNDLE, "bad_record", "the bundle is too large");
  const bundle = parseObject(text);
  ensure(bundle.format === FORMAT, "bad_record", "the format is not " + FORMAT);
  const records = listOf(bundle, "records").map((entry) => {
    ensure(isObject(entry), "bad_record", "records is no list of objects");
    const path = textsOf(entry, "path").map(decodeBase64);
    ensure(path.every((node) => node !== null), "bad_record", "an inclusion path is not base64");
    return {
      path,
      leafIndex: countOf(entry, "leafIndex", 0),
      text: textOf(entry, "record"),
      batches: textsOf(entry, "batches"),
    };
  });
  return {
    records: records.sort((a, b) => a.leafIndex - b.leafIndex),
    batch: textOf(bundle, "batch"),
    checkpoint: textOf(bundle, "checkpoint"),
    batchIndex: bundle.batchIndex,
    trustVersion: bundle.trustVersion,
  };
}

// The arithmetic of all records is started at once; who may sign what is decided in log
// order, so that the first refusal is the one that Python raises.
async function verifyRecords(entries, checkpoint, step) {
  const begun = entries.map((entry) => begin(entry, checkpoint));
  const outcomes = await Promise.all(begun.map((each) => each.inclusion));
  if (outcomes.every((error) => error === null)) step("inclusion");
  const identities = begun.map((each) => each.record).filter((record) => record && isIdentity(record));
  const settled = await settleKeys(identities);
  for (const each of begun) {
    await unwrap(each.inclusion);
    if (!isIdentity(each.record)) await settled.keyring.verify(each.record);
    else if (settled.faults.has(each.record)) throw settled.faults.get(each.record);
  }
  const records = begun.map((each) => each.record);
  const places = new Set(records.map((record) => record.leafIndex));
  ensure(places.size === records.length, "bad_record", "two records for one place in the log");
  step("signatures");
  return records;
}

function begin(entry, checkpoint) {
  try {
    const record = readRecord(entry);
    return { record, inclusion: settle(() => proveInclusion(record, checkpoint)) };
  } catch (refusal) {
    return { inclusion: Promise.resolve(refusal) };
  }
}

// A promise that never fails, so that a later failure is not heard before an earlier.
async function settle(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
}

async function unwrap(settled) {
  const error = await settled;
  if (error) throw error;
}

function readRecord(entry) {
  const credential = readCredential(entry.text);
  const document = credential.document;
  const types = textsOf(document, "type");
  ensure(types.length === 2 && RECORD_TYPE.test(types[1]), "bad_record", "no type of record");
  // Begun with the key that the record names; the keyring says whether that key counts.
  const signature = settle(() => verifyCredential(credential, parseMultikey(credential.method.split("#")[1] || "")));
  return {
    id: textOf(document, "id").replace(/^urn:uuid:/, ""),
    document,
    type: types[1],
    issuer: textOf(document, "issuer"),
    method: credential.method,
    leafIndex: entry.leafIndex,
    batches: entry.batches,
    path: entry.path,
    text: entry.text,
    verifySignature: () => unwrap(signature),
  };
}

async function proveInclusion(record, checkpoint) {
  const leaf = canonicalize({
    v: 1,
    recordId: record.id,
    type: record.type,
    issuer: record.issuer,
    digest: toHex(await sha256(utf8(record.text))),
    batches: record.batches,
  });
  await verifyInclusion(
    await leafHash(utf8(leaf)), record.leafIndex, checkpoint.treeSize, record.path, checkpoint.rootHash);
}

// The bundle holds exactly the records that the log says count, besides those that name
// no batch and say who the signers are. Returns their leaf indexes.
export async function verifyIndex(note, batch, checkpoint, records, trust) {
  ensure(typeof note === "string", "bad_batch_index", "the bundle has no batch index");
  const named = await openIndex(note, batch, checkpoint, trust);
  const held = records.filter((record) => record.batches.length).map((record) => record.leafIndex);
  ensure(held.join() === named.join(), "incomplete_bundle", "records are missing, or too many");
  return named;
}

async function openIndex(note, batch, checkpoint, trust) {
  const opened = await openNote(note, [trust.log]).catch((error) => {
    throw error instanceof Refusal ? new Refusal("bad_batch_index", error.message) : error;
  });
  const lines = opened.text.slice(0, -1).split("\n");
  const rootHash = lines.length > 3 && decodeBase64(lines[3]);
  const isOurs = rootHash && sameBytes(rootHash, checkpoint.rootHash) && lines[1] === batch &&
    BATCH_PATH.test(batch) && lines[0] === trust.origin + "/batch-index" &&
    parseSize(lines[2], "bad_batch_index") === checkpoint.treeSize;
  ensure(isOurs, "bad_batch_index", "an index of another log, batch or tree");
  const indexes = lines.slice(4).map((line) => parseSize(line, "bad_batch_index"));
  const bounds = indexes.slice(1).concat(checkpoint.treeSize);
  const isAscending = indexes.every((index, i) => index < bounds[i]);
  ensure(isAscending, "bad_batch_index", "the leaf indexes are not ascending within the tree");
  return indexes;
}
