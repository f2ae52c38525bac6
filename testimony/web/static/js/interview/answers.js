/** What an answer is, and how a tap changes it: {value} or {missing: "unk" | "ref" | "nask"}; the three are never merged. DOM-free. */

export const MISSING = ["unk", "ref", "nask"];
const ALONE = "none";

export const isAnswered = (answer) => answer !== undefined && ("missing" in answer || (answer.value !== "" && answer.value !== null && !(Array.isArray(answer.value) && answer.value.length === 0)));

/** A single choice; choosing the chosen one again takes it back. */
export const choose = (answer, code) => {
  const next = MISSING.includes(code) ? { missing: code } : { value: code };
  const same = answer !== undefined && (answer.value ?? answer.missing) === code;
  return same ? undefined : next;
};

/** One tap in a multiple choice: "none" and the three reasons stand alone, everything else adds up. */
export const toggle = (answer, code) => {
  if (MISSING.includes(code) || code === ALONE) return choose(answer?.value?.length === 1 ? { value: answer.value[0] } : answer, code) && (code === ALONE ? { value: [ALONE] } : { missing: code });
  const before = (answer?.value ?? []).filter((each) => each !== ALONE);
  const after = before.includes(code) ? before.filter((each) => each !== code) : [...before, code];
  return after.length === 0 ? undefined : { value: after };
};

/** Digits as people write them (Arabic and Persian ones too) as Western digits; everything else goes. */
export const plainDigits = (text) =>
  Array.from(text, (c) => {
    const code = c.codePointAt(0);
    if (code >= 0x660 && code <= 0x669) return String(code - 0x660);
    if (code >= 0x6f0 && code <= 0x6f9) return String(code - 0x6f0);
    return c >= "0" && c <= "9" ? c : "";
  }).join("");

export const numberFrom = (text) => {
  const digits = plainDigits(text);
  return digits === "" ? undefined : { value: Math.min(Number(digits), 99999) };
};

const daysIn = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Which parts of a date a person who knows it `precision` well is asked for. */
export const partsOf = (precision) => {
  if (precision === "year") return ["year"];
  return precision === "month" || precision === "quarter" ? ["year", "month"] : ["year", "month", "day"];
};

/** {value: "YYYY-MM-DD"} no finer than `precision` (missing parts are 01), or undefined while parts lack or no such day exists. */
export const dateFrom = ({ year, month, day }, precision) => {
  const parts = { year, month, day };
  if (partsOf(precision).some((part) => !parts[part])) return undefined;
  const [m, d] = [partsOf(precision).includes("month") ? month : 1, partsOf(precision).includes("day") ? day : 1];
  if (Number(d) > daysIn(Number(year), Number(m))) return undefined;
  return { value: `${year}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}` };
};

export const partsFrom = (answer) => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(answer?.value ?? "");
  return found === null ? {} : { year: found[1], month: String(Number(found[2])), day: String(Number(found[3])) };
};
