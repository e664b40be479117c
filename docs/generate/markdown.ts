/** A table; a vertical bar within a cell would begin another one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The beginning of a sentence. */
export function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Code within a sentence. */
export function code(text: string): string {
    return `\`${text}\``;
}

/** The anchor that GitHub makes of a heading: https://github.com/gjtorikian/html-pipeline (toc_filter). */
export function anchor(heading: string): string {
    return heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-");
}

/** A page that is written as a whole. */
export function page(title: string, ...parts: readonly string[]): string {
    return [`# ${title}`, "<!-- Written by `npm run reference`. -->", ...parts].join("\n\n") + "\n";
}

/**
 * Replaces what stands between the marks of a part in a page that is otherwise written by hand.
 *
 * @throws if the page has no such part
 */
export function withPart(text: string, name: string, part: string): string {
    const [begin, end] = [`<!-- reference: ${name} -->`, "<!-- /reference -->"];
    const from = text.indexOf(begin);
    const to = text.indexOf(end, from);
    if (from < 0 || to < 0) {
        throw new Error(`the page has no part ${begin} … ${end}`);
    }
    return `${text.slice(0, from)}${begin}\n${part}\n${text.slice(to)}`;
}
