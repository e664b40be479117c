import { parseConditions } from "./condition";
import type { Condition } from "./condition";
import { JsonProblem, parseJson } from "./json";
import { lower, parsePattern, UNKNOWN } from "./pattern";
import type { Pattern } from "./pattern";
import { parsePrincipals } from "./principal";
import type { Principals } from "./principal";
import { isRecord, listOf, nameOf, shown } from "./value";

/** The kind of a document: what an identity may do, or who may assume a role. */
export type DocumentKind = "identity" | "trust";

/** The patterns of an Action or Resource, or, with `except`, of a NotAction or NotResource. */
export interface PatternSet {
    readonly except: boolean;
    readonly patterns: readonly Pattern[];
}

export interface Statement {
    /** Its index in the document, from 0. */
    readonly index: number;
    readonly sid: string | undefined;
    readonly effect: "Allow" | "Deny" | "unknown";
    /** Matched case-insensitively: the sources are in lower case. */
    readonly actions: PatternSet;
    /** Absent in a trust document. */
    readonly resources: PatternSet | undefined;
    /** Absent in an identity document. */
    readonly principals: Principals | undefined;
    /** True if the statement has a non-empty Condition, or one that is not known yet. */
    readonly conditional: boolean;
    /** True if there may be conditions besides {@link conditions} that are not known yet. */
    readonly hidden: boolean;
    readonly conditions: readonly Condition[];
}

export interface Document {
    readonly kind: DocumentKind;
    readonly version: "2008-10-17" | "2012-10-17";
    readonly statements: readonly Statement[];
    /** Why AWS would reject the document; empty if it is well formed. At most {@link maxProblems}. */
    readonly problems: readonly string[];
    /** What AWS would reject but can still be read: actions without a service, resources that are not ARNs. */
    readonly oddities: readonly string[];
    /** True if a part that could matter is not known yet. */
    readonly unknown: boolean;
}

/** Further problems are omitted: readers fix the first ones first. */
export const maxProblems = 20;

/** The elements of a document and of a statement: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const documentKeys = ["Version", "Id", "Statement"];
export const statementKeys = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/**
 * Parses a policy document, as JSON text or as an object. Never throws: `problems` lists what is wrong, and everything
 * readable is still parsed. {@link UNKNOWN} may stand for any value, or for a part of any string.
 */
export function parseDocument(input: unknown, kind: DocumentKind): Document {
    const reader = new Reader(kind);
    return reader.read(input);
}

/** The value of a document given as text; text that contains an unknown part and is not JSON is itself unknown. */
export function documentValue(input: unknown): unknown {
    if (typeof input !== "string" || input === UNKNOWN) {
        return input;
    }
    try {
        return parseJson(input);
    } catch (error) {
        if (error instanceof JsonProblem && input.includes(UNKNOWN)) {
            return UNKNOWN;
        }
        throw error;
    }
}

class Reader {
    private readonly problems: string[] = [];
    private readonly oddities: string[] = [];
    private version: "2008-10-17" | "2012-10-17" = "2008-10-17";

    constructor(private readonly kind: DocumentKind) {}

    read(input: unknown): Document {
        const statements = this.statements(input);
        const { kind, version, problems, oddities } = this;
        return { kind, version, statements, problems, oddities, unknown: statements.some(isUnknown) };
    }

    private problem(text: string): void {
        if (this.problems.length < maxProblems) {
            this.problems.push(text);
        }
    }

    private oddity(text: string): void {
        if (this.oddities.length < maxProblems) {
            this.oddities.push(text);
        }
    }

    private statements(input: unknown): Statement[] {
        let value: unknown;
        try {
            value = documentValue(input);
        } catch (error) {
            this.problem(error instanceof JsonProblem ? error.message : "it cannot be read");
            return [];
        }
        if (value === UNKNOWN) {
            return [this.unknownStatement(0)];
        }
        if (!isRecord(value)) {
            this.problem(`it is ${nameOf(value)}; a policy document must be an object with Version and Statement`);
            return [];
        }
        this.keys(value, documentKeys, "the document");
        this.readVersion(value["Version"]);
        if (value["Id"] !== undefined && typeof value["Id"] !== "string") {
            this.problem(`Id is ${nameOf(value["Id"])}; it must be a string`);
        }
        const given = value["Statement"];
        if (given === undefined) {
            this.problem("it has no Statement");
            return [];
        }
        return (Array.isArray(given) ? given : [given]).map((one: unknown, index) => this.statement(one, index));
    }

    private readVersion(version: unknown): void {
        if (version === "2012-10-17" || version === "2008-10-17") {
            this.version = version;
        } else if (version === UNKNOWN) {
            // Variables match more than literal text does.
            this.version = "2012-10-17";
        } else if (version !== undefined) {
            this.problem(`Version is ${shown(version)}; it must be "2012-10-17"`);
        }
    }

    private statement(value: unknown, index: number): Statement {
        if (value === UNKNOWN) {
            return this.unknownStatement(index);
        }
        if (!isRecord(value)) {
            this.problem(`statement ${index} is ${nameOf(value)}, not an object`);
            return { ...this.unknownStatement(index), effect: "Deny", actions: { except: false, patterns: [] } };
        }
        const where = `statement ${index}`;
        this.keys(value, statementKeys, where);
        const sid = value["Sid"];
        if (sid !== undefined && typeof sid !== "string") {
            this.problem(`${where}: Sid is ${nameOf(sid)}; it must be a string`);
        }
        const parsed = parseConditions(value["Condition"], this.version === "2012-10-17");
        parsed.problems.forEach((problem) => this.problem(`${where}: ${problem}`));
        return {
            index,
            sid: typeof sid === "string" ? sid : undefined,
            effect: this.effect(value["Effect"], where),
            actions: this.patterns(value, "Action", where),
            resources: this.resources(value, where),
            principals: this.principals(value, where),
            conditional: parsed.conditional,
            hidden: parsed.hidden,
            conditions: parsed.conditions,
        };
    }

    private unknownStatement(index: number): Statement {
        const anything: PatternSet = {
            except: false,
            patterns: [parsePattern(UNKNOWN, { variables: false, wildcards: true })],
        };
        const trust = this.kind === "trust";
        return {
            index,
            sid: undefined,
            effect: "unknown",
            actions: anything,
            resources: trust ? undefined : anything,
            principals: trust ? { except: false, list: [{ type: "unknown", value: UNKNOWN }] } : undefined,
            conditional: true,
            hidden: true,
            conditions: [],
        };
    }

    private effect(value: unknown, where: string): Statement["effect"] {
        if (value === "Allow" || value === "Deny") {
            return value;
        }
        if (value === UNKNOWN) {
            return "unknown";
        }
        this.problem(
            value === undefined
                ? `${where} has no Effect`
                : `${where}: Effect is ${shown(value)}; it must be "Allow" or "Deny" (case-sensitive)`,
        );
        return "Deny";
    }

    private resources(value: Record<string, unknown>, where: string): PatternSet | undefined {
        const given = value["Resource"] !== undefined || value["NotResource"] !== undefined;
        if (this.kind === "trust") {
            if (given) {
                this.problem(`${where} has a Resource, which a trust document cannot have`);
            }
            return undefined;
        }
        return this.patterns(value, "Resource", where);
    }

    private principals(value: Record<string, unknown>, where: string): Principals | undefined {
        if (this.kind === "identity") {
            return undefined;
        }
        const { principals, problems } = parsePrincipals(value["Principal"], value["NotPrincipal"]);
        problems.forEach((problem) => this.problem(`${where}: ${problem}`));
        return principals;
    }

    private patterns(value: Record<string, unknown>, name: "Action" | "Resource", where: string): PatternSet {
        const positive = value[name];
        const negative = value[`Not${name}`];
        if ((positive === undefined) === (negative === undefined)) {
            this.problem(
                `${where} has ${positive === undefined ? `neither ${name} nor` : `both ${name} and`} Not${name}; it must have exactly one`,
            );
        }
        const except = positive === undefined;
        const given = except ? negative : positive;
        const patterns: Pattern[] = [];
        for (const one of given === undefined ? [] : listOf(given)) {
            if (typeof one !== "string") {
                this.problem(
                    `${where}: ${except ? "Not" : ""}${name} contains ${nameOf(one)}; it must be a string or a list of strings`,
                );
                continue;
            }
            const pattern =
                name === "Action"
                    ? parsePattern(lower(one), { variables: false, wildcards: true })
                    : parsePattern(one, { variables: this.version === "2012-10-17", wildcards: true });
            if (pattern.problem !== undefined) {
                this.problem(`${where}: ${pattern.problem}`);
            }
            if (name === "Action" ? isOddAction(pattern.source) : isOddResource(pattern.source)) {
                this.oddity(
                    `${where}: ${name} ${shown(one)} is ${name === "Action" ? "not <service>:<action>" : 'neither an ARN nor "*"'}`,
                );
            }
            patterns.push(pattern);
        }
        return { except, patterns };
    }

    private keys(value: Record<string, unknown>, known: readonly string[], where: string): void {
        for (const key of Object.keys(value)) {
            if (this.problems.length >= maxProblems) {
                return;
            }
            if (!known.includes(key)) {
                const meant = known.find((name) => lower(name) === lower(key));
                this.problem(
                    `${where} has the key ${shown(key)}; ${meant === undefined ? `allowed are ${known.join(", ")}` : `write ${meant}`}`,
                );
            }
        }
    }
}

/** An action must name its service in full, unless it is `*` (IAM user guide, "Action element"). */
function isOddAction(action: string): boolean {
    return action !== "*" && action !== "*:*" && !/^[a-z0-9-]+:./.test(action) && !action.includes(UNKNOWN);
}

function isOddResource(resource: string): boolean {
    return (
        resource !== "*" && !resource.startsWith("arn:") && !resource.startsWith("${") && !resource.startsWith(UNKNOWN)
    );
}

function isUnknown(statement: Statement): boolean {
    const { effect, actions, resources, principals } = statement;
    const patterns = [...actions.patterns, ...(resources?.patterns ?? [])];
    return (
        effect === "unknown" ||
        patterns.some((pattern) => pattern.unknown) ||
        (principals?.list.some(({ value }) => value.includes(UNKNOWN)) ?? false) ||
        statement.conditions.some(({ key, values }) => key.includes(UNKNOWN) || values.some((value) => value.unknown))
    );
}
