// Runs before the first paint. The key is the one that the admin uses, so both sides agree.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
