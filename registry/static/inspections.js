// Says beside each row how it reads while one types. The page works without it: the
// button "Check the results" asks the same of the server.
(function () {
  "use strict";

  var PAUSE_MS = 400;
  var place = document.querySelector("[data-judge]");
  var form = place.querySelector("form");
  var timer = null;
  var asked = 0;

  function judge() {
    var number = ++asked;
    fetch(place.dataset.judge, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
    }).then(function (answer) {
      // A login page is no answer: the form itself will ask for the login.
      return answer.ok && !answer.redirected ? answer.text() : "";
    }).then(function (html) {
      if (html && number === asked) show(html);
    }).catch(function () {}); // without a network the rows stay as they are
  }

  // The server escapes what was typed; its markup is put in place of the old one.
  function show(html) {
    var answer = new DOMParser().parseFromString(html, "text/html");
    ["[data-reading]", "[data-untested]", "[data-confirm]"].forEach(function (name) {
      var fresh = answer.querySelectorAll(name);
      place.querySelectorAll(name).forEach(function (old, i) {
        if (fresh[i] && old.innerHTML !== fresh[i].innerHTML) {
          old.replaceChildren.apply(old, fresh[i].childNodes);
        }
      });
    });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(judge, PAUSE_MS);
  }

  // Not detected means no figure.
  function blockFigure(box) {
    var value = box.closest(".result-row").querySelector("[name$=-value]");
    value.disabled = box.checked;
    if (box.checked) value.value = "";
  }

  // A report mostly has one unit and one method: a new row starts with the last one's.
  function copyDown() {
    var rows = place.querySelectorAll("[data-row]");
    var last = rows[rows.length - 1], above = rows[rows.length - 2];
    if (!above) return;
    ["unit", "method"].forEach(function (name) {
      var input = last.querySelector("[name$=-" + name + "]");
      if (!input.value) input.value = above.querySelector("[name$=-" + name + "]").value;
    });
  }

  form.addEventListener("input", function (event) {
    if (event.target.matches("[name$=-not_detected]")) blockFigure(event.target);
    later();
  });
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (button && button.name === "add_row") setTimeout(copyDown);
  });
  place.querySelectorAll("[name$=-not_detected]:checked").forEach(blockFigure);
})();
