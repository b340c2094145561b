// What every page does: appearance, small forms, counting down, and the live connection.

import * as live from "./live.js";
import { put } from "./put.js";
import { span } from "./span.js";

const root = document.documentElement;

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === root.dataset.theme));
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (!choice) return;
  root.dataset.theme = choice;
  localStorage.setItem("theme", choice);
  showTheme();
});

// Forms marked data-put answer with pieces of the page; they go where live pieces go, so it does not matter which comes first.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("[data-put]");
  if (!form) return;
  const { status } = event.detail.xhr;
  document.getElementById("trouble").hidden = status === 200 || status === 422;
  if (status === 403) location.reload();
  if (status === 422) form.querySelector("[data-refused]")?.replaceChildren(event.detail.xhr.responseText);
  if (status === 422) form.querySelector("[data-when-refused]")?.removeAttribute("hidden");
  if (status !== 200) return;
  if (form.dataset.said) document.getElementById("herald").textContent = form.dataset.said;
  put(event.detail.xhr.responseText, form.dataset.put);
  form.closest("[popover]")?.hidePopover();
});

/** <time data-until>: seconds that are left, by the clock of this computer; data-before goes with them. */
function countDown() {
  for (const time of document.querySelectorAll("time[data-until]")) {
    const left = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    const text = left > 0 ? `${time.dataset.before ?? ""} ${span(left)}`.trim() : time.dataset.now;
    if (time.textContent !== text) time.textContent = text;
  }
}

showTheme();
countDown();
setInterval(countDown, 1000);
document.addEventListener("kulis:put", countDown);
live.start();
