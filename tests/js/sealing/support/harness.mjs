/** `test` and a handful of assertions that run under `node --test`, in a page and in a worker alike. */

const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);

export const registered = [];

export const test = inNode ? (await import("node:test")).test : (name, run) => registered.push({ name, run });

const fail = (message) => {
  throw new Error(message);
};

const shown = (value) => (value instanceof Uint8Array ? Array.from(value).join(",") : JSON.stringify(value));

export const assert = {
  ok: (value, message = "expected a true value") => value || fail(message),
  same: (actual, expected, message = "") =>
    shown(actual) === shown(expected) || fail(`${message} expected ${shown(expected)?.slice(0, 200)}, got ${shown(actual)?.slice(0, 200)}`),
  throws: (run, code) => {
    try {
      run();
    } catch (error) {
      return error.code === code || fail(`expected ${code}, got ${error.code ?? error}`);
    }
    return fail(`expected ${code}, nothing was thrown`);
  },
  rejects: async (promise, code, message = "") => {
    try {
      await promise;
    } catch (error) {
      return error.code === code || fail(`${message} expected ${code}, got ${error.code ?? error}`);
    }
    return fail(`${message} expected ${code}, nothing was thrown`);
  },
};

const root = new URL("../../../../", import.meta.url);

/** A file of the project as text, by its path from the root. */
export const readText = async (path) => {
  const url = new URL(path, root);
  return inNode ? (await import("node:fs/promises")).readFile(url, "utf8") : (await fetch(url)).text();
};

/** Run what the imported suites registered: [{name, error}] of all, in order. For page and worker. */
export const runRegistered = async () => {
  const results = [];
  for (const { name, run } of registered.splice(0)) {
    try {
      await run();
      results.push({ name, error: null });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
};
