import type { Document, Statement } from "./document";
import { judgeWebIdentity } from "./federated";
import type { Fault, Finding } from "./federated";
import { clip, UNKNOWN } from "./pattern";
import { judgePods, podIdentity } from "./pods";
import type { Principal } from "./principal";
import { restricts } from "./restricts";
import type { Subject } from "./subject";
import { covers } from "./view";

/** A statement that lets in more than it names. */
export interface TrustExcess extends Fault {
    readonly statement: Statement;
}

/** Who may take on a role; the verdicts as in {@link Reach}. */
export interface Trust {
    readonly verdict: "exact" | "none" | "excess" | "unknown" | "invalid";
    readonly subjects: readonly Subject[];
    /** Empty unless the verdict is `excess`. */
    readonly excesses: readonly TrustExcess[];
    readonly problems: readonly string[];
    /** One sentence. */
    readonly reason: string;
}

/** Where the role stands, as far as it is known. */
export interface TrustContext {
    /** The role's own account and others that are trusted like it. */
    readonly accounts?: readonly string[];
    /** What a whole account without a condition is, where `accounts` is not given: it may be the role's own. */
    readonly strangers?: "excess" | "unknown";
    /** Patterns that StringLike may hold `sub` to, as written in the document. */
    readonly subjects?: readonly string[];
}

/** The actions by which a role is taken on, in lower case. */
export const assume = { role: "sts:assumerole", web: "sts:assumerolewithwebidentity", saml: "sts:assumerolewithsaml" } as const;

/** Decides who may take on a role with this trust document. A Deny counts only without a condition. */
export function trust(document: Document, context: TrustContext = {}): Trust {
    const refused = document.problems.length > 0 ? document.problems : undefined;
    if (refused !== undefined) {
        return { verdict: "invalid", subjects: [], excesses: [], problems: refused, reason: refused.join("; ") };
    }
    const subjects: Subject[] = [];
    const excesses: TrustExcess[] = [];
    let unknown = false;
    for (const statement of document.statements) {
        for (const finding of judge(statement, document, context)) {
            subjects.push(...finding.subjects);
            excesses.push(...finding.faults.map((fault) => ({ ...fault, statement })));
            unknown ||= finding.unknown;
        }
    }
    if (excesses.length > 0) {
        return { verdict: "excess", subjects, excesses, problems: [], reason: excesses.map(reasonOf).join("; ") };
    }
    if (document.oddities.length > 0) {
        return { verdict: "invalid", subjects, excesses, problems: document.oddities, reason: document.oddities.join("; ") };
    }
    if (unknown) {
        return { verdict: "unknown", subjects, excesses, problems: [], reason: "parts that decide it are not known yet" };
    }
    const verdict = subjects.length === 0 ? "none" : "exact";
    return { verdict, subjects, excesses, problems: [], reason: subjects.length === 0 ? "lets nobody take on the role" : "lets only those in whom it names" };
}

function judge(statement: Statement, document: Document, context: TrustContext): Finding[] {
    const { effect, principals } = statement;
    if (effect === "Deny" || principals === undefined) {
        return [];
    }
    if (effect === "unknown") {
        return [{ subjects: [], faults: [], unknown: true }];
    }
    const actions = Object.values(assume).filter((action) => allows(statement, action));
    if (actions.length === 0) {
        const maybe = Object.values(assume).some((action) => covers(statement.actions, action, { grows: true, plain: false }));
        return maybe ? [{ subjects: [], faults: [], unknown: true }] : [];
    }
    if (principals.except) {
        return [fault("arn:aws:iam::999988887777:root", "NotPrincipal with Allow lets in everybody but those it names", "name in Principal whom you mean")];
    }
    return principals.list.flatMap((principal) => {
        const left = actions.filter((action) => !denied(principal, action, document));
        return left.length === 0 ? [] : [judgePrincipal(principal, left, statement, context)];
    });
}

function judgePrincipal(principal: Principal, actions: readonly string[], statement: Statement, context: TrustContext): Finding {
    const { type, value } = principal;
    if (type === "unknown") {
        return { subjects: [], faults: [], unknown: true };
    }
    if (type === "*") {
        return fault("arn:aws:iam::999988887777:root", 'Principal "*" lets in every AWS account', "name whom you mean");
    }
    if (type === "Federated" && value.includes(":saml-provider/")) {
        return actions.includes(assume.saml) ? { subjects: [{ kind: "saml", provider: value }], faults: [], unknown: value.includes(UNKNOWN) } : nobody;
    }
    if (type === "Federated") {
        if (value.includes(UNKNOWN) && !actions.includes(assume.web)) {
            return { subjects: [], faults: [], unknown: actions.includes(assume.saml) };
        }
        return actions.includes(assume.web) ? judgeWebIdentity(value, statement, context.subjects ?? []) : nobody;
    }
    if (!actions.includes(assume.role) || type === "CanonicalUser") {
        return nobody;
    }
    if (/[*?]/.test(value)) {
        return fault(value.replace(/[*?]/g, "x"), `Principal ${JSON.stringify(clip(value))} holds a wildcard`, "name whom you mean");
    }
    if (type === "Service") {
        return podIdentity.test(value) ? judgePods(statement) : { subjects: [{ kind: "service", service: value }], faults: [], unknown: value.includes(UNKNOWN) };
    }
    return judgeAccount(value, statement, context);
}

function judgeAccount(value: string, { hidden, conditions }: Statement, { accounts, strangers }: TrustContext): Finding {
    const account = /^\d{12}$/.exec(value)?.[0] ?? /^arn:[^:]*:(?:iam|sts)::([^:]*):/.exec(value)?.[1];
    const subjects: Subject[] = [{ kind: "principal", principal: value }];
    if (value.includes(UNKNOWN)) {
        return { subjects, faults: [], unknown: true };
    }
    if (conditions.some(restricts) || account === undefined || accounts?.includes(account) === true) {
        return { subjects, faults: [], unknown: false };
    }
    const whole = account === value || value.endsWith(":root");
    const stranger = whole || accounts !== undefined;
    const open = hidden || conditions.some(({ values }) => values.some((value) => value.unknown));
    if (stranger && (open || (accounts === undefined && strangers === "unknown"))) {
        return { subjects, faults: [], unknown: true };
    }
    if (stranger) {
        const who = whole ? `arn:aws:iam::${account}:role/anyone` : value;
        return fault(who, `account ${account} is let in without a condition`, "add a condition on sts:ExternalId, aws:PrincipalArn or aws:PrincipalOrgID");
    }
    return { subjects, faults: [], unknown: false };
}

const nobody: Finding = { subjects: [], faults: [], unknown: false };

function fault(counterexample: string, reason: string, fix: string): Finding {
    return { subjects: [], faults: [{ counterexample, reason, fix }], unknown: false };
}

function allows(statement: Statement, action: string): boolean {
    return covers(statement.actions, action, { grows: true, plain: true });
}

function denied(principal: Principal, action: string, document: Document): boolean {
    return document.statements.some(({ effect, conditional, actions, principals }) => {
        if (effect !== "Deny" || conditional || principals === undefined || !covers(actions, action, { grows: false, plain: false })) {
            return false;
        }
        const named = principals.list.some(({ type, value }) => type === "*" || (type === principal.type && value === principal.value));
        return named !== principals.except;
    });
}

function reasonOf({ statement, reason, fix }: TrustExcess): string {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    return `statement ${statement.index}${sid}: ${reason}; ${fix}`;
}
