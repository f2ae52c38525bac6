/** The PIN of pauses, inside the worker: it lets the page go on with keys that stayed here, confirms a withdrawal, and is a key to nothing. DOM-free. */

const TRIES = 5;

/** The worker waits for the PIN, and does nothing else. */
class VaultClosed extends Error {
  constructor() {
    super("locked");
    this.name = "VaultClosed";
    this.reason = "locked";
  }
}

/** A guard of the worker's calls. Until a PIN is set it never shuts; after five wrong tries no PIN opens it again. */
export const pinGuard = () => {
  let pin = null;
  let left = TRIES;
  let guards = false;
  let shut = false;
  const tried = (right) => {
    left = right ? TRIES : Math.max(0, left - 1);
    if (left === 0) pin = null;
    return { open: right, left };
  };
  return {
    /** `digits` open the pauses from now on. */
    set: (digits) => {
      pin = digits;
      left = TRIES;
      guards = true;
    },
    isSet: () => pin !== null,
    /** A pause begins: it stays shut where the PIN was forgotten. */
    pause: () => (shut = guards),
    /** {open, left}: whether `digits` are the PIN, and how many wrong tries are left; with none left it is forgotten. */
    open: (digits) => {
      const right = shut && pin !== null && digits === pin;
      if (right) shut = false;
      return tried(right);
    },
    /** The same of somebody who is asked once more while the page is open. */
    confirm: (digits) => tried(pin !== null && digits === pin),
    /** Throws `VaultClosed` while a pause waits for the PIN. */
    requireOpen: () => {
      if (shut) throw new VaultClosed();
    },
  };
};
