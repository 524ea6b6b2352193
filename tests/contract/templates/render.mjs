// Renders compiled templates for the tests: a JSON request per line, a JSON answer per line.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const catalogues = new Map();

for await (const line of createInterface({ input: process.stdin })) {
  const { module, later, name, context, messages } = JSON.parse(line);
  let answer;
  try {
    const { parts, render, templates } = await import(module);
    if (later) Object.assign(templates, (await import(later)).default(parts));
    if (!catalogues.has(messages)) catalogues.set(messages, JSON.parse(readFileSync(messages, 'utf8')));
    answer = { html: render(name, context, { messages: catalogues.get(messages) }) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
