import { explanations } from "../changes/explanations";
import type { Outcome } from "../changes/outcome";
import { readTable } from "../changes/table";
import { capital, code, page, table } from "./markdown";

const WORDS: Readonly<Record<Outcome["outcome"], string>> = {
    nothing: "nothing changes",
    "in place": "in place",
    replaces: "replaces or deletes",
    refused: "refused",
};

/** docs/reference/changes.md: what each change of each key does to a running stack. */
export function changesPage(): string {
    const keys = Object.entries(readTable());
    const outcomes = keys.flatMap(([, transitions]) => Object.values(transitions));
    const count = (wanted: Outcome["outcome"]) => outcomes.filter(({ outcome }) => outcome === wanted).length;
    return page(
        "What a change of a key does",
        `What happens to a running stack when one key of its config is added, changed or removed: ${outcomes.length} changes of
${keys.length} keys. ${count("nothing")} change nothing, ${count("in place")} are made in place, ${count("replaces")} replace or delete a resource,
and ${count("refused")} are refused before anything is touched. \`npm run changes\` computes each by deploying a stack of
[docs/changes/stacks](../changes/stacks) in the sandbox and previewing it with that one key changed, without the policy pack.`,
        `A preview of your own stack says the same for several changes together, and \`keyless access\` groups it by consequence
([pull requests](../pull-requests.md)). *In place* means that no resource is replaced or deleted; its consequences, such as the
restart of a database, stand beside it. A choice is moved from each value to the next one and back. Everything that
replaces or deletes what holds data or carries traffic is explained.`,
        ...keys.map(([key, transitions]) =>
            [
                `## ${code(key)}`,
                table(
                    ["Change", "What happens", "Consequences"],
                    Object.entries(transitions).map(([name, outcome]) => [
                        name,
                        happening(outcome),
                        consequences(key, name, outcome),
                    ]),
                ),
            ].join("\n\n"),
        ),
    );
}

function happening({ outcome, refusal, replaced, deleted, updated, created }: Outcome): string {
    const parts = [
        refusal === undefined ? "" : `: ${escaped(refusal)}`,
        list("; replaces", replaced),
        list("; deletes", deleted),
        list("; changes", updated),
        list("; creates", created),
    ];
    const text = parts.join("");
    return outcome === "replaces" ? text.slice(2) : `${WORDS[outcome]}${text}`;
}

function consequences(key: string, name: string, { effects = [] }: Outcome): string {
    return [
        ...effects.map((effect) => `${capital(effect)}.`),
        ...(explanations[key]?.[name] ?? []).map(({ text }) => text),
    ]
        .join(" ")
        .trim();
}

/** `rds.Cluster keyless-database` of `aws:rds/cluster:Cluster keyless-database`. */
function short(resource: string): string {
    const [type = "", ...name] = resource.split(" ");
    const [pack = "", module = "", kind = ""] = type.split(":");
    const place = module.split("/")[0] ?? "";
    return [`${pack === "aws" ? place : pack}.${kind}`, ...name].join(" ");
}

/** Many resources of one type are counted. */
function list(verb: string, resources: readonly string[] = []): string {
    const types = new Map<string, string[]>();
    for (const resource of resources) {
        const [type = "", name] = short(resource).split(" ");
        types.set(type, [...(types.get(type) ?? []), ...(name === undefined ? [] : [name])]);
    }
    const shown = [...types].map(([type, names]) =>
        names.length === 0
            ? code(type)
            : names.length <= 3
              ? `${code(type)} (${names.join(", ")})`
              : `${names.length} ${code(type)}`,
    );
    return shown.length === 0 ? "" : `${verb} ${shown.join(", ")}`;
}

/** A refusal quotes values: `*` and `<` would be markup. */
function escaped(text: string): string {
    return text.replace(/[*<>_[\]]/g, (sign) => `\\${sign}`).replace(/\s+/g, " ");
}
