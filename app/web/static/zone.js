// Writes the browser's time zone into the forms that ask for one. It sends nothing.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  for (const field of document.querySelectorAll("input[type=hidden][name=timezone]")) {
    if (!field.value) field.value = zone;
  }
  for (const list of document.querySelectorAll("select[data-guessed]")) {
    if ([...list.options].some((option) => option.value === zone)) list.value = zone;
  }
}
