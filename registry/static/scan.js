// Scans a label with the camera where the browser can read QR codes by itself. What was
// read goes into the input, and the form is sent. Elsewhere the button stays hidden.
(function () {
  "use strict";

  var PAUSE_MS = 200;
  var form = document.querySelector("[data-scan]");
  var start = form.querySelector("[data-camera]");
  var finder = form.querySelector("[data-viewfinder]");
  var video = finder.querySelector("video");
  var note = form.querySelector("[data-scan-note]");
  var stream = null;

  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  start.hidden = false;

  function stop() {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    finder.hidden = true;
    start.hidden = false;
  }

  function look(detector) {
    if (!stream) return;
    detector.detect(video).then(function (codes) {
      if (!codes.length) return setTimeout(look, PAUSE_MS, detector);
      stop(); // at once: a camera that runs on makes a phone hot
      form.elements.code.value = codes[0].rawValue;
      form.requestSubmit();
    }).catch(function () { setTimeout(look, PAUSE_MS, detector); });
  }

  start.addEventListener("click", function () {
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
      .then(function (opened) {
        stream = opened;
        video.srcObject = opened;
        start.hidden = true;
        finder.hidden = false;
        return video.play();
      })
      .then(function () {
        look(new BarcodeDetector({ formats: ["qr_code", "data_matrix", "ean_13"] }));
      })
      .catch(function () {
        stop();
        note.textContent = note.dataset.denied;
      });
  });
  form.querySelector("[data-stop]").addEventListener("click", stop);
})();
