import type { Props, Value } from "../../../cloud/props";
import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { ValueRule } from "../declaring/declaration";
import { parsed } from "../../../cloud/aws/values";
import { documentKeys, statementKeys } from "../../../../policy/iam/document";
import { conditionFault } from "./conditions";
import { isProps } from "../../../cloud/props";

/** The use of a document: permissions of an identity, trust of a role, or permissions on a resource. */
export type DocumentKind = "identity" | "trust" | "resource";

const trustActions =
    /^sts:(\*|assumerole(withsaml|withwebidentity)?|tagsession|setsourceidentity|setcontext|assume\*)$/i;

/** Checks that the string is a valid policy document for IAM. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export function documentRule(kind: DocumentKind): ValueRule {
    return (value, property, cloud) => {
        const document = typeof value === "string" ? parsed(value) : undefined;
        if (document === undefined) {
            return `${JSON.stringify(property)} contains an invalid JSON policy: not a JSON object`;
        }
        const fault = documentFault(document, kind, cloud);
        return fault === undefined ? undefined : `MalformedPolicyDocument: ${fault}`;
    };
}

/** The length that counts towards IAM's limits: without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function documentSize(document: string): number {
    return document.replace(/\s/g, "").length;
}

/** A rule on the size of a document. */
export function atMost(limit: number, message: string): ValueRule {
    return (value) => (documentSize(String(value)) > limit ? `LimitExceeded: ${message}` : undefined);
}

/** The statements of a document; a single one needs no list. */
export function statementsOf(document: Value | undefined): Props[] {
    const statements = isProps(document) ? document["Statement"] : undefined;
    return listOf(statements).filter(isProps);
}

/** The strings of a statement's element. */
export function textsOf(value: Value | undefined): string[] {
    return listOf(value).filter((each) => typeof each === "string");
}

/** IAM accepts a single value in place of a list. */
function listOf(value: Value | undefined): Value[] {
    return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function documentFault(document: Value, kind: DocumentKind, cloud: Cloud): string | undefined {
    const statements = isProps(document) ? listOf(document["Statement"]) : [];
    if (
        !isProps(document) ||
        Object.keys(document).some((name) => !documentKeys.includes(name)) ||
        !statements.every(isProps)
    ) {
        return `Syntax errors in policy: a document must be an object of ${documentKeys.join(", ")}`;
    }
    if (
        document["Version"] !== undefined &&
        document["Version"] !== "2012-10-17" &&
        document["Version"] !== "2008-10-17"
    ) {
        return `Syntax errors in policy: Version must be 2012-10-17 or 2008-10-17, got ${JSON.stringify(document["Version"])}`;
    }
    if (statements.length === 0) {
        return "Missing required field Statement";
    }
    const sids = statements.map((statement) => statement["Sid"]).filter((sid) => sid !== undefined);
    if (new Set(sids).size < sids.length) {
        return "Statement IDs (SID) in a single policy must be unique.";
    }
    return statements.map((statement) => statementFault(statement, kind, cloud)).find((fault) => fault !== undefined);
}

function statementFault(statement: Props, kind: DocumentKind, cloud: Cloud): string | undefined {
    const unknown = Object.keys(statement).find((name) => !statementKeys.includes(name));
    const sid = statement["Sid"] ?? "";
    if (unknown !== undefined) {
        return `Syntax errors in policy: a statement has no element ${unknown}`;
    }
    if (typeof sid !== "string" || (kind !== "resource" && !/^[0-9A-Za-z]*$/.test(sid))) {
        return "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*";
    }
    if (statement["Effect"] === undefined) {
        return "Missing required field Effect";
    }
    if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") {
        return `Invalid effect: ${JSON.stringify(statement["Effect"])}`;
    }
    return (
        actionFault(statement) ??
        (kind === "trust" ? trustFault(statement) : resourceFault(statement, cloud)) ??
        (kind === "identity" ? noPrincipal(statement) : principalFault(statement, cloud)) ??
        conditionFault(statement["Condition"])
    );
}

/** Exactly one of an element and its negation, as a string or a list of strings, and not empty. */
function oneOfPair(statement: Props, name: string): Value | undefined {
    const present = [name, `Not${name}`].filter((each) => statement[each] !== undefined);
    const value = statement[present[0] ?? ""];
    const items = listOf(value);
    return present.length === 1 && items.length > 0 && items.every((item) => typeof item === "string")
        ? value
        : undefined;
}

function actionFault(statement: Props): string | undefined {
    const value = oneOfPair(statement, "Action");
    if (value === undefined) {
        return statement["Action"] !== undefined && statement["NotAction"] !== undefined
            ? "Syntax errors in policy: a statement must have either Action or NotAction"
            : "Policy statement must contain actions.";
    }
    const bare = textsOf(value).find((action) => action !== "*" && !action.includes(":"));
    if (bare !== undefined) {
        return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    }
    const odd = textsOf(value).find((action) => action !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action));
    return odd === undefined ? undefined : `Invalid Action: ${odd}`;
}

function resourceFault(statement: Props, cloud: Cloud): string | undefined {
    const value = oneOfPair(statement, "Resource");
    if (value === undefined) {
        return statement["Resource"] !== undefined && statement["NotResource"] !== undefined
            ? "Syntax errors in policy: a statement must have either Resource or NotResource"
            : "Policy statement must contain resources.";
    }
    for (const resource of textsOf(value)) {
        const [prefix, partition = ""] = resource.split(":");
        if (resource !== "*" && prefix !== "arn") {
            return `Resource ${resource} must be in ARN format or "*".`;
        }
        if (resource !== "*" && partition !== cloud.partition.id && !/[*?$]/.test(partition)) {
            return `Partition "${partition}" is not valid for resource "${resource}".`;
        }
        if (resource !== "*" && resource.split(":").length < 6 && !resource.includes("*")) {
            return `The policy failed legacy parsing: ${resource}`;
        }
    }
    return undefined;
}

function noPrincipal(statement: Props): string | undefined {
    return statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined
        ? "Policy document should not specify a principal."
        : undefined;
}

function trustFault(statement: Props): string | undefined {
    const prohibited = ["Resource", "NotResource"].find((name) => statement[name] !== undefined);
    if (prohibited !== undefined) {
        return `Has prohibited field ${prohibited}`;
    }
    return textsOf(statement["Action"]).every((action) => trustActions.test(action))
        ? undefined
        : "AssumeRole policy may only specify STS AssumeRole actions.";
}

function principalFault(statement: Props, cloud: Cloud): string | undefined {
    const principal = statement["Principal"] ?? statement["NotPrincipal"];
    if (principal === undefined) {
        return "Missing required field Principal";
    }
    if (principal === "*") {
        return undefined;
    }
    if (!isProps(principal) || Object.keys(principal).length === 0) {
        return `Invalid principal in policy: ${JSON.stringify(principal)}`;
    }
    for (const [kind, value] of Object.entries(principal)) {
        const bad = textsOf(value).find((each) => !principalForms[kind]?.(each, cloud));
        if (bad !== undefined || textsOf(value).length === 0) {
            return kind === "Federated"
                ? "Federated principals must be valid domain names or SAML metadata ARNs"
                : `Invalid principal in policy: "${kind.toUpperCase()}":${JSON.stringify(bad ?? value)}`;
        }
    }
    return undefined;
}

const principalForms: Readonly<Record<string, (value: string, cloud: Cloud) => boolean>> = {
    AWS: (value, cloud) => value === "*" || /^(\d{12}|A[A-Z0-9]{20})$/.test(value) || identityArn(value, cloud),
    Service: (value) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(value),
    Federated: (value, cloud) =>
        /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value) || /^(oidc|saml)-provider\/.+/.test(iamArn(value, cloud) ?? ""),
    CanonicalUser: (value) => /^[0-9a-f]{64}$/.test(value),
};

function identityArn(value: string, cloud: Cloud): boolean {
    const sts = parseArn(value)?.service === "sts" && parseArn(value)?.resource.startsWith("assumed-role/");
    return sts === true || /^(root|(role|user)\/[^*?]+)$/.test(iamArn(value, cloud) ?? "");
}

/** The resource of an IAM ARN in this partition. */
function iamArn(value: string, cloud: Cloud): string | undefined {
    const arn = parseArn(value);
    return arn?.service === "iam" && arn.partition === cloud.partition.id && /^\d{12}$/.test(arn.account)
        ? arn.resource
        : undefined;
}
