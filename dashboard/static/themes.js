// The button that changes the theme: as the system has it, light, dark.
const NEXT = { system: "light", light: "dark", dark: "system" };
const NAMES = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

/** Shows the button; `changed` is called when another theme is chosen or the system's changes. */
export function offerThemes(changed) {
  const root = document.documentElement;
  const button = document.querySelector("button.theme");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  if (!button) return;
  const chosen = () => root.dataset.theme ?? "system";
  const name = () => { button.querySelector("span").textContent = NAMES[chosen()]; };
  button.hidden = false;
  name();
  button.addEventListener("click", () => {
    const next = NEXT[chosen()];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      localStorage.setItem("theme", next);
    } catch {
      // it holds for this page alone
    }
    name();
    changed();
  });
}
