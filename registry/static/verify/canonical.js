// RFC 8785 (JCS) for our subset, as registry/signing/canonical.py: no floats, integers
// within 2**53 - 1, no lone surrogate, 32 levels. A parser of our own, because
// JSON.parse keeps the last of two equal keys and says nothing.
import { Refusal, ensure } from "./refusal.js";

const MAX_DEPTH = 32;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/;
// Unrolled, so that a text without an end is not tried in every way.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

export function canonicalize(value) {
  return canonicalAt(value, 0);
}

function canonicalAt(value, level) {
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    ensure(Number.isSafeInteger(value), "bad_record", value + " is no integer that a record may hold");
    return String(value);
  }
  ensure(typeof value === "object", "bad_record", "a record cannot hold a " + typeof value);
  ensure(level < MAX_DEPTH, "bad_record", "nested deeper than " + MAX_DEPTH + " levels");
  if (Array.isArray(value)) {
    return "[" + value.map((item) => canonicalAt(item, level + 1)).join(",") + "]";
  }
  // Array.sort compares UTF-16 code units, which is the order of JCS.
  const members = Object.keys(value).sort().map(
    (key) => quote(key) + ":" + canonicalAt(value[key], level + 1));
  return "{" + members.join(",") + "}";
}

function quote(text) {
  ensure(!LONE_SURROGATE.test(text), "bad_record", "half a character is not Unicode");
  return JSON.stringify(text);
}

// The object in `text`; its members have no prototype, so `__proto__` is one of them.
export function parseObject(text) {
  let at = 0;

  function take(pattern) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match && match[0];
  }

  function fail() {
    return new Refusal("bad_record", "not JSON without floats, at character " + at);
  }

  function skip(character) {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }

  function valueAt(level) {
    ensure(level <= MAX_DEPTH, "bad_record", "nested deeper than " + MAX_DEPTH + " levels");
    if (skip("{")) return objectAt(level);
    if (skip("[")) return listAt(level);
    const string = take(STRING);
    if (string !== null) return stringOf(string);
    const number = take(NUMBER);
    if (number !== null) return numberOf(number);
    const word = take(WORD);
    if (word === null) throw fail();
    return JSON.parse(word);
  }

  function objectAt(level) {
    const members = Object.create(null);
    if (skip("}")) return members;
    do {
      take(SPACE);
      const key = take(STRING);
      if (key === null || !skip(":")) throw fail();
      const name = stringOf(key);
      ensure(!(name in members), "bad_record", "the key " + name + " is repeated");
      members[name] = valueAt(level + 1);
    } while (skip(","));
    if (!skip("}")) throw fail();
    return members;
  }

  function listAt(level) {
    const items = [];
    if (skip("]")) return items;
    do items.push(valueAt(level + 1)); while (skip(","));
    if (!skip("]")) throw fail();
    return items;
  }

  const value = valueAt(0);
  take(SPACE);
  if (at !== text.length || !isObject(value)) throw fail();
  return value;
}

function stringOf(literal) {
  const text = JSON.parse(literal);
  ensure(!LONE_SURROGATE.test(text), "bad_record", "half a character is not Unicode");
  return text;
}

function numberOf(literal) {
  const number = Number(literal);
  ensure(Number.isSafeInteger(number), "bad_record", literal + " is beyond 2^53 - 1");
  return number;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Typed reading, as registry/domain/claims.py.
export function textOf(members, key) {
  ensure(typeof members[key] === "string", "bad_record", key + " is not text");
  return members[key];
}

export function textsOf(members, key) {
  const items = listOf(members, key);
  ensure(items.every((item) => typeof item === "string"), "bad_record", key + " is no list of text");
  return items;
}

export function listOf(members, key) {
  if (!(key in members)) return [];
  ensure(Array.isArray(members[key]), "bad_record", key + " is no list");
  return members[key];
}

export function countOf(members, key, least) {
  const number = members[key];
  ensure(Number.isSafeInteger(number) && number >= least, "bad_record", key + " is no number from " + least);
  return number;
}

export function objectOf(members, key) {
  ensure(isObject(members[key]), "bad_record", key + " is no object");
  return members[key];
}
