// Places are suggested while one types. Without this file, what could be meant is
// shown after sending.
(function () {
  "use strict";

  var PAUSE_MS = 200;

  function suggest(input) {
    var list = document.getElementById(input.getAttribute("list"));
    var asked = 0;
    var pause;

    function show(names) {
      list.replaceChildren.apply(list, names.map(function (name) {
        var option = document.createElement("option");
        option.value = name;
        return option;
      }));
    }

    function ask() {
      var question = ++asked;
      fetch(input.dataset.places + "?q=" + encodeURIComponent(input.value), {
        headers: { Accept: "application/json" }, credentials: "same-origin"
      }).then(function (answer) {
        return answer.ok ? answer.json() : { places: [] };
      }).then(function (found) {
        if (question === asked) show(found.places); // a later answer may come first
      }).catch(function () {}); // no network: the choice comes after sending
    }

    input.addEventListener("input", function () {
      clearTimeout(pause);
      if (input.value.trim()) pause = setTimeout(ask, PAUSE_MS);
    });
  }

  document.querySelectorAll("[data-places]").forEach(suggest);
})();
