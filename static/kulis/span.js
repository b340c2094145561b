// A length of time in the language of the page: 12 sn, 3 dk. Turkish would end its units with a full stop; ours stand in
// the middle of lines.

const number = (unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" });
const seconds = number("second");
const minutes = number("minute");

export function span(length) {
  const text = length > 90 ? minutes.format(Math.round(length / 60)) : seconds.format(length);
  return text.replace(/\.$/, "");
}
