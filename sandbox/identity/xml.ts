/** The content of an element: a string, or child elements by name. */
export type Content = string | { readonly [name: string]: Content };

/** An XML element, with a namespace if one is given. */
export function element(name: string, content: Content, namespace?: string): string {
    const attributes = namespace === undefined ? "" : ` xmlns="${escape(namespace)}"`;
    const inner =
        typeof content === "string"
            ? escape(content)
            : Object.entries(content)
                  .map(([child, value]) => element(child, value))
                  .join("");
    return `<${name}${attributes}>${inner}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
    return text
        .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? "")
        .replace(/[^\t\n\r\x20-\uffff]/g, "\ufffd");
}
