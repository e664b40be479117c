import { commands } from "../../cli/commands";
import { scripts } from "../../package.json";
import { anchor, capital, code, page, table } from "./markdown";

/** docs/reference/cli.md: every command with what its `--help` prints. */
export function cliPage(): string {
    const all = Object.entries(commands);
    return page(
        "Command reference",
        `\`npm run keyless -- COMMAND [OPTIONS]\` runs a command; ${Object.keys(shortcuts()).map(code).join(", ")} are short for some.
\`--help\` prints a command's text as it stands here.`,
        table(
            ["Command", "What it does"],
            all.map(([name, { summary }]) => [`[${code(name)}](#${anchor(name)})`, capital(summary)]),
        ),
        ...all.map(([name, command]) => {
            const [short] = Object.entries(shortcuts()).find(([, target]) => target === name) ?? [];
            const also = short === undefined ? [] : [`In short: ${code(`${short} -- OPTIONS`)}.`];
            return [`## ${name}`, ...also, ["```text", String(command.load().USAGE), "```"].join("\n")].join("\n\n");
        }),
    );
}

/** The scripts of package.json that run one command, as they are typed. */
function shortcuts(): Record<string, string> {
    return Object.fromEntries(
        Object.entries(scripts).flatMap(([script, line]) => {
            const [, command] = /^node cli\/keyless\.mjs (\w+)$/.exec(line) ?? [];
            return command === undefined ? [] : [[script === "start" ? "npm start" : `npm run ${script}`, command]];
        }),
    );
}
