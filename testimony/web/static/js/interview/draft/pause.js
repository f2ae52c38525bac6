/** What a pause leaves in memory, and when that is forgotten: the keys that wait for a PIN, and what opens drafts without the node. DOM-free. */

const LONGEST = 12 * 60 * 60 * 1000;
const TRIES = 5;
const FREE = 3;
const SLOWEST = 30;

const BY_PIN = 30 * 60 * 1000;
/** How long a pause waits for the last saving: a phone that never answers whether it saved does not keep the keys alive. */
const SAVING_TIMEOUT_MS = 10 * 1000;
const CLOCKS = [() => Date.now(), () => performance.now()];
const DIGITS = "01234567890";

/** Whether everybody tries this PIN first: one digit six times, or digits that count up or down. */
export const isGuessable = (pin) => {
  const down = [...DIGITS].reverse().join("");
  return new Set(pin).size === 1 || DIGITS.includes(pin) || down.includes(pin);
};

/**
 * For how long a PIN opens a pause: 30 minutes of either clock, of which `late` milliseconds are over already. `end` ends the worker that
 * still holds the keys; it is called once.
 */
export const pinPause = ({ end, late = 0 }, clocks = CLOCKS) => {
  const since = clocks.map((now) => now() - late);
  let over = false;
  const forget = () => {
    if (!over) end();
    over = true;
  };
  return {
    /** Whether the PIN may still be tried; when not, the keys are gone. */
    holds: () => {
      const passed = clocks.map((now, at) => now() - since[at]);
      if (passed.some((time) => time < 0 || time > BY_PIN)) forget();
      return !over;
    },
    forget,
  };
};

/** What the last saving answers; undefined if it does not in time. */
export const savedInTime = (work) => Promise.race([work, new Promise((passed) => setTimeout(passed, SAVING_TIMEOUT_MS))]);

/** Seconds before a try is answered, after `wrong` ones. It slows hands, not whoever copies the disk: Argon2id is for those. */
export const waitAfter = (wrong) => (wrong < FREE ? 0 : Math.min(SLOWEST, 2 ** (wrong - FREE + 1)));

/** `kept` is what the worker gave before it ended: {secret, drafts}; null where it could not. */
export const keepForPause = (kept, clock = Date.now) => {
  const since = clock();
  let [held, wrong] = [kept, 0];
  const forget = () => {
    held?.secret.fill(0);
    held = null;
  };
  return {
    /** What opens the drafts again with the passphrase; null after twelve hours, five wrong passphrases, or a clock set back. */
    kept: () => {
      const passed = clock() - since;
      if (passed < 0 || passed > LONGEST) forget();
      return held;
    },
    /** One passphrase was wrong. */
    wrong: () => {
      wrong += 1;
      if (wrong >= TRIES) forget();
    },
    forget,
  };
};
