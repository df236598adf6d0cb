// The saved verifier: a file, a text or a photo in; what it proves out. It reads no
// network; its words are in the page, its trust list is inside it or given as a file.
import { Refusal } from "./refusal.js";
import { parseObject } from "./canonical.js";
import { canVerify } from "./ed25519.js";
import { verifyTrustList } from "./trust.js";
import { verifyBundle } from "./bundle.js";
import { concernOf } from "./concern.js";
import { parseLabel, verifyLabel } from "./label.js";

const HOUR_MS = 3600000;
const SHOWN_DEPTH = 4;
const HEADLINES = { ink: "agree", yellow: "attention", red: "do_not_eat" };
const NOT_OURS = ["malformed", "unsupported_version", "unknown_key", "no_trust_list", "expired", "rollback"];

export class StandaloneVerifier {
  constructor(page, now) {
    this.page = page;
    this.now = now;
    this.words = JSON.parse(this.part("words").textContent);
    this.root = page.documentElement.dataset.root;
    this.trust = null;
    this.last = null;
  }

  part(name) {
    return this.page.getElementById(name);
  }

  say(key, values) {
    const sentence = this.words[this.page.documentElement.lang.startsWith("zh") ? "zh" : "en"][key] || key;
    return sentence.replace(/\{(\w+)\}/g, (hole, name) => String((values || {})[name]));
  }

  async start() {
    this.page.documentElement.lang = navigator.language.startsWith("zh") ? "zh-Hans" : "en";
    this.listen();
    if (!await canVerify()) return this.show("grey", "cannot", "cannot_why");
    return this.take(this.part("trust-list").textContent);
  }

  listen() {
    const drop = this.part("drop");
    drop.addEventListener("dragover", (event) => event.preventDefault());
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer.files[0];
      if (file) this.takeFile(file);
      else this.take(event.dataTransfer.getData("text"));
    });
    this.part("file").addEventListener("change", (event) => this.takeFile(event.target.files[0]));
    this.part("check").addEventListener("click", () => this.take(this.part("text").value));
    this.part("language").addEventListener("click", () => this.switchLanguage());
  }

  switchLanguage() {
    const html = this.page.documentElement;
    html.lang = html.lang === "en" ? "zh-Hans" : "en";
    if (this.trust) this.showTrust();
    if (this.last) this.last();
  }

  // The one inside the page comes first and is not announced.
  async takeTrust(text) {
    const known = this.trust;
    this.trust = await verifyTrustList(text, this.root, known ? known.version : 0, this.now());
    this.showTrust();
    return known ? this.show("ink", "trust_loaded", "trust_loaded_why") : "trust_loaded";
  }

  showTrust() {
    const hours = Math.max(0, Math.floor((this.now() - this.trust.issued) / HOUR_MS));
    this.part("trust").textContent = this.say(hours < 48 ? "trust_hours" : "trust_days", {
      version: this.trust.version,
      age: hours < 48 ? hours : Math.floor(hours / 24),
      until: new Date(this.trust.expires).toISOString().slice(0, 10),
    });
  }

  async takeFile(file) {
    if (!file) return undefined;
    if (!file.type.startsWith("image/")) return this.take(await file.text());
    if (!("BarcodeDetector" in window)) return this.show("grey", "no_camera", "no_camera_why");
    const code = await this.codeIn(file);
    return code ? this.take(code) : this.show("grey", "no_code", "no_code_why");
  }

  async codeIn(photo) {
    try {
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      return (await detector.detect(await createImageBitmap(photo)))[0].rawValue;
    } catch (unreadable) { // no picture, or no code in it
      return "";
    }
  }

  // A bundle, a newer trust list, or the text of a label.
  async take(given) {
    const text = given.trim();
    try {
      const isJson = text[0] === "{";
      if (isJson && parseObject(text).type === "TrustList") return await this.takeTrust(text);
      if (!this.trust) throw new Refusal("no_trust_list", "no trust list is loaded");
      return isJson ? await this.takeBundle(text) : await this.takeLabel(text);
    } catch (error) {
      return this.refuse(error);
    }
  }

  async takeLabel(text) {
    const label = parseLabel(text);
    const standing = await verifyLabel(label, this.trust);
    const printed = new Date(Date.UTC(2020, 0, 1 + label.day)).toISOString().slice(0, 10);
    const parts = label.path.split("/");
    const facts = { gtin: parts[2], lot: parts[4], serial: parts[6] || "-", printed, host: label.host };
    const colour = standing === "run_confirmed" ? "ink" : "yellow";
    return this.show(colour, standing, standing + "_why", () => [this.factList(facts, (key) => this.say("label_" + key))]);
  }

  async takeBundle(text) {
    let last = performance.now();
    const steps = [];
    const proved = await verifyBundle(text, this.trust, this.now(), (name) => {
      steps.push({ name, ms: Math.ceil(performance.now() - last) });
      last = performance.now();
    });
    const concern = concernOf(proved.records);
    const isYellow = proved.freshness === "stale" || proved.freshness === "few_witnesses";
    const colour = concern.colour || (isYellow || proved.newerTrust ? "yellow" : "ink");
    const why = concern.word || (proved.newerTrust ? "newer_trust" : proved.freshness);
    return this.show(colour, HEADLINES[colour], why, () => this.bundleView(proved, steps));
  }

  // Grey: nothing of this registry was given. Red: something was, and does not hold.
  refuse(error) {
    if (!(error instanceof Refusal)) throw error;
    const isGrey = NOT_OURS.includes(error.code);
    const word = isGrey ? error.code : "disagree";
    const detail = this.make("p", "quiet", error.message + " (" + error.code + ")");
    return this.show(isGrey ? "grey" : "red", word, word + "_why", () => [detail]);
  }

  // Verdict first, told apart by shape, word and colour; then what it rests on.
  show(colour, word, why, more) {
    this.last = () => {
      const block = this.make("div", "verdict " + colour);
      const shape = this.part("shape-" + colour);
      block.appendChild(shape.content.cloneNode(true));
      const said = this.make("div", "");
      said.appendChild(this.make("strong", "", this.say(word)));
      said.appendChild(this.make("p", "", this.say(why)));
      block.appendChild(said);
      const result = this.part("result");
      result.textContent = "";
      result.appendChild(block);
      if (more) {
        const card = this.make("div", "card");
        more().forEach((part) => card.appendChild(part));
        result.appendChild(card);
      }
      result.dataset.outcome = colour + " " + word;
    };
    this.last();
    this.part("result").scrollIntoView({ block: "nearest" });
    return word;
  }

  bundleView(proved, steps) {
    const product = proved.records.find((record) => record.type === "ProductRecord");
    const name = product ? product.document.credentialSubject.name : "";
    const list = this.make("ol", "checks");
    steps.forEach((step) => list.appendChild(
      this.make("li", "", this.say("step_" + step.name) + " \u00b7\u00a0" + step.ms + "\u00a0ms")));
    const names = namesOf(proved.records);
    const records = this.make("div", "");
    proved.records.filter((record) => record.batches.length).forEach((record) => {
      records.appendChild(this.recordView(record, names.get(record.issuer) || record.issuer));
    });
    return [this.make("h2", "", name), this.make("p", "code", proved.batch), list, records];
  }

  recordView(record, issuer) {
    const more = this.make("details", "more");
    more.appendChild(this.make("summary", "", this.say(record.type) + " \u00b7 " + issuer));
    const inner = this.make("div", "");
    inner.appendChild(this.factList(flatten(record.document.credentialSubject, "", 0), (key) => key));
    more.appendChild(inner);
    return more;
  }

  factList(facts, nameOf) {
    const list = this.make("dl", "facts");
    Object.keys(facts).forEach((key) => {
      list.appendChild(this.make("dt", "", nameOf(key)));
      list.appendChild(this.make("dd", "", facts[key]));
    });
    return list;
  }

  // Signed text reaches the page as text, never as markup.
  make(tag, classes, text) {
    const element = this.page.createElement(tag);
    element.className = classes;
    if (text !== undefined) element.textContent = text;
    return element;
  }
}

function namesOf(records) {
  const names = new Map();
  records.filter((record) => record.type === "OrganisationRecord").forEach((record) => {
    const subject = record.document.credentialSubject;
    names.set(subject.id, subject.name);
  });
  return names;
}

function flatten(value, path, depth) {
  if (typeof value !== "object" || value === null || depth > SHOWN_DEPTH) return { [path]: String(value) };
  return Object.keys(value).reduce((facts, key) => Object.assign(
    facts, flatten(value[key], path ? path + "." + key : key, depth + 1)), {});
}

const trustPlace = document.getElementById("trust-list");
if (trustPlace) new StandaloneVerifier(document, Date.now).start();
