// The slider of a listing's moments: it says what each one is, and leads there. Without it they are links.
function offer() {
  const slider = document.querySelector("[data-moments]");
  if (!slider) return;
  const links = [...document.querySelectorAll(".moments a")].reverse();
  if (links.length < 2) return;
  const range = slider.querySelector("input");
  const said = slider.querySelector("output");
  const tell = () => {
    const link = links[range.value];
    said.textContent = `${link.textContent} · ${link.nextElementSibling.textContent.trim()}`;
    range.setAttribute("aria-valuetext", said.textContent);
  };
  slider.hidden = false;
  tell();
  if (slider.dataset.offered) return;
  slider.dataset.offered = "yes";
  range.addEventListener("input", tell);
  range.addEventListener("change", () => { location.href = `${links[range.value].href}#as-of`; });
}

offer();
document.addEventListener("page:moved", offer);
