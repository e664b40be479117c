import { readdirSync } from "node:fs";
import { join } from "node:path";
import { code, page, table } from "./markdown";

/** examples/README.md: what the comment at the head of each example stack says. */
export function examplesPage(root: string, read: (path: string) => string): string {
    const stacks = readdirSync(join(root, "examples/stacks"))
        .filter((file) => file.endsWith(".yaml"))
        .sort();
    const rows = stacks.map((file) => {
        const [head = ""] = read(`examples/stacks/${file}`).split(/\n(?!#)/);
        const shows = head.replace(/^# ?/gm, "").replaceAll("\n", " ").trim();
        const linked = shows.replace(/\bdocs\/[\w-]+\.md/g, "[$&](../$&)");
        return [`[${code(file.replace(".yaml", ""))}](stacks/${file})`, linked];
    });
    return page(
        "Examples",
        "Each is a stack to start from. `npm start -- --stack NAME` deploys it in the sandbox and attempts every access.",
        table(["Stack", "What it shows"], rows),
        "[connection-test](connection-test/README.md) is a service to copy from: it connects with IAM and tries what it must not do.",
    );
}
