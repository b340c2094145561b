// The week as a grid: drawn with the pointer, walked with the arrows. Each cell is a checkbox; only the first stands in the tab order.

const DAYS = 7;

export function paint(week, touched) {
  const cells = [...week.querySelectorAll("[name=awake]")];
  let drawing = null;

  function set(cell, on) {
    if (cell.disabled || cell.checked === on) return;
    cell.checked = on;
    touched();
  }

  function rove(cell) {
    for (const other of cells) other.tabIndex = other === cell ? 0 : -1;
  }

  const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".cell")?.firstElementChild;

  week.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".cell")?.firstElementChild;
    if (!cell || event.pointerType === "touch" || event.button) return;
    drawing = !cell.checked;
    set(cell, drawing);
  });
  week.addEventListener("pointermove", (event) => {
    const cell = drawing === null ? null : under(event);
    if (cell) set(cell, drawing);
  });
  addEventListener("pointerup", () => setTimeout(() => { drawing = null; }));
  week.addEventListener("click", (event) => {
    if (drawing !== null && event.target.closest(".cell")) event.preventDefault();  // the pointer has drawn it already
  });
  week.addEventListener("focusin", (event) => { if (cells.includes(event.target)) rove(event.target); });
  week.addEventListener("keydown", (event) => {
    const at = cells.indexOf(event.target), step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: DAYS, ArrowUp: -DAYS }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = cells[(at + step + cells.length) % cells.length];
    if (event.shiftKey) set(next, event.target.checked);
    next.focus();
  });
  rove(cells[0]);
}
