/** First, simple reading: every allowed resource under rds-db:connect must be a literal ARN. */
export function tooWide(input: unknown): string[] {
    if (input === undefined || input === null) {
        return [];
    }
    let document: unknown = input;
    try {
        document = typeof input === "string" ? JSON.parse(input) : input;
    } catch {
        return ["the document is not JSON"];
    }
    const findings: string[] = [];
    list((document as { Statement?: unknown }).Statement).forEach((raw, index) => {
        const statement = raw as Record<string, unknown>;
        const allows = "NotAction" in statement ? !covers(statement["NotAction"]) : covers(statement["Action"]);
        if (statement["Effect"] !== "Allow" || !allows) {
            return;
        }
        const where = `statement ${index}${typeof statement["Sid"] === "string" ? ` (${statement["Sid"]})` : ""}`;
        if ("NotResource" in statement) {
            findings.push(`${where} allows rds-db:connect on everything but a list; name one ARN a user in Resource`);
        }
        for (const resource of list(statement["Resource"])) {
            if (typeof resource !== "string" || (/[*?$]/.test(resource) && reaches(resource))) {
                findings.push(`${where} allows rds-db:connect on ${String(resource)}; write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>`);
            }
        }
    });
    return findings;
}

function list(value: unknown): unknown[] {
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function covers(actions: unknown): boolean {
    return list(actions).some((action) => typeof action === "string" && glob(action.toLowerCase()).test("rds-db:connect"));
}

function glob(pattern: string): RegExp {
    return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*").replace(/\?/g, ".")}$`, "s");
}

/** False for a wildcard that plainly belongs to another service. */
function reaches(resource: string): boolean {
    const service = /^arn:[^:*?$]*:([^:*?$]+):/.exec(resource)?.[1];
    return service === undefined || service === "rds-db";
}
