// Passkeys: the browser and its owner agree, the server decides. Without support for them the buttons stay hidden.

const CREATES = "passkeys/begin";

async function post(address, form, more = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
  return { ok: answer.ok, ...(await answer.json().catch(() => ({}))) };
}

async function use(form) {
  const { first, then } = form.dataset;
  const begun = await post(first, form);
  if (!begun.options) return begun;
  const answer = first.includes(CREATES)
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options) });
  return post(then, form, { answer: JSON.stringify(answer.toJSON()) });
}

for (const form of window.PublicKeyCredential?.parseRequestOptionsFromJSON ? document.querySelectorAll(".passkey") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const refused = form.querySelector("[data-refused]");
    refused.textContent = "";
    try {
      const told = await use(form);
      if (told.next !== undefined) location.assign(told.next || form.elements.page.value);
      else refused.textContent = told.refusal || form.dataset.failed;
    } catch {
      refused.textContent = form.dataset.failed;
    }
  });
}
