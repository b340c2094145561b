// The one place where HTML from the server enters the page. The server rendered and escaped it; here it is parsed, never evaluated:
// scripts inside parsed HTML do not run, and the Content-Security-Policy would stop them too.

const parser = new DOMParser();

/** Elements of `html`, not yet on the page. */
function parse(html) {
  return [...parser.parseFromString(`<body>${html}</body>`, "text/html").body.children].map((element) => document.adoptNode(element));
}

/** Put each element in the place of the one with its id, or into `target`. Twice is as once. Returns those that were new.
 *  What is marked data-keep stays as it is while it is there: somebody may be writing in it. */
export function put(html, target = "") {
  const fresh = [];
  for (const element of parse(html)) {
    const old = element.id && document.getElementById(element.id);
    if (old) { if (!("keep" in old.dataset)) replace(old, element); }
    else if (target && join(document.getElementById(target), element)) fresh.push(element);
  }
  return fresh;
}

function replace(old, element) {
  if (old.isEqualNode(element)) return;
  for (const open of old.querySelectorAll("details[open][id]")) element.querySelector(`#${open.id}`)?.setAttribute("open", "");
  const focused = old.contains(document.activeElement) && document.activeElement.dataset.focus;
  old.replaceWith(element);
  if (focused) element.querySelector(`[data-focus="${focused}"]`)?.focus({ preventScroll: true });
  adopted(element);
}

function join(place, element) {
  if (!place) return false;
  if (place.dataset.place === "start") place.prepend(element);
  else place.insertBefore(element, later(place, element));
  while (place.dataset.most && place.children.length > Number(place.dataset.most)) place.lastElementChild.remove();
  element.classList.add("is-new");
  adopted(element);
  return true;
}

/** The first child that belongs after `element`: a message that arrives late still takes its place in time. */
function later(place, element) {
  let next = null;
  if (element.dataset.order) {
    for (let child = place.lastElementChild; child && child.dataset.order > element.dataset.order; child = child.previousElementSibling) next = child;
  }
  return next;
}

function adopted(element) {
  window.htmx?.process(element);
  element.dispatchEvent(new CustomEvent("kulis:put", { bubbles: true }));
}
