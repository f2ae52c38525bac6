/** The coded account, cut down to the floors on the phone. Twin of domain/coded.py. No DOM. */

/** Coded answers of the incident answers; `definition` is the form's. */
export const generalise = (answers, definition) => { throw new Error("not written yet"); };
