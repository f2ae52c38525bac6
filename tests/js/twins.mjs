/** Calls functions of the browser's modules for pytest: stdin {module, name, calls: [[…args]]} -> stdout [result | {error}]. */
import { readFileSync } from "node:fs";

const { module, name, calls, shared = [] } = JSON.parse(readFileSync(0, "utf8"));
const called = (await import(new URL(`../../testimony/web/static/js/interview/${module}.js`, import.meta.url)))[name];
const outcome = (args) => {
  try {
    return called(...args.map((arg) => (arg?.shared === undefined ? arg : shared[arg.shared])));
  } catch (error) {
    return { error: error.name };
  }
};
process.stdout.write(JSON.stringify(calls.map(outcome)));
