/** When a desk's page warns that the key will lock, and when it locks. DOM-free; all times in milliseconds. */

/** `idle`: without use until it locks; `warn`: how long before that it says so; `ping`: how often use is told. */
export const idleTime = ({ idle, warn, ping, now = Date.now }) => {
  let last = now();
  let told = last;
  return {
    /** Somebody used a page of this desk. */
    use: () => {
      last = now();
    },
    /** What is due: "lock", "warn", "tell" (the desk that the page is in use) or "". */
    due: () => {
      const still = now() - last;
      if (still >= idle) return "lock";
      if (still >= idle - warn) return "warn";
      return last - told >= ping ? "tell" : "";
    },
    /** The desk was told. */
    told: () => {
      told = now();
    },
    /** Whole minutes that are left, at least one. */
    minutes: () => Math.max(1, Math.round((idle - (now() - last)) / 60_000)),
  };
};
