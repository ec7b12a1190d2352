// Searches the index in search-index.js. Everything that it shows is put in as text.
"use strict";
(function () {
  const section = document.getElementById("search");
  const field = document.getElementById("words");
  const status = document.getElementById("found");
  const list = document.getElementById("results");
  const most = 40;
  if (!section || typeof GATEHOUSE === "undefined") return;
  section.hidden = false;
  document.getElementById("unsearched").hidden = true;

  function plain(text) {
    return text.toLowerCase().replace(/['\u2019]/g, "");
  }
  function root(word) {
    if (word.length > 4 && word.endsWith("ies")) return word.slice(0, -3);
    return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
  }
  function begins(text, word) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || !/[a-z0-9]/.test(text[at - 1])) return true;
    }
    return false;
  }
  const units = { section: "s", sections: "s", sec: "s", schedule: "sch", paragraph: "para", article: "art", regulation: "reg" };
  const pages = GATEHOUSE.map(function (one) {
    return { one: one, title: plain(one.t), law: plain(one.l).replace(/\./g, " "), words: plain(one.w) };
  });

  // "section 115" and "s.115" are one place in an Act; it has to stand in the law's own citation.
  function asked(text) {
    const places = [];
    const rest = plain(text).replace(/\b(sections?|sec|s|schedule|sch|paragraph|para|article|art|regulation|reg)\.?\s?(\d+[a-z]*)/g,
      function (_, unit, number) { places.push((units[unit] || unit) + " " + number); return " "; });
    return { places: places, words: (rest.match(/[a-z0-9]+/g) || []).map(root) };
  }
  function score(page, wanted) {
    let total = page.one.k === "gateway" ? 1 : 0;
    for (const place of wanted.places) {
      if (!new RegExp("(^|[^a-z0-9])" + place + "(?![a-z0-9])").test(page.law)) return 0;
      total += 20;
    }
    for (const word of wanted.words) {
      if (begins(page.title, word)) total += 10;
      else if (begins(page.law, word)) total += 8;
      else if (begins(page.words, word)) total += 3;
      else return 0;
    }
    return total;
  }
  function show(text) {
    const wanted = asked(text);
    list.replaceChildren();
    if (!wanted.words.length && !wanted.places.length) {
      status.textContent = "";
      return;
    }
    const found = pages.map(function (page) { return { page: page, score: score(page, wanted) }; })
      .filter(function (hit) { return hit.score > 0; })
      .sort(function (a, b) { return b.score - a.score || (a.page.title < b.page.title ? -1 : 1); });
    status.textContent = found.length === 0 ? "Nothing has all of these words. Try fewer, or look by field below."
      : found.length > most ? found.length + " found; the best " + most + " are shown." : found.length + " found.";
    for (const hit of found.slice(0, most)) {
      const entry = document.createElement("li");
      const link = document.createElement("a");
      link.href = hit.page.one.u;
      link.textContent = hit.page.one.t;
      const about = document.createElement("span");
      about.className = "law";
      about.textContent = " " + [hit.page.one.k, hit.page.one.l].filter(Boolean).join(": ");
      entry.append(link, about);
      list.append(entry);
    }
  }

  const given = new URLSearchParams(location.search).get("q") || "";
  field.value = given;
  show(given);
  let waiting = 0;
  field.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () { show(field.value); }, 120);
  });
  section.querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(waiting);
    show(field.value);
  });
})();
