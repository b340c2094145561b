// The desk: an undo that goes when its time is over, and a sign of life while somebody types for long.

for (const form of document.querySelectorAll(".undo")) {
  setTimeout(() => form.remove(), Number(form.dataset.seconds) * 1000);
}

const EVERY = 5 * 60 * 1000;
const HERE = "/account/here/";
let told = Date.now();

function stillHere() {
  if (Date.now() - told < EVERY) return;
  told = Date.now();
  fetch(HERE, { credentials: "same-origin" }).catch(() => {});
}

for (const kind of ["input", "keydown", "pointerdown"]) document.addEventListener(kind, stillHere, { passive: true });

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
