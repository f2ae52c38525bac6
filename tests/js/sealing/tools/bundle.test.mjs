/** The vendored files: their hashes hold, they rebuild bit for bit, and they are as small as promised. Node only. */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { differing } from "../../build.mjs";
import { assert, readText, test } from "../support/harness.mjs";

const web = new URL("../../../../testimony/web/static/", import.meta.url);

const SCRIPTS = ["noble-2/noble.js", "hash-wasm-4.13.0/argon2.js", "qr-0.7.0/qr.js"];

const FONTS = [
  "vazirmatn-5.3.0/vazirmatn-arabic-400-normal.woff2",
  "noto-sans-ethiopic-5.3.0/noto-sans-ethiopic-ethiopic-400-normal.woff2",
  "noto-sans-bengali-5.3.0/noto-sans-bengali-bengali-400-normal.woff2",
  "noto-nastaliq-urdu-5.3.0/noto-nastaliq-urdu-arabic-400-normal.woff2",
];

/**
 * The most bytes, gzipped, of the bundle and of the modules beside it with all their comments. What an interview loads for sealing,
 * without them and packed by Brotli, the vault's own modules among it, is to stay under 60 kB (tests/web/interview/test_script_size.py).
 */
const LARGEST = { bundle: 32_000, modules: 53_000 }; // modules: annexes, withdrawals by the code, contests, version 2, notes of the outbox and questions in words among them

const weight = async (names) => {
  const files = await Promise.all(names.map((name) => readFile(new URL(name, web))));
  return files.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
};

const MAP = "world-atlas-2.0.2/borders.js";
const VENDORED = [...SCRIPTS, ...FONTS, MAP];

for (const folder of VENDORED.map((path) => path.split("/")[0])) {
  test(`${folder}: every file has the SHA-256 that is written beside it`, async () => {
    const sums = await readFile(new URL(`vendor/${folder}/SHA256SUMS`, web), "utf8");
    const names = sums.trim().split("\n").map((line) => line.split("  "));
    for (const [sum, name] of names) {
      const bytes = await readFile(new URL(`vendor/${folder}/${name}`, web));
      assert.same(createHash("sha256").update(bytes).digest("hex"), sum, name);
    }
    const held = await readdir(new URL(`vendor/${folder}/`, web));
    assert.same(held.sort(), [...names.map(([, name]) => name), "SHA256SUMS"].sort());
  });
}

test("every vendored folder is looked at", async () => {
  assert.same((await readdir(new URL("vendor/", web))).sort(), VENDORED.map((path) => path.split("/")[0]).sort());
});

test("each font comes with the licence that lets it be passed on", async () => {
  for (const path of FONTS) assert.ok((await readFile(new URL(`vendor/${path.split("/")[0]}/LICENSE`, web), "utf8")).includes("SIL Open Font License"), path);
});

test("docs/vendored.md names the hash of every vendored file", async () => {
  const page = await readText("docs/vendored.md");
  for (const path of VENDORED) {
    const bytes = await readFile(new URL(`vendor/${path}`, web));
    assert.ok(page.includes(`${createHash("sha256").update(bytes).digest("hex")}  ${path}`), path);
  }
});

test("the vendored files are what the locked libraries build to, bit for bit", async () => {
  assert.same(await differing(), []);
});

test("nothing vendored makes code out of text", async () => {
  for (const file of SCRIPTS) {
    const text = await readFile(new URL(`vendor/${file}`, web), "utf8");
    assert.ok(!/\beval\(|new Function|Function\(|createObjectURL|innerHTML|importScripts/.test(text), file);
  }
});

test("the bundle and the sealing modules stay light", async () => {
  const bundle = await weight(["vendor/noble-2/noble.js"]);
  const modules = await weight((await readdir(new URL("js/sealing/", web), { recursive: true })).filter((name) => name.endsWith(".js")).map((name) => `js/sealing/${name}`));
  assert.ok(bundle <= LARGEST.bundle, `bundle: ${bundle} bytes`);
  assert.ok(modules <= LARGEST.modules, `modules: ${modules} bytes`);
});
