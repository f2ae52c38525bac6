/**
 * Draw the map of the border segments: testimony/web/static/vendor/world-atlas-2.0.2/borders.js, out of Natural Earth's outlines
 * (public domain, as the npm package world-atlas 2.0.2 has them) and the gazetteer.
 *
 *     npm pack world-atlas@2.0.2 && tar xf world-atlas-2.0.2.tgz
 *     node border_map.mjs package/            write the file, its licence and SHA256SUMS
 *
 * A border on land is the line that two States share, or a part of it. A border at sea has a short line of our own: no State
 * is said to end there. docs/vendored.md says how to check the file.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../../testimony/web/static/vendor/world-atlas-2.0.2");
const SOURCE = { name: "countries-50m.json", sha256: "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394" };

const NATURAL_EARTH = `The outlines are of Natural Earth (naturalearthdata.com), 1:50m, version 4.1, which are in the public domain.
world-atlas 2.0.2 made TopoJSON of them; its licence follows.
`;

/** How wide every view is drawn, in units of its own. */
const WIDTH = 720;
/** How far a simplified line may lie from the true one, in those units. */
const NEAR = 0.8;
/** How far a name stays from the edge. */
const TEXT = 36;
/** Islands that are smaller than this, in units of the view, are left out. */
const SMALLEST = 3;

/** The parts of the world that are drawn, each as [west, south, east, north]. A segment is in the first one that holds all of it. */
const VIEWS = {
  balkans: [12.2, 34.6, 30.4, 48.6],
  eastern_europe: [13.5, 47.5, 33.5, 58.2],
  mediterranean: [-19, 18, 37, 51.8],
  western_asia: [25, 11.5, 77, 43],
  eastern_asia: [86, -17, 140, 28],
  americas: [-122, -31, -60, 35],
};

/** ISO 3166-1: the numbers of the outlines. */
const NUMBERS = {
  AFG: "004", ALB: "008", DZA: "012", AUS: "036", AUT: "040", BGD: "050", BOL: "068", MMR: "104", BLR: "112", CHL: "152", COL: "170", HRV: "191", CYP: "196",
  BIH: "070", DOM: "214", FRA: "250", GRC: "300", GTM: "320", HTI: "332", HUN: "348", IND: "356", IDN: "360", IRN: "364", ITA: "380", LVA: "428", LBN: "422",
  LBY: "434", LTU: "440", MYS: "458", MLT: "470", MEX: "484", MAR: "504", NER: "562", PAK: "586", PAN: "591", PER: "604", POL: "616", ROU: "642", SAU: "682",
  SRB: "688", SVN: "705", ESP: "724", SYR: "760", THA: "764", TUN: "788", TUR: "792", UKR: "804", MKD: "807", MRT: "478", SEN: "686", EGY: "818", GBR: "826", USA: "840", YEM: "887", BGR: "100",
};

/** Parts of a border on land: those points of the shared line that the function takes. */
const PARTS = {
  "HRV-BIH:north": ([, lat]) => lat >= 44.95,
  "HRV-BIH:south": ([, lat]) => lat <= 44.95,
  "SVN-HRV:kolpa": ([lon]) => lon >= 14.55 && lon <= 15.4,
  "SVN-HRV:istria": ([lon]) => lon <= 14.55,
  "SVN-HRV:other": ([lon]) => lon >= 15.4,
  "USA-MEX:california": ([lon]) => lon <= -114.7,
  "USA-MEX:arizona": ([lon]) => lon >= -114.85 && lon <= -109.05,
  "USA-MEX:new_mexico": ([lon]) => lon >= -109.1 && lon <= -106.5,
  "USA-MEX:texas": ([lon]) => lon >= -106.55,
  "GRC-TUR:evros": () => true,
  "HRV-BIH:velika_kladusa": ([lon, lat]) => lon <= 15.97 && lat >= 45,
  "HRV-BIH:glina": ([lon, lat]) => lon >= 15.95 && lon <= 16.3 && lat >= 45,
  "HRV-BIH:bihac": ([lon, lat]) => lon <= 16.1 && lat >= 44.5 && lat <= 45.02,
  "HRV-SRB:sid": ([, lat]) => lat >= 45.1 && lat <= 45.3,
  "HUN-SRB:backi_vinogradi": ([lon]) => lon >= 19.8 && lon <= 20,
  "HUN-SRB:subotica": ([lon]) => lon >= 19.5 && lon <= 19.75,
  "ROU-SRB:majdan": ([lon]) => lon <= 20.4,
  "BGR-TUR:malko_tarnovo": ([lon]) => lon >= 27.4 && lon <= 27.8,
  "BGR-TUR:elhovo": ([lon]) => lon >= 26.5 && lon <= 26.9,
  "GRC-MKD:idomeni": ([lon]) => lon >= 22.4 && lon <= 22.65,
  "GRC-ALB:kakavia": ([, lat]) => lat >= 39.79 && lat <= 40,
  "ITA-SVN:trieste": ([, lat]) => lat <= 45.8,
  "FRA-ITA:ventimiglia": ([, lat]) => lat <= 44,
  "FRA-ITA:montgenevre": ([, lat]) => lat >= 44.8 && lat <= 45.05,
  "AUT-SVN:spielfeld": ([lon]) => lon >= 15.4 && lon <= 15.8,
  "POL-BLR:bialowieza": ([, lat]) => lat >= 52.4 && lat <= 52.85,
  "FRA-ESP:irun": ([lon]) => lon <= -1.6,
  "TUN-LBY:ras_jedir": ([, lat]) => lat >= 32.8,
  "DZA-NER:assamaka": ([lon]) => lon >= 5 && lon <= 6.3,
  "TUR-SYR:hatay": ([lon]) => lon <= 36.66,
  "TUR-IRN:van": ([, lat]) => lat >= 38 && lat <= 39,
  "MEX-GTM:suchiate": ([, lat]) => lat <= 15.1,
  "CHL-BOL:colchane": ([, lat]) => lat <= -19.2 && lat >= -20,
  "CHL-PER:arica": ([, lat]) => lat <= -18.2,
  "DOM-HTI:dajabon": ([, lat]) => lat >= 19.4,
  "BGD-MMR:naf": ([lon, lat]) => lat <= 21.45 && lon <= 92.35,
  "USA-MEX:rio_grande": ([lon]) => lon >= -99.5,
};

/** Borders at sea, and crossings that are too small for the outlines. */
const AT_SEA = {
  "GRC-TUR:lesvos": [[25.85, 39.42], [26.62, 39.38], [26.72, 39.02]],
  "GRC-TUR:chios": [[26.24, 38.62], [26.26, 38.22]],
  "GRC-TUR:samos": [[26.72, 37.84], [27.12, 37.68]],
  "GRC-TUR:kos": [[26.95, 37.02], [27.4, 36.92]],
  "GRC-TUR:rhodes": [[27.8, 36.6], [28.45, 36.5]],
  "ESP-MAR:ceuta": [[-5.45, 35.92], [-5.2, 35.82]],
  "ESP-MAR:melilla": [[-3.05, 35.4], [-2.8, 35.25]],
  "ESP-MAR:canaries": [[-13.6, 28.5], [-14.6, 26.6]],
  "ESP-MAR:all": [[-5.9, 35.95], [-2.6, 35.55]],
  "ITA-TUN:all": [[10.9, 37.5], [11.9, 36.2]],
  "ITA-LBY:all": [[12.4, 34.4], [16.5, 34.4]],
  "MLT-LBY:all": [[13.6, 33.6], [15.8, 33.6]],
  "CYP-LBN:all": [[34.7, 34.75], [34.75, 34.1]],
  "CYP-TUR:all": [[32.5, 35.65], [34.2, 35.85]],
  "GRC-TUR:leros": [[27, 37.35], [27.15, 37.1]],
  "GRC-TUR:kastellorizo": [[29.4, 36.2], [29.75, 36.17]],
  "GRC-LBY:crete": [[23.5, 34.5], [25.8, 34.4]],
  "GRC-LBY:all": [[21.5, 33.9], [25, 33.4]],
  "GRC-EGY:crete": [[26, 34.3], [27.5, 33.7]],
  "GRC-EGY:all": [[27.5, 33.3], [29.5, 32.8]],
  "ESP-MRT:canaries": [[-16.5, 27.3], [-17.2, 25.5]],
  "ESP-MRT:all": [[-17.7, 24], [-18.2, 21.3]],
  "ESP-SEN:canaries": [[-17.9, 27.2], [-18.4, 25]],
  "ESP-SEN:all": [[-18.6, 22], [-18.6, 18.5]],
  "AUS-IDN:christmas": [[104.8, -9.9], [106.6, -9.9]],
  "GBR-FRA:channel": [[0.9, 50.75], [1.75, 51.15]],
  "FRA-GBR:channel": [[0.9, 50.75], [1.75, 51.15]],
  "FRA-GBR:all": [[0.4, 50.45], [1.6, 51.05]],
  "GBR-FRA:all": [[0.4, 50.45], [1.6, 51.05]],
  "AUS-IDN:all": [[121, -12.2], [130, -9.7]],
  "MYS-MMR:all": [[97.2, 9.6], [98.6, 6.4]],
};

/** Segments whose land border is only a part of them. */
const ALSO = { "GRC-TUR:all": ["GRC-TUR:lesvos", "GRC-TUR:chios", "GRC-TUR:samos", "GRC-TUR:kos", "GRC-TUR:rhodes"] };
/** Segments that have no line: "elsewhere at sea", regions of the sea, and what is the whole border. The list of borders has them. */
const WITHOUT_LINE = [
  "GRC-TUR:sea_other", "ESP-MAR:sea_other", "PAN-COL:darien", "COL-PAN:darien",
  "ITA-TUN:sar_tunisia", "ITA-TUN:sar_malta", "ITA-TUN:sar_italy", "ITA-LBY:sar_libya", "ITA-LBY:sar_malta", "ITA-LBY:sar_italy", "MLT-LBY:sar_malta", "MLT-LBY:sar_libya",
];

const read = async (folder) => {
  const bytes = await readFile(join(folder, SOURCE.name));
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== SOURCE.sha256) throw new Error(`${SOURCE.name} has the SHA-256 ${found}`);
  return JSON.parse(bytes);
};

/** Every arc of the topology as [[lon, lat]]. */
const arcsOf = ({ arcs, transform: { scale, translate } }) => arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
});

const polygonsOf = ({ type, arcs }) => (type === "Polygon" ? [arcs] : arcs);
const numbersOf = (geometry) => new Set(polygonsOf(geometry).flat(2).map((arc) => (arc < 0 ? ~arc : arc)));

/** A view's own units: degrees of latitude as long as at its middle. */
const projection = ([west, south, east, north]) => {
  const scale = WIDTH / (east - west);
  const stretch = 1 / Math.cos((((south + north) / 2) * Math.PI) / 180);
  return { to: ([lon, lat]) => [(lon - west) * scale, (north - lat) * scale * stretch], height: Math.round((north - south) * scale * stretch) };
};

const distance = ([x, y], [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

/** Douglas and Peucker. */
const simplified = (points) => {
  if (points.length < 3) return points;
  const far = points.slice(1, -1).map((point) => distance(point, points[0], points.at(-1)));
  const at = far.indexOf(Math.max(...far)) + 1;
  if (far[at - 1] <= NEAR) return [points[0], points.at(-1)];
  return [...simplified(points.slice(0, at + 1)).slice(0, -1), ...simplified(points.slice(at))];
};

/** The runs of `points` that `takes` accepts. */
const runs = (points, takes) => {
  const found = [[]];
  for (const point of points) {
    if (takes(point)) found.at(-1).push(point);
    else if (found.at(-1).length > 0) found.push([]);
  }
  return found.filter((run) => run.length > 1);
};

/** Sutherland and Hodgman: the part of a ring inside [0, 0, width, height]. */
const clipped = (ring, width, height) => {
  const edges = [
    [([x]) => x >= 0, ([ax, ay], [bx, by]) => [0, ay + ((by - ay) * -ax) / (bx - ax)]],
    [([x]) => x <= width, ([ax, ay], [bx, by]) => [width, ay + ((by - ay) * (width - ax)) / (bx - ax)]],
    [([, y]) => y >= 0, ([ax, ay], [bx, by]) => [ax + ((bx - ax) * -ay) / (by - ay), 0]],
    [([, y]) => y <= height, ([ax, ay], [bx, by]) => [ax + ((bx - ax) * (height - ay)) / (by - ay), height]],
  ];
  return edges.reduce((points, [inside, cut]) => points.flatMap((point, at) => {
    const before = points.at(at - 1);
    if (inside(point)) return inside(before) ? [point] : [cut(before, point), point];
    return inside(before) ? [cut(before, point)] : [];
  }), ring);
};

const write = (points) => points.map((point) => point.map((number) => Math.round(number)).join(" ")).join(" ");
const ringPath = (points) => `M${write(points)}Z`;
const linePath = (lines) => lines.map((points) => `M${write(points)}`).join("");
const span = (points, axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
const area = (points) => Math.abs(points.reduce((sum, [x, y], at) => sum + x * points.at(at - 1)[1] - points.at(at - 1)[0] * y, 0) / 2);
const middle = (points) => ["0", "1"].map((axis) => Math.round(points.reduce((sum, point) => sum + point[axis], 0) / points.length));

const world = (topology) => {
  const arcs = arcsOf(topology);
  const { geometries } = topology.objects.countries;
  const ringOf = (numbers) => numbers.flatMap((number) => (number < 0 ? [...arcs[~number]].reverse() : arcs[number]).slice(1));
  const states = geometries.map((geometry) => ({ id: geometry.id, own: numbersOf(geometry), rings: polygonsOf(geometry).map(([outer]) => ringOf(outer)) }));
  const state = (code) => states.find(({ id }) => id === NUMBERS[code]);
  /** The lines that two States share, as [[lon, lat]]. */
  const shared = (from, to) => [...state(from).own].filter((arc) => state(to).own.has(arc)).map((arc) => arcs[arc]);
  return { states, shared };
};

/** The lines of a segment in degrees; none for one that is only on the list. */
const linesOf = ({ code, from, to }, { shared }) => {
  if (AT_SEA[code]) return [AT_SEA[code]];
  if (WITHOUT_LINE.includes(code)) return [];
  const onLand = shared(from, to).flatMap((line) => runs(line, PARTS[code] ?? (() => true)));
  return [...onLand, ...(ALSO[code] ?? []).map((part) => AT_SEA[part])];
};

const isIn = ([west, south, east, north]) => ([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north;

/** The name of the view of a border, that of the whole of it; undefined for one without a line. */
const homeOf = ({ from, to }, world) => {
  const lines = linesOf({ code: `${from}-${to}:all`, from, to }, world);
  return Object.keys(VIEWS).find((id) => lines.length > 0 && lines.flat().every(isIn(VIEWS[id])));
};

const viewOf = ([id, box], segments, { states, shared }) => {
  const { to, height } = projection(box);
  const lines = segments.map((segment) => [segment, linesOf(segment, { shared })]).filter(([segment, found]) => found.length > 0 && homeOf(segment, { shared }) === id);
  const land = states.flatMap(({ id: number, rings }) => rings
    .map((ring) => clipped(ring.map(to), WIDTH, height)).filter((ring) => ring.length > 2 && Math.max(span(ring, 0), span(ring, 1)) >= SMALLEST)
    .map((ring) => ({ number, ring: simplified([...ring, ring[0]]).slice(0, -1) })).filter(({ ring }) => ring.length > 2));
  const named = Object.entries(NUMBERS).filter(([code]) => lines.some(([segment]) => [segment.from, segment.to].includes(code))).flatMap(([code, number]) => {
    const largest = land.filter((each) => each.number === number).sort((a, b) => area(b.ring) - area(a.ring))[0];
    if (!largest) return [];
    const [x, y] = middle(largest.ring);
    return [[code, x, Math.min(Math.max(y, TEXT), height - TEXT)]];
  });
  return {
    id, width: WIDTH, height, land: land.map(({ ring }) => ringPath(ring)).join(""), states: named,
    segments: Object.fromEntries(lines.map(([{ code }, found]) => [code, linePath(found.map((line) => simplified(line.map(to))))])),
  };
};

const folder = process.argv[2];
const { borders } = JSON.parse(await readFile(join(here, "../../testimony/questionnaire/gazetteer.json")));
const segments = Object.entries(borders).flatMap(([border, parts]) => [...parts, "all"].map((part) => ({ code: `${border}:${part}`, from: border.slice(0, 3), to: border.slice(4) })));
const found = world(await read(folder));
const views = Object.entries(VIEWS).map((view) => viewOf(view, segments, found));
const drawn = new Set(views.flatMap((view) => Object.keys(view.segments)));
const lost = segments.map(({ code }) => code).filter((code) => !drawn.has(code) && !WITHOUT_LINE.includes(code));
if (lost.length > 0) throw new Error(`no line for ${lost.join(", ")}: draw one, or name them among those without`);

const body = `/* Natural Earth, public domain, by world-atlas 2.0.2; made by tests/js/border_map.mjs, see docs/vendored.md */
export const views=${JSON.stringify(views)};
export const withoutLine=${JSON.stringify(WITHOUT_LINE)};
`;
const made = { "borders.js": Buffer.from(body), LICENSE: Buffer.from(`${NATURAL_EARTH}\n${await readFile(join(folder, "LICENSE"), "utf8")}`) };
const sums = Object.entries(made).map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`).join("");
await mkdir(target, { recursive: true });
for (const [name, bytes] of Object.entries({ ...made, SHA256SUMS: Buffer.from(sums) })) await writeFile(join(target, name), bytes);
