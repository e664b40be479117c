import { Refused } from "./error";

/** STS' limits: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 3600;
const CHAIN_SECONDS = 3600;
const MAX_TAGS = 50;

/** @throws Refused if the parameter is missing */
export function needed(parameters: URLSearchParams, name: string): string {
    const value = parameters.get(name);
    if (value === null || value === "") {
        const at = name.slice(0, 1).toLowerCase() + name.slice(1);
        throw invalid(value === null ? "null" : "", at, "Member must not be null");
    }
    return value;
}

/** The values of `NAME.member.1`, `NAME.member.2`, …; with a field, of `NAME.member.1.FIELD`. */
export function list(parameters: URLSearchParams, name: string, field?: string): string[] {
    const values: string[] = [];
    for (let i = 1; ; i += 1) {
        const value = parameters.get(`${name}.member.${i}${field === undefined ? "" : `.${field}`}`);
        if (value === null) {
            return values;
        }
        values.push(value);
    }
}

export function sessionNameOf(parameters: URLSearchParams): string {
    const name = needed(parameters, "RoleSessionName");
    if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
        throw invalid(name, "roleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
    }
    return name;
}

/** The lifetime of the credentials in seconds. `chained`: the caller is a role session. */
export function durationOf(parameters: URLSearchParams, max = CHAIN_SECONDS, chained = false): number {
    const given = parameters.get("DurationSeconds");
    const seconds = given === null ? DEFAULT_SECONDS : Number(given);
    if (!Number.isInteger(seconds) || seconds < MIN_SECONDS) {
        throw invalid(given ?? "", "durationSeconds", `Member must have value greater than or equal to ${MIN_SECONDS}`);
    }
    if (chained && seconds > CHAIN_SECONDS) {
        const limit = "the 1 hour session limit for roles assumed by role chaining";
        throw new Refused(400, "ValidationError", `The requested DurationSeconds exceeds ${limit}.`);
    }
    if (seconds > max) {
        const limit = "the MaxSessionDuration set for this role";
        throw new Refused(400, "ValidationError", `The requested DurationSeconds exceeds ${limit}.`);
    }
    return seconds;
}

export function tagsOf(parameters: URLSearchParams): { tags: Record<string, string>; transitive: string[] } {
    const keys = list(parameters, "Tags", "Key");
    const values = list(parameters, "Tags", "Value");
    const transitive = list(parameters, "TransitiveTagKeys");
    const different = new Set(keys.map((key) => key.toLowerCase()));
    const wrong = keys.find((key) => !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key));
    if (keys.length > MAX_TAGS || keys.length !== values.length || wrong !== undefined) {
        throw invalid(
            wrong ?? String(keys.length),
            "tags",
            `Member must be at most ${MAX_TAGS} tags, each with a key and a value`,
        );
    }
    if (different.size < keys.length) {
        throw new Refused(
            400,
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        );
    }
    const unknown = transitive.find((key) => !keys.includes(key));
    if (unknown !== undefined) {
        const missing = `The specified transitive tag key must be included in the requested tags: ${unknown}`;
        throw new Refused(400, "InvalidParameterValue", missing);
    }
    return { tags: Object.fromEntries(keys.map((key, i) => [key, values[i] ?? ""])), transitive };
}

function invalid(value: string, at: string, constraint: string): Refused {
    const shown = value === "null" ? "null" : `'${value}'`;
    const what = `Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
    return new Refused(400, "ValidationError", `1 validation error detected: ${what}`);
}
