// What HMRC wants to know of the browser of a person who asks it: filled in just before the button is obeyed.
"use strict";
const form = document.getElementById("ask");
if (form) {
  form.addEventListener("submit", () => {
    const told = {
      screen_width: screen.width,
      screen_height: screen.height,
      screen_depth: screen.colorDepth,
      screen_scale: window.devicePixelRatio,
      window_width: window.innerWidth,
      window_height: window.innerHeight,
      utc_offset: -new Date().getTimezoneOffset(),
      js_user_agent: navigator.userAgent,
    };
    for (const [name, value] of Object.entries(told)) form.elements[name].value = String(value);
  });
}
