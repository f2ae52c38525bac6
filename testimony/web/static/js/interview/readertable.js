/** Consent purposes become readers. Twin of domain/compartment.py. No DOM. */

/** {compartment: [audiences]} while `purposes` stand; nobody at all without P01. */
export const readers = (purposes) => { throw new Error("not written yet"); };
/** `table` cut down to the roster's policy; recovery always stays. */
export const narrow = (table, policy) => { throw new Error("not written yet"); };
/** True where lawyers read anything and fewer than two are active: sealing must refuse. */
export const lacksLawyers = (table, activeLawyers) => { throw new Error("not written yet"); };
