// The talk: where it is scrolled to, who follows whom, what lies further back, and the story behind a message.

import { put } from "./put.js";

const scroller = document.getElementById("scroller");
const thread = document.getElementById("thread");
const jump = document.getElementById("to-newest");
const panel = document.getElementById("panel");
const room = document.querySelector(".room");
const herald = document.getElementById("herald");
const wide = matchMedia("(min-width: 62rem)");

let sticks = true;       // whether the reader is at the newest message
let unread = 0;
let loading = false;     // earlier messages are on their way
let unspoken = [];       // new lines that were not announced yet
let opener = null;       // what had the focus before the panel opened

const lines = (element) => element?.classList?.contains("line");

/** The same voice a moment later is shown without its name; a new day is named. The server decides it alike for whole pages. */
function regroup(line) {
  const before = lines(line.previousElementSibling) ? line.previousElementSibling : null;
  const sameDay = before?.dataset.day === line.dataset.day;
  const close = before && Number(line.dataset.order) - Number(before.dataset.order) < 240;
  line.classList.toggle("follows", Boolean(before && sameDay && close && before.dataset.who === line.dataset.who));
  line.classList.toggle("new-day", !sameDay);
}

function toNewest() {
  scroller.scrollTop = scroller.scrollHeight;
  unread = 0;
  showJump();
}

function showJump() {
  jump.hidden = sticks || !unread;
  const text = jump.querySelector("span");
  text.textContent = `${unread} ${unread === 1 ? text.dataset.one : text.dataset.many}`;
}

scroller.addEventListener("scroll", () => {
  sticks = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  if (sticks) unread = 0;
  showJump();
  if (scroller.scrollTop < 60 && scroller.scrollHeight > scroller.clientHeight) loadOlder();
}, { passive: true });
jump.addEventListener("click", () => { sticks = true; toNewest(); });
new ResizeObserver(() => { if (sticks) toNewest(); }).observe(scroller);

document.addEventListener("kulis:put", (event) => {
  const line = event.target;
  if (line.dataset.ttl) setTimeout(() => line.remove(), Number(line.dataset.ttl) * 1000);
  if (!lines(line)) return;
  regroup(line);
  if (lines(line.nextElementSibling)) regroup(line.nextElementSibling);
  if (loading) return;
  if (line === thread.lastElementChild) announce(line);
  if (sticks || line.classList.contains("mine")) { sticks = true; toNewest(); }
  else { unread += 1; showJump(); }
});
document.addEventListener("kulis:resynced", () => { sticks = true; toNewest(); });

/** Said aloud at most once in five seconds, the newest last. */
function announce(line) {
  if (line.classList.contains("mine")) return;
  unspoken.push(`${line.dataset.speaker}: ${line.querySelector(".words").textContent}`);
  if (unspoken.length === 1) setTimeout(() => { herald.textContent = unspoken.slice(-2).join(" "); unspoken = []; }, 5000);
}

async function loadOlder() {
  const link = document.querySelector("#older [data-older]");
  if (!link || loading) return;
  loading = true;
  try {
    const response = await fetch(link.dataset.older);
    const html = response.ok && !response.redirected ? await response.text() : "";
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    put(html, "thread");
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
  } finally {
    loading = false;
  }
}

async function openStory(link) {
  const response = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok || response.redirected) { location.assign(link.href); return; }
  const html = await response.text();
  closeStory();
  opener = link;
  link.closest(".line")?.classList.add("open");
  room.classList.add("with-panel");
  panel.replaceChildren();
  put(html, "panel");
  panel.scrollTop = 0;
  panel.querySelector("#story").focus({ preventScroll: true });
  if (sticks) toNewest();
}

function closeStory() {
  if (!room.classList.contains("with-panel")) return;
  room.classList.remove("with-panel");
  document.querySelector(".line.open")?.classList.remove("open");
  panel.replaceChildren();
  opener?.focus({ preventScroll: true });
  opener = null;
}

function jumpTo(event, link) {
  const line = document.getElementById(link.dataset.jump);
  if (!line) return;
  event.preventDefault();
  show(line);
}

function show(line) {
  line.scrollIntoView({ block: "center" });
  line.classList.remove("flash");
  requestAnimationFrame(() => line.classList.add("flash"));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a, button");
  if (link?.dataset.older) { event.preventDefault(); loadOlder(); }
  else if (link?.dataset.jump) jumpTo(event, link);
  else if (link && "close" in link.dataset) closeStory();
  else if (link && "panel" in link.dataset && wide.matches && !event.metaKey && !event.ctrlKey) { event.preventDefault(); openStory(link); }
  else if (!link && !String(getSelection())) event.target.closest(".line.bot .bubble")?.querySelector("[data-panel]")?.click();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) closeStory(); });

const named = location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
if (named) { sticks = false; show(named); } else toNewest();
