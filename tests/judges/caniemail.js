// What the mail programs named first cannot show of the HTML files named next: {file: {feature: [program, ...]}}.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";

const [programs, ...files] = process.argv.slice(2);
const clients = programs.split(",");

const unsupported = (file) => {
  const found = {};
  for (const [client, issues] of caniemail({ clients, html: readFileSync(file, "utf8") }).issues.errors)
    for (const { title } of issues) (found[title] ??= new Set()).add(client);
  return Object.fromEntries(Object.entries(found).map(([title, names]) => [title, [...names].sort()]));
};

console.log(JSON.stringify(Object.fromEntries(files.map((file) => [file, unsupported(file)]))));
