/* Sets the colour theme before the first paint; console.js lets people change it. */
(function () {
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch (error) {
      return "auto"; // storage may be forbidden
    }
  }
  function apply() {
    var theme = chosen();
    document.documentElement.dataset.bsTheme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  }
  dark.addEventListener("change", apply);
  document.addEventListener("theme", apply);
  apply();
})();
