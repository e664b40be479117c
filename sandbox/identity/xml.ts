import { escapeMarkup } from "../../toolkit/markup";

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

/** XML 1.0 knows no other characters, not even as references. https://www.w3.org/TR/xml/#charsets */
function escape(text: string): string {
    return escapeMarkup(text).replace(/[^\t\n\r\x20-\uffff]/g, "\ufffd");
}
