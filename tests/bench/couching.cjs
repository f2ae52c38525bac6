// PouchDB for the benchmark: `serve PORT` is express-pouchdb, `push PORT RECORDS BYTES PARTS` replicates to it and tells the time.
const crypto = require("node:crypto");
const net = require("node:net");

const PouchDB = require("pouchdb-core")
  .plugin(require("pouchdb-adapter-memory"))
  .plugin(require("pouchdb-adapter-http"))
  .plugin(require("pouchdb-replication"));

const serve = (port) => {
  const app = require("express")();
  app.use("/", require("express-pouchdb")(PouchDB.defaults({ adapter: "memory" }), { inMemoryConfig: true, mode: "minimumForPouchDB" }));
  app.listen(port, "127.0.0.1", () => console.log("up"));
};

/** Counts what goes up on its way to `port`; gives its own port. */
const scale = (port) =>
  new Promise((resolve) => {
    const counted = { sent: 0 };
    const server = net.createServer((near) => {
      const far = net.connect(port, "127.0.0.1");
      near.on("data", (piece) => { counted.sent += piece.length; far.write(piece); });
      far.pipe(near);
      for (const [one, other] of [[near, far], [far, near]]) one.on("close", () => other.destroy()).on("error", () => {});
    });
    server.listen(0, "127.0.0.1", () => resolve({ counted, port: server.address().port, close: () => server.close() }));
  });

const push = async (port, records, bytes, parts) => {
  const local = new PouchDB("records", { adapter: "memory" });
  for (let number = 0; number < records; number += 1) {
    const _attachments = {};
    for (let part = 0; part < parts; part += 1) {
      _attachments[`part-${part}`] = { content_type: "application/octet-stream", data: crypto.randomBytes(bytes) };
    }
    await local.put({ _id: String(number), _attachments });
  }
  const way = await scale(port);
  const before = performance.now();
  const done = await local.replicate.to(`http://127.0.0.1:${way.port}/records`, { batch_size: 100 });
  const seconds = (performance.now() - before) / 1000;
  if (done.docs_written !== records) throw new Error(`${done.docs_written} of ${records} arrived`);
  console.log(JSON.stringify({ seconds, sent: way.counted.sent }));
  process.exit(0);
};

const [act, ...told] = process.argv.slice(2);
if (act === "serve") serve(Number(told[0]));
else push(...told.map(Number));
