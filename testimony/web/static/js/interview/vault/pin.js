/** The PIN of a pause, inside the worker: it lets the page go on with keys that stayed here, and is a key to nothing. DOM-free. */

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
  let shut = false;
  return {
    /** `digits` open the pauses from now on. */
    set: (digits) => {
      pin = digits;
      left = TRIES;
    },
    /** A pause begins. */
    pause: () => (shut = pin !== null),
    /** {open, left}: whether `digits` are the PIN, and how many wrong tries are left; with none left it is forgotten. */
    open: (digits) => {
      const right = shut && pin !== null && digits === pin;
      if (right) shut = false;
      left = right ? TRIES : Math.max(0, left - 1);
      if (left === 0) pin = null;
      return { open: right, left };
    },
    /** Throws `VaultClosed` while a pause waits for the PIN. */
    requireOpen: () => {
      if (shut) throw new VaultClosed();
    },
  };
};
