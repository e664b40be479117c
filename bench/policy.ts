/**
 * Measures the cost of the policy pack: `npm run bench:policy` for all parts, or with names of parts after `--`
 * (`npm run bench:policy -- resources hostile`).
 */
import { shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { documents } from "./policy/documents";
import { engine } from "./policy/engine";
import { hostile } from "./policy/hostile";
import { oracle } from "./policy/oracle";
import { resources } from "./policy/resources";

const parts: Readonly<Record<string, () => Promise<void>>> = { resources, documents, hostile, oracle, engine };

async function main(): Promise<void> {
    const wanted = process.argv.slice(2);
    for (const [name, run] of Object.entries(parts)) {
        if (wanted.length === 0 || wanted.includes(name)) {
            print(shown`\n${name}`);
            await run();
        }
    }
}

void main();
