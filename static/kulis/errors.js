// Tells Kulis of errors in its own scripts (monitoring/faults/browser.py). A few of a page, each once; never what somebody typed.
(() => {
  "use strict";
  const MOST = 5;
  const told = new Set();

  function tell(message, source, line, stack) {
    const key = `${message}|${source}|${line}`;
    if (!message || told.size >= MOST || told.has(key)) return;
    told.add(key);
    const report = { message: cut(message, 300), source: cut(source, 300), line: line || 0, stack: cut(stack, 4000), page: location.pathname };
    fetch("/from-browsers/script/", {
      method: "POST", keepalive: true, credentials: "omit",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(report),
    }).catch(() => {});
  }

  function cut(text, most) {
    return String(text || "").slice(0, most);
  }

  addEventListener("error", (event) => {
    if (event.message) tell(event.message, event.filename, event.lineno, event.error && event.error.stack);
  });
  addEventListener("unhandledrejection", (event) => {
    const why = event.reason;
    tell(why instanceof Error ? `${why.name}: ${why.message}` : "Unhandled rejection", "", 0, why instanceof Error ? why.stack : "");
  });
})();
