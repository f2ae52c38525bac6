/** What a pause leaves in the page's memory, and when that is forgotten: then the node is wanted again. DOM-free. */

const LONGEST = 12 * 60 * 60 * 1000;
const TRIES = 5;
const FREE = 3;
const SLOWEST = 30;

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
