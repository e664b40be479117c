import { BudgetSpent } from "./budget";
import { identityPools, judgeIdentityPool } from "./cognito";
import type { Condition } from "./condition";
import type { Document, Statement } from "./document";
import { judgeWebIdentity } from "./webIdentity";
import type { WebIdentityContext } from "./webIdentity";
import { finding, unknownValue, ANY_PRINCIPAL } from "./finding";
import type { Advice, Fault, Finding, Open } from "./finding";
import { pastDenies } from "./negate";
import { clip, UNKNOWN } from "./pattern";
import { judgePods, podIdentity } from "./podIdentity";
import type { Principal } from "./principal";
import { isAllowed } from "./request";
import { judgeAccount, judgeAnybody, strange } from "./strangers";
import type { Subject } from "./subject";
import { covers } from "./connectStatements";

/** A statement that trusts more principals than it names. */
export interface TrustExcess extends Fault {
    readonly statement: Statement;
}

/** Who may assume a role; verdicts as in {@link Reach}. */
export interface Trust {
    readonly verdict: "exact" | "none" | "excess" | "unknown" | "invalid";
    readonly subjects: readonly Subject[];
    /** Empty unless the verdict is `excess`. */
    readonly excesses: readonly TrustExcess[];
    /** Unknown facts that decide the result; may accompany an excess. */
    readonly open: readonly Open[];
    /** What holds, but not through the document alone. */
    readonly advice: readonly (Advice & { readonly statement: Statement })[];
    readonly problems: readonly string[];
    /** One sentence. */
    readonly reason: string;
}

/** The role's account, and what else is known besides the document. */
export interface TrustContext extends WebIdentityContext {
    /** The role's own account, and others that are equally trusted. */
    readonly accounts?: readonly string[];
    /**
     * How to treat a principal without a condition if `accounts` is not given: it may belong to the role's own account.
     * Without this, a whole account is an excess, but a named principal is not.
     */
    readonly strangers?: "unknown";
}

/** The actions that assume a role, in lower case. */
export const assume = {
    role: "sts:assumerole",
    web: "sts:assumerolewithwebidentity",
    saml: "sts:assumerolewithsaml",
} as const;

/** Decides who may assume a role with this trust document. A Deny counts only without a condition. */
export function trust(document: Document, context: TrustContext = {}): Trust {
    if (document.problems.length > 0) {
        const { problems } = document;
        return {
            verdict: "invalid",
            subjects: [],
            excesses: [],
            open: [],
            advice: [],
            problems,
            reason: problems.join("; "),
        };
    }
    const denies: Denies = {
        sure: document.statements.filter(({ effect, conditional }) => effect === "Deny" && !conditional),
        past: pastDenies(document),
    };
    const found = document.statements.flatMap((statement) =>
        judge(statement, denies, context).map((one) => ({ ...one, statement })),
    );
    const subjects = found.flatMap((one) => one.subjects);
    const faults = found.flatMap((one) => one.faults.map((fault) => ({ ...fault, statement: one.statement })));
    const excesses = document.statements.length > provable ? faults : faults.map((fault) => proven(fault, document));
    const open = found.flatMap((one) => one.open);
    const advice = found.flatMap((one) => one.advice.map((given) => ({ ...given, statement: one.statement })));
    const all = { subjects, excesses, open, advice, problems: [] };
    if (excesses.length > 0) {
        return { ...all, verdict: "excess", reason: excesses.map(reasonOf).join("; ") };
    }
    if (document.oddities.length > 0) {
        return { ...all, verdict: "invalid", problems: document.oddities, reason: document.oddities.join("; ") };
    }
    if (open.length > 0) {
        return { ...all, verdict: "unknown", reason: openReason(open) };
    }
    const none = subjects.length === 0;
    return {
        ...all,
        verdict: none ? "none" : "exact",
        reason: none ? "allows no principal to assume the role" : "trusts only the principals it names",
    };
}

/** Counterexamples are verified against documents with at most this many statements; AWS accepts no larger ones. */
const provable = 200;

/** A fault; keeps its counterexample only if the whole document allows it. */
function proven(fault: TrustExcess, document: Document): TrustExcess {
    const { request, ...rest } = fault;
    try {
        return request === undefined || isAllowed([document], request)
            ? fault
            : { ...rest, counterexample: ANY_PRINCIPAL };
    } catch (error) {
        if (error instanceof BudgetSpent) {
            return { ...rest, counterexample: ANY_PRINCIPAL };
        }
        throw error;
    }
}

function openReason(open: readonly Open[]): string {
    const account = open.find((one) => one.kind === "account");
    const audience = open.find((one) => one.kind === "audience");
    if (open.some(({ kind }) => kind === "value") || (account === undefined && audience === undefined)) {
        return "decisive parts are not known yet";
    }
    return account === undefined
        ? `the audiences that ${audience?.provider ?? ""} lists are not known`
        : `whether account ${account.account} is the role's own is not known`;
}

/** The unconditional Deny statements of a document, and the conditions under which its other ones do not apply. */
interface Denies {
    readonly sure: readonly Statement[];
    readonly past: readonly Condition[];
}

function judge(statement: Statement, denies: Denies, context: TrustContext): Finding[] {
    const { effect, principals } = statement;
    if (effect === "Deny" || principals === undefined) {
        return [];
    }
    if (effect === "unknown") {
        return [finding({ open: [unknownValue] })];
    }
    const actions = Object.values(assume).filter((action) => allows(statement, action));
    if (actions.length === 0) {
        const maybe = Object.values(assume).some((action) =>
            covers(statement.actions, action, { grows: true, plain: false }),
        );
        return maybe ? [finding({ open: [unknownValue] })] : [];
    }
    const asked = [...statement.conditions, ...denies.past];
    if (principals.except) {
        const { list } = principals;
        const stranger = strange(
            asked,
            actions,
            list.some(({ value }) => value.includes("999988887777")) ? "888877776666" : "999988887777",
        );
        return [
            finding({
                faults: [
                    {
                        ...stranger,
                        reason: "NotPrincipal with Allow trusts every principal except those it names",
                        fix: "name the intended principals in Principal",
                    },
                ],
            }),
        ];
    }
    return principals.list.flatMap((principal) => {
        const left = actions.filter((action) => !denied(principal, action, denies));
        return left.length === 0 ? [] : [judgePrincipal(principal, left, statement, asked, context)];
    });
}

function judgePrincipal(
    principal: Principal,
    actions: readonly string[],
    statement: Statement,
    asked: readonly Condition[],
    context: TrustContext,
): Finding {
    const { type, value } = principal;
    const open = value.includes(UNKNOWN) ? [unknownValue] : [];
    if (type === "unknown") {
        return finding({ open: [unknownValue] });
    }
    if (type === "*") {
        return judgeAnybody(statement, asked, actions);
    }
    if (type === "Federated" && value.includes(":saml-provider/")) {
        return actions.includes(assume.saml)
            ? finding({ subjects: [{ kind: "saml", provider: value }], open })
            : finding();
    }
    if (type === "Federated") {
        if (value.includes(UNKNOWN) && !actions.includes(assume.web)) {
            return finding({ open: actions.includes(assume.saml) ? [unknownValue] : [] });
        }
        const judged = identityPools.test(value)
            ? judgeIdentityPool(value, statement, asked)
            : judgeWebIdentity(value, statement, asked, context);
        return actions.includes(assume.web) ? judged : finding();
    }
    if (!actions.includes(assume.role) || type === "CanonicalUser") {
        return finding();
    }
    if (/[*?]/.test(value)) {
        const reason = `Principal ${JSON.stringify(clip(value))} contains a wildcard`;
        return finding({
            faults: [{ counterexample: value.replace(/[*?]/g, "x"), reason, fix: "name the intended principals" }],
        });
    }
    if (type === "Service") {
        return podIdentity.test(value)
            ? judgePods(value, statement, asked)
            : finding({ subjects: [{ kind: "service", service: value }], open });
    }
    return judgeAccount(value, statement, asked, context);
}

function allows(statement: Statement, action: string): boolean {
    return covers(statement.actions, action, { grows: true, plain: true });
}

function denied(principal: Principal, action: string, { sure }: Denies): boolean {
    return sure.some(({ actions, principals }) => {
        if (principals === undefined || !covers(actions, action, { grows: false, plain: false })) {
            return false;
        }
        const named = principals.list.some(
            ({ type, value }) => type === "*" || (type === principal.type && value === principal.value),
        );
        return named !== principals.except;
    });
}

function reasonOf({ statement, reason, fix }: TrustExcess): string {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    return `statement ${statement.index}${sid}: ${reason}; ${fix}`;
}
