/** Of a JSON file {name: [one text, another]}, the names of those that are not the same program, as JSON. */

import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

const bare = async (text) => (await transform(text, { minify: true, format: "esm" })).code;

const pairs = Object.entries(JSON.parse(await readFile(process.argv[2], "utf8")));
const same = await Promise.all(pairs.map(async ([, [one, other]]) => (await bare(one)) === (await bare(other))));
console.log(JSON.stringify(pairs.filter((_, number) => !same[number]).map(([name]) => name)));
