/** Letters for a phone that has none for a language of witnesses: fetched while the node is near, not when somebody waits to be heard. */

/** A letter of each script that this phone could show as empty boxes. Urdu is not among them: without its own font it is still read. */
const SAMPLES = { "Letters Arabic": "\u0639", "Letters Ethiopic": "\u1290", "Letters Bengali": "\u0995" };

/** A font that the phone has under one of its names costs nothing; another is fetched, and kept by the service worker. */
const bring = ([family, sample]) => document.fonts.load(`1em "${family}"`, sample);

/** Settles when each was found or fetched. One that cannot be is asked for again when the page is opened next. */
export const bringLetters = () => Promise.allSettled(Object.entries(SAMPLES).map(bring));
