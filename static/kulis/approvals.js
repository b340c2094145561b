// The queue of approvals: which card is meant, what the keys do, and what is told after a decision. Every act is a form of
// the page; here they are only pressed. What somebody has typed is never taken away.

import { listen } from "./keys.js";

const queue = document.getElementById("queue");
const title = document.getElementById("queue-title");
const herald = document.getElementById("herald");
const help = document.getElementById("keys");
const all = document.getElementById("select-all");
const chosen = document.getElementById("chosen");
const SHOWN = 20_000;

let current = null;      // the card that the keys mean
let unspoken = false;    // new cards that were not announced yet

const cards = () => [...queue.querySelectorAll(":scope > .held")];
const open = () => cards().filter((card) => !card.classList.contains("settled"));
const box = (card) => card.querySelector(".pick input");
const say = (text) => { if (text) herald.textContent = text; };

// --- which card is meant ---

function choose(card, focus = true) {
  if (current !== card) {
    current?.classList.remove("is-current");
    current = card;
    card?.classList.add("is-current");
  }
  if (focus) (card ?? title).focus();
}

function step(by) {
  const shown = open();
  if (!shown.length) return;
  const at = shown.indexOf(current);
  choose(shown[Math.min(Math.max(at + by, 0), shown.length - 1)]);
}

/** Take a card off the page; whoever was on it goes on with the next one. */
function leave(card) {
  const rest = open();
  const next = rest[rest.indexOf(card) + 1] ?? rest[rest.indexOf(card) - 1] ?? null;
  const here = card.contains(document.activeElement);
  const meant = card === current;
  card.remove();
  if (meant || here) choose(next, here);
  tally();
}

// --- what the server tells ---

/** Cards that wait no more leave. One in which somebody has typed stays, with the news of who was faster. */
function sweep() {
  const keys = new Set(document.getElementById("queue-head").dataset.keys.split(" "));
  for (const card of open()) {
    if (keys.has(card.id) || card.dataset.busy) continue;
    const news = card.querySelector(".news").textContent.trim();
    if (typed(card)) settle(card, news);
    else { if (card.contains(document.activeElement)) say(news); leave(card); }
  }
}

const typed = (card) => [...card.querySelectorAll("textarea, input[name=other]")].some((field) => field.value !== field.defaultValue);

function settle(card, news) {
  card.classList.add("settled");
  for (const button of card.querySelectorAll("button")) button.disabled = true;
  const place = card.querySelector(".news");
  if (!news) { place.hidden = false; place.textContent = queue.dataset.gone; }
  say(`${news} ${queue.dataset.gone}`.trim());
  if (card === current) choose(open()[0] ?? null, false);
}

document.addEventListener("kulis:put", (event) => {
  if (event.target.id === "queue-head") sweep();
  if (event.target.matches?.("#queue > .held")) arrived();
});
document.addEventListener("kulis:resynced", sweep);

/** Said at most once in five seconds. */
function arrived() {
  tally();
  if (!current) choose(open()[0], false);
  if (unspoken) return;
  unspoken = true;
  setTimeout(() => { unspoken = false; say(queue.dataset.new); }, 5000);
}

// --- decisions ---

document.addEventListener("htmx:beforeRequest", (event) => {
  const card = event.target.closest(".held");
  if (card) { card.dataset.busy = "yes"; choose(card, false); }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { status, responseText } = event.detail.xhr;
  const card = event.target.closest(".held");
  if (card) {
    delete card.dataset.busy;
    if (status === 200) { card.querySelector("textarea")?.form.reset(); leave(card); }
    else complain(card, status === 422 ? responseText : card.querySelector(".problem").dataset.failed);
  }
  if (status === 200 && event.target.closest("[data-put=outcomes]")) say(document.querySelector("#outcomes > :first-child")?.dataset.said);
});

function complain(card, words) {
  const problem = card.querySelector(".problem");
  problem.hidden = false;
  problem.querySelector("span").textContent = words;
  sweep();
}

/** What can be taken back no more shows no button for it; what went well leaves by itself, unless somebody is at it. */
document.addEventListener("kulis:put", (event) => {
  if (event.target.matches?.("#outcomes > .is-done")) setTimeout(() => quit(event.target), SHOWN);
});

function quit(outcome) {
  if (outcome.matches(":hover, :focus-within")) setTimeout(() => quit(outcome), SHOWN);
  else outcome.remove();
}

setInterval(() => {
  for (const form of document.querySelectorAll("form[data-until]")) {
    if (Date.parse(form.dataset.until) > Date.now()) continue;
    const had = form.contains(document.activeElement);
    form.remove();
    if (had) choose(current);
  }
}, 500);

// --- several at once ---

function tally() {
  const boxes = open().map(box).filter(Boolean);
  const count = boxes.filter((one) => one.checked).length;
  if (!chosen) return;
  chosen.textContent = count ? `${chosen.dataset.some} ${count}` : chosen.dataset.none;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
}

all?.addEventListener("change", () => { for (const card of open()) if (box(card)) box(card).checked = all.checked; tally(); });
queue.addEventListener("change", tally);

// --- keys ---

const part = (card, act) => card.querySelector(`[data-act=${act}]`);

function unfold(card, act) {
  const details = part(card, act);
  if (!details) return;
  details.open = true;
  const text = details.querySelector("textarea");
  (text ?? details.querySelector("[data-key]")).focus();
  text?.setSelectionRange(text.value.length, text.value.length);
}

function fold() {
  const details = current?.querySelector("details[open]");
  if (!details) return false;
  details.open = false;
  choose(current);
  return true;
}

const ACTS = {
  a: () => part(current, "approve")?.requestSubmit(),
  e: () => unfold(current, "edit"),
  r: () => unfold(current, "reject"),
  x: () => box(current)?.click(),
};

function press(event) {
  const inQueue = queue.contains(document.activeElement);
  if (event.key === "j" || (event.key === "ArrowDown" && inQueue)) step(1);
  else if (event.key === "k" || (event.key === "ArrowUp" && inQueue)) step(-1);
  else if (event.repeat) return;
  else if (event.key === "?" && help) help.togglePopover();
  else if (event.key === "u") document.querySelector("#outcomes form[data-until]")?.requestSubmit();
  else if (current && ACTS[event.key]) ACTS[event.key]();
  else if (current && "1234".includes(event.key) && part(current, "reject")?.open) current.querySelector(`[data-key="${event.key}"]`).click();
  else return;
  event.preventDefault();
}

queue.addEventListener("focusin", (event) => { const card = event.target.closest(".held:not(.settled)"); if (card) choose(card, false); });

listen({ press, fold });
tally();
choose(open()[0] ?? null, false);
queue.querySelector("details[open] textarea")?.focus();
