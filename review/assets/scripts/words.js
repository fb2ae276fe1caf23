// Words and figures in the language of the page. A page may replace any word by <script id="case-words">.
import en from "../words/en.json";
import vi from "../words/vi.json";
import { readJson } from "./page_json.js";

export const language = document.documentElement.lang.startsWith("en") ? "en" : "vi";
export const words = { ...(language === "en" ? en : vi), ...(readJson("case-words") ?? {}) };

const whole = new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN", { maximumSignificantDigits: 3 });
const month = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });
const percent = new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN", { style: "percent" });

/** A whole number with the thousands mark of the language. */
export const figure = (value) => whole.format(value);

/** A share of one, as a percentage. */
export const share = (value) => percent.format(value);

/** An amount that fits on an edge: "1,25 tỷ", "441 tr", "80 nghìn". */
export function shortAmount(value) {
  for (const [size, word] of [[1e9, words.billion], [1e6, words.million], [1e3, words.thousand]]) {
    if (Math.abs(value) >= size) return `${short.format(value / size)} ${word}`;
  }
  return whole.format(value);
}

/** "2026-03-31" as "31/03/2026", in English as "31 Mar 2026"; `short` leaves the year out. */
export function dayText(day, short = false) {
  const [year, number, date] = day.split("-");
  const parts = language === "en" ? [date, month.format(new Date(day)), year] : [date, number, year];
  return parts.slice(0, short ? 2 : 3).join(language === "en" ? " " : "/");
}

/** A sentence with its {places} filled. */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** At most `letters` letters, the rest as an ellipsis. */
export function cut(text, letters) {
  const all = [...text];
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join("").trimEnd()}…`;
}
