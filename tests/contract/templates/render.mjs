// Renders compiled templates for the tests: a JSON request per line, a JSON answer per line.
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const { module, name, context, messages } = JSON.parse(line);
  let answer;
  try {
    const { render } = await import(module);
    answer = { html: render(name, context, { messages }) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
