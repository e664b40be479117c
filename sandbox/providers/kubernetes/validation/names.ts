import { createHash } from "node:crypto";

/** Returns the errors in a name; none if it is valid. */
export type NameRule = (name: string) => readonly string[];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const label1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const labelKey = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

// Messages of apimachinery, pkg/util/validation and pkg/api/validate/content.
const labelText = regexText(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    label,
    "my-name",
    "123-abc",
);
const subdomainText = regexText(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    subdomain,
    "example.com",
);
const label1035Text = regexText(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    label1035,
    "my-name",
    "abc-123",
);
const labelKeyText = regexText(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    labelKey,
    "MyName",
    "my.name",
    "123-abc",
);
const labelValueText = regexText(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    `(${labelKey})?`,
    "MyValue",
    "my_value",
    "12345",
);
const configKeyText = regexText(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "[-._a-zA-Z0-9]+",
    "key.name",
    "KEY_NAME",
    "key-name",
);

/** Namespaces, containers, volumes. */
export function dnsLabel(name: string): readonly string[] {
    const wrong = matches(subdomain, name) ? "must not contain dots" : labelText;
    return [...longer(name, 63), ...(matches(label, name) ? [] : [wrong])];
}

/** Most objects. */
export function dnsSubdomain(name: string): readonly string[] {
    return [...longer(name, 253), ...(matches(subdomain, name) ? [] : [subdomainText])];
}

/** Services. */
export function dnsLabel1035(name: string): readonly string[] {
    return [...longer(name, 63), ...(matches(label1035, name) ? [] : [label1035Text])];
}

/** Roles and their bindings, whose names only have to be valid in a URL. */
export function pathSegment(name: string): readonly string[] {
    if (name === "." || name === "..") {
        return [`may not be '${name}'`];
    }
    return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}

/** Keys of labels and of annotations: a name, optionally with `prefix/`. */
export function qualifiedName(key: string): readonly string[] {
    const parts = key.split("/");
    if (parts.length > 2) {
        return [
            `a valid label key ${labelKeyText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
        ];
    }
    const name = parts.at(-1) ?? "";
    const prefix = parts.length === 2 ? parts[0] : undefined;
    const problems = prefix === "" ? ["must be non-empty"] : prefix === undefined ? [] : dnsSubdomain(prefix);
    return [
        ...problems.map((each) => `prefix part ${each}`),
        ...(name === ""
            ? ["name part must be non-empty"]
            : longer(name, 63, "bytes").map((each) => `name part ${each}`)),
        ...(matches(labelKey, name) ? [] : [`name part ${labelKeyText}`]),
    ];
}

export function labelValue(value: string): readonly string[] {
    return [...longer(value, 63, "bytes"), ...(matches(`(${labelKey})?`, value) ? [] : [labelValueText])];
}

/** Keys of a ConfigMap or a Secret: they become file names. */
export function configKey(key: string): readonly string[] {
    const directory =
        key === "." || key === ".."
            ? [`must not be '${key}'`]
            : key.startsWith("..")
              ? ["must not start with '..'"]
              : [];
    return [...longer(key, 253), ...(/^[-._a-zA-Z0-9]+$/.test(key) ? [] : [configKeyText]), ...directory];
}

/** Named ports of containers. */
export function portName(name: string): readonly string[] {
    return [
        ...longer(name, 15),
        ...(/^[-a-z0-9]+$/.test(name)
            ? []
            : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
        ...(/[a-z]/.test(name) ? [] : ["must contain at least one letter (a-z)"]),
        ...(name.includes("--") ? ["must not contain consecutive hyphens"] : []),
        ...(/^-|-$/.test(name) ? ["must not begin or end with a hyphen"] : []),
    ];
}

export function portNumber(port: number): readonly string[] {
    return port >= 1 && port <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];
}

/** `name-01234567`: the provider's generated name; equal in preview and update. */
export function autoname(name: string, seed: Uint8Array | undefined): string {
    const random = createHash("sha256")
        .update(seed ?? Buffer.alloc(0))
        .update(name)
        .digest("hex");
    return `${name}-${random.slice(0, 8)}`;
}

function matches(pattern: string, text: string): boolean {
    return new RegExp(`^(?:${pattern})$`).test(text);
}

/** Kubernetes writes `characters` in some places and `bytes` in others, and means bytes. */
function longer(text: string, limit: number, unit: "characters" | "bytes" = "characters"): string[] {
    return Buffer.byteLength(text) > limit ? [`must be no more than ${limit} ${unit}`] : [];
}

function regexText(text: string, pattern: string, ...examples: readonly string[]): string {
    return `${text} (e.g. ${examples.map((each) => `'${each}', `).join(" or ")}regex used for validation is '${pattern}')`;
}
