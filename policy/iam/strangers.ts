import type { Condition } from "./condition";
import type { Statement } from "./document";
import { pinned } from "./claim";
import { finding, unknownValue, ANY_PRINCIPAL } from "./finding";
import type { Fault, Finding } from "./finding";
import { UNKNOWN } from "./pattern";
import { identifiesCaller } from "./identifiesCaller";
import type { Subject } from "./subject";
import { others, witness } from "./witness";

const callerArn = "aws:principalarn";

/** The facts that decide on principals of other accounts. */
interface Accounts {
    readonly accounts?: readonly string[];
    readonly strangers?: "unknown";
}

/** Checks the trust in an account, or in a role or user of one. */
export function judgeAccount(
    value: string,
    { hidden, conditions }: Statement,
    asked: readonly Condition[],
    { accounts, strangers }: Accounts,
): Finding {
    const account = /^\d{12}$/.exec(value)?.[0] ?? /^arn:[^:]*:(?:iam|sts)::([^:]*):/.exec(value)?.[1];
    const subjects: Subject[] = [{ kind: "principal", principal: value }];
    if (value.includes(UNKNOWN)) {
        return finding({ subjects, open: [unknownValue] });
    }
    const whole = account === value || value.endsWith(":root");
    if (
        conditions.some(identifiesCaller) ||
        account === undefined ||
        accounts?.includes(account) === true ||
        (!whole && accounts === undefined && strangers === undefined)
    ) {
        return finding({ subjects });
    }
    if (hidden || conditions.some(({ values }) => values.some(({ unknown }) => unknown))) {
        return finding({ subjects, open: [unknownValue] });
    }
    if (accounts === undefined && strangers === "unknown") {
        return finding({ subjects, open: [{ kind: "account", account }] });
    }
    const fix = "add a condition on sts:ExternalId, aws:PrincipalArn or aws:PrincipalOrgID";
    if (whole) {
        const reason =
            conditions.length === 0 ? "without a condition" : "under conditions that do not restrict its callers";
        return finding({
            faults: [
                {
                    ...strange(asked, ["sts:assumerole"], account),
                    reason: `account ${account} is trusted ${reason}`,
                    fix,
                },
            ],
        });
    }
    const reason = `it belongs to account ${account}, which is not one of your known accounts, and no condition restricts it`;
    const instead = "declare the account as one of yours, or add a condition on sts:ExternalId or aws:PrincipalOrgID";
    return finding({ faults: [{ ...strange(asked, ["sts:assumerole"], account, value), reason, fix: instead }] });
}

/** Checks the trust in `*`: exact only if a condition names each caller. */
export function judgeAnybody(statement: Statement, asked: readonly Condition[], actions: readonly string[]): Finding {
    const callers = pinned(statement.conditions.filter(({ key }) => key === callerArn).map(asString));
    if (callers === undefined && statement.hidden) {
        return finding({ open: [unknownValue] });
    }
    if (callers !== undefined && actions.includes("sts:assumerole")) {
        const subjects = callers.flatMap((principal): Subject[] =>
            principal === undefined ? [] : [{ kind: "principal", principal }],
        );
        return finding({ subjects, open: callers.includes(undefined) ? [unknownValue] : [] });
    }
    const reason =
        statement.conditions.length === 0
            ? 'Principal "*" trusts every AWS account'
            : 'Principal "*" trusts any principal that meets its conditions, in every AWS account';
    return finding({
        faults: [{ ...strange(asked, actions, "999988887777"), reason, fix: "name the intended principals" }],
    });
}

/** ARNs without a wildcard compare like strings. */
function asString(condition: Condition): Condition {
    return condition.operator.startsWith("Arn") && !condition.operator.includes("Not")
        ? { ...condition, operator: "StringEquals" }
        : condition;
}

/** A principal of an account that meets all conditions, for one of these actions. */
export function strange(
    asked: readonly Condition[],
    actions: readonly string[],
    account: string,
    arn?: string,
): Pick<Fault, "counterexample" | "request"> {
    const [action = "sts:assumerole"] = actions;
    const token = !actions.includes("sts:assumerole");
    const anyone = arn ?? (token ? "a token of any provider" : `arn:aws:iam::${account}:role/anyone`);
    const context = witness(asked, token ? {} : { [callerArn]: [anyone], "aws:principalaccount": [account] });
    if (context === undefined) {
        return { counterexample: ANY_PRINCIPAL };
    }
    const who = String(context[callerArn] ?? anyone);
    const conditions = others(context, [callerArn, "aws:principalaccount"]);
    const principal = { type: token ? "Federated" : "AWS", value: who } as const;
    return { counterexample: `${who}${conditions}`, request: { action, principal, context } };
}
