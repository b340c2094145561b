// The live protocol, from the browser's side; the server's side and the frames are described in monitoring/consumers.py.

import { put } from "./put.js";
import { span } from "./span.js";

const LIVE = 15_000, DELAYED = 60_000, FIRST_WAIT = 500, LONGEST_WAIT = 30_000, MOST_WAITING = 400;
const body = document.body;
const pulse = document.getElementById("pulse");

let socket = null;
let epoch = Number(body.dataset.epoch);
let lastId = Number(body.dataset.lastId);
let told = Date.now();        // when the server last said anything: the age of what is on the page
let failures = 0;
let waiting = [];             // pieces that came while nobody looked
let leaving = false;

export function start() {
  if (!body.dataset.live) return;
  connect();
  setInterval(showAge, 1000);
  document.addEventListener("visibilitychange", catchUp);
  addEventListener("pagehide", () => { leaving = true; if (socket?.readyState === WebSocket.OPEN) socket.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { leaving = false; connect(); } });
  addEventListener("online", () => { failures = 0; connect(); });
}

function connect() {
  if (leaving || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}${body.dataset.live}`);
  socket.onopen = () => say({ kind: "hello", epoch, last_id: lastId });
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = again;
}

function say(frame) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function hear(frame) {
  told = Date.now();
  failures = 0;
  if (frame.kind === "resync") return resync();
  if (frame.kind === "mark") {
    lastId = Math.max(lastId, frame.id);
    say({ kind: "seen", id: frame.id });
  } else if (document.hidden) {
    waiting.push(frame);
    if (waiting.length > MOST_WAITING) waiting = [{ kind: "resync" }];
  } else {
    paint(frame);
  }
  showAge();
}

function paint(frame) {
  if (frame.kind === "resync") return resync();
  for (const id of frame.drop ?? []) document.getElementById(id)?.remove();
  const fresh = put(frame.html, frame.target);
  document.dispatchEvent(new CustomEvent("kulis:told", { detail: { kind: frame.kind, fresh } }));
}

function catchUp() {
  if (document.hidden) return;
  const missed = waiting;
  waiting = [];
  missed.forEach(paint);
  connect();
}

/** Full jitter: anywhere between nothing and a bound that doubles. After a few failures the page is read over HTTP meanwhile. */
function again(event) {
  socket = null;
  if (leaving) return;
  if (event.code === 4001) { location.reload(); return; }
  failures += 1;
  const bound = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  setTimeout(connect, FIRST_WAIT + Math.random() * (bound - FIRST_WAIT));
  if (failures > 2 && !document.hidden) resync();
}

/** Read the page anew and put its living parts in the place of ours. */
async function resync() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) { if (response.redirected) location.reload(); return; }
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    epoch = Number(fresh.body.dataset.epoch);
    lastId = Number(fresh.body.dataset.lastId);
    told = Date.now();
    for (const part of fresh.querySelectorAll("[data-live-root], #engine-switch, #engine-banner")) put(part.outerHTML, part.dataset.into ?? "");
    document.dispatchEvent(new CustomEvent("kulis:resynced"));
    if (socket?.readyState === WebSocket.OPEN) socket.close();
  } catch {
    // No answer: the age of the page says so.
  }
  showAge();
}

function showAge() {
  const age = Date.now() - told;
  const state = age < LIVE ? (socket?.readyState === WebSocket.OPEN ? "live" : "waiting") : age < DELAYED ? "delayed" : "offline";
  if (pulse.dataset.state !== state) pulse.dataset.state = state;
  body.dataset.freshness = state;
  pulse.querySelector("[data-age]").textContent = span(Math.round(age / 1000));
  pulse.querySelector("[data-since]").textContent = new Date(told).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
