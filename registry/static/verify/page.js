// The shopper's page, checked by the shopper's phone. The page names, in attributes:
//   [data-verify]  data-batch, data-bundle and data-trust (addresses), data-root (Multikey),
//                  data-messages (a JSON object of sentences in the page's language)
//     [data-verify-result], [data-verify-steps]   where the outcome and the steps go
//   [data-verdict], <template data-verdict-failed>, <template data-verdict-stale>
//   [data-record=id] [data-fact=path.in.record][data-value=signed text]([data-exact]),
//                  data-exact="number" where thousands are apart and a unit follows
// Until all holds the page says that the server checked. What does not hold turns the
// page red, whatever the server said; what cannot be fetched leaves it as it was.
import { Refusal, ensure } from "./refusal.js";
import { canVerify } from "./ed25519.js";
import { verifyTrustList } from "./trust.js";
import { verifyBundle } from "./bundle.js";
import { concernOf } from "./concern.js";

const SEEN = "verify.seen";
// What a page may not leave out: each of these speaks for or against the goods.
const MUST_SHOW = [
  "InspectionRecord", "CertificationRecord", "CertificationStatusRecord", "RecallRecord", "HoldRecord"];

// `tools` is `window` but in tests: fetch, localStorage, location.
export async function checkPage(place, tools) {
  const messages = JSON.parse(place.dataset.messages);
  const steps = stepList(place.querySelector("[data-verify-steps]"), messages);
  if (!await canVerify()) return conclude(place, "server", messages.server);
  conclude(place, "checking", messages.checking);
  try {
    const texts = await fetchBoth(place.dataset, tools);
    if (!texts) return conclude(place, "server", messages.unreachable);
    return await checkTexts(place, tools, texts, messages, steps);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      // A fault of this code is no forgery: the page stays as the server checked it.
      conclude(place, "server", messages.unreachable);
      throw error;
    }
    swapVerdict("failed");
    return conclude(place, "failed", (messages[error.code] || messages.failed) + " (" + error.code + ")");
  }
}

async function checkTexts(place, tools, texts, messages, steps) {
  const seen = readSeen(tools, place.dataset.root);
  const trust = await verifyTrustList(texts[1], place.dataset.root, seen.version, Date.now());
  steps("trust_list");
  const proved = await verifyBundle(texts[0], trust, Date.now(), steps);
  checkBatch(proved.batch, place.dataset.batch, tools.location.pathname);
  checkFacts(proved.records, document.querySelectorAll("[data-fact]"));
  checkNothingHidden(proved.records);
  steps("facts");
  writeSeen(tools, place.dataset.root, trust.version);
  if (proved.freshness === "stale" || proved.freshness === "few_witnesses") {
    swapVerdict("stale");
    return conclude(place, "stale", messages[proved.freshness]);
  }
  const notes = [messages.phone].concat(seen.version ? [] : messages.first_use || []);
  return conclude(place, "phone", notes.join(" "));
}

async function fetchBoth(names, tools) {
  try {
    const answers = await Promise.all([names.bundle, names.trust].map((address) => tools.fetch(address)));
    if (!answers.every((answer) => answer.ok)) return null;
    return await Promise.all(answers.map((answer) => answer.text()));
  } catch (offline) {
    return null;
  }
}

// Each step is shown as it holds, with the time since the last one.
function stepList(list, messages) {
  let last = performance.now();
  return (name) => {
    const now = performance.now();
    const item = document.createElement("li");
    item.dataset.step = name;
    item.textContent = messages["step_" + name] + " \u00b7\u00a0" + Math.ceil(now - last) + "\u00a0ms";
    if (list) list.appendChild(item);
    last = now;
  };
}

function checkBatch(proved, claimed, pathname) {
  const isHere = !pathname.startsWith("/01/") || (pathname + "/").startsWith(proved + "/");
  ensure(proved === claimed && isHere, "other_batch", "the bundle is of " + proved);
}

// The signed text behind each fact on the page.
export function checkFacts(records, facts) {
  ensure(facts.length, "fact_differs", "the page names no facts");
  const byId = new Map(records.map((record) => [record.id, record.document]));
  for (const fact of facts) {
    const holder = fact.closest("[data-record]");
    const record = holder ? byId.get(holder.dataset.record) : undefined;
    const signed = fact.dataset.fact.split(".").reduce((value, key) => Object(value)[key], record);
    const isText = ["string", "number", "boolean"].includes(typeof signed);
    const isShown = !("exact" in fact.dataset) || shownIn(fact) === String(signed);
    ensure(isText && isShown && String(signed) === fact.dataset.value,
      "fact_differs", fact.dataset.fact + " is not what was signed");
  }
}

function shownIn(fact) {
  const text = fact.textContent.trim();
  return fact.dataset.exact === "number" ? text.match(/^[0-9.,]*/)[0].replace(/,/g, "") : text;
}

// A true page can still lie by what it leaves out, or by its colour.
function checkNothingHidden(records) {
  const shown = new Set(Array.from(document.querySelectorAll("[data-record]"), (each) => each.dataset.record));
  for (const record of records) {
    ensure(!MUST_SHOW.includes(record.type) || shown.has(record.id),
      "record_hidden", "the page does not show record " + record.id);
  }
  const verdict = document.querySelector("[data-verdict]");
  ensure(concernOf(records).colour !== "red" || !verdict || verdict.classList.contains("red"),
    "verdict_differs", "the records say what the page's colour does not");
}

function conclude(place, state, text) {
  place.dataset.verified = state;
  const result = place.querySelector("[data-verify-result]");
  if (result) result.textContent = text;
  return state;
}

// The page brings its red and yellow verdicts; green is never put in by a script.
function swapVerdict(kind) {
  const template = document.querySelector("template[data-verdict-" + kind + "]");
  const verdict = document.querySelector("[data-verdict]");
  const isRed = verdict && verdict.classList.contains("red");
  document.documentElement.dataset.phone = kind;
  if (template && verdict && !(kind === "stale" && isRed)) verdict.replaceWith(template.content.cloneNode(true));
}

// What this phone saw before: the root it first met, and the newest list's version.
function readSeen(tools, root) {
  try {
    const seen = JSON.parse(tools.localStorage.getItem(SEEN)) || { version: 0, root };
    ensure(seen.root === root, "untrusted_key", "another root than on the first visit");
    return seen;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return { version: 0, root }; // storage is blocked: every visit is the first
  }
}

function writeSeen(tools, root, version) {
  try {
    tools.localStorage.setItem(SEEN, JSON.stringify({ root, version }));
  } catch (blocked) {
    // Then the next visit is a first one again.
  }
}

const verifyPlace = document.querySelector("[data-verify]");
if (verifyPlace) checkPage(verifyPlace, window);
