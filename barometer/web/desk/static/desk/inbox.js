/* Keys for the inbox. Without this file every act is there all the same: the list is a form. */
"use strict";
(() => {
  const rows = [...document.querySelectorAll(".inbox > li.card")];
  const keys = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  const all = document.getElementById("all");
  const ticked = document.getElementById("ticked");
  const boxes = rows.map((row) => row.querySelector("input[name=lead]")).filter(Boolean);
  const kept = "inbox-keys";
  let at = -1;

  const remembered = () => { try { return localStorage.getItem(kept); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem(kept, value); } catch { /* for this page only, then */ } };

  keys.hidden = false;
  on.checked = remembered() !== "off";
  on.addEventListener("change", () => remember(on.checked ? "on" : "off"));

  const count = () => {
    if (!all) return;
    const number = boxes.filter((box) => box.checked).length;
    ticked.textContent = number ? `${number} / ${boxes.length}` : "";
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
  };
  if (all) {
    all.closest(".all").hidden = false;
    all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); count(); });
    boxes.forEach((box) => box.addEventListener("change", count));
    count();
  }

  const go = (to) => {
    if (!rows.length) return;
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows.forEach((row, number) => row.classList.toggle("here", number === at));
    rows[at].querySelector("h2 a").focus();
  };
  rows.forEach((row, number) => row.addEventListener("focusin", () => {
    at = number;
    rows.forEach((other) => other.classList.toggle("here", other === row));
  }));
  const tick = (flip) => {
    const box = at >= 0 ? rows[at].querySelector("input[name=lead]") : null;
    if (box) { box.checked = flip ? !box.checked : true; count(); }
  };
  /* With none ticked, the lead at hand is meant. */
  const field = (id) => () => {
    const one = document.getElementById(id);
    if (!one) return;
    if (!boxes.some((box) => box.checked)) tick(false);
    one.focus();
  };
  const acts = {
    j: () => go(at + 1),
    k: () => go(at < 0 ? 0 : at - 1),
    x: () => tick(true),
    a: field("to"),
    s: field("until"),
    d: field("reason"),
    u: () => document.getElementById("undo")?.requestSubmit(),
    "/": () => document.getElementById("q").focus(),
    "?": () => { keys.open = !keys.open; keys.querySelector("summary").focus(); },
  };
  /* By its place where the letters are of another alphabet: a Russian or Kazakh keyboard has the same keys. */
  const key = (event) => (/^[a-z/?]$/.test(event.key) ? event.key
    : /^Key[A-Z]$/.test(event.code) && !/^[\x20-\x7e]$/.test(event.key) ? event.code.slice(3).toLowerCase() : "");

  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && typing) { go(Math.max(at, 0)); return; }
    const act = typing ? null : acts[key(event)];
    if (act) { event.preventDefault(); act(); }
  });
  /* Enter in the reason's field lets go; in the day's field it puts off: not the first button of the form. */
  const buttons = { to: "assign", until: "snooze", reason: "dismiss" };
  for (const [id, act] of Object.entries(buttons)) {
    document.getElementById(id)?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const form = document.getElementById("bulk");
      form.requestSubmit(form.querySelector(`button[value=${act}]`));
    });
  }
})();
