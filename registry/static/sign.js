// Signing with a key that this device holds. The page names, in attributes:
//   [data-device-key=method]   a button of a form; shown where this device has the key
//   [data-enrol=did]           makes a key and fills the form inside it
//     [data-make], [data-no-ed25519]
//   [data-sign=method]         a page of documents that wait for a signature
//     [data-document] [data-created] [data-hash], [data-facts], [data-words]
//     [data-refused], [data-no-key], and a form with [data-signatures]
// Without this file none of it is offered, and everything else works.
import { Refusal } from "./verify/refusal.js";
import { canVerify, isSignedBy, parseMultikey } from "./verify/ed25519.js";
import { encodeMultibase, keyOf, makeKey, signWith } from "./sign/device_keys.js";
import { factsOf, readDocument } from "./sign/document.js";

async function offer(button) {
  button.hidden = !await keyOf(button.dataset.deviceKey);
}

async function offerToEnrol(place) {
  const missing = () => { place.querySelector("[data-no-ed25519]").hidden = false; };
  if (!await canVerify()) return missing();
  const button = place.querySelector("[data-make]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const made = await makeKey(place.dataset.enrol);
      const form = place.querySelector("form");
      form.elements.public_key.value = made.multikey;
      form.elements.possession.value = made.possession;
      form.requestSubmit();
    } catch (unable) { // no store for such a key: the terminal is offered instead
      button.hidden = true;
      missing();
    }
  });
}

async function showDocuments(place) {
  const method = place.dataset.sign;
  const words = JSON.parse(place.querySelector("[data-words]").textContent);
  const read = [];
  try {
    for (const shown of place.querySelectorAll("[data-document]")) {
      const found = await readDocument(shown.textContent, method, shown.dataset.created, shown.dataset.hash);
      read.push(found.hash);
      say(shown.closest("[data-one]").querySelector("[data-facts]"), factsOf(found.document, words));
    }
  } catch (error) {
    place.querySelector("[data-refused]").hidden = false;
    if (!(error instanceof Refusal)) throw error;
    return;
  }
  const key = await keyOf(method);
  const button = place.querySelector("[data-sign-now]");
  if (!key || !read.length) {
    place.querySelector("[data-no-key]").hidden = false;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true; // asked once, signed once
    return send(place.querySelector("form"), key, method, read);
  });
}

function say(list, facts) {
  for (const [label, text] of facts) {
    list.append(element("dt", label), element("dd", text));
  }
}

async function send(form, key, method, hashes) {
  const publicKey = parseMultikey(method.split("#")[1]);
  for (const hash of hashes) {
    const signature = await signWith(key, hash);
    if (!await isSignedBy(publicKey, signature, hash)) throw new Error("another key is kept under " + method);
    const input = element("input", "");
    input.type = "hidden";
    input.name = "signature";
    input.value = encodeMultibase(signature);
    form.append(input);
  }
  form.requestSubmit();
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

document.querySelectorAll("[data-device-key]").forEach(offer);
document.querySelectorAll("[data-enrol]").forEach(offerToEnrol);
document.querySelectorAll("[data-sign]").forEach(showDocuments);
