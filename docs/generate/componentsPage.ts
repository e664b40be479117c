import { dirname } from "node:path";
import { componentsIn, type Component, type Member } from "./declarations";
import { code, page, table } from "./markdown";

/** docs/reference/components.md: every component with its arguments and outputs, from the comments in the source. */
export function componentsPage(root: string): string {
    const components = componentsIn(root, "components");
    const folders = [...new Set(components.map(({ file }) => dirname(file)))];
    return page(
        "Component reference",
        `What \`pulumi up\` creates, a section for each folder. A component is a class that takes a name, arguments and Pulumi's
resource options; its outputs are properties of the object.`,
        ...folders.flatMap((folder) => [
            `## ${folder}`,
            ...components.filter(({ file }) => dirname(file) === folder).map(section),
        ]),
    );
}

function section({ name, file, token, doc, args, outputs }: Component): string {
    const results = outputs.map((output) => [code(output.name), code(output.type), output.doc]);
    return [
        `### ${name}`,
        `${code(token)}, in [${file}](../../${file})`,
        ...(doc === "" ? [] : [doc]),
        ...(args.length === 0 ? [] : [table(["Argument", "Type", "Meaning", "Default"], args.map(argument))]),
        ...(results.length === 0 ? [] : [table(["Output", "Type", "Meaning"], results)]),
    ].join("\n\n");
}

function argument({ name, type, doc, optional, fallback }: Member): string[] {
    return [code(name), code(type), doc, fallback ?? (optional ? "none" : "required")];
}
