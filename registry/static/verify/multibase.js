// Texts that stand for bytes: base58btc (multibase), base32, base64, hex. Each has one
// spelling; null is the answer to any other.
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MAX_MULTIBASE = 128; // decoding takes time with the square of it

export function decodeMultibase(text) {
  if (text[0] !== "z" || text.length > MAX_MULTIBASE) return null;
  const digits = text.slice(1);
  const bytes = []; // least significant first
  for (const digit of digits) {
    let carry = BASE58.indexOf(digit);
    if (carry < 0) return null;
    for (let i = 0; i < bytes.length; i += 1) {
      carry += bytes[i] * 58;
      bytes[i] = carry & 255;
      carry >>= 8;
    }
    if (carry) bytes.push(carry);
  }
  for (let i = 0; digits[i] === "1"; i += 1) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}

// RFC 4648, section 6, upper case, without padding.
export function decodeBase32(text) {
  const bytes = [];
  let bits = 0;
  let held = 0;
  for (const digit of text) {
    const value = BASE32.indexOf(digit);
    if (value < 0) return null;
    held = held << 5 | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(held >> bits);
      held &= (1 << bits) - 1;
    }
  }
  // Spare bits are zero, and fewer than a character.
  return held || bits > 4 ? null : Uint8Array.from(bytes);
}

export function decodeBase64(text) {
  try {
    const binary = atob(text);
    if (btoa(binary) !== text) return null;
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch (notBase64) {
    return null;
  }
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
