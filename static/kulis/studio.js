// The studio: tabs, checks while somebody types, rows, and trying it out. What is right and wrong only the server knows.

import { put } from "./put.js";
import { paint } from "./week.js";

const form = document.getElementById("studio");
const WAIT = 450;
let asked = null, timer = 0, changed = false, leaving = false;

// --- Tabs: links to the parts without a script, tabs with one -------------------------------------------------------
const tabs = [...form.querySelectorAll(".tabs a")];
const panel = (tab) => document.getElementById(tab.hash.slice(1));

function show(tab) {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    panel(other).hidden = !chosen;
  }
}

function choose(tab) {
  show(tab);
  history.replaceState(null, "", tab.hash);
  tab.focus();
}

form.querySelector(".tabs").setAttribute("role", "tablist");
for (const [n, tab] of tabs.entries()) {
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", tab.hash.slice(1));
  panel(tab).setAttribute("role", "tabpanel");
  tab.addEventListener("click", (event) => { event.preventDefault(); choose(tab); });
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === " ") { event.preventDefault(); choose(tab); }
    if (step) { event.preventDefault(); choose(tabs[(n + step + tabs.length) % tabs.length]); }
  });
}
const wrong = tabs.find((tab) => tab.querySelector(".tally"));
show(wrong ?? tabs.find((tab) => tab.hash === location.hash) ?? tabs[0]);

// --- Checks ----------------------------------------------------------------------------------------------------------
async function send(address, signal) {
  const response = await fetch(address, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, signal });
  if (response.status === 403 || response.redirected) { leaving = true; location.reload(); }
  return response;
}

function mark() {
  for (const note of form.querySelectorAll(".note[id]")) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(note.id.slice(5))}"]`)) field.setAttribute("aria-invalid", String(Boolean(note.querySelector(".bad"))));
  }
}

async function check() {
  asked?.abort();
  asked = new AbortController();
  try {
    const response = await send(form.dataset.check, asked.signal);
    if (response.status !== 200) return;
    put(await response.text());
    mark();
  } catch {
    // Typing goes on; the next check, or the save, says what is wrong.
  }
}

function touched() {
  changed = true;
  if (!form.dataset.check) return;
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
}

form.addEventListener("input", (event) => {
  if (event.target.closest(".try-it") || event.target.id === "reason") return;
  if (event.target.type === "range") event.target.parentElement.querySelector("output").textContent = Number(event.target.value).toLocaleString(document.documentElement.lang);
  if (event.target.name?.endsWith("-DELETE")) event.target.closest(".written-row").classList.toggle("is-removed", event.target.checked);
  touched();
});
form.addEventListener("submit", () => { leaving = true; });
addEventListener("beforeunload", (event) => { if (changed && !leaving) event.preventDefault(); });

// --- Rows ------------------------------------------------------------------------------------------------------------
function number(node, n) {
  for (const attribute of ["id", "name", "for", "aria-describedby"]) {
    const value = node.getAttribute?.(attribute);
    if (value?.includes("__prefix__")) node.setAttribute(attribute, value.replaceAll("__prefix__", n));
  }
  for (const child of node.children) number(child, n);
}

form.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-add]")?.dataset.add;
  if (!kind) return;
  const total = form.elements[`${kind}-TOTAL_FORMS`];
  const row = document.getElementById(`blank-${kind}`).content.firstElementChild.cloneNode(true);
  number(row, total.value);
  total.value = Number(total.value) + 1;
  document.getElementById(`rows-${kind}`).append(row);
  row.querySelector("input, select, textarea").focus();
});

// --- Trying it out ---------------------------------------------------------------------------------------------------
document.getElementById("try")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const button = event.currentTarget, place = button.closest(".try-it");
  if (place.getAttribute("aria-busy") === "true") return;
  place.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  try {
    const response = await send(button.formAction);
    if (response.ok) put(await response.text()); else throw new Error(response.statusText);
    if (document.querySelector("#tried .bad, #tried .is-bad")) check();
    document.getElementById("tried").focus();
  } catch {
    document.getElementById("herald").textContent = form.dataset.failed;
    document.getElementById("tried").textContent = form.dataset.failed;
  } finally {
    place.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
});

paint(form.querySelector(".week"), touched);
