// Small comforts for forms. Every page works without this file.
(function () {
  "use strict";

  // Autosave: what is typed stays on this device until the form has been accepted.
  // Passwords, files and hidden inputs are never stored.
  var UNSAVED = new Set(["password", "file", "hidden", "submit", "button"]);

  function inputs(form) {
    return Array.from(form.elements).filter(function (e) {
      return e.name && !UNSAVED.has(e.type);
    });
  }

  function values(form) {
    return inputs(form).map(function (e) {
      var ticked = e.type === "checkbox" || e.type === "radio";
      return [e.name, ticked ? e.value : "", ticked ? e.checked : e.value];
    });
  }

  function fill(form, saved) {
    saved.forEach(function (entry) {
      var name = entry[0], choice = entry[1], value = entry[2];
      inputs(form).forEach(function (e) {
        if (e.name !== name) return;
        if (e.type !== "checkbox" && e.type !== "radio") e.value = value;
        else if (e.value === choice) e.checked = value;
      });
    });
  }

  // A row that the draft has and the page has not is added first.
  function fillRows(form, saved) {
    form.querySelectorAll("[data-rows]").forEach(function (rows) {
      var prefix = rows.dataset.rows + "-";
      var wanted = saved.reduce(function (most, entry) {
        if (!entry[0].startsWith(prefix)) return most;
        return Math.max(most, parseInt(entry[0].slice(prefix.length), 10) + 1);
      }, 0);
      while (rows.querySelectorAll("[data-row]").length < wanted && addRow(rows));
    });
    fill(form, saved);
  }

  function store(action, key, value) {
    try {
      return localStorage[action](key, value);
    } catch (blocked) { // private mode: then nothing is saved, and nothing breaks
      return null;
    }
  }

  function autosave(form) {
    var key = "draft:" + form.dataset.autosave;
    var note = form.querySelector("[data-draft-note]");
    var untouched = JSON.stringify(values(form));
    var leaving = false;

    function changed() { return JSON.stringify(values(form)) !== untouched; }

    var saved = store("getItem", key);
    // A form that comes back filled (refused, or restored) needs no draft.
    if (form.dataset.filled === undefined && saved && saved !== untouched && note) {
      note.hidden = false;
      note.querySelector("[data-restore]").addEventListener("click", function () {
        fillRows(form, JSON.parse(saved));
        note.hidden = true;
      });
      note.querySelector("[data-discard]").addEventListener("click", function () {
        store("removeItem", key);
        note.hidden = true;
      });
    }
    form.addEventListener("input", function () {
      store("setItem", key, JSON.stringify(values(form)));
    });
    form.addEventListener("submit", function () {
      leaving = true;
      store("setItem", "sent", key);
    });
    window.addEventListener("beforeunload", function (event) {
      if (!leaving && changed()) event.preventDefault();
    });
  }

  // The draft of a form that was sent goes once a page without that form has come.
  function dropAccepted() {
    var key = store("getItem", "sent");
    if (!key) return;
    store("removeItem", "sent");
    var name = key.slice("draft:".length);
    var refused = document.querySelector('form[data-autosave="' + name + '"][data-filled]');
    if (!refused && !document.querySelector("[data-problem]")) store("removeItem", key);
  }

  // Rows: the template holds the row of index __i__; indices may have gaps.
  function addRow(rows) {
    var template = rows.querySelector("template");
    var present = rows.querySelectorAll("[data-row]");
    if (!template || present.length >= Number(rows.dataset.max)) return null;
    var next = Array.from(present).reduce(function (most, row) {
      return Math.max(most, Number(row.dataset.row) + 1);
    }, 0);
    template.insertAdjacentHTML("beforebegin", template.innerHTML.replace(/__i__/g, next));
    var added = template.previousElementSibling;
    number(rows);
    return added;
  }

  function number(rows) {
    rows.querySelectorAll("[data-number]").forEach(function (place, i) {
      place.textContent = String(i + 1);
    });
  }

  function click(event) {
    var button = event.target.closest("button");
    if (!button) return;
    var rows = button.closest("[data-rows]");
    if (rows && button.name === "add_row") {
      var added = addRow(rows);
      if (!added) return;
      event.preventDefault();
      var first = added.querySelector("input, select, textarea");
      if (first) first.focus();
    } else if (rows && button.name === "remove_row") {
      event.preventDefault();
      var form = button.form;
      button.closest("[data-row]").remove();
      number(rows);
      rows.querySelector("[name=add_row]").focus();
      form.dispatchEvent(new Event("input"));
    } else if (button.dataset.copy !== undefined) {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        button.querySelector("[data-word]").textContent = button.dataset.done;
      });
    }
  }

  // Copying needs a secure page; elsewhere the button stays away.
  if (navigator.clipboard) {
    document.querySelectorAll("[data-copy]").forEach(function (b) { b.hidden = false; });
  }
  dropAccepted();
  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.addEventListener("click", click);
})();
