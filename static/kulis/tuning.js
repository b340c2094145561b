// The page of the rules and that of a chat: sliders beside numbers, own or inherited, and what a change would do while it is made.

import { put } from "./put.js";

const PAUSE = 350;
const form = document.getElementById("dials");

// --- A slider and its number say the same. ---
for (const slider of form.querySelectorAll("input[type=range][data-for]")) {
  const number = document.getElementById(slider.dataset.for);
  slider.hidden = false;
  slider.value = number.value;
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value; });
}

// --- What is touched becomes the chat's own; what is given back is inherited. ---
function owned(rule) {
  const own = rule.querySelector("input[name^=own_]");
  if (own) rule.classList.toggle("inherits", !own.checked);
}

form.addEventListener("input", (event) => {
  const rule = event.target.closest("[data-rule]");
  if (rule && !event.target.name.startsWith("own_")) {
    const own = rule.querySelector("input[name^=own_]");
    if (own) own.checked = true;
  }
  if (rule) owned(rule);
  if (event.target.name !== "note") later();
});

// --- What it would do: asked once the hand rests, and the newest answer counts. ---
let timer, asked = 0;

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

async function look() {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.ahead, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (answer.ok && mine === asked) put(await answer.text());
  } catch { /* what is shown stays as it was; saving tells of the trouble */ }
}
