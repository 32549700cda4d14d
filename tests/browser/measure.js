// What a careful eye would find on the page that is shown; every list should be empty.
() => {
  const FIELDS = "input:not([type=hidden]), select, textarea";
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const all = (query) => [...document.querySelectorAll(query)].filter(shown);
  const called = (one) => `${one.localName}#${one.id || one.className} “${(one.innerText || "").trim().slice(0, 40)}”`;

  // Any CSS colour as [red, green, blue, alpha]: the canvas knows them all.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const draw = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const rgba = (colour) => seen.get(colour) ?? seen.set(colour, draw(colour)).get(colour);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.99) return colour;
    }
    return rgba("Canvas");
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for text of 24 px and more.
  const contrast = (one) => {
    const [a, b] = [light(rgba(getComputedStyle(one).color)), light(ground(one))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const needed = (one) => (parseFloat(getComputedStyle(one).fontSize) >= 24 ? 3 : 4.5);
  const speaks = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const faint = all("body *").filter((one) => speaks(one) && !one.matches(":disabled") && contrast(one) < needed(one));

  const labelled = (one) => [...(one.labels || [])].some((label) => label.textContent.trim());
  const inLine = (one) => getComputedStyle(one).display === "inline";
  const small = (one) => {
    const { width, height } = (one.matches("label input") ? one.closest("label") : one).getBoundingClientRect();
    return width < 24 || height < 24;
  };
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const named = (one) => (one.getAttribute("aria-describedby") || one.getAttribute("aria-labelledby") || "").split(" ");

  return {
    overflow: document.scrollingElement.scrollWidth - innerWidth,
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    direction: document.documentElement.dir,
    unlabelled: all(FIELDS).filter((one) => !labelled(one)).map(called),
    silent: all("button, a, summary").filter((one) => !one.textContent.trim()).map(called),
    faint: faint.map((one) => `${called(one)} ${contrast(one).toFixed(2)}`),
    small: all(`button, summary, a, ${FIELDS}`).filter((one) => !inLine(one) && small(one)).map(called),
    doubled: ids.filter((id, at) => ids.indexOf(id) !== at),
    dangling: all("[aria-describedby], [aria-labelledby]").flatMap(named).filter((id) => id && !ids.includes(id)),
  };
}
