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

const two = (number) => String(number).padStart(2, "0");
const quarterOf = (year, month) => {
  const first = Math.floor((month - 1) / 3) * 3 + 1;
  return `${year}-${two(first)}..${year}-${two(first + 2)}`;
};

/** {value} no finer than `precision`: YYYY-MM-DD, YYYY-MM, a quarter YYYY-MM..YYYY-MM or YYYY; undefined while parts lack or no such day exists. */
export const dateFrom = (parts, precision) => {
  const asked = partsOf(precision);
  if (asked.length === 0) return { missing: precision };
  if (asked.some((part) => !parts[part])) return undefined;
  const [year, month, day] = [parts.year, Number(parts.month), Number(parts.day)];
  if (asked.includes("day")) return day > daysIn(Number(year), month) ? undefined : { value: `${year}-${two(month)}-${two(day)}` };
  if (precision === "quarter") return { value: quarterOf(year, month) };
  return { value: asked.includes("month") ? `${year}-${two(month)}` : year };
};

/** {year, month, day} without leading zeros, as far as the date goes; {} for anything but a date. */
export const partsFrom = (answer) => {
  const [year, month, day] = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2})|\.\.\d{4}-\d{2})?$/.exec(answer?.value ?? "")?.slice(1) ?? [];
  const parts = { year, month: month && String(Number(month)), day: day && String(Number(day)) };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part));
};
