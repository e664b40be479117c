/** A comment's Markdown about as GitHub shows it: the few forms that our own uses. */
export function commentPage(markdown: string): string {
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>comment</title><style>${STYLE}</style><article><header><b>github-actions</b> commented</header><div>${blocks(markdown)}</div></article></html>`;
}

const STYLE = `
    body { margin: 24px; background: #fff; color: #1f2328; font: 14px/1.5 -apple-system, "Segoe UI", ui-sans-serif, sans-serif }
    article { border: 1px solid #d1d9e0; border-radius: 6px } header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e; border-radius: 6px 6px 0 0 }
    article > div { padding: 16px } h3 { margin: 0 0 16px; font-size: 20px } table { border-collapse: collapse; margin: 0 0 16px } th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left }
    tr:nth-child(2n) td { background: #f6f8fa } code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font: 85% ui-monospace, monospace } details { margin: 0 0 16px } ul { padding-left: 2em }`;

function blocks(markdown: string): string {
    return markdown
        .replace(/<!--[^]*?-->/g, "")
        .split(/\n{2,}/)
        .map((block) => (block.startsWith("|") ? table(block) : lines(block)))
        .join("\n");
}

function lines(block: string): string {
    if (block.startsWith("### ")) {
        return `<h3>${inline(block.slice(4))}</h3>`;
    }
    if (/^- /.test(block)) {
        return `<ul>${block
            .split("\n")
            .map((line) => `<li>${inline(line.slice(2))}</li>`)
            .join("")}</ul>`;
    }
    if (/^\d+\. /.test(block)) {
        return `<ol>${block
            .split("\n")
            .map((line) => `<li>${inline(line.replace(/^\d+\. /, ""))}</li>`)
            .join("")}</ol>`;
    }
    return /^<\/?details/.test(block) ? inline(block) : `<p>${inline(block)}</p>`;
}

function table(block: string): string {
    const [head = "", , ...rows] = block.split("\n");
    const cells = (line: string, tag: string): string =>
        `<tr>${line
            .split("|")
            .slice(1, -1)
            .map((cell) => `<${tag}>${inline(cell.trim())}</${tag}>`)
            .join("")}</tr>`;
    return `<table>${cells(head, "th")}${rows.map((row) => cells(row, "td")).join("")}</table>`;
}

function inline(text: string): string {
    return text
        .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>")
        .replace(/\*(.+?)\*/g, "<i>$1</i>")
        .replaceAll("\n", "<br>");
}
