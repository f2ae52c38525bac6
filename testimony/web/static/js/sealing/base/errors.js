/** What sealing and opening can refuse, as nouns. Messages are codes: never a secret, never a witness's words. */

class Refusal extends Error {
  constructor(code) {
    super(code);
    this.name = this.constructor.name;
    this.code = code;
  }
}

/** A sealed part stays closed: `code` is altered, not_for_you, newer_version or incomplete, and nothing more is said. */
export class CannotOpen extends Refusal {}

/** These bytes are not the one form in which the format writes this value. */
export class NotCanonical extends Refusal {
  constructor() {
    super("canonical.not");
  }
}

/** A signature does not belong to these bytes and this signer. */
export class SignatureBad extends Refusal {
  constructor() {
    super("signature.bad");
  }
}

/** A roster or root that must not be adopted: `reason` is older, signature, chain, slots, structure, organisation, roles, policy or foreign. */
export class RosterRefused extends Refusal {
  constructor(reason) {
    super(`roster.${reason}`);
    this.reason = reason;
  }
}

/** A receipt that acknowledges nothing here: `reason` is structure, record, parts, durable, signer or signature. */
export class ReceiptRefused extends Refusal {
  constructor(reason) {
    super(`receipt.${reason}`);
    this.reason = reason;
  }
}

/** A statement of the files of a page that proves nothing: `reason` is keys, structure or signature. */
export class PagesRefused extends Refusal {
  constructor(reason) {
    super(`pages.${reason}`);
    this.reason = reason;
  }
}

/** This passphrase does not open these bytes (or they were changed: which of the two cannot be told). */
export class PassphraseWrong extends Refusal {
  constructor() {
    super("passphrase.wrong");
  }
}

/** What was handed in cannot be sealed: `reason` is size, slots, part, recipient or key; the vault adds consent and lawyers. */
export class CannotSeal extends Refusal {
  constructor(reason) {
    super(`seal.${reason}`);
    this.reason = reason;
  }
}
