// A proof that does not hold. The codes are those of registry/errors.py and of the
// modules beside it; a bug in this code is any other Error and never looks like one.
export class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export function ensure(holds, code, message) {
  if (!holds) throw new Refusal(code, message);
}
