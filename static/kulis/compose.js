// Writing as a person: Enter sends, @ names a bot, a reply is quoted, and a text is never lost.

const form = document.getElementById("compose");
const text = form.elements.text;
const replyTo = form.elements.reply_to;
const answering = document.getElementById("answering");
const list = document.getElementById("mentions");
const problem = document.getElementById("say-problem");
const options = [...list.children];
const fold = (word) => word.toLocaleLowerCase("tr");
const draftKey = `draft:${location.pathname}`;

// --- sending ---

text.addEventListener("keydown", (event) => {
  if (!list.hidden && choose(event)) { event.preventDefault(); return; }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim()) form.requestSubmit();
  }
});

form.addEventListener("htmx:afterRequest", (event) => {
  const answer = event.detail.xhr;
  if (answer.status === 200) { text.value = ""; keepDraft(); reply(null); problem.textContent = ""; }
  else problem.textContent = answer.status === 422 ? answer.responseText : answer.status ? problem.dataset.failed : problem.dataset.offline;
  text.focus();
});

function keepDraft() {
  if (text.value) sessionStorage.setItem(draftKey, text.value);
  else sessionStorage.removeItem(draftKey);
}
text.addEventListener("input", keepDraft);
if (!text.value) text.value = sessionStorage.getItem(draftKey) ?? "";

// --- replying ---

function reply(line) {
  replyTo.value = line ? line.dataset.reply : "";
  answering.hidden = !line;
  if (!line) return;
  answering.querySelector("b").textContent = line.dataset.name;
  answering.querySelector("[data-snippet]").textContent = line.closest(".line").querySelector(".words").textContent;
  text.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reply]");
  if (button) reply(button);
});
answering.querySelector("button").addEventListener("click", () => { reply(null); text.focus(); });
if (replyTo.value) reply(document.querySelector(`[data-reply="${CSS.escape(replyTo.value)}"]`));

// --- reacting ---

// The choice is made: its list closes, and a line that is renewed keeps it closed.
document.getElementById("react")?.addEventListener("submit", (event) => event.submitter?.closest("details")?.removeAttribute("open"));

// --- naming a bot ---

/** The word with @ in which the cursor stands, or null. */
function word() {
  return text.value.slice(0, text.selectionStart).match(/(?:^|\s)@([\p{L}\p{N}_]*)$/u);
}

function offer() {
  const begun = word();
  const part = begun && fold(begun[1]);
  for (const option of options) option.hidden = !begun || !(fold(option.dataset.name).startsWith(part) || fold(option.dataset.insert).startsWith(`@${part}`));
  list.hidden = !options.some((option) => !option.hidden);
  select(options.find((option) => !option.hidden));
}

function select(option) {
  for (const each of options) each.setAttribute("aria-selected", String(each === option && !list.hidden));
  if (!option || list.hidden) { text.removeAttribute("aria-activedescendant"); return; }
  text.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

/** A key while the list is open. True when it was meant for the list. */
function choose(event) {
  const shown = options.filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") select(shown[(at + 1) % shown.length]);
  else if (event.key === "ArrowUp") select(shown[(at - 1 + shown.length) % shown.length]);
  else if (event.key === "Enter" && isWhole(shown[Math.max(at, 0)])) { list.hidden = true; return false; }
  else if (event.key === "Enter" || event.key === "Tab") insert(shown[Math.max(at, 0)]);
  else if (event.key === "Escape") list.hidden = true;
  else return false;
  return true;
}

/** Whether the name stands there already, so that Enter may send. */
function isWhole(option) {
  return fold(option.dataset.insert) === fold(`@${word()[1]}`);
}

function insert(option) {
  const end = text.selectionStart;
  const start = end - word()[1].length - 1;
  text.setRangeText(`${option.dataset.insert} `, start, end, "end");
  list.hidden = true;
  text.focus();
  keepDraft();
}

text.addEventListener("input", offer);
text.addEventListener("blur", () => setTimeout(() => { list.hidden = true; }, 150));
list.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  const option = event.target.closest("[role=option]");
  if (option) insert(option);
});
