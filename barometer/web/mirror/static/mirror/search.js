// Search within the copy: Pagefind's index lies beside the pages, and the reader's own browser reads it.
"use strict";
(() => {
  const box = document.getElementById("search");
  if (!box || location.protocol === "file:") return;
  const root = new URL("../../../", location.href);
  const field = document.getElementById("words");
  const count = document.getElementById("count");
  const list = document.getElementById("found");
  const AT_ONCE = 20;
  let latest = 0;

  const item = (page) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = page.url;
    link.textContent = page.meta.title;
    const words = document.createElement("p");
    for (const [place, part] of page.excerpt.split(/<\/?mark>/).entries()) {
      const piece = document.createElement(place % 2 ? "mark" : "span");
      piece.textContent = new DOMParser().parseFromString(part, "text/html").body.textContent;
      words.append(piece);
    }
    row.append(link, words);
    return row;
  };

  const search = async (engine) => {
    const mine = ++latest;
    const words = field.value.trim();
    const found = words ? (await engine.search(words)).results : [];
    const pages = await Promise.all(found.slice(0, AT_ONCE).map((one) => one.data()));
    if (mine !== latest) return;
    count.textContent = words ? (found.length ? String(found.length) : box.dataset.none) : "";
    list.replaceChildren(...pages.map(item));
  };

  const start = async () => {
    box.hidden = false;
    let engine;
    try {
      engine = await import(new URL(box.dataset.bundle, root).href);
      await engine.options({ baseUrl: root.pathname });
      await engine.init();
    } catch {
      count.textContent = box.dataset.failed;
      return;
    }
    let waits;
    field.addEventListener("input", () => {
      clearTimeout(waits);
      waits = setTimeout(() => search(engine), 200);
    });
    if (field.value) search(engine);
  };
  start();
})();
