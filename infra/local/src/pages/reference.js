// Renders /v1/openapi.json: every operation, parameter, answer and schema, each with an address of its own.
"use strict";

const ACCESS = {
  open: "anyone",
  commune: "anyone",
  resident_or_guest: "anyone; a session is used when there is one",
  resident: "a signed-in resident of the commune",
  staff: "staff of the commune",
};
const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function link(href, text) {
  const made = element("a", "", text);
  made.href = href;
  return made;
}

// Text with `code` between back-quotes; a Markdown table becomes a table.
function prose(text) {
  const block = element("div", "");
  let rows = [];
  const flush = () => {
    if (rows.length === 0) return;
    const table = element("table", "");
    rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell))).forEach((cells, n) => {
      table.append(element("tr", "", ...cells.map((cell) => element(n === 0 ? "th" : "td", "", ...inline(cell)))));
    });
    block.append(table);
    rows = [];
  };
  for (const line of (text || "").split("\n")) {
    if (line.startsWith("|")) {
      rows.push(line.split("|").slice(1, -1).map((cell) => cell.trim()));
    } else {
      flush();
      if (line.trim()) block.append(element("p", "soft", ...inline(line)));
    }
  }
  flush();
  return block;
}

function inline(text) {
  return text.split("`").map((part, n) => (n % 2 === 1 ? element("code", "", part) : part));
}

// A schema in one phrase, with links to the schemas it names.
function phrase(schema) {
  if (schema === true || schema === undefined) return ["anything"];
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return [link("#schema-" + name, name)];
  }
  const any = schema.oneOf || schema.anyOf || schema.allOf;
  if (any && !schema.properties) {
    const constants = any.every((one) => one.const !== undefined);
    if (constants) return ["one of ", element("code", "", any.map((one) => one.const).join(", "))];
    return any.flatMap((one, n) => (n === 0 ? phrase(one) : [" or ", ...phrase(one)]));
  }
  if (schema.const !== undefined) return [element("code", "", JSON.stringify(schema.const))];
  if (schema.enum) return ["one of ", element("code", "", schema.enum.map(String).join(", "))];
  const types = [].concat(schema.type || "anything");
  const parts = types.filter((type) => type !== "null").flatMap((type, n) => {
    const named = type === "array" ? ["list of ", ...phrase(schema.items)] : [type];
    return n === 0 ? named : [" or ", ...named];
  });
  if (types.includes("null")) parts.push(" or null");
  const limits = [
    ["format", schema.format], ["pattern", schema.pattern],
    ["at least", schema.minimum], ["at most", schema.maximum],
    ["characters, at least", schema.minLength], ["characters, at most", schema.maxLength],
    ["items, at least", schema.minItems], ["items, at most", schema.maxItems],
    ["default", schema.default === undefined ? undefined : JSON.stringify(schema.default)],
  ].filter(([, value]) => value !== undefined);
  for (const [name, value] of limits) parts.push(`; ${name} `, element("code", "", String(value)));
  return parts;
}

function fieldTable(caption, rows) {
  const table = element("table", "");
  table.append(element("caption", "soft", caption));
  table.append(element("tr", "", ...["Name", "Value", "Meaning"].map((title) => element("th", "", title))));
  for (const { name, schema, required, description, place } of rows) {
    const label = element("td", "", element("code", "", name), ...(place ? [" in " + place] : []), ...(required ? [" (required)"] : []));
    table.append(element("tr", "", label, element("td", "", ...phrase(schema)), element("td", "", ...inline(description || ""))));
  }
  return table;
}

function body(schema) {
  if (schema && schema.properties) {
    const required = schema.required || [];
    return fieldTable("Fields", Object.entries(schema.properties).map(([name, inner]) => ({
      name, schema: inner, required: required.includes(name), description: inner.description,
    })));
  }
  return element("p", "", ...phrase(schema));
}

function operation(method, path, op) {
  const section = element("section", "operation");
  section.id = op.operationId;
  const title = element("h2", "", element("span", "method", method.toUpperCase()), " ", element("code", "", path));
  section.append(title, element("p", "", op.summary || "", " ", link("#" + op.operationId, "#")));
  section.append(element("p", "soft", "For " + (ACCESS[op["x-parvis-access"]] || "anyone") + "."));
  if (op.parameters) {
    section.append(fieldTable("Parameters", op.parameters.map((p) => ({ ...p, place: p.in }))));
  }
  for (const [type, { schema }] of Object.entries((op.requestBody || {}).content || {})) {
    section.append(element("h3", "", "Body, ", element("code", "", type)), body(schema));
  }
  for (const [status, answer] of Object.entries(op.responses || {})) {
    if (answer.$ref) {
      section.append(element("h3", "", "Any other answer is a ", link("#problems", "problem")));
      continue;
    }
    section.append(element("h3", "", element("code", "", status), " " + answer.description));
    for (const [name, header] of Object.entries(answer.headers || {})) {
      section.append(element("p", "soft", "Header ", element("code", "", name), ": ", ...inline(header.description || "")));
    }
    for (const { schema } of Object.values(answer.content || {})) section.append(body(schema));
  }
  return section;
}

function show(api) {
  const index = document.getElementById("index");
  const content = document.getElementById("content");
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((m) => methods[m])) {
      const op = methods[method];
      const tag = (op.tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([method, path, op]);
    }
  }
  content.replaceChildren(element("p", "soft", `${api.info.title} ${api.info.version}. ${api.info.summary || ""}`));
  for (const [tag, operations] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const list = element("ul", "");
    for (const [method, path, op] of operations) {
      list.append(element("li", "", link("#" + op.operationId, op.operationId)));
      content.append(operation(method, path, op));
    }
    index.append(element("h2", "", tag), list);
  }
  const problems = element("section", "operation");
  problems.id = "problems";
  problems.append(element("h2", "", "Problems"), prose(((api.components.responses || {}).Problem || {}).description), element("p", "", link("#schema-Problem", "Problem")));
  content.append(problems);
  const list = element("ul", "");
  for (const [name, schema] of Object.entries(api.components.schemas || {})) {
    const section = element("section", "schema");
    section.id = "schema-" + name;
    section.append(element("h2", "", name, " ", link("#schema-" + name, "#")), prose(schema.description), body(schema));
    list.append(element("li", "", link("#schema-" + name, name)));
    content.append(section);
  }
  index.append(element("h2", "", "schemas"), list);
  // The browser looked for the address before there was anything to find.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

fetch("/v1/openapi.json")
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
  .then(show)
  .catch((error) => { document.getElementById("state").textContent = "The document cannot be read: " + error.message; });
