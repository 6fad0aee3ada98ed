/* A page has one form with data-passkey; its button asks the device through allauth's functions. */
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const kind = form.dataset.passkey;
  const wire = { login: "loginForm", authenticate: "authenticateForm", add: "addForm" }[kind];
  const problem = document.getElementById("passkey-problem");
  form.hidden = false;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    problem.hidden = false;
  });
  document.getElementById("passkey").addEventListener("click", () => { problem.hidden = true; });
  window.allauth.webauthn.forms[wire]({
    ids: { [kind]: "passkey", credential: "credential", passwordless: "passwordless", data: "passkey-data" },
  });
  form.addEventListener("submit", (event) => event.preventDefault());
})();
