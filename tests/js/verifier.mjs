/** Bundle the scripts of verify.html into one module, on standard output. Noble comes from its packages, so that only what is used comes along. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** Where a script asks for the vendored bundle it gets the same functions, out of which unused ones can be left. */
const noble = {
  name: "noble",
  setup: ({ onResolve }) => onResolve({ filter: /vendor\/noble-2\/noble\.js$/ }, () => ({ path: join(here, "bundle/noble.mjs"), sideEffects: false })),
};

const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: ["../../testimony/web/verifier/page.js"],
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  minify: true,
  plugins: [noble],
  target: "es2022",
  treeShaking: true,
  write: false,
});
process.stdout.write(outputFiles[0].contents);
