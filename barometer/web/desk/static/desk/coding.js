/* The coding screen with a script: drafts saved as typed, words lit, chosen words set a field, names found while typing.
   Everything works without it. Nothing is kept in the browser: what is typed may name people at risk. */
"use strict";
{
  const form = document.getElementById("form");
  const text = document.querySelector(".code-text");
  const said = form.dataset;
  const status = form.querySelector(".code-saved");
  const tell = (words, trouble = false) => {
    if (status.textContent !== words) status.textContent = words;
    status.classList.toggle("trouble", trouble);
  };

  // --- words lit: hover or focus a field, see what it rests on

  const lit = (event) => {
    if (!text) return;
    const number = event.target.closest("[data-n]")?.dataset.n;
    for (const mark of text.querySelectorAll("mark")) mark.classList.toggle("lit", mark.dataset.n === number);
    const first = number && text.querySelector(`mark[data-n="${CSS.escape(number)}"]`);
    const pane = text.parentElement;
    if (!first || event.type !== "focusin") return;
    const box = first.getBoundingClientRect();
    const view = pane.getBoundingClientRect();
    if (box.top < view.top || box.bottom > view.bottom) pane.scrollTop += box.top - view.top - view.height / 3;
  };
  form.addEventListener("focusin", lit);
  form.addEventListener("pointerover", lit);

  // --- drafts: sent a moment after the last key, again and again while the line is broken

  const hidden = (name) => form.elements.namedItem(name);
  const FIRST = 700, LONGEST = 20000;
  let gone = new AbortController(); // once the form itself is sent, no draft follows it
  let changed = 0, kept = 0, timer = 0, pause = FIRST;
  let running = null, leaving = false, refused = false;

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  const send = () => (running ??= post().finally(() => {
    running = null;
    if (kept !== changed && !leaving) later(pause);
  }));

  async function post() {
    if (leaving || kept === changed) return;
    const now = changed;
    const patience = setTimeout(() => gone.abort(), LONGEST);
    try {
      const answer = await fetch(said.draft, {
        method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", signal: gone.signal,
      });
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      if (answer.ok && told.draft) {
        hidden("draft").value = told.draft;
        hidden("version").value = told.version;
        kept = now;
        pause = FIRST;
        refused = false;
        const more = [told.apart && said.apart, told.behind && said.behind, told.others.length && `${said.others} ${told.others.join(", ")}.`];
        tell([`${said.kept} ${told.at}.`, ...more.filter(Boolean)].join(" "));
      } else if (answer.type === "opaqueredirect" || answer.status === 403) {
        tell(said.login, true);
        pause = Math.min(pause * 2, LONGEST);
        await renew();
      } else if (answer.status < 500) {
        tell([told.problem, said.refused].filter(Boolean).join(" "), true);
        pause = LONGEST;
        refused = true;
      } else throw new Error(String(answer.status));
    } catch {
      pause = Math.min(pause * 2, LONGEST);
      if (!leaving) {
        tell(said.broken, true);
        gone = new AbortController();
      }
    }
    clearTimeout(patience);
  }

  // Whoever logs in again, in another tab, goes on here: the new session has another token.
  async function renew() {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const one of document.getElementsByName("csrfmiddlewaretoken")) one.value = token;
  }

  const typed = () => {
    changed += 1;
    if (!status.classList.contains("trouble")) tell(said.typing);
    if (!running) later(FIRST);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  window.addEventListener("online", () => later(0));
  window.addEventListener("beforeunload", (event) => {
    if (kept !== changed && !leaving) event.preventDefault();
  });
  // The form is sent once its words are kept: on a broken line it stays, and so do they.
  form.addEventListener("submit", async (event) => {
    if (kept === changed || refused) {
      leaving = true;
      clearTimeout(timer);
      gone.abort();
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    await send();
    if (kept !== changed && !status.classList.contains("trouble")) await send(); // typed while it was on its way
    if (kept === changed || refused) form.requestSubmit(submitter);
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    gone = new AbortController();
  });

  // --- Ctrl+Enter accepts

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=accept]"));
    }
  });
  if (!document.querySelector("[role=alert]") && !location.hash) form.focus({ preventScroll: true });

  // --- chosen words set the field in which one was last

  const use = document.querySelector(".code-use");
  let field = null, chosen = null;

  form.addEventListener("focusin", (event) => {
    if (event.target.matches("input[type=text], textarea")) field = event.target;
    show();
  });

  const labelOf = (one) => one.labels?.[0]?.textContent.trim() ?? "";

  // The words of a range as the source has them: numbers of marks left out, signs told by their number as one sign.
  const plain = (range) => {
    const copy = range.cloneContents();
    for (const number of copy.querySelectorAll("sup")) number.remove();
    for (const odd of copy.querySelectorAll(".odd")) odd.replaceWith("\ufffd");
    return [...copy.textContent];
  };
  const before = (node, offset) => {
    const range = document.createRange();
    range.setStart(text, 0);
    range.setEnd(node, offset);
    return plain(range).length;
  };

  const show = () => {
    if (use) use.hidden = !(chosen && field);
    if (chosen && field) use.querySelector("b").textContent = labelOf(field);
  };

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!text || !selection.rangeCount || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) {
      if (!use?.contains(document.activeElement)) chosen = null;
      show();
      return;
    }
    const range = selection.getRangeAt(0);
    const words = plain(range).join("");
    const start = before(range.startContainer, range.startOffset) + [...words].length - [...words.trimStart()].length;
    const trimmed = words.trim();
    chosen = trimmed ? { words: trimmed.replace(/\s+/g, " "), start, end: start + [...trimmed].length } : null;
    field ??= form.querySelector("[name='targets.0.written'], [name=date_text]");
    show();
  });

  const set = () => {
    if (!chosen || !field) return;
    const path = field.name.split(".").slice(0, 2).join(".");
    const name = field.name.endsWith(".written") && form.elements.namedItem(`${path}.name`);
    field.value = chosen.words;
    if (name && !name.value) name.value = chosen.words;
    const about = field.name === "date_text" ? "date" : path;
    const key = `words.${about}`;
    let span = form.elements.namedItem(key);
    if (!span) {
      span = Object.assign(document.createElement("input"), { type: "hidden", name: key });
      form.append(span);
    }
    span.value = `${chosen.start}-${chosen.end}`;
    chosen = null;
    show();
    field.focus();
    typed();
  };
  use?.querySelector("button").addEventListener("mousedown", (event) => event.preventDefault());  // the words stay chosen
  use?.querySelector("button").addEventListener("click", set);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && chosen && !form.contains(event.target) && !event.ctrlKey) {
      event.preventDefault();
      set();
    }
  });

  // --- names and cases found without leaving the page

  async function find(place, address) {
    try {
      const answer = await fetch(address, { redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.children);
    } catch { /* the line is broken: the button without a script says so */ }
  }

  const seek = (row) => {
    const path = row.dataset.row;
    const asked = form.elements.namedItem(`${path}.name`).value || form.elements.namedItem(`${path}.written`).value;
    const query = new URLSearchParams({ row: path, q: asked });
    return find(row.querySelector(".found-here"), `${said.parties}?${query}`);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[value^='find:']");
    if (!button) return;
    const row = button.closest("[data-row]");
    event.preventDefault();
    if (row) seek(row);
    else {
      const asked = form.elements.namedItem("case").value || form.elements.namedItem("targets.0.name")?.value || "";
      find(document.querySelector("#case-part .found-here"), `${said.cases}?${new URLSearchParams({ q: asked })}`);
    }
  });

  let soon = 0;
  form.addEventListener("input", (event) => {
    if (!event.target.name?.endsWith(".name")) return;
    clearTimeout(soon);
    soon = setTimeout(() => seek(event.target.closest("[data-row]")), 400);
  });
}
