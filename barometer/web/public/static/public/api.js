// The page on the interface reads without this. With it, one button loads the form by which to ask from the page.
"use strict";

const button = document.getElementById("interactive");
button.parentElement.hidden = false;
button.addEventListener("click", () => {
  button.disabled = true;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = button.dataset.sheet;
  const script = document.createElement("script");
  script.src = button.dataset.script;
  script.addEventListener("load", () => {
    const place = document.getElementById("asking");
    place.hidden = false;
    button.parentElement.hidden = true;
    window.SwaggerUIBundle({
      url: button.dataset.openapi,
      domNode: place,
      presets: [window.SwaggerUIBundle.presets.apis],
      deepLinking: false,
      validatorUrl: null,
    });
  });
  document.head.append(style, script);
});
