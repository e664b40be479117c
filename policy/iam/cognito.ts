import type { Condition } from "./condition";
import type { Statement } from "./document";
import { pinned } from "./claim";
import { finding, unknownValue, ANY_PRINCIPAL } from "./finding";
import type { Fault, Finding } from "./finding";
import { lower, matches, tokensOf } from "./pattern";
import type { Subject } from "./subject";
import { others, witness } from "./witness";

/** Cognito identity pools, which IAM supports natively: all pools of all accounts share one issuer. */
export const identityPools = /^cognito-identity[a-z0-9.-]*\.amazonaws\.com(\.cn)?$/;

const guest = "unauthenticated";

/**
 * Checks the trust in Amazon Cognito identities: `aud` names the pool, `amr` shows whether the user has signed in, and
 * `sub` is an id that Cognito assigns at the first visit
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html).
 */
export function judgeIdentityPool(provider: string, statement: Statement, asked: readonly Condition[]): Finding {
    const on = (claim: string): readonly Condition[] =>
        statement.conditions.filter(({ key }) => key === lower(`${provider}:${claim}`));
    const pools = pinned(on("aud"));
    const methods = signedIn(on("amr")) ?? pinned(on("sub"));
    if (statement.hidden && (pools === undefined || methods === undefined)) {
        return finding({ open: [unknownValue] });
    }
    if (pools === undefined) {
        const fix = `write StringEquals {"${provider}:aud": "<region>:<id of the identity pool>"}`;
        return finding({
            faults: [
                fault(
                    provider,
                    asked,
                    {},
                    "no condition on aud, so identities of every pool are trusted, including those of other accounts",
                    fix,
                ),
            ],
        });
    }
    if (methods === undefined) {
        const fix = `write ForAnyValue:StringLike {"${provider}:amr": "authenticated"}`;
        const wanted = { [`${provider}:aud`]: pools.flatMap((pool) => pool ?? []) };
        return finding({
            faults: [
                fault(provider, asked, wanted, "no condition on amr excludes guests, who have not signed in", fix),
            ],
        });
    }
    const subjects = pools.flatMap((pool) =>
        pool === undefined
            ? []
            : methods.flatMap((method): Subject[] =>
                  method === undefined
                      ? []
                      : [
                            {
                                kind: "web-identity",
                                provider,
                                issuer: provider,
                                subject: `${pool} ${method}`,
                                audiences: [pool],
                            },
                        ],
              ),
    );
    return finding({ subjects, open: [...pools, ...methods].includes(undefined) ? [unknownValue] : [] });
}

/** The required sign-in methods; undefined if guests also pass. Guests that a condition names are intended. */
function signedIn(conditions: readonly Condition[]): readonly (string | undefined)[] | undefined {
    const exact = conditions.find(
        ({ operator, set, ifExists, values }) =>
            (operator === "StringEquals" || operator === "StringLike") &&
            set !== "ForAllValues" &&
            !ifExists &&
            values.length > 0 &&
            values.every(
                (value) =>
                    value.unknown ||
                    value.literal === guest ||
                    !matches(tokensOf(value, { wide: true, plain: true }) ?? [], guest),
            ),
    );
    return exact?.values.map((value) => (value.unknown ? undefined : value.source));
}

function fault(
    provider: string,
    asked: readonly Condition[],
    wanted: Readonly<Record<string, readonly string[]>>,
    reason: string,
    fix: string,
): Fault {
    const [aud, amr] = [`${provider}:aud`, `${provider}:amr`];
    const context = witness(asked, {
        [aud]: ["eu-central-1:00000000-0000-4000-8000-000000000000"],
        [amr]: [guest],
        ...wanted,
    });
    if (context === undefined) {
        return { counterexample: ANY_PRINCIPAL, reason, fix };
    }
    const principal = { type: "Federated", value: provider } as const;
    const who = `${context[amr] === guest ? "a guest" : "an identity"} of the pool ${String(context[aud] ?? "<any>")}`;
    const request = { action: "sts:AssumeRoleWithWebIdentity", principal, context };
    return { counterexample: `${who}${others(context, [aud, amr])}`, request, reason, fix };
}
