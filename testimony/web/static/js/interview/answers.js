/** What an answer is, and how a tap changes it: {value} or {missing: "unk" | "ref" | "nask"}; the three are never merged. DOM-free. */

export const MISSING = ["unk", "ref", "nask"];
const ALONE = "none";

export const isAnswered = (answer) => {
  if (answer === undefined || answer === null) return false;
  if ("missing" in answer) return true;
  const { value } = answer;
  return value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
};

/** A single choice. */
export const choose = (code) => (MISSING.includes(code) ? { missing: code } : { value: code });

/** One tap in a multiple choice: `ALONE` codes and the three reasons stand alone, everything else adds up; a second tap takes back. */
export const toggle = (answer, code, alone = [ALONE]) => {
  const chosen = answer?.missing ? [answer.missing] : (answer?.value ?? []);
  if (chosen.includes(code)) {
    const rest = chosen.filter((each) => each !== code);
    return rest.length === 0 ? undefined : { value: rest };
  }
  if (MISSING.includes(code)) return { missing: code };
  if (alone.includes(code)) return { value: [code] };
  return { value: [...chosen.filter((each) => !alone.includes(each) && !MISSING.includes(each)), code] };
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

export const textFrom = (text) => (text.trim() === "" ? undefined : { value: text });

const daysIn = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Which parts of a date a person who knows it `precision` well is asked for. */
export const partsOf = (precision) => {
  if (MISSING.includes(precision)) return [];
  if (precision === "year") return ["year"];
  return precision === "month" || precision === "quarter" ? ["year", "month"] : ["year", "month", "day"];
};

/** {value: "YYYY-MM-DD"} no finer than `precision` (missing parts are 01), or undefined while parts lack or no such day exists. */
export const dateFrom = (parts, precision) => {
  const asked = partsOf(precision);
  if (asked.length === 0) return { missing: precision };
  if (asked.some((part) => !parts[part])) return undefined;
  const month = asked.includes("month") ? parts.month : "1";
  const day = asked.includes("day") ? parts.day : "1";
  if (Number(day) > daysIn(Number(parts.year), Number(month))) return undefined;
  return { value: `${parts.year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` };
};

/** {year, month, day} without leading zeros; {} for anything but a date. */
export const partsFrom = (answer) => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(answer?.value ?? "");
  return found === null ? {} : { year: found[1], month: String(Number(found[2])), day: String(Number(found[3])) };
};
