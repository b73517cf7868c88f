// The report page's own code. Everything that it shows goes in as text, never as markup.
(function () {
  "use strict";

  const words = read("words") || {};

  function read(id) {
    const found = document.getElementById(id);
    return found ? JSON.parse(found.textContent) : null;
  }

  function say(key, values) {
    return String(words[key] || key).replace(/\{(\w+)\}/g, (_, name) => String((values || {})[name]));
  }

  // Digits and their grouping are the same in every language.
  function number(value) {
    return value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  }

  function make(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    for (const name in attributes || {}) if (attributes[name] !== null) made.setAttribute(name, attributes[name]);
    return made;
  }

  // ---------------------------------------------------------------- copying

  function copied(button) {
    const before = button.textContent;
    button.textContent = say("copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  function copy(button) {
    const text = button.dataset.copy;
    const byHand = () => {
      const area = make("textarea", text, { readonly: "" });
      document.body.append(area);
      area.select();
      if (document.execCommand("copy")) copied(button);
      area.remove();
      button.focus();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => copied(button), byHand);
    else byHand();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
  });

  // ---------------------------------------------------------------- charts

  const drawings = document.querySelectorAll("[data-chart]");
  if (drawings.length) {
    const script = make("script", null, { src: document.currentScript.src.replace(/report\.js$/, "vega.js") });
    script.addEventListener("load", () => {
      for (const place of drawings) {
        window.vegaEmbed(place, read(place.dataset.chart), {
          ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true },
        });
      }
    });
    document.head.append(script);
  }

  // ---------------------------------------------------------------- tables on a phone

  // Where a row becomes a card, its cells say what they are about.
  for (const table of document.querySelectorAll("table.rows")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
      [...row.cells].forEach((cell, at) => { if (cell.tagName === "TD" && heads.length > 1) cell.dataset.label = heads[at]; });
    }
    table.classList.add("cards");
  }

  // ---------------------------------------------------------------- what the address asks for: #metric&name=value

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;  // somebody typed half of an address
    }
  }

  function asked() {
    const found = {};
    for (const part of location.hash.slice(1).split("&")) {
      if (!part) continue;
      const [name, value] = part.split("=");
      if (value === undefined) found.metric = decoded(name);
      else found[name] = decoded(value);
    }
    return found;
  }

  // ---------------------------------------------------------------- a list of posts

  const list = read("list");
  if (list) {
    list.rows = read("rows");
    list.columns.forEach((own, at) => {
      if (own.words && !own.is_list) for (const row of list.rows) row[at] = Object.hasOwn(own.words, row[at]) ? own.words[row[at]] : row[at];
    });
    const STEP = 100;
    const state = { sort: list.sort, isDown: true, shown: STEP };
    const column = Object.fromEntries(list.columns.map((own, at) => [own.name, at]));
    const form = document.getElementById("filters");
    const inputs = {};

    const search = make("input", null, { type: "search" });
    const field = (label, input) => {
      const made = make("label", label);
      made.append(input);
      form.append(made);
    };
    field(say("search"), search);
    for (const own of list.columns.filter((one) => one.is_filter)) {
      const values = new Set();
      for (const row of list.rows) for (const value of several(row[column[own.name]], own)) values.add(value);
      const input = make("select");
      input.append(make("option", say("all"), { value: "" }));
      for (const [name, value] of [...values].map((one) => [worded(one, own), one]).sort()) input.append(make("option", name, { value: value }));
      inputs[own.name] = input;
      field(own.label, input);
    }
    for (const [name, value] of Object.entries(asked())) if (Object.hasOwn(inputs, name)) inputs[name].value = value;

    // A list's ids stay in the rows, since two may have one name; people see the names.
    function worded(value, own) {
      return own.is_list && own.words && Object.hasOwn(own.words, value) ? own.words[value] : value;
    }

    function told(value, own) {
      return own.is_list ? several(value, own).map((one) => worded(one, own)).join(", ") : value;
    }

    function several(value, own) {
      if (value === null || value === "") return [];
      return own.is_list ? String(value).split(";") : [String(value)];
    }

    function chosen() {
      const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const rows = list.rows.filter((row) => {
        for (const name in inputs) {
          const value = inputs[name].value;
          if (value && !several(row[column[name]], list.columns[column[name]]).includes(value)) return false;
        }
        if (!wanted.length) return true;
        const text = row.map((cell, at) => told(cell, list.columns[at])).filter((cell) => typeof cell === "string").join("\n").toLowerCase();
        return wanted.every((word) => text.includes(word));
      });
      const sorted = (value) => (value === null ? null : told(value, list.columns[at]));
      const at = column[state.sort], sign = state.isDown ? -1 : 1;
      const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
      // What is not known stands last, whichever way the list runs.
      return rows.sort((one, other) => {
        const a = sorted(one[at]), b = sorted(other[at]);
        if (a === null || b === null) return (a === null) - (b === null);
        return sign * (typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)));
      });
    }

    function cell(value, own, row) {
      const made = make("td", null, own.is_number ? { class: "number" } : {});
      if (own.name !== "text" && (value !== null || own.is_number)) made.dataset.label = own.label;
      if (own.name === "text") {
        const url = row[column.url], id = row[column.id];
        const below = make("span", null, { class: "from" });
        if (url) below.append(make("a", say("open_post"), { href: url, rel: "noopener noreferrer" }), " · ");
        below.append(make("button", say("copy_id"), { type: "button", class: "copy", "data-copy": id, title: id }));
        made.className = "words";
        made.append(make("bdi", value === null ? say("no_text") : value), below);
      } else if (value === null) {
        if (own.is_number) made.append(make("span", say("not_known"), { class: "unknown" }));
      } else if (own.is_number) {
        made.textContent = number(value);
      } else {
        if (/^\d{4}-\d{2}-\d{2}$/.test(value)) made.className = "day";
        made.append(make("bdi", told(value, own)));
      }
      return made;
    }

    function draw() {
      const rows = chosen();
      const body = document.querySelector("#posts tbody");
      body.replaceChildren(...rows.slice(0, state.shown).map((row) => {
        const made = make("tr");
        list.columns.forEach((own, at) => { if (!own.is_hidden) made.append(cell(row[at], own, row)); });
        return made;
      }));
      document.getElementById("count").textContent =
        say("posts_shown", { shown: number(Math.min(rows.length, state.shown)), found: number(rows.length), all: number(list.rows.length) });
      const more = document.getElementById("more");
      more.replaceChildren();
      if (rows.length > state.shown) {
        const button = make("button", say("show_more"), { type: "button" });
        button.addEventListener("click", () => { state.shown += STEP; draw(); });
        more.append(button);
      }
      for (const head of document.querySelectorAll("#posts thead th")) {
        if (head.dataset.name === state.sort) head.setAttribute("aria-sort", state.isDown ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
    }

    const heads = make("tr");
    for (const own of list.columns.filter((one) => !one.is_hidden)) {
      const head = make("th", null, { scope: "col", class: own.is_number ? "number" : null, "data-name": own.name });
      const button = make("button", own.label, { type: "button" });
      button.addEventListener("click", () => {
        state.isDown = state.sort === own.name ? !state.isDown : Boolean(own.is_number);
        state.sort = own.name;
        draw();
      });
      head.append(button);
      heads.append(head);
    }
    document.querySelector("#posts thead").append(heads);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => { state.shown = STEP; draw(); });
    draw();
  }

  // ---------------------------------------------------------------- what a figure is made of

  const evidence = read("evidence");
  if (evidence) {
    Object.assign(evidence, read("shared"));
    const tree = document.getElementById("tree");
    const post = Object.fromEntries(evidence.post.map((name, at) => [name, at]));
    const line = Object.fromEntries(evidence.line.map((name, at) => [name, at]));
    const load = Object.fromEntries(evidence.load.map((name, at) => [name, at]));

    function isWanted(own, wanted) {
      for (const name of ["platform", "account", "organisation", "kind", "asset"]) {
        if (wanted[name] !== undefined && (own[post[name]] || "") !== wanted[name]) return false;
      }
      if (wanted.stage !== undefined) {
        // A piece of content may be called anything, "constructor" too.
        const step = Object.hasOwn(evidence.steps, own[post.asset]) ? evidence.steps[own[post.asset]] : 0;
        if (!step || !(step >= evidence.stages[wanted.stage])) return false;
      }
      return true;
    }

    // What a person calls the platform, the asset or the account that a filter names.
    function called(name, value) {
      if (name === "platform") return evidence.platforms[value] || value;
      if (name === "asset") return Object.hasOwn(evidence.assets, value) ? evidence.assets[value] : value;
      if (name === "stage") return Object.hasOwn(evidence.stage_names, value) ? evidence.stage_names[value] : value;
      if (name !== "account") return value;
      const own = evidence.posts.find((one) => one[post.account] === value);
      return (own && own[post.account_name]) || value;
    }

    function inUnit(value, metric) {
      return value === null ? say("not_known") : number(value / metric.per_unit);
    }

    function sum(lines) {
      const known = lines.map((own) => own[line.value]).filter((value) => value !== null);
      return known.length ? known.reduce((a, b) => a + b, 0) : null;
    }

    // What is noted of a reading, in the page's language.
    function noted(own) {
      const note = own[line.note];
      return note !== null && Object.hasOwn(evidence.notes, note) ? evidence.notes[note] : note;
    }

    function reading(own, metric, coming) {
      const item = make("li");
      if (own[line.value] === null) {
        item.append(make("span", noted(own), { class: "detail" }));
        return item;
      }
      item.append(make("span", (own[line.is_rounded] ? "≈ " : "") + inUnit(own[line.value], metric), { class: "value" }));
      const said = [own[line.start] ? say("gained", { start: own[line.start], end: own[line.end] }) : say("read_at", { at: own[line.at] })];
      if (own[line.note]) said.push(noted(own));
      if (own[line.is_entered]) said.push(say("typed"));
      const came = own[line.load] === null ? null : evidence.loads[own[line.load]];
      if (came) {
        said.push(say("in_row", { row: own[line.row], path: came[load.path] }));
        coming.add(came);
      }
      const detail = make("span", null, { class: "detail" });
      detail.append(make("bdi", " · " + said.join(" · ")));
      item.append(detail);
      return item;
    }

    function branch(value, title, inner, isOpen, id) {
      const made = make("details");
      made.open = isOpen;
      const summary = make("summary");
      summary.append(make("span", value, { class: "value" }), " ", make("bdi", title));
      if (id) summary.append(" ", make("code", id));
      made.append(summary, inner);
      return made;
    }

    const head = make("h2", null, { "aria-live": "polite" });
    const below = make("div");
    tree.replaceChildren(head, below);

    function show() {
      const wanted = asked();
      const coming = new Set();  // the files behind what is shown
      const metric = evidence.metrics.find((own) => own.name === wanted.metric) || evidence.metrics[0];
      for (const button of document.querySelectorAll("#metrics button")) {
        button.setAttribute("aria-pressed", String(button.dataset.metric === metric.name));
      }
      const byPost = new Map();
      for (const own of evidence.lines[metric.name] || []) {
        if (!isWanted(evidence.posts[own[line.post]], wanted)) continue;
        if (!byPost.has(own[line.post])) byPost.set(own[line.post], []);
        byPost.get(own[line.post]).push(own);
      }
      const byAsset = new Map();
      for (const [at, lines] of byPost) {
        const asset = evidence.posts[at][post.asset] || "";
        if (!byAsset.has(asset)) byAsset.set(asset, []);
        byAsset.get(asset).push([at, lines]);
      }
      const isReach = metric.name === "reach";
      const branches = [];
      const sorted = [...byAsset].sort((a, b) => (a[0] === "") - (b[0] === "") || (a[0] < b[0] ? -1 : 1));
      for (const [asset, posts] of sorted) {
        const rows = make("ul");
        posts.sort((a, b) => (sum(b[1]) ?? -1) - (sum(a[1]) ?? -1));
        for (const [at, lines] of posts) {
          const own = evidence.posts[at];
          const inner = make("ul");
          for (const one of lines) inner.append(reading(one, metric, coming));
          const who = [called("platform", own[post.platform]), own[post.account_name], evidence.days[at]].filter(Boolean).join(", ");
          const item = make("li");
          item.append(branch(inUnit(sum(lines), metric), (own[post.text] || say("no_text")) + (who ? " (" + who + ")" : ""), inner, posts.length < 4, own[post.id]));
          rows.append(item);
        }
        const item = make("li");
        const title = called("asset", asset) || say("no_asset");
        const value = isReach ? "" : inUnit(sum(posts.flatMap((one) => one[1])), metric);
        if (byAsset.size === 1 && asset === "") item.append(rows);
        else item.append(branch(value, title, rows, byAsset.size < 8));
        branches.push(item);
      }
      const rest = evidence.rest[metric.name];
      const isAll = !Object.keys(wanted).some((name) => name !== "metric");
      if (rest && isAll) {
        const item = make("li");
        item.append(make("span", isReach ? "" : inUnit(rest[1], metric), { class: "value" }), " " + say("rest", { posts: number(rest[0]) }));
        branches.push(item);
      } else if (rest) {
        branches.push(make("li", say("rest_unknown"), { class: "detail" }));
      }
      const everything = [...byPost.values()].flat();
      let total = sum(everything);
      if (rest && isAll && rest[1] !== null) total = (total || 0) + rest[1];
      const filters = Object.entries(wanted).filter(([name]) => name !== "metric").map(([name, value]) => say("filter_" + name) + ": " + (called(name, value) || "–"));
      head.replaceChildren(make("span", metric.label + ": " + (isReach ? (filters.length ? "" : metric.said) : inUnit(total, metric)), { id: "figure", "data-value": isReach || total === null ? "" : String(total / metric.per_unit) }));
      const root = make("ul");
      root.append(...branches);
      below.replaceChildren();
      if (filters.length) below.append(make("p", filters.join(" · "), { class: "from" }));
      if (isReach) below.append(make("p", say("reach_is_no_sum") + " " + metric.basis, { class: "from" }));
      if (!branches.length) below.append(make("p", say("none")));
      below.append(root);
      if (!coming.size) return;
      const files = make("ul", null, { class: "coming" });
      for (const came of [...coming].sort((a, b) => (a[load.path] < b[load.path] ? -1 : 1))) {
        const item = make("li");
        item.append(make("bdi", came[load.path]), make("br"), "SHA-256 ", make("code", came[load.sha256]));
        files.append(item);
      }
      below.append(make("h3", say("file")), files);
    }

    for (const own of evidence.metrics) {
      const button = make("button", own.label, { type: "button", "data-metric": own.name });
      button.addEventListener("click", () => {
        const rest = Object.entries(asked()).filter(([name]) => name !== "metric").map(([name, value]) => "&" + name + "=" + encodeURIComponent(value)).join("");
        location.hash = own.name + rest;
      });
      document.getElementById("metrics").append(button);
    }
    window.addEventListener("hashchange", show);
    show();
  }
})();
