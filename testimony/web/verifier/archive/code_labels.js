/** What questions and answers of a part in clear are called, by the questionnaire in the archive: words beside the codes, never in their place. DOM-free. */

const REASONS = "yn5"; // the list that names unk, ref and nask
const CODED = { vio: "vio_family" }; // the list whose codes a coded account holds instead

const isMap = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
const at = (one, ...path) => path.reduce((found, key) => (isMap(found) && Object.hasOwn(found, key) ? found[key] : undefined), one);
const text = (...found) => found.find((one) => typeof one === "string" && one !== "");

/** {asks, says}: what questions and codes are called in the language `tag` where the form has it, else in the language in which it was written. */
export const wordingOf = (form, tag) => {
  const base = text(at(form, "language"), "en").toLowerCase();
  const said = (path, written) => {
    const translated = text(at(form, "translations", tag, ...path));
    const words = translated ?? text(written);
    return words && { words, lang: translated ? tag : base };
  };
  const field = (name) => at(form, "fields", name) ?? at(form, "consent", name);
  const codes = (list) => {
    const options = at(form, "lists", list, "options");
    return Array.isArray(options) ? options.filter(isMap) : [];
  };
  const option = (list, code) => list && said(["lists", list, code], codes(list).find((one) => one.code === code)?.label);
  const pieces = (name) => (Array.isArray(at(field(name), "pieces")) ? field(name).pieces.filter(isMap) : []);

  /** What the question `name`, or its piece, asks. */
  const asks = (name, piece = null) =>
    piece === null
      ? said(["fields", name, "label"], at(field(name), "label"))
      : said(["fields", name, "pieces", piece], pieces(name).find(({ id }) => id === piece)?.label);

  /** What `code` says as an answer to it. */
  const says = (name, code, piece = null) => {
    const of = piece === null ? field(name) : pieces(name).find(({ id }) => id === piece);
    const [list, band] = [at(of, "list"), at(of, "band")];
    const tried = [list, CODED[list], band, REASONS].filter((one) => typeof one === "string");
    return tried.map((one) => option(one, code)).find(Boolean);
  };
  return { asks, says };
};
