// The keys of the queue of approvals: a switch that is remembered, and never while somebody types.

const KEPT = "approval-keys";
const toggle = document.getElementById("keys-switch");
let on = localStorage.getItem(KEPT) !== "off";

function show() {
  toggle?.setAttribute("aria-checked", String(on));
  document.documentElement.classList.toggle("keys-off", !on);
}

/** `press` takes a key's event; `fold` closes what is open, and says whether there was anything. */
export function listen({ press, fold }) {
  toggle?.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(KEPT, on ? "on" : "off");
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const field = event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox])");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field?.closest("[data-act=edit]")) { event.preventDefault(); field.form.requestSubmit(); }
    else if (event.key === "Escape" && !document.querySelector(":popover-open")) { if (fold()) event.preventDefault(); }
    else if (field || !on || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (!document.querySelector(":popover-open") || event.key === "?") press(event);
  });
  show();
}
