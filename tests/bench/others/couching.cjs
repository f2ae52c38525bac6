// PouchDB for the benchmark: `serve PORT` is express-pouchdb, `push PORT FOLDER` replicates to it what lies there and tells the time.
const fs = require("node:fs");
const path = require("node:path");
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

/** Every record of `folder`: a folder in one of its folders, of files. */
const recordsOf = (folder) =>
  fs.readdirSync(folder).flatMap((group) => fs.readdirSync(path.join(folder, group)).map((name) => path.join(folder, group, name)));

const push = async (port, folder) => {
  const local = new PouchDB("records", { adapter: "memory" });
  const records = recordsOf(folder);
  for (const record of records) {
    const _attachments = {};
    for (const part of fs.readdirSync(record)) {
      _attachments[part] = { content_type: "application/octet-stream", data: fs.readFileSync(path.join(record, part)) };
    }
    await local.put({ _id: path.basename(record), _attachments });
  }
  const way = await scale(port);
  const before = performance.now();
  const done = await local.replicate.to(`http://127.0.0.1:${way.port}/records`, { batch_size: 100 });
  const seconds = (performance.now() - before) / 1000;
  if (done.docs_written !== records.length) throw new Error(`${done.docs_written} of ${records.length} arrived`);
  console.log(JSON.stringify({ seconds, sent: way.counted.sent }));
  process.exit(0);
};

const [act, ...told] = process.argv.slice(2);
if (act === "serve") serve(Number(told[0]));
else push(Number(told[0]), told[1]);
