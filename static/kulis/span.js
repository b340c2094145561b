// A length of time in the language of the page: 12 sn, 3 dk.

const number = (unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" });
const seconds = number("second");
const minutes = number("minute");

export function span(length) {
  return length > 90 ? minutes.format(Math.round(length / 60)) : seconds.format(length);
}
