// Ctrl-K or Cmd-K on every page. Without this script the same link leads to the page of the search.

import { put } from "./put.js";

const WAIT = 140;
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-q");
const said = document.getElementById("palette-said");
let asked = null;
let timer = 0;
let asking = null;

const options = () => [...dialog.querySelectorAll("[role=option]")];

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (all.length) choose(all[(at + step + all.length) % all.length]);
}

async function ask() {
  if (field.value === asked) return;
  asked = field.value;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${field.form.action}?q=${encodeURIComponent(asked)}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    put(await answer.text());
    choose(options()[0]);
    said.textContent = options().length ? `${options().length} ${dialog.dataset.some}` : dialog.dataset.none;
  } catch (error) {
    if (error.name === "AbortError") return;
    asked = null;
    said.textContent = dialog.dataset.failed;
  }
}

function open() {
  if (dialog.open) return;
  for (const sheet of document.querySelectorAll(":popover-open")) sheet.hidePopover();
  dialog.showModal();
  field.select();
  ask();
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (dialog.open) dialog.close(); else open();
});
document.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
  if (event.ctrlKey || event.metaKey || !event.target.closest("[data-palette]")) return;
  event.preventDefault();
  open();
});
field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { event.preventDefault(); dialog.close(); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
  else if (event.key === "Enter" && !event.isComposing && asked === field.value) {
    const chosen = dialog.querySelector("[role=option][aria-selected=true]");
    if (chosen) { event.preventDefault(); dialog.close(); chosen.click(); }
  }
});
