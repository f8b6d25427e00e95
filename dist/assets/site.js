"use strict";
// Search over all labels, and buttons that copy. Everything else works without this file.
(() => {
  const top = new URL("..", document.currentScript.src);
  const most = 12;
  const kinds = ["also called", "also called", "code", "also found under"];

  // Copy

  for (const button of document.querySelectorAll("button.copy")) {
    const source = button.dataset.copies
      ? document.getElementById(button.dataset.copies)
      : button.parentElement.querySelector("code");
    const words = button.firstChild;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copied(source);
      words.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { words.textContent = "Copy"; }, 1600);
    });
  }

  async function copied(source) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(source);
      return false;
    }
  }

  // Search

  const input = document.getElementById("page-search");
  if (!input) return;
  const list = document.getElementById("page-results");
  const status = document.getElementById("page-status");
  let labels = null;
  let loading = null;
  let found = [];
  let chosen = -1;
  input.closest(".search").hidden = false;

  const special = { ß: "ss", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", æ: "ae", œ: "oe", ı: "i" };

  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[ßøđðþłæœı]/g, (mark) => special[mark])
      .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  // The index is a script and no data file, so that it can be read from a disk as well.
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("assets/index.js", top);
      script.onload = () => resolve(prepared(globalThis.vocabularyIndex));
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  function prepared(index) {
    labels = [];
    for (const entry of index.entries) {
      const main = index.languages[entry[3] >> 2];
      for (let at = 2; at < entry.length; at += 2) {
        const kind = entry[at + 1] % 4;
        const language = index.languages[entry[at + 1] >> 2];
        const text = folded(entry[at]);
        if (text) labels.push({ entry, text, label: entry[at], kind, language, main, group: index.groups[entry[1]] });
      }
    }
  }

  // The lower the better; nothing when a word of the query is missing.
  function score(label, query, words) {
    const { text, kind } = label;
    if (text === query) return kind;
    let sum = text.startsWith(query) ? 10 : 20;
    for (const word of words) {
      const at = text.indexOf(word);
      if (at < 0) return undefined;
      if (at > 0 && !text.includes(" " + word)) sum += 20;
    }
    return sum + 2 * kind + Math.min(text.length, 99) / 100;
  }

  function search(text) {
    const query = folded(text);
    const words = query.split(" ");
    const best = new Map();
    if (!query) return [];
    for (const label of labels) {
      const points = score(label, query, words);
      if (points === undefined) continue;
      const before = best.get(label.entry);
      if (!before || points < before.points) best.set(label.entry, { points, label });
    }
    return [...best.values()].sort((a, b) => a.points - b.points || (a.label.text < b.label.text ? -1 : 1));
  }

  function show(results) {
    found = results.slice(0, most);
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(found.length ? 0 : -1);
    const more = results.length - found.length;
    status.textContent = results.length
      ? `${results.length} found${more > 0 ? `, the best ${most} are shown` : ""}`
      : input.value.trim() ? "Nothing found" : "";
  }

  function option({ label }, number) {
    const item = document.createElement("li");
    item.id = `page-result-${number}`;
    item.setAttribute("role", "option");
    const name = document.createElement("span");
    name.append(...marked(label.entry[2]));
    name.lang = label.main;
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = label.group;
    item.append(name, where);
    if (label.label !== label.entry[2]) {
      const via = document.createElement("span");
      via.className = "via";
      const text = document.createElement("span");
      text.lang = label.language;
      text.append(...marked(label.label));
      via.append(`${kinds[label.kind]}: `, text);
      item.append(via);
    }
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", (event) => go(number, event.ctrlKey || event.metaKey));
    return item;
  }

  // The part of a label that begins like a word of the query is set off.
  function marked(text) {
    const words = folded(input.value).split(" ");
    return text.split(/(?<=[^\p{L}\p{N}])(?=[\p{L}\p{N}])/u).map((part) => {
      const word = words.find((one) => one && folded(part).startsWith(one));
      if (!word) return part;
      const bold = document.createElement("b");
      bold.textContent = part;
      return bold;
    });
  }

  function choose(number) {
    chosen = number;
    for (const [at, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(at === number));
    }
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `page-result-${number}`);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }

  function go(number, apart) {
    const address = new URL(`${found[number].label.entry[0]}.html`, top);
    if (apart) open(address, "_blank", "noopener");
    else location.assign(address);
  }

  async function run() {
    if (!labels) {
      try {
        await load();
      } catch {
        status.textContent = "The search index cannot be read.";
        return;
      }
    }
    show(search(input.value));
  }

  input.addEventListener("focus", () => load().then(() => input.value && run(), () => {}));
  input.addEventListener("input", run);
  input.addEventListener("blur", () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); });
  input.addEventListener("keydown", async (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      choose((chosen + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      await run();
      if (found.length) go(Math.max(chosen, 0), event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      show([]);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
