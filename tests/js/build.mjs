/**
 * Build the vendored files of testimony/web/static/vendor/ out of node_modules (made by `npm ci`), bit for bit.
 *
 *     npm ci --ignore-scripts && node build.mjs          write the files, their licences and SHA256SUMS
 *     node build.mjs --check                              build in memory and compare with what is vendored
 *
 * docs/vendored.md says why each file is there. A new version of a library is a new folder name, since pages of an
 * older release may still be open.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../../testimony/web/static/vendor");

const bundles = [
  {
    folder: "noble-2",
    file: "noble.js",
    entry: "bundle/noble.mjs",
    packages: ["@noble/ciphers", "@noble/curves", "@noble/hashes", "@noble/post-quantum"],
  },
  { folder: "hash-wasm-4.13.0", file: "argon2.js", entry: "bundle/argon2.mjs", packages: ["hash-wasm"] },
  { folder: "qr-0.7.0", file: "qr.js", entry: "bundle/qr.mjs", packages: ["qr"], licence: "LICENSE-MIT" },
];

const versionOf = async (name) => JSON.parse(await readFile(join(here, "node_modules", name, "package.json"))).version;

const bundled = async ({ entry, packages }) => {
  const names = await Promise.all(packages.map(async (name) => `${name} ${await versionOf(name)}`));
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    banner: { js: `/* ${names.join(", ")}; MIT; built by tests/js/build.mjs, see docs/vendored.md */` },
    bundle: true,
    charset: "utf8",
    format: "esm",
    legalComments: "none",
    minify: true,
    target: "es2022",
    treeShaking: true,
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
};

const licences = async ({ packages, licence = "LICENSE" }) => {
  const texts = await Promise.all(
    packages.map(async (name) => `${name} ${await versionOf(name)}\n\n${await readFile(join(here, "node_modules", name, licence), "utf8")}`),
  );
  return Buffer.from(texts.join(`\n${"-".repeat(72)}\n\n`));
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Every vendored file as {path: bytes}, `SHA256SUMS` of each folder included. */
export const vendored = async () => {
  const files = {};
  for (const bundle of bundles) {
    const made = { [bundle.file]: await bundled(bundle), LICENSE: await licences(bundle) };
    const sums = Object.entries(made).map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`);
    for (const [name, bytes] of Object.entries({ ...made, SHA256SUMS: Buffer.from(sums.join("")) })) {
      files[join(bundle.folder, name)] = bytes;
    }
  }
  return files;
};

/** The names of vendored files that differ from what the libraries build to. */
export const differing = async () => {
  const names = [];
  for (const [path, bytes] of Object.entries(await vendored())) {
    const held = await readFile(join(vendor, path)).catch(() => null);
    if (held === null || !bytes.equals(held)) names.push(path);
  }
  return names;
};

const write = async () => {
  for (const [path, bytes] of Object.entries(await vendored())) {
    await mkdir(dirname(join(vendor, path)), { recursive: true });
    await writeFile(join(vendor, path), bytes);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--check")) {
    const names = await differing();
    if (names.length > 0) throw new Error(`not what the libraries build to: ${names.join(", ")}`);
  } else {
    await write();
  }
}
