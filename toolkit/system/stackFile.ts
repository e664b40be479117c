import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { type Document, isScalar, parseDocument, visit } from "yaml";

import { inLines, quoted, reason, shown } from "../shown";
import { projectDir } from "../paths";
import { UserError } from "../userError";
import { readUserFile } from "./userFile";
import { isRecord } from "../record";

/** An invalid stack file; the message lists everything that is wrong with it. */
export class StackFileError extends UserError {}

/**
 * The file that holds a stack's config: the stack's own beside Pulumi.yaml, else the sample of that name.
 *
 * @throws StackFileError that lists the existing stacks
 */
export function findStackFile(stack: string, root = projectDir): string {
    const own = join(root, `Pulumi.${stack}.yaml`);
    const sample = join(root, "examples", "stacks", `${stack}.yaml`);
    const found = [own, sample].find((path) => existsSync(path));
    if (found === undefined) {
        const fix = `write Pulumi.${stack}.yaml, or name one with --config-file`;
        throw new StackFileError(
            `stack ${JSON.stringify(stack)} does not exist; there are ${stacks(root).join(", ")}; ${fix}`,
        );
    }
    return found;
}

/** A companion of a stack's file, such as `Pulumi.NAME.policy.json`; undefined if there is none. */
export function fileBeside(stack: string, ending: string, root = projectDir): string | undefined {
    const places = [join(root, `Pulumi.${stack}.${ending}`), join(root, "examples", "stacks", `${stack}.${ending}`)];
    return places.find((path) => existsSync(path));
}

function stacks(root: string): string[] {
    const own = readdirSync(root).map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1]);
    const samplesDir = join(root, "examples", "stacks");
    const samples = existsSync(samplesDir) ? readdirSync(samplesDir).map((name) => /^(.+)\.yaml$/.exec(name)?.[1]) : [];
    return [...new Set([...own, ...samples])].filter((name) => name !== undefined).sort();
}

/**
 * The config in a stack's file, by full key (`aws:region`).
 *
 * @throws StackFileError when the file is not valid YAML (duplicate keys included), or not a stack's file, or contains
 *     values that only the stack's real secrets provider can decrypt, or a key without its namespace, or anything that
 *     Pulumi would read differently: config from elsewhere, a number that begins with 0, a tag
 */
export function readStackFile(path: string): Record<string, unknown> {
    const name = relative(projectDir, path).startsWith("../..") ? path : relative(projectDir, path);
    if (!existsSync(path)) {
        throw new StackFileError(`file ${path} does not exist`);
    }
    const document = parseDocument(readUserFile(path));
    if (document.errors.length > 0) {
        throw new StackFileError(
            inLines([`${name} can't be read`, ...document.errors.map(({ message }) => shown`  ${quoted(message)}`)]),
        );
    }
    const content = contentOf(document, name);
    const config = isRecord(content) ? content["config"] : undefined;
    if (!isRecord(content) || !isRecord(config)) {
        throw new StackFileError(`${name} has no "config:" with keys below it`);
    }
    const [foreign] = Object.keys(content).filter((key) => !OWN_KEYS.has(key));
    if (foreign !== undefined) {
        const fix = foreign === "environment" ? "write the values of the environment below config:" : "remove it";
        throw new StackFileError(
            `${name}: ${foreign} can bring config that is not in the file; allowed are ${[...OWN_KEYS].join(", ")}; ${fix}`,
        );
    }
    const ambiguous = ambiguousIn(document);
    if (ambiguous !== undefined) {
        throw new StackFileError(
            `${name}: ${ambiguous}: Pulumi reads this otherwise; write plain texts, and numbers without a 0 before them`,
        );
    }
    const bare = Object.keys(config).filter((key) => !key.includes(":"));
    if (bare.length > 0) {
        throw new StackFileError(
            `${name}: ${bare.join(", ")} has no namespace; allowed is NAMESPACE:KEY; write keyless:${bare[0]}`,
        );
    }
    const sealed = Object.entries(config).filter(([, value]) => holdsSecret(value));
    if (sealed.length > 0) {
        const keys = sealed.map(([key]) => key).join(", ");
        throw new StackFileError(
            `${name}: ${keys} is encrypted, and the sandbox can't decrypt it; remove it for a rehearsal`,
        );
    }
    return config;
}

/** @throws StackFileError when nested aliases would expand to more than any config needs, or an alias has no anchor */
function contentOf(document: Document.Parsed, name: string): unknown {
    try {
        return document.toJS();
    } catch (error) {
        throw new StackFileError(shown`${name} can't be read: ${reason(error)}; write the values out`);
    }
}

/**
 * The allowed keys of a stack's file besides its config:
 * https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
 */
const OWN_KEYS: ReadonlySet<string> = new Set(["config", "encryptionsalt", "encryptedkey", "secretsprovider"]);

/**
 * The first value that Pulumi's parser reads differently: it parses 010 as eight (https://pkg.go.dev/gopkg.in/yaml.v3),
 * and a tag or a directive changes the value next to it.
 */
function ambiguousIn(document: Document.Parsed): string | undefined {
    let found = document.directives.yaml.explicit ? `%YAML ${document.directives.yaml.version}` : undefined;
    visit(document, {
        Node(_, node) {
            if (node.tag !== undefined) {
                found ??= `the tag ${node.tag}`;
            } else if (isScalar(node) && typeof node.value === "number" && /^[-+]?0\d/.test(node.source ?? "")) {
                found ??= node.source;
            }
        },
    });
    return found;
}

/** Pulumi writes an encrypted value as `secure: …`. */
function holdsSecret(value: unknown): boolean {
    if (Array.isArray(value)) {
        return value.some(holdsSecret);
    }
    return isRecord(value) && (typeof value["secure"] === "string" || Object.values(value).some(holdsSecret));
}
