// How far an add is, asked for until it is over.

const shown = document.getElementById("progress");

async function look() {
  try {
    const answer = await fetch(shown.dataset.address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("[data-state]");
    if (!part) return;
    if (part.outerHTML !== shown.firstElementChild.outerHTML) shown.replaceChildren(part);
    if (["done", "failed"].includes(part.dataset.state)) return;
  } catch {
    // the page is being started anew: ask again
  }
  setTimeout(look, 700);
}
look();
