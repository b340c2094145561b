// A click on a slot of a chart leads to a closer look. By keys the table below the chart does the same.

document.addEventListener("click", (event) => {
  const slot = event.target.closest?.("[data-nearer]");
  if (slot) location.search = `?${slot.dataset.nearer}`;
});
