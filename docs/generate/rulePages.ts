import { policies, rules } from "../../policy/policies";
import { table, withPart } from "./markdown";

type Policy = (typeof policies)[number];

/**
 * The pages of the rules and the pack's table of them. Each rule's metadata is generated; the sections on its purpose,
 * its checks and its examples are written manually. The pack contains a copy of each page, so that the links in its README
 * and in its findings work where it is installed alone.
 */
export function rulePages(read: (path: string) => string): [string, string][] {
    const pages = policies.map((policy): [string, string] => {
        const path = `docs/policy/${policy.name}.md`;
        return [path, rulePage(policy, read(path))];
    });
    const organisation = read("docs/policy/organisation.md");
    return [
        ...pages,
        ...pages.map(([path, page]): [string, string] => [path.replace("docs/policy/", "policy/docs/"), inPack(page)]),
        ["policy/docs/organisation.md", inPack(organisation)],
        ["policy/README.md", withPart(read("policy/README.md"), "rules", ruleTable())],
    ];
}

/** A page as the pack contains it: links to other parts of the project become text. */
function inPack(page: string): string {
    return `<!-- Copied from docs/policy by \`npm run reference\`. -->\n\n${page
        .replaceAll("](../../policy/", "](../")
        .replace(/\[([^\]]+)\]\(\.\.\/\.\.\/[^)]*\)/g, "$1")}`;
}

function rulePage({ name, description, severity, remediationSteps, configSchema }: Policy, written: string): string {
    const from = written.indexOf("\n## Why\n");
    const to = written.indexOf("\n## Parameters\n");
    if (from < 0 || to < from) {
        throw new Error(`docs/policy/${name}.md needs a section "## Why" and, at its end, one "## Parameters"`);
    }
    const parameters = Object.entries(configSchema?.properties ?? {}).map(([parameter, schema]) => {
        const { description: what = "", default: value } = schema as { description?: string; default?: unknown };
        return [`\`${parameter}\``, what, value === undefined ? "" : `\`${JSON.stringify(value)}\``];
    });
    const level = ["`enforcementLevel`", "`mandatory`, `advisory` or `disabled`", '`"mandatory"`'];
    return [
        `# ${name}\n\n${description}. Mandatory; severity ${severity}.\n\n${remediationSteps}\n`,
        written.slice(from, to),
        `\n## Parameters\n\n${table(["name", "what it sets", "default"], [level, ...parameters])}\n`,
    ].join("");
}

function ruleTable(): string {
    return table(
        ["rule", "requirement", "severity", "when"],
        rules.map(({ name, description, severity, judge, judgeStack }) => {
            const when = [judge && "before creation", judgeStack && "at the end"].filter((time) => time !== undefined);
            return [`[${name}](docs/${name}.md)`, description, severity, when.join(", and ")];
        }),
    );
}
